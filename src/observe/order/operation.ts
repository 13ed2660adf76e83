/** Which step a request is. Pure; from the words that interfaces share, not from the dialect. */
import type { Evidence } from '../../evidence.ts'
import { isAttempt } from '../../lib/attempt.ts'
import { known } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { Operation, OrderAsk } from './types.ts'

type Seen = Pick<Evidence, 'exchange' | 'match' | 'claims' | 'proof'>

/** `account-access-consents`, `domestic-payment-consents`, `consents`; not an id that happens to contain the word. */
const CONSENT = /(?:^|-)consents?$/
/** Berlin Group's sub-resources, OAuth's endpoint (RFC 6749 section 3.1). */
const AUTHORISATION = /^(?:authori[sz]ations?|authori[sz]e|cancellation-authori[sz]ations)$/

export function askOrder(seen: Seen): OrderAsk {
  const token = known(seen.proof.token)?.thumbprint
  return {
    operation: operationOf(seen),
    bornAt: known(seen.proof.pass)?.issuedAt,
    ...(token === undefined ? {} : { token: tokenHash(token) }),
  }
}

/** 32 bits: enough to tell the tokens of one consent apart. Never 0, which is none. */
function tokenHash(thumbprint: string): number {
  return hash32(thumbprint) || 1
}

export function operationOf(seen: Seen): Operation {
  const { exchange, match } = seen
  const { route } = match
  const segments = exchange.target.path.split('/')
  const reads = exchange.method === 'GET' || exchange.method === 'HEAD'
  if (isAttempt(seen)) return route.sensitivity === 'payment' ? 'payment' : 'login'
  const ofConsent = segments.some((segment) => CONSENT.test(segment))
  // Whoever only asks how the customer's authorisation of a consent stands begins none.
  if (segments.some((segment) => AUTHORISATION.test(segment)))
    return reads && ofConsent ? 'consent' : 'authorisation'
  if (ofConsent) return 'consent'
  if (route.sensitivity === 'payment') return reads ? 'read' : 'payment'
  if (route.sensitivity === 'account') return 'read'
  return route.channel === 'browser' && reads ? 'navigation' : 'other'
}
