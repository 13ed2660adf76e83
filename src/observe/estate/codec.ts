/**
 * Cohorts as bytes, for storage: little endian, a version byte first. What takes hours or days to learn is in them. Who the
 * heaviest are, how arrivals are spaced and crowds of a handful are left out: hashes of single clients and accounts are never
 * written down, and all that is learnt anew within minutes.
 */
import { COUNTS_LENGTH, WIDTH, WINDOWS } from '../windows.ts'
import { type CohortState, newCohortState } from './cohort-state.ts'
import { BUCKETS, bytesOf, type Crowd, crowdOf, newCrowd, REGISTER_BYTES } from './crowd.ts'
import { SLOTS_LENGTH, SUMS } from './usual.ts'

const VERSION = 2
/** Without the last column of the counters: weeks of what is usual are in it. */
const FIRST_VERSION = 1
const FIRST_WIDTH = 8

const WIDTHS: Readonly<Record<number, number>> = { [FIRST_VERSION]: FIRST_WIDTH, [VERSION]: WIDTH }

const FIXED = 3 + COUNTS_LENGTH + 1 + 2 * SUMS.length
const CROWD_BYTES = BUCKETS * 8 + REGISTER_BYTES

/** Name and state of each, one after the other. */
export function encodeCohorts(
  cohorts: Iterable<readonly [name: string, state: CohortState]>,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Uint8Array.of(VERSION)]
  for (const [name, state] of cohorts) parts.push(...encodeOne(name, state))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** Empty for what an unknown version wrote: its cohorts are new again. */
export function decodeCohorts(bytes: Uint8Array): readonly (readonly [name: string, state: CohortState])[] {
  const width = WIDTHS[bytes[0] ?? 0]
  if (width === undefined) return []
  const cohorts: [string, CohortState][] = []
  let offset = 1
  while (offset < bytes.length) {
    const read = decodeOne(bytes, offset, width)
    if (read === undefined) break
    cohorts.push([read.name, read.state])
    offset = read.end
  }
  return cohorts
}

function encodeOne(name: string, state: CohortState): readonly Uint8Array[] {
  const { firstSeenAt, lastAt, weight, counts, usual } = state
  const label = new TextEncoder().encode(name)
  const numbers = [
    ...[firstSeenAt, lastAt, weight, ...counts],
    ...[usual.hour, ...usual.current, ...usual.last, ...usual.slots],
  ]
  const crowds = [state.accounts, state.clients, state.addresses]
  const written = crowds.map((crowd) => bytesOf(crowd))
  const flags = written.reduce((sum, bytes, index) => sum + (bytes === undefined ? 0 : 1 << index), 0)
  const head = Uint8Array.of(label.length & 255, label.length >> 8, usual.slots.length === 0 ? 0 : 1, flags)
  return [
    head,
    label,
    floats(numbers),
    ...written.flatMap((dense) => (dense === undefined ? [] : [floats(dense.buckets), dense.registers])),
  ]
}

function floats(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * 8))
  for (const [index, number] of numbers.entries()) view.setFloat64(index * 8, number, true)
  return new Uint8Array(view.buffer)
}

function decodeOne(
  bytes: Uint8Array,
  start: number,
  width: number,
): { readonly name: string; readonly state: CohortState; readonly end: number } | undefined {
  const [low = 0, high = 0, learnt = 0, flags = 0] = bytes.subarray(start, start + 4)
  const nameEnd = start + 4 + low + 256 * high
  const missing = 2 * WINDOWS.length * (WIDTH - width)
  const length = FIXED - missing + (learnt === 0 ? 0 : SLOTS_LENGTH)
  const crowdsAt = nameEnd + 8 * length
  const end = crowdsAt + CROWD_BYTES * [1, 2, 4].filter((flag) => (flags & flag) > 0).length
  if (end > bytes.length) return undefined
  const name = new TextDecoder().decode(bytes.subarray(start + 4, nameEnd))
  return { name, end, state: stateFrom(bytes, { nameEnd, length, width, crowdsAt, flags }) }
}

interface Places {
  readonly nameEnd: number
  readonly length: number
  /** Columns of its counters. */
  readonly width: number
  readonly crowdsAt: number
  readonly flags: number
}

function stateFrom(bytes: Uint8Array, { nameEnd, length, width, crowdsAt, flags }: Places): CohortState {
  const numbers = widened(floatsAt(bytes, nameEnd, length), width)
  const usualAt = 3 + COUNTS_LENGTH
  let offset = crowdsAt
  const next = (flag: number): Crowd => {
    if ((flags & flag) === 0) return newCrowd()
    offset += CROWD_BYTES
    const from = offset - CROWD_BYTES
    const registers = bytes.slice(from + BUCKETS * 8, offset)
    return crowdOf({ registers, buckets: floatsAt(bytes, from, BUCKETS) })
  }
  const [firstSeenAt = 0, lastAt = 0, weight = 0] = numbers
  return {
    ...newCohortState(firstSeenAt),
    lastAt,
    weight,
    counts: numbers.slice(3, usualAt),
    accounts: next(1),
    clients: next(2),
    addresses: next(4),
    usual: {
      hour: numbers[usualAt] ?? 0,
      current: numbers.slice(usualAt + 1, usualAt + 1 + SUMS.length),
      last: numbers.slice(usualAt + 1 + SUMS.length, FIXED),
      slots: numbers.slice(FIXED),
    },
  }
}

/** Columns that were not there then are zero, in each window's current bucket and in the one before it. */
function widened(numbers: readonly number[], width: number): readonly number[] {
  if (width === WIDTH) return numbers
  const wide = numbers.slice(0, 3)
  const absent = new Array<number>(WIDTH - width).fill(0)
  let from = 3
  for (let window = 0; window < WINDOWS.length; window += 1) {
    wide.push(numbers[from] ?? 0)
    from += 1
    for (let bucket = 0; bucket < 2; bucket += 1, from += width)
      wide.push(...numbers.slice(from, from + width), ...absent)
  }
  return [...wide, ...numbers.slice(from)]
}

function floatsAt(bytes: Uint8Array, start: number, length: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length * 8)
  return Array.from({ length }, (_, index) => view.getFloat64(index * 8, true))
}
