/** Whether an issuer has appointed somebody to answer for it (RFC 6960 section 4.2.2.2). */
import { nameEquals } from '../x509/names.ts'
import { verifySigned } from '../x509/signature.ts'
import type { Certificate } from '../x509/types.ts'
import { hasCriticalBut } from './extensions.ts'

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'

/** What may be critical in a responder's certificate: what is checked here, and what limits nothing. */
const UNDERSTOOD: readonly string[] = [
  '2.5.29.15', // keyUsage
  '2.5.29.19', // basicConstraints
  '2.5.29.32', // certificatePolicies
  '2.5.29.37', // extKeyUsage
  '1.3.6.1.5.5.7.48.1.5', // ocsp-nocheck
]

/**
 * Certified for this by the issuer's own key, and in date. A subordinate authority that was given the purpose is not
 * meant: in 2020 several hundred intermediates had it by mistake, each of which could then answer for its siblings.
 *
 * Whether the delegate itself was revoked is not asked, `ocsp-nocheck` or not: section 4.2.2.2.1 leaves it to the client,
 * and the issuer who would take it back can as well stop certifying it, within the delegate's short life.
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
