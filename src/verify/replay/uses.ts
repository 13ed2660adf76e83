/** All that one request uses up, as one thing: a proof of possession and a signature may be good once each. */
import type { Evidence } from '../../evidence.ts'
import { ABSENT, valid } from '../../lib/fact.ts'
import type { Upstream } from '../../ports.ts'
import type { Replay, ReplayFact, ReplayQuestion } from './types.ts'

/** One after the other: of two copies of a request, the first name decides which of them goes on. */
export async function reserveAll(uses: readonly ReplayQuestion[], replay: Replay): Promise<ReplayFact> {
  if (uses.length === 0) return ABSENT
  let retry = false
  for (const [at, use] of uses.entries()) {
    const fact = await replay.reserve(use)
    if (fact.state !== 'valid') {
      for (const earlier of uses.slice(0, at)) replay.release(earlier)
      return fact
    }
    retry ||= fact.value.retry
  }
  return valid({ retry })
}

/** The bank as a reserved request meets it: idempotency keys are held for as long as it works. */
export function holding(
  upstream: Upstream,
  uses: readonly ReplayQuestion[],
  fact: Evidence['replay'],
  replay: Replay,
): Upstream {
  const held = fact.state === 'valid' ? uses.filter(({ idempotencyKey }) => idempotencyKey !== undefined) : []
  if (held.length === 0) return upstream
  return {
    forward: (request, sending) =>
      held.reduce((work, use) => replay.during(use, work), upstream.forward(request, sending)),
  }
}

/**
 * A request that we refused consumed nothing, as far as we can help it: where a memory answered too late, or not at all,
 * it may have written all the same.
 */
export function releaseAll(uses: readonly ReplayQuestion[], fact: Evidence['replay'], replay: Replay): void {
  if (fact.state !== 'valid' && fact.state !== 'unavailable') return
  for (const use of uses) replay.release(use)
}
