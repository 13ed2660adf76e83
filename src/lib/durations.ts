/** Lengths of time as the clock counts them: in milliseconds. What lasts so long by somebody's choice has a name of its own. */
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
