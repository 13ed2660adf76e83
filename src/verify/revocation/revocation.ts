/**
 * Whether the authorities that issued a path have taken any of its certificates back, as far as we know and how old
 * that knowledge is. Asked for every request and never waited for longer than the options say: fetching happens in the
 * `Revocation` object (`revocation-object.ts`), off the request path. What an unknown or an overdue state means for
 * the caller is a row of policy.
 */
import type { RevocationFact } from '../../evidence.ts'
import { invalid, unavailable, valid } from '../../lib/fact.ts'
import type { FetchFault } from '../fetching.ts'
import type { Certificate } from '../x509/types.ts'

/** RFC 5280 section 5.3.1, without `removeFromCRL`, which revokes nothing. */
export type RevocationReason =
  | 'unspecified'
  | 'key_compromise'
  | 'ca_compromise'
  | 'affiliation_changed'
  | 'superseded'
  | 'cessation_of_operation'
  | 'certificate_hold'
  | 'privilege_withdrawn'
  | 'aa_compromise'

export type RevocationSource = 'ocsp' | 'crl'

/** What an authority has said, proven by its signature. Times are milliseconds since the epoch. */
export interface Statement {
  readonly source: RevocationSource
  readonly thisUpdate: number
  /** Undefined where an OCSP responder answers from a live register (RFC 6960 section 2.4). */
  readonly nextUpdate: number | undefined
}
export type Verdict =
  | ({ readonly status: 'good' } & Statement)
  | ({
      readonly status: 'revoked'
      readonly reason: RevocationReason
      readonly revokedAt: number
    } & Statement)

/** What one certificate's authority has said last, and when. */
export type CertificateState =
  | (Verdict & {
      readonly thumbprint: string
      /** When it was asked last with success. */
      readonly checkedAt: number
      /** Since then. */
      readonly ageMs: number
      /** How long ago the statement should have been replaced by a newer one: 0 while it is current. */
      readonly overdueMs: number
    })
  | {
      readonly status: 'unknown'
      readonly thumbprint: string
      readonly why: UnknownReason
      /** Since when nobody vouches for it, milliseconds since the epoch: it was first shown then. */
      readonly since: number
    }

/**
 * Why nothing is known.
 * `revocation_not_offered`: the certificate itself says that there is no such information (RFC 9608; ETSI EN 319 412-1
 * section 5.2, short-term). `revocation_source_absent`: it names no place to ask. `revocation_pending`: it is new and is being asked.
 * `revocation_timeout` and `revocation_failed`: our own object did not answer. The others: what became of the last attempt.
 */
export type UnknownReason =
  | 'revocation_not_offered'
  | 'revocation_source_absent'
  | 'revocation_pending'
  | 'revocation_timeout'
  | 'revocation_failed'
  | InquiryFault

/** Why an attempt to ask told nothing. */
export type InquiryFault = 'source_refused' | 'inquiry_failed' | FetchFault | OcspFault | CrlFault

export type OcspFault =
  | 'ocsp_malformed'
  | 'ocsp_not_successful'
  | 'ocsp_signature_wrong'
  | 'ocsp_responder_unauthorised'
  | 'ocsp_responder_revoked'
  | 'ocsp_other_certificate'
  | 'ocsp_nonce_wrong'
  | 'ocsp_not_yet_valid'
  | 'ocsp_expired'
  | 'ocsp_critical_extension'
  | 'ocsp_unknown'

export type CrlFault =
  | 'crl_absent'
  | 'crl_malformed'
  | 'crl_other_issuer'
  | 'crl_signature_wrong'
  | 'crl_issuer_not_allowed'
  | 'crl_not_yet_valid'
  | 'crl_expired'
  | 'crl_critical_extension'
  | 'crl_out_of_scope'
  | 'crl_reasons_partial'
  | 'crl_delta'

export interface PathState {
  /** Of the path without its anchor, leaf first: an anchor is trusted because it is listed, and withdrawn there. */
  readonly certificates: readonly CertificateState[]
}

/** The port. Never rejects. */
export interface Revocation {
  /**
   * @param path a validated path: leaf first, anchor last. Nothing else may be asked about, or whoever makes up
   *   certificates makes us fetch what they name.
   * @param now milliseconds since the epoch
   */
  check(path: readonly Certificate[], now: number): Promise<PathState>
}

/**
 * The state as the pipeline's fact: `unknownSince` is the earliest moment from which nobody vouches for some
 * certificate of the path. One that offers no revocation is vouched for by its short life.
 */
export function revocationFact({ certificates }: PathState, now: number): RevocationFact {
  if (certificates.some(({ status }) => status === 'revoked')) return invalid('certificate_revoked')
  if (certificates.some((one) => one.status === 'unknown' && OUTAGES.has(one.why)))
    return unavailable('revocation_unknown')
  const unknown = certificates
    .map((one) => ({ since: unknownSince(one, now), why: one.status === 'unknown' ? one.why : 'overdue' }))
    .filter((one): one is { since: number; why: string } => one.since !== undefined)
    .toSorted((left, right) => left.since - right.since)
  const [longest] = unknown
  return valid({ age: oldest(certificates), unknownSince: longest?.since, why: longest?.why })
}

/** Undefined where an answer has never been had. */
function oldest(certificates: readonly CertificateState[]): number | undefined {
  const asked = certificates.filter((one) => one.status !== 'unknown' || one.why !== 'revocation_not_offered')
  const ages = asked.map((one) => (one.status === 'unknown' ? undefined : one.ageMs))
  return ages.reduce<number | undefined>(
    (age, next) => (age === undefined || next === undefined ? undefined : Math.max(age, next)),
    0,
  )
}

/** Our own object did not answer: nothing is known, not even since when. */
const OUTAGES: ReadonlySet<UnknownReason> = new Set(['revocation_timeout', 'revocation_failed'])

function unknownSince(state: CertificateState, now: number): number | undefined {
  if (state.status === 'unknown') return state.why === 'revocation_not_offered' ? undefined : state.since
  return state.overdueMs > 0 ? now - state.overdueMs : undefined
}
