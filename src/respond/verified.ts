import type { Proof, Score, Tpp, Verdict } from '../evidence.ts'
import { known } from '../lib/fact.ts'
import { sfDecimal, sfDictionary, sfString, sfToken } from '../lib/structured-field.ts'
import type { AppProof } from '../verify/attestation/types.ts'
import type { RespondInput } from './respond.ts'

/** Headers that the bank may believe, because the gate takes a client's own off and proves itself to the bank. */
export const VERIFIED_HEADERS = [
  'client-cert',
  'portcullis-organisation',
  'portcullis-roles',
  'portcullis-certificate',
  'portcullis-app',
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
  const app = known(proof.app)
  if (app !== undefined) headers.set('portcullis-app', verifiedApp(app))
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

/** A dictionary (RFC 9651 section 3.2): which app, on which platform, and what its vendor says of it. */
function verifiedApp(app: AppProof): string {
  const who = [
    ['platform', sfToken(app.platform)],
    ['id', optional(app.app)],
  ] as const
  if (app.platform === 'google') {
    const { device, licensing, versionCode } = app.verdicts
    return sfDictionary([
      ...who,
      ['version', versionCode === undefined ? undefined : optional(String(versionCode))],
      ['device', optional(device.join(' '))],
      ['licensing', optional(licensing)],
    ])
  }
  return sfDictionary([
    ...who,
    ['version', optional(app.build.bundleVersion)],
    ['category', app.build.category === undefined ? undefined : String(app.build.category)],
    ['environment', sfToken(app.environment)],
    // One for each installation: a bank may bind an account to it.
    ['key', sfString(app.keyThumbprint)],
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
