/** Asks an OCSP responder about one certificate (RFC 6960 section 4.1, unsigned, as nearly everybody asks). */

import { toBase64 } from '../../lib/base64.ts'
import { TAG } from '../../lib/der.ts'
import { element, objectIdentifierOf } from '../../lib/der-write.ts'
import type { Certificate } from '../x509/types.ts'
import { writeCertificateId } from './certificate-id.ts'

const NONCE = '1.3.6.1.5.5.7.48.1.2'
/** RFC 9654 section 2.1: clients send 32 octets. */
export const NONCE_BYTES = 32

/** DER of an OCSPRequest. */
export async function writeRequest(
  certificate: Certificate,
  issuer: Certificate,
  hash: 'SHA-1' | 'SHA-256',
  nonce: Uint8Array | undefined,
): Promise<Uint8Array> {
  const id = await writeCertificateId(certificate, issuer, hash)
  const list = element(TAG.sequence, element(TAG.sequence, id))
  const tbs =
    nonce === undefined
      ? element(TAG.sequence, list)
      : element(TAG.sequence, list, element(0xa2, element(TAG.sequence, nonceExtension(nonce))))
  return element(TAG.sequence, tbs)
}

function nonceExtension(nonce: Uint8Array): Uint8Array {
  const value = element(TAG.octetString, element(TAG.octetString, nonce))
  return element(TAG.sequence, objectIdentifierOf(NONCE), value)
}

/** RFC 6960 appendix A.1: GET where the whole encoded request is shorter than this, so that caches can answer. */
const MAX_GET_LENGTH = 255

/** The request in the path, behind the responder's own; undefined where it must be posted. */
export function getAddress(responder: URL, request: Uint8Array): string | undefined {
  const encoded = encodeURIComponent(toBase64(request))
  if (encoded.length >= MAX_GET_LENGTH || responder.search !== '') return undefined
  return `${responder.href.replace(/\/$/, '')}/${encoded}`
}
