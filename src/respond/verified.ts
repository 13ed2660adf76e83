import type { Score, Verdict } from '../evidence.ts'
import { known } from '../lib/fact.ts'
import { sfDecimal, sfDictionary, sfString, sfToken } from '../lib/structured-field.ts'
import type { RespondInput } from './respond.ts'

/** Headers that the bank may believe, because the gate takes a client's own off and proves itself to the bank. */
export const VERIFIED_HEADERS = [
  'client-cert',
  'portcullis-organisation',
  'portcullis-roles',
  'portcullis-risk',
  'portcullis-request-id',
] as const

/** Sets what was verified, and what the gate thinks of the request, in place: on headers that have none of it yet. */
export function setVerified(headers: Headers, { exchange, proof, score, verdict }: RespondInput): void {
  const tpp = known(proof.certificate)
  if (tpp !== undefined) {
    // RFC 9440 section 2.1: the DER as a byte sequence. The chain is not passed on: only the edge has verified it.
    headers.set('client-cert', `:${tpp.der}:`)
    const organisation = sfString(tpp.organisation)
    if (organisation !== undefined) headers.set('portcullis-organisation', organisation)
    if (tpp.roles.length > 0) headers.set('portcullis-roles', tpp.roles.join(', '))
  }
  headers.set('portcullis-risk', risk(known(score), verdict))
  headers.set('portcullis-request-id', exchange.id)
}

/**
 * A dictionary (RFC 9651 section 3.2): what the gate did, what it would have done under `enforce`, why, and how likely
 * it thinks abuse.
 */
function risk(score: Score | undefined, verdict: Verdict): string {
  return sfDictionary([
    ['abuse', score === undefined ? undefined : sfDecimal(score.abuse)],
    ['intent', score === undefined ? undefined : sfToken(score.intent)],
    ['verdict', sfToken(verdict.action)],
    ['intended', verdict.intended === verdict.action ? undefined : sfToken(verdict.intended)],
    ['rule', sfToken(verdict.rule)],
    ['reason', sfToken(verdict.reason)],
  ])
}
