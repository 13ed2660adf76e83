/** How a feature is said. */

export type Unit = 'flag' | 'count' | 'share' | 'seconds' | 'number'

/** Counts and seconds are scored as log1p; the text stands behind the amount. */
export type Description = readonly [unit: Unit, text: string]
