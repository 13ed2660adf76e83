/**
 * Rules about what a caller has signed: the proof of possession beside its token, the request itself, and what may be used
 * once. What was refuted comes before what we could not find out; and both hold only where the route verifies signatures.
 */
import type { Evidence } from '../../evidence.ts'
import { HOUR_MS } from '../../lib/durations.ts'
import { known } from '../../lib/fact.ts'
import type { Reason } from '../reasons.ts'
import type { Finding, Rule } from '../rule.ts'

type Signed = 'signature' | 'dpop' | 'agent'

function reasonOf({ proof }: Evidence, what: Signed): Reason {
  const fact = proof[what]
  return fact.state === 'invalid' || fact.state === 'unavailable' ? fact.reason : 'unremarkable'
}

function replayReason({ replay }: Evidence): Reason {
  return replay.state === 'invalid' || replay.state === 'unavailable' ? replay.reason : 'unremarkable'
}

const isUsed = ({ replay }: Evidence, reason: string): boolean =>
  replay.state === 'invalid' && replay.reason === reason

/** A payment is answered in seconds: who waits so long finds the answer, or the way free. */
const RETRY_SECONDS = 2

const POSSESSION: readonly Rule[] = [
  {
    id: 'dpop_refused',
    reason: ({ evidence }) => reasonOf(evidence, 'dpop'),
    action: 'deny',
    applies: 'a proof of possession (DPoP) came that does not hold, or the token needs one and none came',
    when: ({ evidence }) => evidence.proof.dpop.state === 'invalid',
  },
]

const REQUEST: readonly Rule[] = [
  {
    id: 'signature_missing',
    reason: 'signature_missing',
    action: 'deny',
    applies: 'the route requires signatures, its profile signs this operation, and the request is not signed',
    when: ({ evidence: { match, proof } }) =>
      match.signed === true && match.route.signature === 'required' && proof.signature.state === 'absent',
  },
  {
    id: 'signature_unexpected',
    reason: 'signature_unexpected',
    action: 'deny',
    applies: 'the request is signed, and the route’s profile does not sign this operation',
    when: ({ evidence: { proof } }) =>
      proof.signature.state === 'invalid' && proof.signature.reason === 'signature_unexpected',
  },
  {
    id: 'signature_refused',
    reason: ({ evidence }) => reasonOf(evidence, 'signature'),
    action: 'deny',
    applies: 'the route verifies signatures and the one that came does not hold',
    when: ({ evidence: { proof } }) => proof.signature.state === 'invalid',
  },
  {
    id: 'signature_unavailable',
    reason: ({ evidence }) => reasonOf(evidence, 'signature'),
    action: 'deny',
    applies: 'the route verifies signatures and we cannot tell whether the one that came holds',
    when: ({ evidence: { proof } }) => proof.signature.state === 'unavailable',
  },
  {
    id: 'seal_revocation_unknown',
    reason: 'seal_revocation_unknown',
    action: 'deny',
    limit: 72,
    applies: 'nobody has vouched for this many hours that the certificate that signed is not revoked',
    when: ({ evidence: { proof, exchange } }, limit): boolean | Finding => {
      const since = known(proof.signature)?.sealUnknownSince
      if (since === undefined) return false
      const hours = (exchange.arrivedAt - since) / HOUR_MS
      if (hours < limit) return false
      return { unless: `with knowledge under ${limit} hours old (it was ${hours.toFixed(1)})` }
    },
  },
]

const ONCE: readonly Rule[] = [
  {
    id: 'idempotency_key_reused',
    reason: 'idempotency_key_reused',
    action: 'deny',
    applies: 'the idempotency key came before with another body, or from another organisation',
    when: ({ evidence }) => isUsed(evidence, 'idempotency_key_reused'),
  },
  {
    id: 'request_replayed',
    reason: 'request_replayed',
    action: 'deny',
    applies:
      'the signed request, its nonce, its id or its proof of possession was used before, and it is no retry under its idempotency key',
    when: ({ evidence }) => isUsed(evidence, 'request_replayed'),
  },
  {
    id: 'retry_in_flight',
    reason: 'retry_in_flight',
    action: 'throttle',
    retryAfterSeconds: RETRY_SECONDS,
    applies: 'an earlier try under the same idempotency key has no answer yet',
    when: ({ evidence }) => isUsed(evidence, 'retry_in_flight'),
  },
  {
    id: 'replay_unavailable',
    reason: ({ evidence }) => replayReason(evidence),
    action: 'deny',
    applies: 'a signed request came and the memory of used ones cannot say whether it is a copy',
    when: ({ evidence: { replay } }) => replay.state === 'unavailable',
  },
]

export const SIGNATURE_RULES: readonly Rule[] = [...POSSESSION, ...REQUEST, ...ONCE]

export const SIGNATURE_NOTES: readonly Rule[] = [
  {
    id: 'signature_new_network',
    reason: 'signature_new_network',
    action: 'flag',
    limit: 1,
    applies:
      'a signature holds, the organisation has been known for this many hours, and none of its requests in the last day came from this network',
    when: ({ evidence }, limit) => isNewNetwork(evidence, limit),
  },
  {
    id: 'agent_noted',
    reason: ({ evidence }) => reasonOf(evidence, 'agent'),
    action: 'flag',
    applies: 'a declared agent (Web Bot Auth) is not listed, or is not the one that it says it is',
    when: ({ evidence: { proof } }) => proof.agent.state === 'invalid' || proof.agent.state === 'unavailable',
  },
]

/** A proven organisation's networks are remembered beside it (`observe/shards.ts`): its own history and nobody else's. */
function isNewNetwork({ proof, conduct, exchange }: Evidence, hours: number): boolean {
  if (proof.signature.state !== 'valid' || proof.certificate.state !== 'valid') return false
  const { tpp, prefix } = conduct.keys
  if (tpp.state !== 'valid' || prefix.state !== 'valid') return false
  const old = exchange.arrivedAt - tpp.value.firstSeenAt >= hours * HOUR_MS
  return old && prefix.value.sinceLast === undefined
}
