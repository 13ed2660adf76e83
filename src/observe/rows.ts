/**
 * The rows of one annex in one object: decoded rows in memory, bounded, over whatever keeps them (`RowBacking`): SQLite
 * in a Ledger object, nothing in the laboratory, where memory is all there is.
 */
import type { AnnexName, RowCodec, Rows } from './annex.ts'

/** A row as storage has it. */
export interface Kept {
  /** Counts the row's changes: where a row is in two places, the higher one is the row. */
  readonly version: number
  /** Milliseconds since the epoch: what is over reads as nothing, and is deleted by the next alarm. */
  readonly until: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface StoredRow extends Kept {
  readonly annex: AnnexName
  readonly name: string
  /** Milliseconds since the epoch: where there is no room for all, what was changed longest ago gives way. */
  readonly changedAt: number
}

export interface RowBacking {
  load(annex: AnnexName, name: string): Kept | undefined
  /** Written at once. Throws what storage throws, and where there is no room for another row. */
  save(row: StoredRow): void
  remove(annex: AnnexName, name: string): void
}

export interface RowsOptions<Row> {
  readonly annex: AnnexName
  readonly codec: RowCodec<Row>
  readonly maxRows: number
  readonly maxRowBytes: number
  weigh?(row: Row): number
  /** As an annex has it. */
  merge?(former: Row, present: Row): Row
}

export interface AnnexRows<Row> extends Rows<Row> {
  /** What is over at this time is over. Rows have no clock. */
  setTime(now: number): void
  /** Gives the row another name; false where there is none, or one that has that name and with which it cannot be merged. */
  rename(from: string, to: string): boolean
  /** What changed since the last call and may lose a second. */
  takeChanged(): readonly StoredRow[]
}

interface Held<Row> {
  /** Undefined where another version of the codec wrote it, or where there is none. */
  readonly row: Row | undefined
  readonly until: number
  readonly version: number
}

/** @param backing undefined where memory is all there is: the row that was used longest ago then gives way for good */
export function newRows<Row>(options: RowsOptions<Row>, backing: RowBacking | undefined): AnnexRows<Row> {
  const { annex, codec, maxRows, maxRowBytes, merge } = options
  const weight = ({ row }: Held<Row>): number =>
    row === undefined || options.weigh === undefined ? 1 : options.weigh(row)
  /** In the order of their last use. What is known not to be there is held too. */
  const held = new Map<string, Held<Row>>()
  const changed = new Map<string, Held<Row> & { readonly row: Row; readonly changedAt: number }>()
  /** The name that was used last. */
  let latest: string | undefined
  let now = 0
  let weighs = 0

  function hold(name: string, what: Held<Row>): void {
    // In its place already where it was used last: to take things out of a map and put them in again is dear.
    if (name === latest) weighs -= weightOf(name)
    else drop(name)
    held.set(name, what)
    latest = name
    weighs += weight(what)
    if (weighs > maxRows) dropOldest()
  }

  function dropOldest(): void {
    for (const oldest of held.keys()) {
      if (weighs <= maxRows || oldest === latest) return
      drop(oldest)
    }
  }

  function drop(name: string): void {
    weighs -= weightOf(name)
    held.delete(name)
  }

  function weightOf(name: string): number {
    const known = held.get(name)
    return known === undefined ? 0 : weight(known)
  }

  function recall(name: string): Held<Row> {
    const known = held.get(name) ?? changed.get(name) ?? load(name)
    if (name !== latest) hold(name, known)
    return known
  }

  function load(name: string): Held<Row> {
    const stored = backing?.load(annex, name)
    if (stored === undefined) return NONE
    return { row: codec.decode(stored.bytes), until: stored.until, version: stored.version }
  }

  function find(name: string): (Held<Row> & { readonly row: Row }) | undefined {
    const { row, until, version } = recall(name)
    return row === undefined || until <= now ? undefined : { row, until, version }
  }

  function next(name: string, row: Row, until: number) {
    return { row, until, version: recall(name).version + 1, changedAt: now }
  }

  function put(name: string, row: Row, until: number): void {
    const kept = next(name, row, until)
    if (backing !== undefined) {
      const bytes = codec.encode(row)
      if (bytes.length > maxRowBytes) throw new Error(`Cannot keep a row of ${annex}: larger than it may be`)
      backing.save({ annex, name, until, version: kept.version, changedAt: kept.changedAt, bytes })
    }
    changed.delete(name)
    hold(name, kept)
  }

  function remove(name: string): void {
    backing?.remove(annex, name)
    changed.delete(name)
    hold(name, NONE)
  }

  return {
    setTime(time) {
      now = time
    },
    get: (name) => find(name)?.row,
    put,
    putSoon(name, row, until) {
      const kept = next(name, row, until)
      hold(name, kept)
      if (backing !== undefined) changed.set(name, kept)
    },
    delete: remove,
    rename(from, to) {
      const old = from === to ? undefined : find(from)
      if (old === undefined) return false
      const present = find(to)
      if (present === undefined) put(to, old.row, old.until)
      else if (merge === undefined) return false
      else put(to, merge(old.row, present.row), Math.max(old.until, present.until))
      remove(from)
      return true
    },
    takeChanged() {
      const taken = Array.from(changed)
      changed.clear()
      return taken
        .map(([name, { row, until, version, changedAt }]) => ({
          annex,
          name,
          until,
          version,
          changedAt,
          bytes: codec.encode(row),
        }))
        .filter(({ bytes }) => bytes.length <= maxRowBytes)
    },
  }
}

const NONE = { row: undefined, until: 0, version: 0 }
