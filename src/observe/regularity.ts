/**
 * How even the intervals between arrivals are: their coefficient of variation, by Welford's method, exact over the
 * first intervals and forgetting the older ones afterwards.
 */
export interface Rhythm {
  /** Intervals seen, up to `MEMORY`. */
  intervals: number
  mean: number
  variance: number
}

/** Intervals remembered. Short enough to notice a script that starts in a person's session. */
export const MEMORY = 16
/** Fewer intervals than this look regular or irregular by chance. */
const ENOUGH = 4
/**
 * An interval counts as at most this many mean ones. Without it a metronome that pauses once an hour would pass for
 * a person for its next hundred requests; people stay above 1 with it, because their pauses are many.
 */
const LONGEST = 8

export function newRhythm(): Rhythm {
  return { intervals: 0, mean: 0, variance: 0 }
}

export function beat(rhythm: Rhythm, intervalMs: number): void {
  const bounded =
    rhythm.intervals < ENOUGH || rhythm.mean === 0 ? intervalMs : Math.min(intervalMs, LONGEST * rhythm.mean)
  rhythm.intervals = Math.min(rhythm.intervals + 1, MEMORY)
  const weight = 1 / rhythm.intervals
  const difference = bounded - rhythm.mean
  rhythm.mean += weight * difference
  rhythm.variance = (1 - weight) * (rhythm.variance + weight * difference * difference)
}

/** Undefined while too little was seen, and where everything arrived in one instant: that is no rhythm. */
export function regularity(rhythm: Rhythm): number | undefined {
  if (rhythm.intervals < ENOUGH || rhythm.mean === 0) return undefined
  return Math.sqrt(Math.max(0, rhythm.variance)) / rhythm.mean
}
