/**
 * Counters over the last ten seconds, minute, ten minutes, hour and day. Each window keeps two buckets of its own length;
 * what is read is the current bucket plus the share of the one before it that the window still covers. So a count does
 * not jump where one bucket ends and the next begins, which a caller could otherwise time its bursts by.
 */
export const WINDOWS = ['tenSeconds', 'minute', 'tenMinutes', 'hour', 'day'] as const
export type WindowName = (typeof WINDOWS)[number]

export const WINDOW_MS = {
  tenSeconds: 10_000,
  minute: 60_000,
  tenMinutes: 600_000,
  hour: 3_600_000,
  day: 86_400_000,
} as const satisfies Record<WindowName, number>

/** Position is the stored position: append only, with a new codec version. */
const COLUMN = {
  requests: 0,
  attempts: 1,
  failures: 2,
  successes: 3,
  misses: 4,
  pages: 5,
  bytes: 6,
  records: 7,
  strangers: 8,
} as const
export type Counter = keyof typeof COLUMN

/** In the order of their columns. */
export const COUNTERS: readonly string[] = Object.keys(COLUMN)
export const WIDTH = COUNTERS.length
/** Per window: the current bucket's index, the current counts, the previous counts. */
export const STRIDE = 1 + 2 * WIDTH
export const COUNTS_LENGTH = STRIDE * WINDOWS.length
const LENGTHS: readonly number[] = WINDOWS.map((window) => WINDOW_MS[window])
/** Place of each window among them. */
const PLACE = { tenSeconds: 0, minute: 1, tenMinutes: 2, hour: 3, day: 4 } as const satisfies Record<
  WindowName,
  number
>

/** One flat array per key, because a shard holds thousands of them. */
export type Counts = number[]

export function newCounts(): Counts {
  return new Array<number>(COUNTS_LENGTH).fill(0)
}

/**
 * Adds to all windows. What is older than the previous bucket is dropped; what is a little older than the newest goes
 * where it belongs, so clocks that differ between isolates move no window backwards. A negative amount (a refund) stops
 * at zero.
 */
export function add(counts: Counts, counter: Counter, at: number, amount = 1): void {
  const column = COLUMN[counter]
  for (let window = 0; window < LENGTHS.length; window += 1) {
    const base = window * STRIDE
    const bucket = Math.floor(at / lengthOf(window))
    advance(counts, base, bucket)
    const age = value(counts, base) - bucket
    if (age > 1) continue
    const cell = base + 1 + age * WIDTH + column
    counts[cell] = Math.max(0, value(counts, cell) + amount)
  }
}

/** Adds one request, which is what happens most: its counters in one pass, at a time that no bucket is ahead of. */
export function arrive(counts: Counts, at: number, attempt: boolean, page: boolean): void {
  for (let window = 0; window < LENGTHS.length; window += 1) {
    const base = window * STRIDE
    advance(counts, base, Math.floor(at / lengthOf(window)))
    const first = base + 1
    counts[first] = value(counts, first) + 1
    if (attempt) counts[first + COLUMN.attempts] = value(counts, first + COLUMN.attempts) + 1
    if (page) counts[first + COLUMN.pages] = value(counts, first + COLUMN.pages) + 1
  }
}

/** Adds amounts of all counters, in the order of `COUNTERS`: what somebody else has counted. */
export function addAll(counts: Counts, at: number, amounts: readonly number[]): void {
  for (let window = 0; window < LENGTHS.length; window += 1) {
    const base = window * STRIDE
    const bucket = Math.floor(at / lengthOf(window))
    advance(counts, base, bucket)
    const age = value(counts, base) - bucket
    if (age > 1) continue
    const first = base + 1 + age * WIDTH
    for (let column = 0; column < WIDTH; column += 1) {
      const amount = amounts[column] ?? 0
      if (amount !== 0) counts[first + column] = Math.max(0, value(counts, first + column) + amount)
    }
  }
}

/** The sliding count at `at`. Never negative; changes nothing. */
export function count(counts: Counts, window: WindowName, counter: Counter, at: number): number {
  return slid(counts, shareOf(counts, window, at), counter)
}

/** All sliding counts of one window at `at`: what they share is found once. */
export function read(counts: Counts, window: WindowName, at: number): Readonly<Record<Counter, number>> {
  const share = shareOf(counts, window, at)
  if (share === undefined) return NOTHING
  return {
    requests: slid(counts, share, 'requests'),
    attempts: slid(counts, share, 'attempts'),
    failures: slid(counts, share, 'failures'),
    successes: slid(counts, share, 'successes'),
    misses: slid(counts, share, 'misses'),
    pages: slid(counts, share, 'pages'),
    bytes: slid(counts, share, 'bytes'),
    records: slid(counts, share, 'records'),
    strangers: slid(counts, share, 'strangers'),
  }
}

/** How much of its two buckets a window still covers. */
export interface Share {
  readonly base: number
  readonly ofCurrent: number
  readonly ofPrevious: number
}

/** Undefined where it covers neither. */
export function shareOf(counts: Counts, window: WindowName, at: number): Share | undefined {
  const base = PLACE[window] * STRIDE
  const position = at / WINDOW_MS[window]
  const age = Math.floor(position) - value(counts, base)
  if (age > 1) return undefined
  const remaining = 1 - (position - Math.floor(position))
  // A reader whose clock is behind the newest bucket (a negative age) sees that bucket at its very beginning.
  const ofCurrent = age <= 0 ? 1 : remaining
  const ofPrevious = age < 0 ? 1 : age === 0 ? remaining : 0
  return { base, ofCurrent, ofPrevious }
}

/** One count of a window of which the share is known: nothing where it covers nothing. */
export function slid(counts: Counts, share: Share | undefined, counter: Counter): number {
  if (share === undefined) return 0
  const cell = share.base + 1 + COLUMN[counter]
  return value(counts, cell) * share.ofCurrent + value(counts, cell + WIDTH) * share.ofPrevious
}

const NOTHING: Readonly<Record<Counter, number>> = {
  requests: 0,
  attempts: 0,
  failures: 0,
  successes: 0,
  misses: 0,
  pages: 0,
  bytes: 0,
  records: 0,
  strangers: 0,
}

function advance(counts: Counts, base: number, bucket: number): void {
  const newest = value(counts, base)
  if (bucket <= newest) return
  const adjacent = bucket === newest + 1
  for (let column = 0; column < WIDTH; column += 1) {
    counts[base + 1 + WIDTH + column] = adjacent ? value(counts, base + 1 + column) : 0
    counts[base + 1 + column] = 0
  }
  counts[base] = bucket
}

function lengthOf(window: number): number {
  return LENGTHS[window] ?? WINDOW_MS.day
}

function value(counts: Counts, cell: number): number {
  return counts[cell] ?? 0
}
