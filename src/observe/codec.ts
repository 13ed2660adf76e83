/**
 * One key's state as bytes, for a row of a Ledger object: little endian, a version byte first. An unknown version
 * reads as no state, so that a rollback forgets a day of rates instead of misreading them.
 */
import type { KeyState } from './behaviour.ts'
import { type Distinct, MAX_LISTED, SLOTS } from './distinct.ts'
import { COUNTS_LENGTH } from './windows.ts'

export const CODEC_VERSION = 1

const TIMES_BYTES = 1 + 2 * 8
const RHYTHM_BYTES = 1 + 2 * 8
const COUNTS_BYTES = COUNTS_LENGTH * 4
/** A listed slot: when, then which. */
const LISTED_BYTES = 6
/** Stands where a list's length stands, before a whole vector. */
const WHOLE = 0xffff
const WHOLE_BYTES = SLOTS * 4
/** A state's largest stored size: both sketches whole. A key with one account and one client takes 206 bytes. */
export const MAX_STATE_BYTES = TIMES_BYTES + RHYTHM_BYTES + COUNTS_BYTES + 2 * (2 + WHOLE_BYTES)
const MAX_COUNT = 0xffff_ffff

export function encode(state: KeyState): Uint8Array<ArrayBuffer> {
  const sketches = sizeOf(state.accounts) + sizeOf(state.clients)
  const bytes = new Uint8Array(TIMES_BYTES + RHYTHM_BYTES + COUNTS_BYTES + sketches)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, CODEC_VERSION)
  view.setFloat64(1, state.firstSeenAt, true)
  view.setFloat64(9, state.lastAt, true)
  view.setUint8(17, state.rhythm.intervals)
  view.setFloat64(18, state.rhythm.mean, true)
  view.setFloat64(26, state.rhythm.variance, true)
  let offset = TIMES_BYTES + RHYTHM_BYTES
  for (const count of state.counts) {
    view.setUint32(offset, Math.min(count, MAX_COUNT), true)
    offset += 4
  }
  offset = writeDistinct(view, offset, state.accounts)
  writeDistinct(view, offset, state.clients)
  return bytes
}

/** Undefined for what this version did not write: another version, a truncated row, a size that does not fit. */
export function decode(bytes: Uint8Array): KeyState | undefined {
  if (bytes.length < TIMES_BYTES + RHYTHM_BYTES + COUNTS_BYTES + 4 || bytes[0] !== CODEC_VERSION)
    return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = TIMES_BYTES + RHYTHM_BYTES
  const counts: number[] = []
  for (let cell = 0; cell < COUNTS_LENGTH; cell += 1, offset += 4) counts.push(view.getUint32(offset, true))
  const accounts = readDistinct(view, offset)
  if (accounts === undefined) return undefined
  const clients = readDistinct(view, offset + sizeOf(accounts))
  if (clients === undefined) return undefined
  return {
    firstSeenAt: view.getFloat64(1, true),
    lastAt: view.getFloat64(9, true),
    counts,
    rhythm: {
      intervals: view.getUint8(17),
      mean: view.getFloat64(18, true),
      variance: view.getFloat64(26, true),
    },
    accounts,
    clients,
  }
}

function sizeOf({ slots }: Distinct): number {
  return 2 + (slots === undefined ? WHOLE_BYTES : slots.length * LISTED_BYTES)
}

function writeDistinct(view: DataView, start: number, { slots, times }: Distinct): number {
  view.setUint16(start, slots?.length ?? WHOLE, true)
  let offset = start + 2
  times.forEach((time, index) => {
    view.setUint32(offset, time, true)
    offset += 4
    if (slots === undefined) return
    view.setUint16(offset, slots[index] ?? 0, true)
    offset += 2
  })
  return offset
}

function readDistinct(view: DataView, start: number): Distinct | undefined {
  if (start + 2 > view.byteLength) return undefined
  const length = view.getUint16(start, true)
  const seen: Distinct = { slots: length === WHOLE ? undefined : new Array<number>(length), times: [] }
  if ((seen.slots !== undefined && length > MAX_LISTED) || start + sizeOf(seen) > view.byteLength)
    return undefined
  let offset = start + 2
  for (let index = 0; index < (seen.slots?.length ?? SLOTS); index += 1) {
    seen.times.push(view.getUint32(offset, true))
    offset += 4
    if (seen.slots === undefined) continue
    seen.slots[index] = view.getUint16(offset, true) % SLOTS
    offset += 2
  }
  return seen
}
