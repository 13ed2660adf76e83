/**
 * What a Ledger object keeps: states of keys in a keyed log (one row a second, whatever changed), and rows of the annexes.
 * Its schema, and the order in which its parts are asked and cleaned.
 */
import { KEYED_LOG_STEPS, newKeyedLog } from '../lib/keyed-log.ts'
import type { Entry } from '../lib/keyed-pages.ts'
import { newSchema } from '../lib/schema.ts'
import { ANNEX_TABLE, annexTable } from './annex-table.ts'
import type { KeyState } from './behaviour.ts'
import { decode, encode } from './codec.ts'
import type { Changes, CoreStore } from './core.ts'
import { FIRST_TABLE, firstRows } from './first-rows.ts'

/** Of the schema of a Ledger object, in order. */
export const LEDGER_STEPS = [FIRST_TABLE, ...KEYED_LOG_STEPS, ANNEX_TABLE] as const

/** The longest window is a day; what was not touched for longer tells nothing. */
export const RETENTION_MS = 25 * 3_600_000

/** Of 64, in one piece of a sweep. */
const SWEEP_PAGES = 8

export interface LedgerStore extends CoreStore {
  save(changes: Changes): void
  /** Names of keys of which anything is kept, and which fit. Reads everything: for an erasure. */
  names(fits: (name: string) => boolean): readonly string[]
  erase(keys: readonly string[]): void
  /** Cleans the next piece. Returns where to go on; undefined at the end. */
  sweep(now: number, cursor: string): string | undefined
  isEmpty(): boolean
  /** Everything was deleted underneath. */
  reset(): void
}

export function newLedgerStore(storage: DurableObjectStorage): LedgerStore {
  const schema = newSchema(storage, LEDGER_STEPS)
  const log = newKeyedLog(storage, { schema })
  const rows = annexTable(storage.sql, schema, log, RETENTION_MS)
  const first = firstRows(storage.sql)

  return {
    rows,
    load(keys) {
      const states = new Map<string, KeyState>()
      if (keys.length === 0 || !schema.exists()) return states
      const found = log.load(keys)
      const older = first.load(keys.filter((key) => !found.has(key)))
      for (const [key, bytes] of [...found, ...older]) {
        const state = decode(bytes)
        if (state !== undefined) states.set(key, state)
      }
      return states
    },
    save(changes) {
      schema.prepare()
      log.save([...Array.from(changes.states, entryOf), ...changes.rows.map(rows.entryOf)])
    },
    names(fits) {
      if (!schema.exists()) return []
      return Array.from(new Set([...log.names(fits), ...first.names(fits), ...rows.names(fits)]))
    },
    erase(keys) {
      if (!schema.exists()) return
      log.erase(keys)
      first.erase(keys)
      rows.erase(keys)
    },
    sweep(now, cursor) {
      if (!schema.exists()) return undefined
      const split = cursor.indexOf(' ')
      const [part, at] = [cursor.slice(0, Math.max(split, 0)), cursor.slice(split + 1)]
      if (part === 'row') {
        const next = rows.sweep(now, at)
        return next === undefined ? undefined : `row ${next}`
      }
      if (part === 'first') return first.sweep(now - RETENTION_MS) ? cursor : 'row '
      let page: number | undefined = Number(at)
      for (let count = 0; count < SWEEP_PAGES && page !== undefined; count += 1)
        page = log.sweep(now - RETENTION_MS, page, (entry) => rows.keeps(entry, now))
      return page === undefined ? 'first ' : `page ${page}`
    },
    isEmpty: () => !schema.exists() || (log.isEmpty() && first.isEmpty() && rows.isEmpty()),
    reset() {
      log.reset()
      schema.reset()
      first.reset()
    },
  }
}

/** A key that was renamed leaves an empty state behind, which reads as none. */
function entryOf([name, state]: readonly [string, KeyState | undefined]): Entry {
  return { name, touched: state?.lastAt ?? 0, state: state === undefined ? NOTHING : encode(state) }
}

const NOTHING = new Uint8Array(0)
