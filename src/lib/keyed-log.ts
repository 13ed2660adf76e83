/**
 * Many named states in few rows of a SQLite Durable Object, where each row written is paid for and a request must not
 * pay for one. What changed is appended as one row (`recent`); once enough has gathered, it is merged a few pages at
 * a time into pages by hash of the name (`page`). A name is looked up in what is recent and then in one page.
 *
 * Rows of `recent` are used again in turn and never deleted, because a deletion is paid for, too. Each says up to which
 * sequence everything had been merged when it was written; what an interrupted merge leaves is merged once more.
 */
import { named, newPageRows } from './keyed-page-rows.ts'
import { type Entry, entriesIn, entryAt, packEntries, sizeOf, stateIn } from './keyed-pages.ts'
import { type Entries, type Recent, readRecent, rowsOf } from './keyed-recent.ts'
import { newSchema, type Schema } from './schema.ts'

export interface KeyedLog {
  /** States by name; names that are not there are left out. */
  load(names: readonly string[]): ReadonlyMap<string, Uint8Array>
  /** Durable when the object's output gate opens. Throws what storage throws; nothing is then written. */
  save(entries: readonly Entry[]): void
  /** Every name that fits. Reads all pages: for questions that are rare. */
  names(fits: (name: string) => boolean): readonly string[]
  /** Gone from every row when it returns. */
  erase(names: readonly string[]): void
  /**
   * Drops from one page what was not touched since `before`, but for what `keeps` says. Returns the next page; undefined
   * after the last.
   */
  sweep(before: number, page: number, keeps?: (entry: Entry) => boolean): number | undefined
  isEmpty(): boolean
  /** Everything was deleted underneath. */
  reset(): void
}

export interface KeyedLogOptions {
  /** Pages that share all names. The more, the smaller each and the more rows a merge writes. */
  readonly pages?: number
  /** Merged when so many bytes are recent. They are held in memory, too. */
  readonly maxRecentBytes?: number
  /** Pages merged with one save, so that no request waits behind a whole merge. */
  readonly pagesPerSave?: number
  /** A page holds no more: what was touched longest ago gives way. A row has at most 2 MB. */
  readonly maxPageBytes?: number
  /** That of the object, where it has other tables too; `KEYED_LOG_STEPS` are among its steps. */
  readonly schema?: Schema
}

/** What the schema of an object needs that keeps one beside other tables. */
export const KEYED_LOG_STEPS = [
  `CREATE TABLE recent (
    slot INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL,
    merged INTEGER NOT NULL,
    body BLOB NOT NULL
  );
  CREATE TABLE page (number INTEGER PRIMARY KEY, body BLOB NOT NULL)`,
] as const

/** Rows of `recent` in turn. A merge begins at half of them and is over long before the turn comes round. */
const SLOTS = 256
const MERGE_AFTER_ROWS = SLOTS / 2

export function newKeyedLog(
  storage: DurableObjectStorage,
  {
    pages = 64,
    maxRecentBytes = 2_097_152,
    pagesPerSave = 8,
    maxPageBytes = 1_500_000,
    schema = newSchema(storage, KEYED_LOG_STEPS),
  }: KeyedLogOptions = {},
): KeyedLog {
  const { sql } = storage
  const rows = newPageRows(sql, { pages, maxPageBytes })
  let known: Recent | undefined

  function recent(): Recent {
    known ??= readRecent(sql)
    return known
  }

  function mergeSome(now: Recent, count: number): void {
    if (now.merging === undefined) return
    const { left, through } = now.merging
    for (const [page, changed] of Array.from(left).slice(0, count)) {
      rows.rewrite(page, named(changed), Array.from(changed.values()))
      left.delete(page)
    }
    if (left.size > 0) return
    now.merged = through
    now.merging = undefined
  }

  function beginMerge(now: Recent): void {
    const left = new Map<number, Entries>()
    for (const [name, entry] of now.fresh) {
      const page = rows.of(name)
      const mine: Entries = left.get(page) ?? new Map()
      left.set(page, mine.set(name, entry))
    }
    now.merging = { through: now.sequence, left }
    now.fresh = new Map()
    now.freshBytes = 0
  }

  function mergeAll(now: Recent): void {
    mergeSome(now, pages)
    if (now.fresh.size > 0) beginMerge(now)
    mergeSome(now, pages)
  }

  /** Old rows hold what was merged long ago: to be rid of an entry, all of them have to go. */
  function emptyRecent(): void {
    mergeAll(recent())
    sql.exec('DELETE FROM recent')
    known = undefined
  }

  function append(now: Recent, entries: readonly Entry[]): void {
    if (now.sequence - now.merged >= SLOTS - 1) mergeAll(now)
    now.sequence += 1
    const row = [now.sequence % SLOTS, now.sequence, now.merged] as const
    sql.exec('INSERT OR REPLACE INTO recent VALUES (?, ?, ?, ?)', ...row, packEntries(entries))
    for (const entry of entries) {
      now.fresh.set(entry.name, entry)
      now.freshBytes += sizeOf(entry)
    }
  }

  function forget(): void {
    known = undefined
    rows.forget()
  }

  /** After a transaction that was rolled back, what memory says of the rows is no longer so. */
  function inTransaction(work: () => void): void {
    try {
      storage.transactionSync(work)
    } catch (error) {
      forget()
      throw error
    }
  }

  return {
    load(names) {
      const states = new Map<string, Uint8Array>()
      if (names.length === 0 || !schema.exists()) return states
      const { fresh, merging } = recent()
      const bodies = new Map<number, Uint8Array>()
      for (const name of names) {
        const page = rows.of(name)
        const held = fresh.get(name) ?? merging?.left.get(page)?.get(name)
        if (held !== undefined) states.set(name, held.state)
        if (held !== undefined || !rows.mayHold(name)) continue
        const body = bodies.get(page) ?? rows.readFor(name)
        bodies.set(page, body)
        const state = stateIn(body, name)
        if (state !== undefined) states.set(name, state)
      }
      return states
    },
    save(entries) {
      schema.prepare()
      inTransaction(() => {
        const now = recent()
        for (const some of rowsOf(entries)) append(now, some)
        const full = now.freshBytes > maxRecentBytes || now.sequence - now.merged > MERGE_AFTER_ROWS
        if (full && now.merging === undefined) beginMerge(now)
        mergeSome(now, pagesPerSave)
      })
    },
    names(fits) {
      if (!schema.exists()) return []
      const found = new Set<string>()
      inTransaction(() => mergeAll(recent()))
      for (let page = 0; page < pages; page += 1) {
        for (const { name } of entriesIn(rows.read(page))) if (fits(name)) found.add(name)
      }
      return Array.from(found)
    },
    erase(names) {
      if (!schema.exists()) return
      inTransaction(() => {
        emptyRecent()
        for (const [page, mine] of Map.groupBy(names, rows.of)) rows.rewrite(page, named(new Set(mine)))
      })
    },
    sweep(before, page, keeps = () => false) {
      if (!schema.exists() || page >= pages) return undefined
      inTransaction(() => {
        if (page === 0) emptyRecent()
        // By the time first: to read the name and the state of every entry costs more than to copy them.
        rows.rewrite(page, (body, place) => place.touched < before && !keeps(entryAt(body, place)))
      })
      return page + 1 < pages ? page + 1 : undefined
    },
    isEmpty() {
      if (!schema.exists()) return true
      const { fresh, merging } = recent()
      return fresh.size === 0 && merging === undefined && rows.isEmpty()
    },
    reset() {
      forget()
      schema.reset()
    },
  }
}
