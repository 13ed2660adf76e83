import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { createSqlStore, type Sql } from '../../../local/bank/sql-store.ts'
import { createMemoryStore, type Store } from '../../../local/bank/store.ts'

/** Node's SQLite in the shape of a Durable Object's. */
function sqlite(): Sql {
  const database = new DatabaseSync(':memory:')
  return {
    exec: (query, ...bindings) => {
      if (bindings.length === 0 && query.includes(';')) database.exec(query)
      // A parsed boundary: the columns are those of the statement.
      const rows = query.includes(';') ? [] : (database.prepare(query).all(...bindings) as never[])
      return {
        toArray: () => rows,
        one: () => {
          const [row] = rows
          if (row === undefined) throw new Error('Cannot read row: none')
          return row
        },
      }
    },
  }
}

const STORES: Readonly<Record<string, (now: () => number) => Store>> = {
  memory: createMemoryStore,
  SQLite: (now) => createSqlStore(sqlite(), now),
}
const grant = { kind: 'session', customerId: 'C-001' } as const
const posting = (id: string) => ({ id, bookedAt: 0, minor: -1, counterparty: 'Tilde Books', text: 'x' })

describe.each(Object.entries(STORES))('the store in %s', (_, create) => {
  it('gives back what was put, under its own kind only', () => {
    const store = create(() => 0)
    store.put('grant', 'a', grant, 10)
    expect(store.get('grant', 'a')).toEqual(grant)
    expect(store.get('consent', 'a')).toBeUndefined()
    expect(store.get('grant', 'b')).toBeUndefined()
  })

  it('keeps the latest of two writes', () => {
    const store = create(() => 0)
    store.put('grant', 'a', grant, 10)
    store.put('grant', 'a', { kind: 'mobile', customerId: 'C-002' }, 10)
    expect(store.get('grant', 'a')).toEqual({ kind: 'mobile', customerId: 'C-002' })
    expect(store.count('grant')).toBe(1)
  })

  it('forgets what has expired, in every way of asking', () => {
    let now = 0
    const store = create(() => now)
    store.put('posting', 'a/1', posting('1'), 10)
    now = 10
    expect(store.get('posting', 'a/1')).toBeUndefined()
    expect(store.list('posting', 'a/')).toEqual([])
    expect(store.count('posting')).toBe(0)
  })

  it('removes', () => {
    const store = create(() => 0)
    store.put('grant', 'a', grant, 10)
    store.remove('grant', 'a')
    expect(store.get('grant', 'a')).toBeUndefined()
  })

  it('lists by prefix, in order of name, and not its neighbours', () => {
    const store = create(() => 0)
    for (const id of ['b/1', 'a/2', 'a/1', 'ab/1']) store.put('posting', id, posting(id), 10)
    expect(store.list('posting', 'a/').map(({ id }) => id)).toEqual(['a/1', 'a/2'])
  })

  it('is not changed by who changes what it gave', () => {
    const store = create(() => 0)
    store.put('grant', 'a', grant, 10)
    Object.assign(store.get('grant', 'a') ?? {}, { customerId: 'C-999' })
    expect(store.get('grant', 'a')).toEqual(grant)
  })
})

describe('the store in SQLite, left running', () => {
  it('sweeps expired rows away as it writes', () => {
    let now = 0
    const sql = sqlite()
    const store = createSqlStore(sql, () => now)
    for (let at = 0; at < 499; at += 1) store.put('grant', `old-${at}`, grant, 10)
    now = 20
    store.put('grant', 'new', grant, 30)
    expect(sql.exec<{ rows: number }>('SELECT COUNT(*) AS rows FROM records').one().rows).toBe(1)
  })
})
