/**
 * What is usual for a cohort: its hours, each against the same hour of earlier days. A mean that begins as the mean of the
 * days there were and then forgets, so that a new customer of a network becomes usual within weeks; hours in which nothing
 * came count as nothing.
 */
import { HOUR_MS } from '../../lib/durations.ts'

export const SUMS = ['requests', 'attempts', 'failures', 'successes'] as const
const WIDTH = SUMS.length
const HOURS = 24
/** Days that a mean remembers. */
const MEMORY = 14
/** A longer silence is learnt as so long a one: the mean has forgotten everything by then. */
const MAX_SILENCE = 21 * HOURS

export interface Usual {
  /** The hour that is being counted, since the epoch; 0 before the first. */
  hour: number
  current: number[]
  /** The hour before that. */
  last: number[]
  /** By hour of the day (UTC): how many days were learnt, then the mean of each sum. Empty before the first hour is over. */
  slots: number[]
}

const SLOT = 1 + WIDTH
export const SLOTS_LENGTH = HOURS * SLOT

export function newUsual(): Usual {
  return {
    hour: 0,
    current: nothing(),
    last: nothing(),
    slots: [],
  }
}

export function addUsual(usual: Usual, sums: ArrayLike<number>, at: number): void {
  turn(usual, Math.floor(at / HOUR_MS))
  for (let column = 0; column < WIDTH; column += 1) {
    usual.current[column] = Math.max(0, (usual.current[column] ?? 0) + (sums[column] ?? 0))
  }
}

/** The means of this hour on earlier days; undefined where none was learnt. */
export function sameHour(usual: Usual, at: number): { days: number; sums: readonly number[] } | undefined {
  const slot = (Math.floor(at / HOUR_MS) % HOURS) * SLOT
  const days = usual.slots[slot] ?? 0
  return days === 0 ? undefined : { days, sums: usual.slots.slice(slot + 1, slot + SLOT) }
}

/** The last whole hour before `at`; undefined where the cohort was not there yet. */
export function lastHour({ hour, current, last }: Usual, at: number): readonly number[] | undefined {
  const now = Math.floor(at / HOUR_MS)
  if (hour === 0) return undefined
  if (now <= hour) return last
  return now === hour + 1 ? current : nothing()
}

/** Folds the hours that are over into their means. Late news count in the current hour. */
function turn(usual: Usual, hour: number): void {
  if (usual.hour === 0) usual.hour = hour
  if (hour <= usual.hour) return
  if (usual.slots.length === 0) usual.slots = new Array<number>(SLOTS_LENGTH).fill(0)
  const first = usual.hour
  const start = Math.max(first, hour - MAX_SILENCE)
  for (let over = start; over < hour; over += 1)
    learn(usual, over % HOURS, over === first ? usual.current : nothing())
  usual.last = hour === first + 1 ? usual.current : nothing()
  usual.current = nothing()
  usual.hour = hour
}

function learn({ slots }: Usual, hour: number, sums: readonly number[]): void {
  const slot = hour * SLOT
  const learnt = Math.min((slots[slot] ?? 0) + 1, MEMORY)
  slots[slot] = learnt
  for (let column = 0; column < WIDTH; column += 1) {
    const cell = slot + 1 + column
    slots[cell] = (slots[cell] ?? 0) + ((sums[column] ?? 0) - (slots[cell] ?? 0)) / learnt
  }
}

function nothing(): number[] {
  return new Array<number>(WIDTH).fill(0)
}
