/** Whether an issuer has appointed somebody to answer for it (RFC 6960 section 4.2.2.2). */
import { nameEquals } from '../x509/names.ts'
import { verifySigned } from '../x509/signature.ts'
import type { Certificate } from '../x509/types.ts'
import { hasCriticalBut } from './extensions.ts'

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
/** RFC 6960 section 4.2.2.2.1 id-pkix-ocsp-nocheck. */
const NO_CHECK = '1.3.6.1.5.5.7.48.1.5'

/** What may be critical in a responder's certificate: what is checked here, and what limits nothing. */
const UNDERSTOOD: readonly string[] = [
  '2.5.29.15', // keyUsage
  '2.5.29.19', // basicConstraints
  '2.5.29.32', // certificatePolicies
  '2.5.29.37', // extKeyUsage
  NO_CHECK,
]

/**
 * Certified for this by the issuer's own key, and in date. A subordinate authority that was given the purpose is not
 * meant: in 2020 several hundred intermediates had it by mistake, each of which could then answer for its siblings.
 */
export async function isAppointed(delegate: Certificate, issuer: Certificate, at: number): Promise<boolean> {
  if (delegate.extendedKeyUsage?.includes(OCSP_SIGNING) !== true) return false
  if (delegate.basicConstraints?.ca === true || !mayAnswer(delegate)) return false
  if (!nameEquals(delegate.issuer, issuer.subject)) return false
  if (at < delegate.notBefore || at > delegate.notAfter) return false
  if (hasCriticalBut(delegate.extensions, UNDERSTOOD)) return false
  const { signatureAlgorithm: algorithm, signature, tbs: data } = delegate
  return verifySigned({ algorithm, signature, data, issuer })
}

/** RFC 5280 section 4.2.1.12: for this purpose, digitalSignature or nonRepudiation. */
function mayAnswer({ keyUsage }: Certificate): boolean {
  return keyUsage === undefined || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation')
}

/**
 * Section 4.2.2.2.1: the issuer vouches for the delegate's whole life, or names no list in which it would be taken back.
 * Asking OCSP about who answers OCSP would go in circles.
 */
export function isBeyondCheck({ extensions, crl }: Certificate): boolean {
  return extensions.has(NO_CHECK) || crl.length === 0
}
