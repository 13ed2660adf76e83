/**
 * One step of a path: may `issuer` stand above `below`? Everything that RFC 5280 section 6.1 carries from the anchor
 * down can be asked from the leaf up as well, certificate by certificate, so that a hopeless branch is never followed.
 */
import { sameBytes } from '../../lib/bytes.ts'
import type { Budget } from './budget.ts'
import { findNameFault } from './name-constraints.ts'
import { nameEquals } from './names.ts'
import { findProfileFault, type Place } from './profile.ts'
import { findSignatureFault, type SignatureFault } from './signature.ts'
import type { Certificate, PathFault, PathQuestion } from './types.ts'

export interface Step {
  /** Leaf first; never empty. */
  readonly below: readonly Certificate[]
  readonly issuer: Certificate
  readonly place: Exclude<Place, 'leaf' | 'bare_leaf'>
}

/** "any" purpose (section 4.2.1.12). */
const ANY_PURPOSE = '2.5.29.37.0'
/** A whole path, self-issued certificates with it. */
export const MAX_INTERMEDIATES = 4

/** Faults of a certificate for itself: its time, its profile, its purpose. */
export function findOwnFault(
  certificate: Certificate,
  place: Place,
  question: Pick<PathQuestion, 'at' | 'extendedKeyUsage'>,
): PathFault | undefined {
  // Section 4.1.2.5: both ends belong to it, and its times have whole seconds.
  const second = Math.floor(question.at / 1_000) * 1_000
  if (second < certificate.notBefore) return 'certificate_not_yet_valid'
  if (second > certificate.notAfter) return 'certificate_expired'
  const fault = findProfileFault(certificate, place)
  if (fault !== undefined) return fault
  const { extendedKeyUsage: allowed } = certificate
  const wanted = question.extendedKeyUsage
  if (wanted === undefined || allowed === undefined) return undefined
  return allowed.includes(wanted) || allowed.includes(ANY_PURPOSE) ? undefined : 'extended_key_usage_wrong'
}

/** Everything but the signature: none of it costs more than reading. */
export function findStepFault({ below, issuer, place }: Step, question: PathQuestion): PathFault | undefined {
  if (!keyIdentifiersAgree(below.at(-1), issuer)) return 'key_identifier_wrong'
  const { basicConstraints, keyUsage } = issuer
  if (basicConstraints?.ca !== true) return 'issuer_not_a_ca'
  if (keyUsage !== undefined && !keyUsage.has('keyCertSign')) return 'key_usage_wrong'
  const fault = findOwnFault(issuer, place, question)
  if (fault !== undefined) return fault
  // Sections 4.2.1.9 and 6.1.4(l): what changes a key counts for nothing, nor does the end of the path.
  const counted = below.slice(1).filter((one) => !isSelfIssued(one)).length
  if (counted > (basicConstraints.pathLength ?? counted)) return 'path_length_exceeded'
  if (place !== 'intermediate') return undefined
  const more = isSelfIssued(issuer) ? 0 : 1
  return below.length > MAX_INTERMEDIATES || counted + more > question.maxIntermediates
    ? 'path_too_long'
    : undefined
}

/** Section 4.2.1.1: an issuer without the identifier is no fault here, one with another is another key's. */
function keyIdentifiersAgree(certificate: Certificate | undefined, issuer: Certificate): boolean {
  const wanted = certificate?.authorityKeyIdentifier
  const offered = issuer.subjectKeyIdentifier
  return wanted === undefined || offered === undefined || sameBytes(wanted, offered)
}

export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return nameEquals(subject, issuer)
}

/** Whether the issuer's key made the signature of the last certificate below it. */
export async function findStepSignatureFault(
  certificate: Certificate,
  issuer: Certificate,
): Promise<SignatureFault | undefined> {
  const { signatureAlgorithm: algorithm, signature, tbs: data } = certificate
  return await findSignatureFault({ algorithm, signature, data, issuer })
}

/** Section 6.1.3(b) and (c): what changes a key may be named as it likes, the end of the path may not. */
export function findStepNameFault({ below, issuer }: Step, budget: Budget): PathFault | undefined {
  const { nameConstraints } = issuer
  if (nameConstraints === undefined) return undefined
  for (const [place, certificate] of below.entries()) {
    if (place > 0 && isSelfIssued(certificate)) continue
    const fault = findNameFault(certificate, nameConstraints, budget)
    if (fault !== undefined) return fault
  }
  return undefined
}
