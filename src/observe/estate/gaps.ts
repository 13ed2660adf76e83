/**
 * The shape of the intervals between arrivals, as a histogram whose bins double: mergeable by addition, and enough to tell
 * a pump from a public. Arrivals of independent people are a Poisson process, whose intervals spread over many bins (no two
 * neighbouring ones hold more than about half); what is sent at a set pace falls into one or two.
 */
export const GAP_BINS = 16
/** Fewer intervals look even by chance. */
const ENOUGH = 24

/** Below a millisecond, then 1, 2 to 3, 4 to 7 and so on; the last holds everything above 16 seconds. */
export function binOf(gapMs: number): number {
  const whole = Math.min(Math.max(0, Math.floor(gapMs)), 0x7fff_ffff)
  return Math.min(32 - Math.clz32(whole), GAP_BINS - 1)
}

/** Share of the fullest pair of neighbouring bins: 1 is a metronome. Undefined where too little was seen. */
export function evenness(bins: ArrayLike<number>): number | undefined {
  let all = 0
  let fullest = 0
  for (let bin = 0; bin < GAP_BINS; bin += 1) {
    const here = bins[bin] ?? 0
    all += here
    fullest = Math.max(fullest, here + (bins[bin + 1] ?? 0))
  }
  return all < ENOUGH ? undefined : fullest / all
}

/** Coefficient of variation, each interval taken for the middle of its bin. Undefined where too little was seen. */
export function variation(bins: ArrayLike<number>): number | undefined {
  let all = 0
  let sum = 0
  let squares = 0
  for (let bin = 0; bin < GAP_BINS; bin += 1) {
    const here = bins[bin] ?? 0
    const middle = bin === 0 ? 0.5 : 1.5 * 2 ** (bin - 1)
    all += here
    sum += here * middle
    squares += here * middle * middle
  }
  if (all < ENOUGH) return undefined
  const mean = sum / all
  return Math.sqrt(Math.max(0, squares / all - mean * mean)) / mean
}
