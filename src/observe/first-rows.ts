/** What the first version of the ledger kept: a row for each key. Read until it is a day old, and written no more. */
import { inChunks, marks } from '../lib/sql-lists.ts'

export const FIRST_TABLE = `CREATE TABLE behaviour (
  key TEXT PRIMARY KEY,
  touched INTEGER NOT NULL,
  state BLOB NOT NULL
) WITHOUT ROWID`

/** A sweep of a large table is done in pieces, so that no request waits behind it. */
const SWEEP_ROWS = 2_000

export interface FirstRows {
  load(keys: readonly string[]): ReadonlyMap<string, Uint8Array>
  names(fits: (name: string) => boolean): readonly string[]
  erase(keys: readonly string[]): void
  /** True while there is more to delete. */
  sweep(before: number): boolean
  isEmpty(): boolean
  reset(): void
}

export function firstRows(sql: SqlStorage): FirstRows {
  let some: boolean | undefined
  const isEmpty = (): boolean => {
    some ??= sql.exec('SELECT 1 FROM behaviour LIMIT 1').toArray().length > 0
    return !some
  }
  return {
    isEmpty,
    load(keys) {
      const states = new Map<string, Uint8Array>()
      if (keys.length === 0 || isEmpty()) return states
      for (const part of inChunks(keys)) {
        const query = `SELECT key, state FROM behaviour WHERE key IN (${marks(part)})`
        for (const row of sql.exec<{ key: string; state: ArrayBuffer }>(query, ...part))
          states.set(row.key, new Uint8Array(row.state))
      }
      return states
    },
    names(fits) {
      if (isEmpty()) return []
      const rows = sql.exec<{ key: string }>('SELECT key FROM behaviour')
      return Array.from(rows, ({ key }) => key).filter(fits)
    },
    erase(keys) {
      if (isEmpty()) return
      for (const part of inChunks(keys))
        sql.exec(`DELETE FROM behaviour WHERE key IN (${marks(part)})`, ...part)
    },
    sweep(before) {
      if (isEmpty()) return false
      const old = 'SELECT key FROM behaviour WHERE touched < ? LIMIT ?'
      const { rowsWritten } = sql.exec(`DELETE FROM behaviour WHERE key IN (${old})`, before, SWEEP_ROWS)
      some = undefined
      return rowsWritten >= SWEEP_ROWS
    },
    reset() {
      some = undefined
    },
  }
}
