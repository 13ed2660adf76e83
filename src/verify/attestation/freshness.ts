/** When a request's evidence was made: by a challenge of ours, or by the app's own clock. */
import { type Fact, invalid, valid } from '../../lib/fact.ts'
import type { Keys } from '../../ports.ts'
import { verifyChallenge } from './challenge.ts'
import type { AppHeaders, FreshnessPolicy, FreshnessProblem } from './types.ts'

export interface Freshness {
  readonly kind: 'challenge' | 'time'
  /** As it stands in the header, and in what was signed. */
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly madeAt: number
  /** Until when the same evidence could come again and still be fresh. */
  readonly until: number
}

/** Milliseconds since the epoch, from 2001 to 2286: no sign, no zero in front, no second spelling. */
const TIME = /^[1-9]\d{12}$/

export function readFreshness(
  headers: Headers,
  names: Pick<AppHeaders, 'challenge' | 'time'>,
  policy: FreshnessPolicy,
  now: number,
  keys: Pick<Keys, 'macWith'>,
): Fact<Freshness, FreshnessProblem> {
  const [challenge, time] = [headers.get(names.challenge), headers.get(names.time)]
  if ((challenge === null) === (time === null)) return invalid('freshness_missing')
  if (challenge !== null) {
    if (!policy.accepts.includes('challenge')) return invalid('freshness_missing')
    const verified = verifyChallenge(challenge, now, keys)
    if (verified.state !== 'valid') return verified
    const { issuedAt, expiresAt } = verified.value
    return valid({ kind: 'challenge', text: challenge, madeAt: issuedAt, until: expiresAt })
  }
  if (!policy.accepts.includes('time')) return invalid('freshness_missing')
  return readTime(time ?? '', policy, now)
}

function readTime(text: string, policy: FreshnessPolicy, now: number): Fact<Freshness, FreshnessProblem> {
  if (!TIME.test(text)) return invalid('time_malformed')
  const madeAt = Number(text)
  const until = madeAt + policy.maxAgeSeconds * 1_000
  if (madeAt > now + policy.maxFutureSeconds * 1_000) return invalid('time_from_future')
  if (until < now) return invalid('time_stale')
  return valid({ kind: 'time', text, madeAt, until })
}
