/**
 * The rows of the Journal object, each a page of many entries. An entry in a row of its own, with an index for each
 * question, would be three rows written per request and ten times the work; an append to the open page is one row,
 * whatever it brings. All SQL of the journal is here.
 */
import { HOUR_MS } from '../lib/durations.ts'
import { newSchema } from '../lib/schema.ts'
import { newSeenIds } from '../lib/seen-ids.ts'
import {
  addCounts,
  addRow,
  hasRoom,
  type JournalCounts,
  type JournalRow,
  newCounts,
  newPage,
  type Page,
  type RecordType,
  wantsNewPage,
} from './journal-page.ts'

/** Bodies last: SQLite reads the columns before them without touching them. */
const STEPS = [
  `CREATE TABLE pages (
    number INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    counts TEXT NOT NULL,
    body TEXT NOT NULL
  );
  CREATE TABLE retention (type TEXT PRIMARY KEY, hours INTEGER NOT NULL) WITHOUT ROWID`,
] as const

export interface JournalLimits {
  readonly maxEntries: number
  readonly retentionHours: Readonly<Record<RecordType, number>>
}

/** A page without its entries. */
export interface PageHead {
  readonly number: number
  readonly type: RecordType
  readonly first: number
  readonly last: number
  readonly counts: JournalCounts
}

export interface JournalStore {
  append(rows: readonly JournalRow[], limits: JournalLimits): void
  /** Newest first. */
  heads(): readonly PageHead[]
  /** The entries of a page as a JSON array. */
  body(number: number): string
  /** Pages that hold this text. */
  holding(text: string): ReadonlySet<number>
  /** Rewrites a page; one without entries is deleted. */
  rewrite(number: number, rows: readonly JournalRow[]): void
  /** Deletes the pages whose retention is over. */
  sweep(now: number): void
}

/** The page that entries are added to. */
interface OpenPage {
  readonly number: number
  readonly page: Page
  isWritten: boolean
}

type HeadRow = Omit<PageHead, 'counts'> & { readonly counts: string }

/** References remembered, so that a batch that is sent again is stored once. */
const MAX_REFERENCES = 4_096
const HEAD = 'SELECT number, type, first, last, counts FROM pages ORDER BY number'

export function newJournalStore(storage: DurableObjectStorage): JournalStore {
  const schema = newSchema(storage, STEPS)
  const references = newSeenIds(MAX_REFERENCES)
  let open: OpenPage | undefined
  /** Entries in all pages; undefined until counted. */
  let size: number | undefined

  function select(query: string): readonly PageHead[] {
    const rows = storage.sql.exec<HeadRow>(query)
    return Array.from(rows, (row) => ({ ...row, counts: JSON.parse(row.counts) }))
  }

  function body(number: number): string {
    return storage.sql.exec<{ body: string }>('SELECT body FROM pages WHERE number = ?', number).one().body
  }

  /** The page that an earlier life of this object left open. */
  function reopened(): OpenPage | undefined {
    const head = select(`${HEAD} DESC LIMIT 1`)[0]
    if (head === undefined) return undefined
    const joined = body(head.number).slice(1, -1)
    const counts = newCounts()
    addCounts(counts, head.counts)
    const { number, type, first, last } = head
    const page = { type, first, last, counts, bodies: [joined], characters: joined.length }
    return { number, page, isWritten: true }
  }

  function put(number: number, { type, first, last, counts, bodies }: Page): void {
    // SQLite puts the brackets on: here it would be one more copy of a page's text for the garbage collector.
    const query = "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, '[' || ? || ']')"
    storage.sql.exec(query, number, type, first, last, JSON.stringify(counts), bodies.join())
  }

  function writeOpen(): void {
    if (open === undefined || open.isWritten) return
    put(open.number, open.page)
    open.isWritten = true
  }

  function begin(row: JournalRow): OpenPage {
    writeOpen()
    return { number: (open?.number ?? 0) + 1, page: newPage(row), isWritten: false }
  }

  function addAll(rows: readonly JournalRow[]): void {
    open ??= reopened()
    let wantsNew = open !== undefined && wantsNewPage(open.page, rows)
    for (const row of rows) {
      if (open === undefined || wantsNew || !hasRoom(open.page, row)) open = begin(row)
      wantsNew = false
      addRow(open.page, row)
      open.isWritten = false
    }
  }

  function remove(number: number): void {
    storage.sql.exec('DELETE FROM pages WHERE number = ?', number)
    if (open?.number === number) open = undefined
  }

  function trim(maxEntries: number): void {
    size ??= select(HEAD).reduce((sum, { counts }) => sum + counts.total, 0)
    while (size > maxEntries) {
      const oldest = select(`${HEAD} LIMIT 1`)[0]
      if (oldest === undefined) return
      remove(oldest.number)
      size -= oldest.counts.total
    }
  }

  function write(rows: readonly JournalRow[], { maxEntries, retentionHours }: JournalLimits): void {
    for (const [type, hours] of Object.entries(retentionHours)) {
      const changed = 'DO UPDATE SET hours = excluded.hours WHERE hours <> excluded.hours'
      storage.sql.exec(`INSERT INTO retention VALUES (?, ?) ON CONFLICT (type) ${changed}`, type, hours)
    }
    addAll(rows)
    writeOpen()
    if (size !== undefined) size += rows.length
    trim(maxEntries)
  }

  return {
    append(rows, limits) {
      schema.prepare()
      const fresh = rows.filter(({ reference }) => !references.has(reference))
      try {
        storage.transactionSync(() => write(fresh, limits))
      } catch (error) {
        // Rolled back: what memory says of the pages is no longer so.
        open = size = undefined
        throw error
      }
      for (const { reference } of fresh) references.add(reference)
    },
    heads: () => (schema.exists() ? select(`${HEAD} DESC`) : []),
    body,
    holding(text) {
      if (!schema.exists()) return new Set()
      const query = 'SELECT number FROM pages WHERE instr(body, ?) > 0'
      return new Set(Array.from(storage.sql.exec<{ number: number }>(query, text), ({ number }) => number))
    },
    rewrite(number, rows) {
      open = size = undefined
      const [first] = rows
      if (first === undefined) return remove(number)
      const page = newPage(first)
      for (const row of rows) addRow(page, row)
      put(number, page)
    },
    sweep(now) {
      if (!schema.exists()) return
      open = size = undefined
      const query = 'SELECT type, hours FROM retention'
      for (const { type, hours } of storage.sql.exec<{ type: string; hours: number }>(query).toArray()) {
        storage.sql.exec('DELETE FROM pages WHERE type = ? AND last < ?', type, now - hours * HOUR_MS)
      }
    },
  }
}
