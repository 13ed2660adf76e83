/**
 * How far a third party reaches: how many different accounts it reads, and how many of each consent; for each of the 168 hours
 * the highest of earlier weeks, as in `week.ts`. Weeks are counted apart from those, because what was watched before
 * accounts were counted had no accounts for that reason alone.
 */
import { FADE, GROWTH, HOURS, highs, MAX_WEEKS, nextPeak, type OpenHour, REACHES, usualPeak } from './week.ts'

/** Weeks watched, then the highs (`REACHES`). */
const CELL = 1 + REACHES
export const REACH_LENGTH = HOURS * CELL
const BREADTH = REACHES - 1
/** With fewer accounts one customer who has many is the whole. */
const ENOUGH = 20

export type Reach = Float32Array

export function newReach(): Reach {
  return new Float32Array(REACH_LENGTH)
}

/** Different accounts for each consent; undefined of too few. */
export function breadthOf(accounts: number, consents: number): number | undefined {
  return accounts < ENOUGH ? undefined : accounts / Math.max(1, consents)
}

export function foldReach(reach: Reach, { hour, reach: highest }: OpenHour): void {
  if (highest === undefined) return
  const base = (hour % HOURS) * CELL
  const weeks = reach[base] ?? 0
  highest.forEach((high, index) => {
    const cell = base + 1 + index
    const before = reach[cell] ?? 0
    reach[cell] = index === BREADTH ? nextBreadth(before, high) : nextPeak(before, high, weeks === 0)
  })
  reach[base] = Math.min(MAX_WEEKS, weeks + 1)
}

/** Of an hour with too few accounts nothing is learnt: that is no breadth of nought. */
function nextBreadth(before: number, breadth: number): number {
  if (breadth === 0 || before === 0) return before + breadth
  return Math.max(Math.min(breadth, GROWTH * before), FADE * before)
}

/** Undefined members: nobody has counted accounts in this hour of the week before. */
export interface UsualReach {
  readonly accounts: readonly number[] | undefined
  readonly breadth: number | undefined
}

export function usualReach(reach: Reach, hour: number): UsualReach {
  const highOf = (index: number) => (of: number) => reach[of * CELL + 1 + index] ?? 0
  if ((reach[(hour % HOURS) * CELL] ?? 0) === 0) return { accounts: undefined, breadth: undefined }
  const { near, ever } = highs(hour, highOf(BREADTH))
  // A service has so many of each customer's accounts at any hour; a quiet one has had too few to tell.
  const breadth = near === 0 ? ever : near
  return {
    accounts: Array.from({ length: BREADTH }, (_, index) => usualPeak(hour, highOf(index))),
    breadth: breadth === 0 ? undefined : breadth,
  }
}
