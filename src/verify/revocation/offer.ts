import type { Certificate } from '../x509/types.ts'

/**
 * noRevAvail (RFC 9608 section 2) and the validity-assured short-term certificate (ETSI EN 319 412-1 clause 5.2.2): the issuer
 * says that it will not revoke, because the certificate is gone before that would help.
 */
const NO_REVOCATION = ['2.5.29.56', '0.4.0.194121.2.1']

/** Why nobody can be asked about a certificate; undefined where somebody can. */
export function offersNone({
  ocsp,
  crl,
  extensions,
}: Certificate): 'revocation_not_offered' | 'revocation_source_absent' | undefined {
  if (NO_REVOCATION.some((oid) => extensions.has(oid))) return 'revocation_not_offered'
  return ocsp.length + crl.length === 0 ? 'revocation_source_absent' : undefined
}
