/**
 * Deadlines of one request. In workerd, setting and clearing a timer of the platform costs as much as deciding about the
 * request, and a request waits three times without ever being late: for its body, for its memory, for the bank. One timer
 * serves them all; none is cleared when something came in time.
 */

/** Calls `late` after so many milliseconds, unless what it returns is called before. */
export type Alarm = (ms: number, late: () => void) => () => void

/** A timer for each deadline: for whoever waits once. */
export const ownTimer: Alarm = (ms, late) => {
  const timer = setTimeout(late, ms)
  return () => clearTimeout(timer)
}

/** Rings at least so often while anything is waited for, so that a deadline that is set later finds a timer early enough. */
const RING_MS = 250

interface Deadline {
  readonly at: number
  readonly late: () => void
}

/** To be made for each request: the platform's timers belong to the request that set them. */
export function sharedTimer(now: () => number): Alarm {
  const waiting = new Set<Deadline>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let ringsAt = Number.POSITIVE_INFINITY

  function set(at: number, from: number): void {
    if (timer !== undefined) clearTimeout(timer)
    const ms = Math.min(Math.max(at - from, 1), RING_MS)
    ringsAt = from + ms
    timer = setTimeout(ring, ms)
  }

  function ring(): void {
    timer = undefined
    ringsAt = Number.POSITIVE_INFINITY
    const at = now()
    const due = Array.from(waiting).filter((deadline) => deadline.at <= at)
    for (const deadline of due) {
      waiting.delete(deadline)
      deadline.late()
    }
    const next = Math.min(...Array.from(waiting, (deadline) => deadline.at))
    if (next < ringsAt) set(next, at)
  }

  return (ms, late) => {
    const from = now()
    const deadline = { at: from + ms, late }
    waiting.add(deadline)
    if (deadline.at < ringsAt) set(deadline.at, from)
    return () => waiting.delete(deadline)
  }
}
