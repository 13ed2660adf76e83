/**
 * One key's state as bytes, for a row of a Ledger object: little endian, a version byte first. An unknown version
 * reads as no state, so that a rollback forgets a day of rates instead of misreading them.
 *
 * Counts are written as variable-length integers (LEB128): most of the 95 are zero, and a row is half as large for it.
 */
import type { KeyState } from './behaviour.ts'
import { decodeFirstVersion, FIRST_VERSION } from './codec-first.ts'
import { HEAD_BYTES, readDistinct, readHead, sizeOf, WHOLE_BYTES, writeDistinct } from './codec-parts.ts'
import { type Distinct, newDistinct } from './distinct.ts'
import { COUNTS_LENGTH, WIDTH, WINDOWS } from './windows.ts'

const CODEC_VERSION = 3
/** Without the last column. Read until it is a day old. */
const SECOND_VERSION = 2
const SECOND_WIDTH = 8

const WIDTHS: Readonly<Record<number, number>> = { [SECOND_VERSION]: SECOND_WIDTH, [CODEC_VERSION]: WIDTH }

/** Counts are safe integers, which have 53 bits: eight groups of seven. */
const MAX_COUNT_BYTES = 8
/** A state's largest stored size: three sketches whole. A key with one account and one client takes about 160 bytes. */
export const MAX_STATE_BYTES = HEAD_BYTES + COUNTS_LENGTH * MAX_COUNT_BYTES + 3 * (2 + WHOLE_BYTES)

/** Taken again for each state: a shard writes hundreds in one go, and knows a state's length only when it is written. */
const scratch = new Uint8Array(MAX_STATE_BYTES)
const scratchView = new DataView(scratch.buffer)

export function encode(state: KeyState): Uint8Array<ArrayBuffer> {
  const view = scratchView
  view.setUint8(0, CODEC_VERSION)
  view.setFloat64(1, state.firstSeenAt, true)
  view.setFloat64(9, state.lastAt, true)
  view.setUint8(17, state.rhythm.intervals)
  view.setFloat64(18, state.rhythm.mean, true)
  view.setFloat64(26, state.rhythm.variance, true)
  let offset = HEAD_BYTES
  // By index: an iterator makes two objects for each count, and a second's writing has hundreds of keys.
  for (let cell = 0; cell < COUNTS_LENGTH; cell += 1) offset = writeCount(offset, state.counts[cell] ?? 0)
  offset = writeDistinct(view, offset, state.accounts)
  offset = writeDistinct(view, offset, state.clients)
  offset = writeDistinct(view, offset, state.resources)
  return scratch.slice(0, offset)
}

/** Undefined for what no version wrote: another version, a truncated row, a size that does not fit. */
export function decode(bytes: Uint8Array): KeyState | undefined {
  if (bytes[0] === FIRST_VERSION) return decodeFirstVersion(bytes)
  const width = WIDTHS[bytes[0] ?? 0]
  if (bytes.length < HEAD_BYTES || width === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const counts: number[] = []
  let offset = readCounts(bytes, counts, width)
  const sketches: Distinct[] = []
  for (let sketch = 0; sketch < 3; sketch += 1) {
    const seen = readDistinct(view, offset)
    if (seen === undefined) return undefined
    sketches.push(seen)
    offset += sizeOf(seen)
  }
  const [accounts = newDistinct(), clients = newDistinct(), resources = newDistinct()] = sketches
  return { ...readHead(view), counts, accounts, clients, resources }
}

function writeCount(start: number, count: number): number {
  let rest = count
  let offset = start
  while (rest >= 0x80) {
    scratch[offset] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
    offset += 1
  }
  scratch[offset] = rest
  return offset + 1
}

/** Returns where the counts end; past the row's end where they are cut short. */
function readCounts(bytes: Uint8Array, into: number[], width: number): number {
  let offset = HEAD_BYTES
  const next = (): number => {
    let count = 0
    let scale = 1
    let byte = 0x80
    for (let group = 0; group < MAX_COUNT_BYTES && byte >= 0x80; group += 1, offset += 1) {
      byte = bytes[offset] ?? 0
      count += (byte & 0x7f) * scale
      scale *= 0x80
    }
    return count
  }
  for (let window = 0; window < WINDOWS.length; window += 1) {
    into.push(next())
    // Of the current bucket and of the one before it; columns that were not there then are zero.
    for (let bucket = 0; bucket < 2; bucket += 1)
      for (let column = 0; column < WIDTH; column += 1) into.push(column < width ? next() : 0)
  }
  return offset
}
