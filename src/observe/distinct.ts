/**
 * How many different things were seen in each of the last windows (`WINDOWS`), in fixed space.
 *
 * Linear counting over a multiresolution bitmap (Estan, Varghese and Fisk 2003) in which each bit is the time when it
 * was last set (the timestamp vector of Kim and O'Hallaron 2003): one sketch answers for every window, and windows
 * slide truly, without buckets. Level i holds a 2^-(i+1) share of all things in 64 slots, so the error stays
 * near one tenth from a handful to about 30,000; above that the estimate stands still.
 *
 * Most keys see one client and one account, so a sketch begins as a short list of the slots touched and becomes
 * the whole vector only when that list is long.
 */
import { WINDOW_MS, WINDOWS } from './windows.ts'

const SLOTS_PER_LEVEL = 64
const LEVELS = 8
export const SLOTS = SLOTS_PER_LEVEL * LEVELS
/** Longest list; beyond it the whole vector is faster to use and not much larger. */
export const MAX_LISTED = 32
/** Above this fill linear counting's error grows fast: the next level, half as dense, is read instead. */
const MAX_FILL = 52
const WINDOW_SECONDS: readonly number[] = WINDOWS.map((window) => WINDOW_MS[window] / 1000)
const DAY_SECONDS = 86_400
/** Seconds are counted from 2020, so that they stay small integers to the engine until 2054. Zero is never. */
const EPOCH_MS = Date.UTC(2020, 0, 1)

/**
 * Things that fill so many of a level's slots (Whang, Vander-Zanden and Taylor 1990), in a table because logarithms
 * would cost more than the rest of a request's counting. A full level counts as if half a slot were free.
 */
const LINEAR_COUNT = Array.from({ length: SLOTS_PER_LEVEL + 1 }, (_, filled) => {
  const free = Math.max(SLOTS_PER_LEVEL - filled, 0.5)
  return SLOTS_PER_LEVEL * Math.log(SLOTS_PER_LEVEL / free)
})

export interface Distinct {
  /** Slots of the list; undefined once `times` is the whole vector. */
  slots: number[] | undefined
  /** When each listed slot, or each slot of the vector, was last touched. */
  times: number[]
}

export function newDistinct(): Distinct {
  return { slots: [], times: [] }
}

/** Records that the thing with this hash (`lib/hash32.ts`) was seen. An earlier time never undoes a later one. */
export function mark(seen: Distinct, hash: number, at: number): void {
  touch(seen, slotOf(hash), secondsOf(at))
}

/** Folds another sketch in, as if everything had been seen by one. */
export function merge(into: Distinct, from: Distinct): void {
  from.times.forEach((time, index) => {
    if (time > 0) touch(into, from.slots === undefined ? index : (from.slots[index] ?? 0), time)
  })
}

/** Estimated numbers of different things seen in each window (`WINDOWS`) up to `at`; whole, because readers show them. */
export function estimate(seen: Distinct, at: number): readonly number[] {
  // Most keys have seen nothing of a kind, or one thing: these need no sketch.
  if (seen.times.length === 0) return NONE
  const second = secondsOf(at)
  if (seen.times.length === 1) return one(seen.times[0] ?? 0, second)
  const filled = filledLevels(seen, second)
  return WINDOW_SECONDS.map((_, window) => Math.round(total(filled, window * LEVELS)))
}

const NONE: readonly number[] = WINDOWS.map(() => 0)
/** By the number of windows, the shortest ones, in which the one thing was not seen. */
const ONE: readonly (readonly number[])[] = Array.from({ length: WINDOWS.length + 1 }, (_, missed) =>
  WINDOWS.map((_window, index) => (index < missed ? 0 : 1)),
)

function one(time: number, second: number): readonly number[] {
  return ONE[shortest(time, second)] ?? NONE
}

/** Index of the shortest window that holds this time; the number of windows where none does. */
function shortest(time: number, second: number): number {
  let window = 0
  while (window < WINDOW_SECONDS.length && time <= startOf(second, WINDOW_SECONDS[window] ?? 0)) window += 1
  return window
}

interface Counted {
  readonly second: number
  readonly filled: number[]
}

/**
 * Whole vectors as they were last counted. A busy cohort's is read on every request, and its windows move once in a
 * second: within it, `recount` keeps the figures true.
 */
const counted = new WeakMap<Distinct, Counted>()

function filledLevels(seen: Distinct, second: number): readonly number[] {
  const known = counted.get(seen)
  if (known?.second === second) return known.filled
  const filled = countLevels(seen, second)
  if (seen.slots === undefined) counted.set(seen, { second, filled })
  return filled
}

/** A slot's time has moved from `before` to `now`: it may have come into windows in which it was not. */
function recount(seen: Distinct, slot: number, before: number, now: number): void {
  const known = counted.get(seen)
  if (known === undefined) return
  for (const [window, seconds] of WINDOW_SECONDS.entries()) {
    const start = startOf(known.second, seconds)
    if (before > start || now <= start) continue
    const cell = window * LEVELS + Math.floor(slot / SLOTS_PER_LEVEL)
    known.filled[cell] = (known.filled[cell] ?? 0) + 1
  }
}

/** Slots filled per window and level, in one pass. */
function countLevels({ slots, times }: Distinct, second: number): number[] {
  const filled = new Array<number>(WINDOWS.length * LEVELS).fill(0)
  for (let index = 0; index < times.length; index += 1) {
    const time = times[index] ?? 0
    if (time === 0) continue
    const window = shortest(time, second)
    if (window === WINDOWS.length) continue
    const slot = slots === undefined ? index : (slots[index] ?? 0)
    const cell = window * LEVELS + Math.floor(slot / SLOTS_PER_LEVEL)
    filled[cell] = (filled[cell] ?? 0) + 1
  }
  // Each was put in the shortest window that holds it; the longer ones hold it too.
  for (let cell = LEVELS; cell < filled.length; cell += 1) {
    filled[cell] = (filled[cell] ?? 0) + (filled[cell - LEVELS] ?? 0)
  }
  return filled
}

function total(filled: readonly number[], start: number): number {
  let base = 0
  while (base < LEVELS - 1 && (filled[start + base] ?? 0) > MAX_FILL) base += 1
  let sum = 0
  for (let level = base; level < LEVELS; level += 1) sum += LINEAR_COUNT[filled[start + level] ?? 0] ?? 0
  return sum * 2 ** base
}

/** Level from the high bits, slot within it from the low ones: the two are independent. */
function slotOf(hash: number): number {
  return Math.min(Math.clz32(hash), LEVELS - 1) * SLOTS_PER_LEVEL + (hash % SLOTS_PER_LEVEL)
}

/** What was seen after this second is in the window. Never negative: zero is never. */
function startOf(second: number, windowSeconds: number): number {
  return Math.max(0, second - windowSeconds)
}

function secondsOf(at: number): number {
  return Math.max(0, Math.floor((at - EPOCH_MS) / 1000))
}

function touch(seen: Distinct, slot: number, time: number): void {
  const index = seen.slots === undefined ? slot : seen.slots.indexOf(slot)
  if (index < 0) {
    list(seen, slot, time)
    return
  }
  const before = seen.times[index] ?? 0
  if (time <= before) return
  seen.times[index] = time
  if (seen.slots === undefined) recount(seen, slot, before, time)
}

function list(seen: Distinct, slot: number, time: number): void {
  if (seen.times.length >= MAX_LISTED) prune(seen, time - DAY_SECONDS)
  if (seen.times.length >= MAX_LISTED) spread(seen)
  if (seen.slots === undefined) {
    seen.times[slot] = time
    return
  }
  seen.slots.push(slot)
  seen.times.push(time)
}

function prune(seen: Distinct, oldest: number): void {
  const kept = seen.times.map((time) => time > oldest)
  seen.slots = seen.slots?.filter((_, index) => kept[index])
  seen.times = seen.times.filter((_, index) => kept[index])
}

function spread(seen: Distinct): void {
  const times = new Array<number>(SLOTS).fill(0)
  seen.slots?.forEach((slot, index) => {
    times[slot] = seen.times[index] ?? 0
  })
  seen.slots = undefined
  seen.times = times
}
