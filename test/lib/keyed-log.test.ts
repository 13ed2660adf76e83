import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeyedLog, type KeyedLogOptions, newKeyedLog } from '../../src/lib/keyed-log.ts'
import type { Entry } from '../../src/lib/keyed-pages.ts'

const SMALL: KeyedLogOptions = { pages: 4, maxRecentBytes: 2_000, pagesPerSave: 1 }

function entry(name: string, state: number, touched = 1_000): Entry {
  return { name, touched, state: Uint8Array.of(state, state >> 8, 7) }
}

/** On the storage of an object of its own; `again` is a log that has only what was written down. */
async function onStorage<T>(
  name: string,
  work: (log: KeyedLog, again: () => KeyedLog, storage: DurableObjectStorage) => T,
  options = SMALL,
): Promise<T> {
  return runInDurableObject(env.LEDGER.getByName(`keyed log ${name}`), (_instance, { storage }) =>
    work(newKeyedLog(storage, options), () => newKeyedLog(storage, options), storage),
  )
}

function told(log: KeyedLog, names: readonly string[]): readonly (number | undefined)[] {
  const states = log.load(names)
  return names.map((name) => {
    const state = states.get(name)
    return state === undefined ? undefined : (state[0] ?? 0) + 256 * (state[1] ?? 0)
  })
}

describe('a keyed log', () => {
  it('has every state back that was not erased, whatever was merged or cleaned and whenever it was opened anew', async () => {
    const saves = fc.array(
      fc.record({
        names: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 }),
        act: fc.constantFrom('save', 'save', 'save', 'erase', 'sweep'),
        reopened: fc.boolean(),
      }),
      { minLength: 1, maxLength: 60 },
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(saves, async (given) => {
        run += 1
        await onStorage(`property ${run}`, (log, again) => {
          const truth = new Map<string, number>()
          let open = log
          for (const [at, { names, act, reopened }] of given.entries()) {
            if (reopened) open = again()
            if (act === 'erase') {
              open.erase(names.map((name) => `n${name}`))
              for (const name of names) truth.delete(`n${name}`)
              continue
            }
            // Of a page that may be the first, where what is recent is merged; and nothing is old.
            if (act === 'sweep') {
              open.sweep(0, at % 2)
              continue
            }
            const entries = new Map(names.map((name) => [`n${name}`, entry(`n${name}`, at)]))
            open.save(Array.from(entries.values()))
            for (const name of entries.keys()) truth.set(name, at)
          }
          const all = Array.from({ length: 61 }, (_, name) => `n${name}`)
          const expected = all.map((name) => truth.get(name))
          expect(told(open, all)).toEqual(expected)
          expect(told(again(), all)).toEqual(expected)
        })
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it('keeps all of many saves, more than it has rows to append to', async () => {
    const seen = await onStorage('turns', (log, again) => {
      for (let at = 0; at < 1_000; at += 1) log.save([entry(`n${at % 300}`, at)])
      return told(again(), ['n0', 'n99', 'n100', 'n299'])
    })
    expect(seen).toEqual([900, 999, 700, 899])
  })

  it('appends one row for a save, whatever it holds', async () => {
    const rows = await onStorage(
      'rows',
      (log, _again, storage) => {
        log.save([entry('first', 1)])
        const many = Array.from({ length: 500 }, (_, at) => entry(`n${at}`, at))
        log.save(many)
        return storage.sql.exec('SELECT slot FROM recent').toArray().length
      },
      {},
    )
    expect(rows).toBe(2)
  })

  it('writes one row and at most eight pages for a save, and holds little that is not merged, under any flood', async () => {
    const { most, unmerged } = await onStorage('flood', (_log, _again, storage) => {
      let written = 0
      const exec = (query: string, ...bindings: unknown[]) => {
        const cursor = storage.sql.exec(query, ...bindings)
        written += cursor.rowsWritten
        return cursor
      }
      const sql = new Proxy(storage.sql, {
        get: (target, property) => (property === 'exec' ? exec : Reflect.get(target, property)),
      })
      const transactionSync = storage.transactionSync.bind(storage)
      const log = newKeyedLog({ sql, transactionSync } as unknown as DurableObjectStorage) // All that it uses.
      log.save([entry('first', 1)])
      const [writes, waiting]: [number[], number[]] = [[], []]
      for (let at = 0; at < 80; at += 1) {
        written = 0
        const state = new Uint8Array(280)
        log.save(
          Array.from({ length: 1_000 }, (_, n) => ({ name: `address:${at}-${n}`, touched: at, state })),
        )
        writes.push(written)
        const query = `SELECT sum(length(body)) AS bytes FROM recent
          WHERE sequence > (SELECT merged FROM recent ORDER BY sequence DESC LIMIT 1)`
        waiting.push(storage.sql.exec<{ bytes: number }>(query).one().bytes)
      }
      return { most: Math.max(...writes), unmerged: Math.max(...waiting) }
    })
    expect(most).toBe(1 + 8)
    // What is being merged, and what came meanwhile, which waits for the eight saves that a merge takes.
    expect(unmerged).toBeLessThan(2 * (2_097_152 + 8 * 320_000))
  })

  it('loses nothing when a transaction fails', async () => {
    const seen = await onStorage('fails', (log, again, storage) => {
      log.save([entry('kept', 1)])
      storage.sql.exec('ALTER TABLE recent RENAME TO elsewhere')
      expect(() => log.save([entry('kept', 2), entry('new', 2)])).toThrow()
      storage.sql.exec('ALTER TABLE elsewhere RENAME TO recent')
      log.save([entry('later', 3)])
      return [told(log, ['kept', 'new', 'later']), told(again(), ['kept', 'new', 'later'])]
    })
    expect(seen).toEqual([
      [1, undefined, 3],
      [1, undefined, 3],
    ])
  })

  it('leaves nothing of an erased name in any row', async () => {
    await onStorage('erased', (log, again, storage) => {
      for (let at = 0; at < 200; at += 1) log.save([entry(`subject-${at % 20}`, at)])
      log.erase(['subject-7', 'nobody'])
      expect(told(log, ['subject-7', 'subject-8'])).toEqual([undefined, 188])
      expect(told(again(), ['subject-7', 'subject-8'])).toEqual([undefined, 188])
      const bodies = storage.sql
        .exec<{ body: ArrayBuffer }>('SELECT body FROM recent UNION ALL SELECT body FROM page')
        .toArray()
      const text = bodies.map(({ body }) => new TextDecoder('latin1').decode(body)).join('\n')
      expect(text).toContain('subject-8')
      expect(text).not.toContain('subject-7')
    })
  })

  it('drops what nobody has touched since, page by page, and is empty at last', async () => {
    await onStorage('swept', (log) => {
      log.save([entry('old', 1, 1_000), entry('young', 2, 5_000)])
      const sweep = (before: number) => {
        for (let page: number | undefined = 0; page !== undefined; ) page = log.sweep(before, page)
      }
      sweep(2_000)
      expect(told(log, ['old', 'young'])).toEqual([undefined, 2])
      expect(log.isEmpty()).toBe(false)
      sweep(6_000)
      expect(log.isEmpty()).toBe(true)
    })
  })

  it('gives up what was touched longest ago when a page is full', async () => {
    const seen = await onStorage(
      'full',
      (log) => {
        const state = new Uint8Array(100)
        for (let at = 0; at < 100; at += 1) log.save([{ name: `n${at}`, touched: at, state }])
        for (let page: number | undefined = 0; page !== undefined; ) page = log.sweep(0, page)
        return Array.from(log.load(Array.from({ length: 100 }, (_, at) => `n${at}`)).keys())
      },
      { pages: 1, maxRecentBytes: 500, maxPageBytes: 2_000 },
    )
    expect(seen.length).toBeGreaterThan(10)
    expect(seen.length).toBeLessThan(20)
    expect(seen.at(-1)).toBe('n99')
    expect(seen).not.toContain('n50')
  })

  it('reads nothing and makes no table before something is saved', async () => {
    const tables = await onStorage('fresh', (log, _again, storage) => {
      expect(told(log, ['a'])).toEqual([undefined])
      expect(log.isEmpty()).toBe(true)
      expect(log.sweep(0, 0)).toBeUndefined()
      return storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('recent', 'page')").toArray()
    })
    expect(tables).toEqual([])
  })
})
