/** How long one request waits for its memory: one deadline for everything that it asks there, from the first question on. */
import type { Footprint } from '../evidence.ts'
import type { Outcome } from '../lib/outcome.ts'
import { within } from '../lib/within.ts'
import type { House } from '../ports.ts'

export interface Patience {
  /**
   * Waits for `work` until the deadline, and never longer than for any one question; `late` after that. What is late goes on to
   * its end by itself: it may be on its way with what belongs somewhere.
   */
  within<T>(work: () => Promise<T>): Promise<Outcome<T, 'late' | 'failed'>>
}

/**
 * From now on. The deadline is of whoever is patient (`Footprint.patienceMs`) for the first question's sake: what follows from
 * its answer is waited for as long as the rest of it allows, and as long as others wait at the most.
 *
 * @param budgetMs how long any one question is waited for, milliseconds
 */
export function patienceFrom(
  { patienceMs = 0 }: Pick<Footprint, 'patienceMs'>,
  budgetMs: number,
  { clock, waitUntil }: Pick<House, 'clock' | 'waitUntil'>,
): Patience {
  const until = clock.now() + Math.max(budgetMs, patienceMs)
  return {
    within(work) {
      const left = Math.min(budgetMs, until - clock.now())
      return within(work, Math.max(0, left), (late) => waitUntil(late))
    },
  }
}
