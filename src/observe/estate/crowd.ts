/**
 * How many different things were seen in the last minute, hour and day, in fixed space, mergeable.
 *
 * The first few are kept as they are, and counted exactly. Beyond, HyperLogLog (Flajolet, Fusy, Gandouet and Meunier
 * 2007) with 256 registers: a standard error of 1.04 / 16, or 6.5%, at any size. Each window has two: of its current
 * bucket, and of that together with the bucket before; what is read slides from the one to the other. Harmonic sum and
 * empty registers are kept up to date with each mark, because a busy cohort is read far more often than it changes.
 */
import { WINDOW_MS } from '../windows.ts'

/** Windows in which different things are counted: the others are too short to matter or between these. */
export const CROWD_WINDOWS = ['minute', 'hour', 'day'] as const
export type CrowdWindow = (typeof CROWD_WINDOWS)[number]

const LENGTHS = CROWD_WINDOWS.map((window) => WINDOW_MS[window])
const REGISTERS = 256
/** Bits of a hash that draw the rank; the other eight draw the register. */
const RANK_BITS = 24
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS)
/** Above this the raw estimate is better than the count of empty registers. */
const LINEAR_UP_TO = 2.5 * REGISTERS
/** So many things are remembered one by one. */
export const MAX_FEW = 24

const LINEAR = Array.from({ length: REGISTERS + 1 }, (_, empty) =>
  empty === 0 ? Number.POSITIVE_INFINITY : REGISTERS * Math.log(REGISTERS / empty),
)
const SHARE = Array.from({ length: RANK_BITS + 2 }, (_, rank) => 2 ** -rank)

/** One HyperLogLog of a `Dense`: where its registers begin, and what they sum up to. */
interface Half {
  readonly base: number
  sum: number
  empty: number
}

interface Dense {
  readonly registers: Uint8Array
  /** By window: index of the current bucket. */
  readonly buckets: number[]
  readonly current: readonly Half[]
  readonly both: readonly Half[]
}

export interface Crowd {
  /** Hash and when it was last seen, by turns; empty once `dense` is there. */
  few: number[]
  dense: Dense | undefined
}

export function newCrowd(): Crowd {
  return { few: [], dense: undefined }
}

/** @param hash 32 bits, evenly spread (`lib/hash32.ts`) */
export function mark(crowd: Crowd, hash: number, at: number): void {
  if (crowd.dense === undefined && !markFew(crowd, hash, at)) densify(crowd)
  if (crowd.dense !== undefined) markDense(crowd.dense, hash, at)
}

/** False where there is no room left among the few. */
function markFew(crowd: Crowd, hash: number, at: number): boolean {
  const { few } = crowd
  for (let place = 0; place < few.length; place += 2) {
    if (few[place] !== hash) continue
    few[place + 1] = Math.max(few[place + 1] ?? 0, at)
    return true
  }
  if (few.length >= 2 * MAX_FEW) forgetOld(crowd, at)
  if (crowd.few.length >= 2 * MAX_FEW) return false
  crowd.few.push(hash, at)
  return true
}

/** Different things seen in the window up to `at`; whole, because readers show it. */
export function estimate(crowd: Crowd, window: CrowdWindow, at: number): number {
  const index = CROWD_WINDOWS.indexOf(window)
  const length = LENGTHS[index] ?? 0
  const { dense, few } = crowd
  if (dense !== undefined) return Math.round(estimateDense(dense, index, at / length))
  let seen = 0
  for (let place = 1; place < few.length; place += 2) if ((few[place] ?? 0) > at - length) seen += 1
  return seen
}

/**
 * Adds to what a parcel carries of a crowd: hashes, and beyond a size the hashes of others that leave the same marks.
 */
export function gather(hashes: Set<number>, hash: number): Set<number> {
  hashes.add(hash)
  return hashes.size > 2 * REGISTERS ? representatives(hashes) : hashes
}

/** At most one for each register: merged, they do what all of them would. */
function representatives(hashes: ReadonlySet<number>): Set<number> {
  const registers = new Uint8Array(REGISTERS)
  for (const hash of hashes) {
    const register = registerOf(hash)
    registers[register] = Math.max(registers[register] ?? 0, rankOf(hash))
  }
  const made = new Set<number>()
  registers.forEach((rank, register) => {
    if (rank > 0) made.add(hashOf(register, rank))
  })
  return made
}

function registerOf(hash: number): number {
  return hash & (REGISTERS - 1)
}

function rankOf(hash: number): number {
  return Math.clz32(hash >>> 8) - 8 + 1
}

function hashOf(register: number, rank: number): number {
  const drawn = rank > RANK_BITS ? 0 : 1 << (RANK_BITS - rank)
  return ((drawn << 8) | register) >>> 0
}

function markDense(dense: Dense, hash: number, at: number): void {
  const register = registerOf(hash)
  const rank = rankOf(hash)
  for (let window = 0; window < LENGTHS.length; window += 1) {
    const bucket = Math.floor(at / (LENGTHS[window] ?? 1))
    advance(dense, window, bucket)
    const age = (dense.buckets[window] ?? 0) - bucket
    if (age > 1) continue
    if (age === 0) raise(dense, dense.current[window], register, rank)
    raise(dense, dense.both[window], register, rank)
  }
}

function raise({ registers }: Dense, half: Half | undefined, register: number, rank: number): void {
  if (half === undefined) return
  const before = registers[half.base + register] ?? 0
  if (before >= rank) return
  registers[half.base + register] = rank
  half.sum += (SHARE[rank] ?? 0) - (SHARE[before] ?? 0)
  if (before === 0) half.empty -= 1
}

/** What was current is now what came before; an older bucket is gone. */
function advance(dense: Dense, window: number, bucket: number): void {
  const newest = dense.buckets[window] ?? 0
  if (bucket <= newest) return
  const current = dense.current[window]
  const both = dense.both[window]
  if (current === undefined || both === undefined) return
  if (bucket === newest + 1) {
    dense.registers.copyWithin(both.base, current.base, current.base + REGISTERS)
    both.sum = current.sum
    both.empty = current.empty
  } else clear(dense, both)
  clear(dense, current)
  dense.buckets[window] = bucket
}

function clear({ registers }: Dense, half: Half): void {
  if (half.empty < REGISTERS) registers.fill(0, half.base, half.base + REGISTERS)
  half.sum = REGISTERS
  half.empty = REGISTERS
}

function estimateDense({ buckets, current, both }: Dense, window: number, position: number): number {
  const age = Math.floor(position) - (buckets[window] ?? 0)
  if (age > 1) return 0
  const remaining = 1 - (position - Math.floor(position))
  const ofCurrent = count(current[window])
  // A reader whose clock is behind the newest bucket sees that bucket at its very beginning.
  if (age < 0) return count(both[window])
  if (age === 1) return ofCurrent * remaining
  return ofCurrent + Math.max(0, count(both[window]) - ofCurrent) * remaining
}

function count(half: Half | undefined): number {
  if (half === undefined) return 0
  const raw = (ALPHA * REGISTERS * REGISTERS) / half.sum
  return raw <= LINEAR_UP_TO && half.empty > 0 ? (LINEAR[half.empty] ?? raw) : raw
}

function densify(crowd: Crowd): void {
  const half = (index: number): Half => ({ base: index * REGISTERS, sum: REGISTERS, empty: REGISTERS })
  const dense: Dense = {
    registers: new Uint8Array(2 * LENGTHS.length * REGISTERS),
    buckets: LENGTHS.map(() => 0),
    current: LENGTHS.map((_, index) => half(2 * index)),
    both: LENGTHS.map((_, index) => half(2 * index + 1)),
  }
  // In the order of their times, or the latest would push the earlier ones out of their buckets.
  const seen = pairs(crowd.few).sort((one, other) => one.at - other.at)
  for (const { hash, at } of seen) markDense(dense, hash, at)
  crowd.dense = dense
  crowd.few = []
}

function forgetOld(crowd: Crowd, now: number): void {
  const kept = pairs(crowd.few).filter(({ at }) => at > now - WINDOW_MS.day)
  crowd.few = kept.flatMap(({ hash, at }) => [hash, at])
}

function pairs(few: readonly number[]): { readonly hash: number; readonly at: number }[] {
  return Array.from({ length: few.length / 2 }, (_, index) => ({
    hash: few[2 * index] ?? 0,
    at: few[2 * index + 1] ?? 0,
  }))
}

/** For storage. */
export interface CrowdBytes {
  readonly registers: Uint8Array
  readonly buckets: readonly number[]
}

export const BUCKETS = LENGTHS.length
export const REGISTER_BYTES = 2 * LENGTHS.length * REGISTERS

/** Undefined for the few: they are hashes of single clients and accounts, and too few to miss. */
export function bytesOf({ dense }: Crowd): CrowdBytes | undefined {
  return dense
}

export function crowdOf({ registers, buckets }: CrowdBytes): Crowd {
  const half = (index: number): Half => {
    const base = index * REGISTERS
    let sum = 0
    let empty = 0
    for (const rank of registers.subarray(base, base + REGISTERS)) {
      sum += SHARE[rank] ?? 0
      if (rank === 0) empty += 1
    }
    return { base, sum, empty }
  }
  const halves = (first: number) => LENGTHS.map((_, index) => half(2 * index + first))
  return { few: [], dense: { registers, buckets: [...buckets], current: halves(0), both: halves(1) } }
}
