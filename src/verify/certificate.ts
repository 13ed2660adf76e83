import { createHash } from 'node:crypto'
import type { CertificateProblem, PresentedCertificate, Tpp, TppRole, VerifierOutage } from '../evidence.ts'
import { fromBase64 } from '../lib/base64.ts'
import { ABSENT, type Fact, invalid, valid } from '../lib/fact.ts'
import { QC_STATEMENTS, readRoles } from './psd2.ts'
import { type Fields, readFields } from './fields.ts'

/** X.520 attributes. */
const ORGANIZATION_IDENTIFIER = '2.5.4.97'
const ORGANIZATION = '2.5.4.10'
const COMMON_NAME = '2.5.4.3'
const COUNTRY = '2.5.4.6'

/** Cloudflare leaves larger leaves out (RFC 9440 leaves the limit to the proxy). */
const MAX_DER_BYTES = 10_240
/** TS 119 495 section 5.2.1 has no limit; genuine ones have 15 to 40 characters. It becomes a header: no controls. */
const ORGANISATION = /^[\x21-\x7e]{1,128}$/

/** What the edge itself says of a certificate that it did not accept. */
const FAILURES: Readonly<Record<string, CertificateProblem>> = {
  'FAILED:certificate has expired': 'certificate_expired',
  'FAILED:certificate is not yet valid': 'certificate_not_yet_valid',
}

/**
 * Says which third party a client certificate proves.
 *
 * What is proven here: the edge verified the chain to an authority that the bank configured and saw the private key
 * used in the handshake; the certificate is in date, not known to be revoked, and names one organisation. What is not:
 * the path to a trusted list, the PSD2 profile and revocation at this moment are not checked here. The certificate
 * is read from its DER and never from a distinguished name, which every edge spells differently and which a subject
 * may be written to confuse.
 *
 * @param now milliseconds since the epoch
 */
export function verifyCertificate(
  fact: Fact<PresentedCertificate, CertificateProblem>,
  now: number,
): Fact<Tpp, CertificateProblem, VerifierOutage> {
  if (fact.state !== 'valid') return fact.state === 'invalid' ? invalid(fact.reason) : ABSENT
  const { value } = fact
  // A chain that was left out takes nothing from a leaf that the edge has verified.
  if (value.tooLarge && value.der === '') return invalid('certificate_too_large')
  if (value.revoked) return invalid('certificate_revoked')
  if (value.verification !== 'SUCCESS') {
    return invalid(FAILURES[value.verification] ?? 'certificate_not_verified')
  }
  // 4 characters carry 3 bytes: nothing longer is decoded.
  if (value.der.length > MAX_DER_BYTES * 1.4) return invalid('certificate_too_large')
  const der = fromBase64(value.der)
  const fields = der === undefined ? undefined : readFields(der)
  if (der === undefined || fields === undefined) return invalid('certificate_malformed')
  if (now < fields.notBefore) return invalid('certificate_not_yet_valid')
  if (now > fields.notAfter) return invalid('certificate_expired')
  return holder(fields, der, value.der)
}

function holder(
  fields: Fields,
  der: Uint8Array,
  text: string,
): Fact<Tpp, CertificateProblem, VerifierOutage> {
  const organisations = fields.subject.get(ORGANIZATION_IDENTIFIER) ?? []
  const [organisation] = organisations
  if (organisation === undefined) return invalid('certificate_without_organisation')
  // Two organisations: whichever we took, the bank might take the other.
  if (organisations.length > 1 || !ORGANISATION.test(organisation)) return invalid('certificate_malformed')
  const roles = rolesOf(fields)
  if (roles === undefined) return invalid('certificate_malformed')
  return valid({
    organisation,
    name: fields.subject.get(ORGANIZATION)?.[0] ?? fields.subject.get(COMMON_NAME)?.[0] ?? organisation,
    roles,
    country: fields.subject.get(COUNTRY)?.[0],
    thumbprint: createHash('sha256').update(der).digest('hex'),
    der: text,
  })
}

function rolesOf({ extensions }: Fields): readonly TppRole[] | undefined {
  const statements = extensions.get(QC_STATEMENTS)
  return statements === undefined ? [] : readRoles(statements)
}
