import type { Proof, Score, Tpp, Verdict } from '../evidence.ts'
import { known } from '../lib/fact.ts'
import { sfDecimal, sfDictionary, sfString, sfToken } from '../lib/structured-field.ts'
import type { RespondInput } from './respond.ts'

/** Headers that the bank may believe, because the gate takes a client's own off and proves itself to the bank. */
export const VERIFIED_HEADERS = [
  'client-cert',
  'portcullis-organisation',
  'portcullis-roles',
  'portcullis-certificate',
  'portcullis-risk',
  'portcullis-request-id',
] as const

/** Sets what was verified, and what the gate thinks of the request, in place: on headers that have none of it yet. */
export function setVerified(headers: Headers, { exchange, proof, score, verdict }: RespondInput): void {
  const tpp = known(proof.certificate)
  if (tpp !== undefined) {
    // RFC 9440 section 2.1: the DER as a byte sequence. The chain is not passed on: the gate has verified it.
    headers.set('client-cert', `:${tpp.der}:`)
    const organisation = sfString(tpp.organisation)
    if (organisation !== undefined) headers.set('portcullis-organisation', organisation)
    if (tpp.roles.length > 0) headers.set('portcullis-roles', tpp.roles.join(', '))
    headers.set('portcullis-certificate', certificate(tpp, proof))
  }
  headers.set('portcullis-risk', risk(known(score), verdict))
  headers.set('portcullis-request-id', exchange.id)
}

/** A dictionary (RFC 9651 section 3.2): what the certificate is, who vouches for it, and what is odd about it. */
function certificate({ kind, country, nca, anchor, warnings }: Tpp, { revocation }: Proof): string {
  const vouchedFor = revocation.state === 'valid' && revocation.value.unknownSince === undefined
  return sfDictionary([
    ['kind', sfToken(kind)],
    ['nca', optional(nca)],
    ['country', optional(country)],
    ['anchor', optional(anchor)],
    ['revocation', vouchedFor ? 'good' : 'unknown'],
    ['warnings', warnings.length === 0 ? undefined : sfString(warnings.join(' '))],
  ])
}

/** Names of authorities are written in every script, and a header is ASCII: what does not fit is left out. */
function optional(text: string | undefined): string | undefined {
  return text === undefined ? undefined : sfString(text)
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
