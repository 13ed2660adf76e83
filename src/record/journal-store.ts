/** The rows of the Journal object. All SQL of the journal is here. */
import { newSchema } from '../lib/schema.ts'

/** In order of time within a type, so that cleaning deletes a range; a second index finds a reference. */
const STEPS = [
  `CREATE TABLE entries (
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    reference TEXT NOT NULL,
    action TEXT NOT NULL,
    rule TEXT NOT NULL,
    intent TEXT NOT NULL,
    prefix TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (type, at, reference)
  ) WITHOUT ROWID;
  CREATE INDEX entries_reference ON entries (reference);
  CREATE TABLE retention (type TEXT PRIMARY KEY, hours INTEGER NOT NULL) WITHOUT ROWID`,
] as const

export type RecordType = 'decision'

/** An entry on its way to storage: what queries filter by, and the entry itself as JSON. */
export interface JournalRow {
  readonly type: RecordType
  readonly at: number
  readonly reference: string
  readonly action: string
  readonly rule: string
  readonly intent: string
  readonly prefix: string
  readonly body: string
}

export interface JournalLimits {
  readonly maxEntries: number
  readonly retentionHours: Readonly<Record<RecordType, number>>
}

export interface JournalQuery {
  readonly limit: number
  readonly verdict?: string | undefined
  /** Only entries from before this time: the next page. */
  readonly before?: number | undefined
  readonly reference?: string | undefined
}

export interface JournalCounts {
  readonly total: number
  readonly action: Readonly<Record<string, number>>
  readonly rule: Readonly<Record<string, number>>
  readonly intent: Readonly<Record<string, number>>
}

/** Whose entries to erase: everything from a network prefix, or one decision. */
export type Erasure = { readonly prefix: string } | { readonly reference: string }

export interface JournalStore {
  append(rows: readonly JournalRow[], limits: JournalLimits): void
  /** Bodies, newest first. */
  recent(query: JournalQuery): readonly string[]
  counts(since: number): JournalCounts
  erase(erasure: Erasure): number
  /** Deletes at most `limit` entries whose retention is over; true when there may be more. */
  sweep(now: number, limit: number): boolean
  isEmpty(): boolean
}

const MAX_PAGE = 500
const HOUR_MS = 3_600_000

export function newJournalStore(storage: DurableObjectStorage): JournalStore {
  const schema = newSchema(storage, STEPS)
  /** Counted once, then kept up to date. */
  let size: number | undefined

  function count(): number {
    return storage.sql.exec<{ size: number }>('SELECT count(*) AS size FROM entries').one().size
  }

  /** How many entries a statement adds or deletes; rowsWritten would count the index too. */
  function changed(query: string, ...bindings: SqlStorageValue[]): number {
    storage.sql.exec(query, ...bindings)
    return storage.sql.exec<{ changed: number }>('SELECT changes() AS changed').one().changed
  }

  function insert(row: JournalRow): number {
    const { type, at, reference, action, rule, intent, prefix, body } = row
    // A batch that was sent twice is stored once.
    const query = 'INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
    return changed(query, type, at, reference, action, rule, intent, prefix, body)
  }

  /** A range of the primary key, found by its last row: no table is scanned. */
  function deleteOldest(limit: number, before: number, type: RecordType): number {
    const query = `SELECT at, reference FROM (
        SELECT at, reference FROM entries WHERE type = ? AND at < ? ORDER BY at, reference LIMIT ?
      ) ORDER BY at DESC, reference DESC LIMIT 1`
    const last = storage.sql.exec<{ at: number; reference: string }>(query, type, before, limit).toArray()[0]
    if (last === undefined) return 0
    const range = 'type = ? AND (at, reference) <= (?, ?)'
    return changed(`DELETE FROM entries WHERE ${range}`, type, last.at, last.reference)
  }

  return {
    append(rows, { maxEntries, retentionHours }) {
      schema.prepare()
      storage.transactionSync(() => {
        for (const [type, hours] of Object.entries(retentionHours)) {
          const query =
            'INSERT INTO retention VALUES (?, ?) ON CONFLICT (type) DO UPDATE SET hours = excluded.hours WHERE hours <> excluded.hours'
          storage.sql.exec(query, type, hours)
        }
        size ??= count()
        for (const row of rows) size += insert(row)
        if (size > maxEntries) size -= deleteOldest(size - maxEntries, Number.MAX_SAFE_INTEGER, 'decision')
      })
    },
    recent({ limit, verdict, before, reference }) {
      if (!schema.exists()) return []
      const filters: readonly (readonly [string, SqlStorageValue | undefined])[] = [
        // A reference is unique and has an index of its own.
        ['type = ?', reference === undefined ? 'decision' : undefined],
        ['action = ?', verdict],
        ['at < ?', before],
        ['reference = ?', reference],
      ]
      const given = filters.flatMap(([clause, value]) => (value === undefined ? [] : [{ clause, value }]))
      const where = given.map(({ clause }) => clause).join(' AND ')
      const query = `SELECT body FROM entries WHERE ${where} ORDER BY at DESC, reference DESC LIMIT ?`
      const page = Math.max(0, Math.min(limit, MAX_PAGE))
      const rows = storage.sql.exec<{ body: string }>(query, ...given.map(({ value }) => value), page)
      return rows.toArray().map(({ body }) => body)
    },
    counts(since) {
      const counts = { total: 0, action: {}, rule: {}, intent: {} } satisfies JournalCounts
      if (!schema.exists()) return counts
      const query = `SELECT action, rule, intent, count(*) AS entries FROM entries
        WHERE type = 'decision' AND at >= ? GROUP BY action, rule, intent`
      const groups = storage.sql.exec<{ action: string; rule: string; intent: string; entries: number }>(
        query,
        since,
      )
      for (const { action, rule, intent, entries } of groups) {
        counts.total += entries
        tally(counts.action, action, entries)
        tally(counts.rule, rule, entries)
        tally(counts.intent, intent, entries)
      }
      return counts
    },
    erase(erasure) {
      if (!schema.exists()) return 0
      const [column, value] =
        'prefix' in erasure ? ['prefix', erasure.prefix] : ['reference', erasure.reference]
      const erased = changed(`DELETE FROM entries WHERE ${column} = ?`, value)
      size = undefined
      return erased
    },
    sweep(now, limit) {
      if (!schema.exists()) return false
      const query = 'SELECT type, hours FROM retention'
      const retention = storage.sql.exec<{ type: RecordType; hours: number }>(query).toArray()
      let deleted = 0
      for (const { type, hours } of retention) {
        deleted += deleteOldest(limit - deleted, now - hours * HOUR_MS, type)
      }
      size = undefined
      return deleted >= limit
    },
    isEmpty: () => !schema.exists() || count() === 0,
  }
}

function tally(counts: Record<string, number>, name: string, entries: number): void {
  counts[name] = (counts[name] ?? 0) + entries
}
