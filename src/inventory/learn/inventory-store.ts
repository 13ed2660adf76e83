/** The rows of an Inventory object. All SQL of the inventory is here. */
import { newSchema } from '../../lib/schema.ts'
import type { Book, Parts } from './book.ts'
import { type Entry, entryFrom, type StoredEntry, storedFrom } from './entries.ts'
import type { Change, Decision } from './types.ts'

/** Values are JSON: a column for each counter would be a migration for each counter. */
const STEPS = [
  `CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE decision (id TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE change (sequence INTEGER PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,
] as const

/** Changes that are kept: whoever reads later finds what is new in the snapshot. */
const MAX_CHANGES = 2_048

/** Name of a row of `state`; the others are the trial's. */
const COUNTERS = 'counters'

export interface InventoryStore {
  /** Everything, into a book that is empty. */
  load(book: Book): void
  /** What changed since it was last saved. */
  save(book: Book): void
  saveDecisions(decisions: readonly Decision[]): void
}

export function newInventoryStore(storage: DurableObjectStorage): InventoryStore {
  const schema = newSchema(storage, STEPS)
  const { sql } = storage
  /** State as it was last written: most of it seldom changes. */
  const written = new Map<string, string>()

  function values<T>(query: string): readonly T[] {
    // Written by this file; a later version's reader is a migration step.
    return Array.from(sql.exec<{ value: string }>(query), ({ value }) => JSON.parse(value) as T)
  }

  function write(changed: ReadonlyMap<string, Entry | undefined>, { changes, counters, trial }: Parts): void {
    for (const [key, entry] of changed) {
      if (entry === undefined) sql.exec('DELETE FROM entry WHERE key = ?', key)
      else sql.exec('INSERT OR REPLACE INTO entry VALUES (?, ?)', key, JSON.stringify(storedFrom(entry)))
    }
    for (const change of changes.pending()) {
      sql.exec('INSERT OR REPLACE INTO change VALUES (?, ?)', change.sequence, JSON.stringify(change))
    }
    sql.exec('DELETE FROM change WHERE sequence <= ?', changes.last - MAX_CHANGES)
    for (const [name, value] of Object.entries({ ...trial.state(), [COUNTERS]: counters })) {
      const text = JSON.stringify(value)
      if (written.get(name) === text) continue
      sql.exec('INSERT OR REPLACE INTO state VALUES (?, ?)', name, text)
      written.set(name, text)
    }
  }

  return {
    load({ parts }) {
      if (!schema.exists()) return
      for (const stored of values<StoredEntry>('SELECT value FROM entry'))
        parts.shelf.restore(entryFrom(stored))
      for (const decision of values<Decision>('SELECT value FROM decision')) parts.decisions.put(decision)
      parts.changes.restore(values<Change>('SELECT value FROM change ORDER BY sequence'))
      const state = new Map(
        Array.from(sql.exec<{ name: string; value: string }>('SELECT name, value FROM state'), (row) => [
          row.name,
          JSON.parse(row.value),
        ]),
      )
      Object.assign(parts.counters, state.get(COUNTERS))
      parts.trial.restore(Object.fromEntries(state))
      parts.refresh()
    },
    save({ parts }) {
      schema.prepare()
      const changed = parts.shelf.takeChanged()
      try {
        storage.transactionSync(() => write(changed, parts))
      } catch (error) {
        // Written with the next change; the platform reports the error.
        for (const key of changed.keys()) parts.shelf.changed(key)
        written.clear()
        throw error
      }
      parts.changes.written()
    },
    saveDecisions(decisions) {
      schema.prepare()
      storage.transactionSync(() => {
        sql.exec('DELETE FROM decision')
        for (const decision of decisions) {
          sql.exec('INSERT INTO decision VALUES (?, ?)', decision.id, JSON.stringify(decision))
        }
      })
    },
  }
}
