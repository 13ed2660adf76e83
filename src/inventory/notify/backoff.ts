/** When a notice is tried again. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The example schedule of Standard Webhooks: three days in all, after which somebody has to look anyway. */
const DELAYS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]
/** Share of a delay that is added, so that what failed together is not tried together. */
const JITTER = 0.2
const LONGEST = 24 * HOUR

/**
 * @param attempts made so far
 * @param retryAfterMs what the receiver asked for
 * @param chance from 0 to 1
 * @returns milliseconds from now; undefined where it is given up
 */
export function delayAfter(
  attempts: number,
  retryAfterMs: number | undefined,
  chance: number,
): number | undefined {
  const delay = DELAYS[attempts - 1]
  if (delay === undefined) return undefined
  const jittered = delay * (1 + JITTER * chance)
  // A receiver may ask for patience, not for silence.
  return Math.min(Math.max(Math.round(jittered), retryAfterMs ?? 0), LONGEST * (1 + JITTER))
}
