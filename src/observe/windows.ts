/**
 * Counters over the last minute, hour and day. Each window keeps two buckets of its own length; what is read is the
 * current bucket plus the share of the one before it that the window still covers. So a count does not jump where
 * one bucket ends and the next begins, which a caller could otherwise time its bursts by.
 */
export const WINDOWS = ['minute', 'hour', 'day'] as const
export type WindowName = (typeof WINDOWS)[number]

export const WINDOW_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const satisfies Record<
  WindowName,
  number
>

/** Order is the stored order: append only, with a new codec version. */
export const COUNTERS = ['requests', 'attempts', 'failures', 'successes', 'misses', 'pages'] as const
export type Counter = (typeof COUNTERS)[number]

const WIDTH = COUNTERS.length
/** Per window: the current bucket's index, the current counts, the previous counts. */
export const STRIDE = 1 + 2 * WIDTH
export const COUNTS_LENGTH = STRIDE * WINDOWS.length

/** One flat array per key, because a shard holds tens of thousands of them. */
export type Counts = number[]

export function newCounts(): Counts {
  return new Array<number>(COUNTS_LENGTH).fill(0)
}

/**
 * Adds to all three windows. What is older than the previous bucket is dropped; what is a little older than the
 * newest goes where it belongs, so clocks that differ between isolates move no window backwards. A negative amount
 * (a refund) stops at zero.
 */
export function add(counts: Counts, counter: Counter, at: number, amount = 1): void {
  const column = COUNTERS.indexOf(counter)
  for (let window = 0; window < WINDOWS.length; window += 1) {
    const base = window * STRIDE
    const bucket = Math.floor(at / lengthOf(window))
    advance(counts, base, bucket)
    const age = value(counts, base) - bucket
    if (age > 1) continue
    const cell = base + 1 + age * WIDTH + column
    counts[cell] = Math.max(0, value(counts, cell) + amount)
  }
}

/** The sliding count at `at`. Never negative; changes nothing. */
export function count(counts: Counts, window: WindowName, counter: Counter, at: number): number {
  const column = COUNTERS.indexOf(counter)
  const index = WINDOWS.indexOf(window)
  const base = index * STRIDE
  const position = at / lengthOf(index)
  const bucket = Math.floor(position)
  const newest = value(counts, base)
  const remaining = 1 - (position - bucket)
  const current = value(counts, base + 1 + column)
  // A reader whose clock is behind the newest bucket sees that bucket at its very beginning.
  if (bucket < newest) return current + value(counts, base + 1 + WIDTH + column)
  if (bucket === newest) return current + value(counts, base + 1 + WIDTH + column) * remaining
  return bucket === newest + 1 ? current * remaining : 0
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
  return WINDOW_MS[WINDOWS[window] ?? 'day']
}

function value(counts: Counts, cell: number): number {
  return counts[cell] ?? 0
}
