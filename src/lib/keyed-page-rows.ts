/** The pages of a keyed log (`keyed-log.ts`) as rows of SQLite, each found by the hash of the names that it holds. */
import { hash32 } from './hash32.ts'
import { type Entry, hasHash, hashesIn, nameOf, type Place, rewritten, shortened } from './keyed-pages.ts'

/** Which entries of a page are dropped. */
export type Drops = (body: Uint8Array, place: Place) => boolean

export interface PageRows {
  /** The number of the page that holds this name, or would. */
  of(name: string): number
  /** Entries as `keyed-pages.ts` reads them; empty where there is no such row. */
  read(page: number): Uint8Array
  /** As `read`, for a lookup by name: what was read once says for the next name whether it has to be read again. */
  readFor(name: string): Uint8Array
  /** False where the page of this name was read before and has nothing of its hash. */
  mayHold(name: string): boolean
  /** Writes nothing where nothing is dropped and nothing added. */
  rewrite(page: number, drops: Drops, added?: readonly Entry[]): void
  isEmpty(): boolean
  /** What is known of the rows is no longer so. */
  forget(): void
}

export interface PageRowsOptions {
  readonly pages: number
  /** A page holds no more: what was touched longest ago gives way. */
  readonly maxPageBytes: number
}

export function newPageRows(sql: SqlStorage, { pages, maxPageBytes }: PageRowsOptions): PageRows {
  /** Hashes of the names in pages that were read: names that are nowhere, of which there may be a flood, read none again. */
  const hashes = new Map<number, Uint32Array>()

  const of = (name: string): number => hash32(name) % pages

  function read(page: number): Uint8Array {
    const row = sql.exec<{ body: ArrayBuffer }>('SELECT body FROM page WHERE number = ?', page).toArray()[0]
    return row === undefined ? NOTHING : new Uint8Array(row.body)
  }

  return {
    of,
    read,
    readFor(name) {
      const page = of(name)
      const body = read(page)
      if (!hashes.has(page)) hashes.set(page, hashesIn(body))
      return body
    },
    mayHold(name) {
      const known = hashes.get(of(name))
      return known === undefined || hasHash(known, hash32(name))
    },
    rewrite(page, drops, added = []) {
      const before = read(page)
      const after = rewritten(before, (place) => drops(before, place), added)
      hashes.delete(page)
      if (after.length === before.length && added.length === 0) return
      if (after.length === 0) sql.exec('DELETE FROM page WHERE number = ?', page)
      else sql.exec('INSERT OR REPLACE INTO page VALUES (?, ?)', page, shortened(after, maxPageBytes))
    },
    isEmpty: () => sql.exec('SELECT 1 FROM page LIMIT 1').toArray().length === 0,
    forget: () => hashes.clear(),
  }
}

const NOTHING = new Uint8Array(0)

/** Entries with one of these names. By hash first: to read every name of a page costs more than to copy it. */
export function named(names: ReadonlyMap<string, unknown> | ReadonlySet<string>): Drops {
  const hashes = new Set(Array.from(names.keys(), hash32))
  return (body, place) => hashes.has(place.hash) && names.has(nameOf(body, place))
}
