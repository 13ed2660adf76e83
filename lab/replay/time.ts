/**
 * Virtual time from a log's. Lines are written when answers end, so times go back by seconds; and one line with a wrong year
 * must not stop the clock for all that follow it.
 */
export interface Pace {
  /** The time that the gate is told, never before one that it was told already. */
  advance(at: number): number
  /** Lines that were older than the one before them. */
  readonly late: number
}

/** A longer leap is believed when the next line is there too. */
const LEAP_MS = 86_400_000

export function pace(): Pace {
  let now: number | undefined
  let leaptTo: number | undefined
  let late = 0
  return {
    advance(at) {
      const before = now ?? at
      if (at < before) late++
      const leaps = at - before > LEAP_MS
      const believed = !leaps || (leaptTo !== undefined && Math.abs(at - leaptTo) <= LEAP_MS)
      leaptTo = leaps ? at : undefined
      now = believed ? Math.max(before, at) : before
      return now
    },
    get late() {
      return late
    },
  }
}
