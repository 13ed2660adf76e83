/**
 * Named states as one blob: many of them cost one row. Little endian, one entry after the other: hash of the name (u32),
 * length of the name (u16), when it was last touched (f64), length of the state (u32), name (UTF-8), state.
 */
import { hash32 } from './hash32.ts'

export interface Entry {
  readonly name: string
  /** Milliseconds since the epoch: what gives way goes by it, and what is cleaned unless somebody keeps it. */
  readonly touched: number
  readonly state: Uint8Array
}

/** Where an entry stands in a blob, and what can be said of it without reading its name. */
export interface Place {
  readonly hash: number
  readonly touched: number
  readonly start: number
  readonly nameAt: number
  readonly stateAt: number
  readonly end: number
}

const HEAD_BYTES = 4 + 2 + 8 + 4

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** An upper bound: a UTF-16 unit never makes more than three octets. */
export function sizeOf({ name, state }: Entry): number {
  return HEAD_BYTES + 3 * name.length + state.length
}

export function packEntries(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(entries.reduce((sum, entry) => sum + sizeOf(entry), 0))
  return body.slice(0, write(body, viewOf(body), 0, entries))
}

function write(body: Uint8Array, view: DataView, start: number, entries: readonly Entry[]): number {
  let at = start
  for (const { name, touched, state } of entries) {
    const nameLength = encoder.encodeInto(name, body.subarray(at + HEAD_BYTES)).written
    view.setUint32(at, hash32(name), true)
    view.setUint16(at + 4, nameLength, true)
    view.setFloat64(at + 6, touched, true)
    view.setUint32(at + 14, state.length, true)
    body.set(state, at + HEAD_BYTES + nameLength)
    at += HEAD_BYTES + nameLength + state.length
  }
  return at
}

/** Ends at the first entry that is not whole: what was cut off is lost, what stands before it is not. */
function* placesIn(body: Uint8Array): Iterable<Place> {
  const view = viewOf(body)
  for (let start = 0; start + HEAD_BYTES <= body.length; ) {
    const nameAt = start + HEAD_BYTES
    const stateAt = nameAt + view.getUint16(start + 4, true)
    const end = stateAt + view.getUint32(start + 14, true)
    if (end > body.length) return
    const hash = view.getUint32(start, true)
    yield { hash, touched: view.getFloat64(start + 6, true), start, nameAt, stateAt, end }
    start = end
  }
}

/** States are views of the blob, not copies. */
export function* entriesIn(body: Uint8Array): Iterable<Entry> {
  for (const place of placesIn(body)) yield entryAt(body, place)
}

/** Its state is a view of the blob, not a copy. */
export function entryAt(body: Uint8Array, place: Place): Entry {
  const { touched, stateAt, end } = place
  return { name: nameOf(body, place), touched, state: body.subarray(stateAt, end) }
}

/** The state of this name, a view of the blob. */
export function stateIn(body: Uint8Array, name: string): Uint8Array | undefined {
  const hash = hash32(name)
  for (const place of placesIn(body)) {
    if (place.hash === hash && nameOf(body, place) === name) return body.subarray(place.stateAt, place.end)
  }
  return undefined
}

/** Hashes of all names in a blob, in order, to be asked by `hasHash`: four octets for each name. */
export function hashesIn(body: Uint8Array): Uint32Array {
  return Uint32Array.from(Array.from(placesIn(body), ({ hash }) => hash)).sort()
}

export function hasHash(sorted: Uint32Array, hash: number): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < hash) low = middle + 1
    else high = middle
  }
  return sorted[low] === hash
}

export function nameOf(body: Uint8Array, { nameAt, stateAt }: Place): string {
  return decoder.decode(body.subarray(nameAt, stateAt))
}

/** The blob without what `drops` says, and with `added` behind it. Neighbours that stay are copied together. */
export function rewritten(
  body: Uint8Array,
  drops: (place: Place) => boolean,
  added: readonly Entry[],
): Uint8Array<ArrayBuffer> {
  const into = new Uint8Array(body.length + added.reduce((sum, entry) => sum + sizeOf(entry), 0))
  let at = 0
  let from = 0
  let whole = 0
  for (const place of placesIn(body)) {
    whole = place.end
    if (!drops(place)) continue
    into.set(body.subarray(from, place.start), at)
    at += place.start - from
    from = place.end
  }
  into.set(body.subarray(from, whole), at)
  return into.slice(0, write(into, viewOf(into), at + whole - from, added))
}

/** The blob in at most so many octets: what was touched longest ago is dropped. */
export function shortened(body: Uint8Array<ArrayBuffer>, maxBytes: number): Uint8Array<ArrayBuffer> {
  if (body.length <= maxBytes) return body
  const oldestFirst = Array.from(placesIn(body)).sort((left, right) => left.touched - right.touched)
  const dropped = new Set<number>()
  let bytes = body.length
  for (const { start, end } of oldestFirst) {
    if (bytes <= maxBytes) break
    dropped.add(start)
    bytes -= end - start
  }
  return rewritten(body, ({ start }) => dropped.has(start), [])
}

function viewOf(body: Uint8Array): DataView {
  return new DataView(body.buffer, body.byteOffset, body.byteLength)
}
