/** What a keyed log has appended and not merged into pages yet (`keyed-log.ts`). */
import { type Entry, entriesIn, sizeOf } from './keyed-pages.ts'

const MAX_ROW_BYTES = 1_000_000

export type Entries = Map<string, Entry>

/** What is not in pages yet. */
export interface Recent {
  /** Of the last row written. */
  sequence: number
  /** Rows up to this one are in pages. */
  merged: number
  fresh: Entries
  freshBytes: number
  /** On its way into pages: by page, with the last sequence that it has. */
  merging: { readonly through: number; readonly left: Map<number, Entries> } | undefined
}

type RecentRow = { sequence: number; merged: number; body: ArrayBuffer }

export function readRecent(sql: SqlStorage): Recent {
  const query = 'SELECT sequence, merged, body FROM recent ORDER BY sequence'
  const rows = sql.exec<RecentRow>(query).toArray()
  const last = rows.at(-1)
  const now: Recent = {
    sequence: last?.sequence ?? 0,
    merged: last?.merged ?? 0,
    fresh: new Map(),
    freshBytes: 0,
    merging: undefined,
  }
  for (const { sequence, body } of rows) {
    if (sequence <= now.merged) continue
    for (const entry of entriesIn(new Uint8Array(body))) {
      now.fresh.set(entry.name, entry)
      now.freshBytes += sizeOf(entry)
    }
  }
  return now
}

/** Entries in rows of a bounded size. */
export function* rowsOf(entries: readonly Entry[]): Iterable<readonly Entry[]> {
  let row: Entry[] = []
  let bytes = 0
  for (const entry of entries) {
    const size = sizeOf(entry)
    if (bytes + size > MAX_ROW_BYTES && row.length > 0) {
      yield row
      row = []
      bytes = 0
    }
    row.push(entry)
    bytes += size
  }
  if (row.length > 0) yield row
}
