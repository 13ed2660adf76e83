// A flood of single-use clients pushed honest keys out of a full page: its rows were dated by when they are over, a day or two ahead.
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { type KeyedLog, newKeyedLog } from '../../src/lib/keyed-log.ts'
import type { Entry } from '../../src/lib/keyed-pages.ts'
import { newSchema, type Schema } from '../../src/lib/schema.ts'
import type { AnnexName } from '../../src/observe/annex.ts'
import { type AnnexTable, annexTable, MAX_STORED_BYTES } from '../../src/observe/annex-table.ts'
import { LEDGER_STEPS, newLedgerStore, RETENTION_MS } from '../../src/observe/ledger-store.ts'
import type { StoredRow } from '../../src/observe/rows.ts'
import { NOON } from '../fixtures/facts.ts'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
/** One page, so that everything stands beside everything. */
const PAGE = { pages: 1, maxPageBytes: 8_000 }

interface Kept {
  readonly log: KeyedLog
  readonly rows: AnnexTable
  readonly schema: Schema
  readonly storage: DurableObjectStorage
}

function kept<T>(name: string, work: (kept: Kept) => T, page: typeof PAGE = PAGE): Promise<T> {
  return runInDurableObject(env.LEDGER.getByName(`annex table ${name}`), (_instance, { storage }) => {
    const schema = newSchema(storage, LEDGER_STEPS)
    const log = newKeyedLog(storage, { ...page, schema })
    return work({ log, schema, storage, rows: annexTable(storage.sql, schema, log, RETENTION_MS) })
  })
}

function rowOf(annex: AnnexName, name: string, changedAt: number, lastsMs: number): StoredRow {
  return { annex, name, changedAt, until: changedAt + lastsMs, version: 1, bytes: new Uint8Array(92).fill(1) }
}

function stateOf(name: string, touched: number): Entry {
  return { name, touched, state: new Uint8Array(160) }
}

describe('rows of annexes in the log', () => {
  it('of single-use clients make way for a key that was used later, though they last for longer', async () => {
    const honest = await kept('flood', ({ log, rows }) => {
      const flood = (annex: AnnexName, lastsMs: number) =>
        Array.from({ length: 50 }, (_, n) => rowOf(annex, `client:${n}`, NOON - 80 * MINUTE, lastsMs))
      log.save([...flood('order', 26 * HOUR), ...flood('walk', 50 * HOUR)].map(rows.entryOf))
      log.save([stateOf('address:honest', NOON - 30 * MINUTE)])
      log.sweep(0, 0)
      return log.load(['address:honest']).size
    })
    expect(honest).toBe(1)
  })

  it('that the bank alone makes are there after any flood: who signs in once a month is known', async () => {
    const known = await kept('histories', ({ log, rows }) => {
      log.save([rows.entryOf(rowOf('history', 'account:k1.alice', NOON - 60 * DAY, 90 * DAY))])
      for (let second = 0; second < 50; second += 1) {
        const at = NOON + 1_000 * second
        const clients = Array.from({ length: 20 }, (_, n) => `client:${second}-${n}`)
        log.save(clients.map((name) => rows.entryOf(rowOf('walk', name, at, 50 * HOUR))))
      }
      log.sweep(0, 0)
      return rows.load('history', 'account:k1.alice')
    })
    expect(known?.version).toBe(1)
  })

  it('are cleaned when they are over, and not when they were changed long ago', async () => {
    const left = await kept('cleaned', ({ storage }) => {
      const store = newLedgerStore(storage)
      const rows = [
        rowOf('walk', 'consent:lasts', NOON - 20 * DAY, 30 * DAY),
        rowOf('walk', 'token:over', NOON - 3 * DAY, 50 * HOUR),
        rowOf('history', 'account:over', NOON - 91 * DAY, 90 * DAY),
      ]
      store.save({ states: new Map(), rows })
      for (let cursor: string | undefined = ''; cursor !== undefined; ) cursor = store.sweep(NOON, cursor)
      return store.names((name) => !name.includes('/'))
    })
    expect(left).toEqual(['consent:lasts'])
  })

  it('that the version before has dated by when they are over are read, and go when they are over', async () => {
    const [before, after] = await kept('former', ({ log, rows }) => {
      const row = rowOf('walk', 'token:t', NOON - DAY, 50 * HOUR)
      log.save([{ ...rows.entryOf(row), touched: row.until - RETENTION_MS }])
      const clean = (now: number) => {
        log.sweep(now - RETENTION_MS, 0, (entry) => rows.keeps(entry, now))
        return rows.load('walk', 'token:t')?.version
      }
      return [clean(row.until - 1), clean(row.until + 1)]
    })
    expect([before, after]).toEqual([1, undefined])
  })
})

describe('rows of annexes of their own', () => {
  it('are no more once an object is full: those that are there go on', async () => {
    await kept('full', ({ log, schema, storage: { sql } }) => {
      let bytes = 0
      const filling = new Proxy(sql, {
        get: (target, property) => {
          if (property === 'databaseSize') return bytes
          return property === 'exec' ? target.exec.bind(target) : Reflect.get(target, property)
        },
      })
      const rows = annexTable(filling, schema, log, RETENTION_MS)
      const row = (name: string, version: number) => ({ ...rowOf('consent', name, NOON, DAY), version })
      rows.save(row('consent:known', 1))
      bytes = MAX_STORED_BYTES
      rows.save(row('consent:last', 1))
      bytes = MAX_STORED_BYTES + 1
      expect(() => rows.save(row('consent:new', 1))).toThrow('Cannot keep a row: the object is full')
      rows.save(row('consent:known', 2))
      expect(rows.load('consent', 'consent:known')?.version).toBe(2)
      expect(rows.load('consent', 'consent:new')).toBeUndefined()
      rows.remove('consent', 'consent:known')
      bytes = MAX_STORED_BYTES
      rows.save(row('consent:new', 1))
      expect(rows.load('consent', 'consent:new')?.version).toBe(1)
    })
  })
})
