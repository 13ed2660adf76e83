/** Certificates in a file or a header: PEM (RFC 7468), one or many, or bare DER. */
import { fromBase64 } from '../../lib/base64.ts'
import { invalid, valid } from '../../lib/fact.ts'
import { type Reading, readCertificate } from './certificate.ts'
import type { Certificate } from './types.ts'

/** A bundle of every authority of the European lists has 2 MB. */
const MAX_FILE_BYTES = 8_388_608
const SEQUENCE = 0x30

/** All certificates that `bytes` hold, in their order, at least one; the first fault ends it. */
export function readCertificates(bytes: Uint8Array): Reading<readonly Certificate[]> {
  if (bytes.length > MAX_FILE_BYTES) return invalid('certificate_too_large')
  const encodings = bytes[0] === SEQUENCE ? [bytes] : pemBodies(bytes)
  if (encodings === undefined || encodings.length === 0) return invalid('certificate_malformed')
  const certificates: Certificate[] = []
  for (const der of encodings) {
    const read = readCertificate(der)
    if (read.state !== 'valid') return read
    certificates.push(read.value)
  }
  return valid(certificates)
}

/** Section 2: text outside the encapsulation boundaries is explanatory and means nothing. */
const BLOCK = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]*)-----END CERTIFICATE-----/g
const BEGINNING = /-----BEGIN CERTIFICATE-----/g

function pemBodies(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const text = new TextDecoder('latin1').decode(bytes)
  const blocks = [...text.matchAll(BLOCK)]
  if (blocks.length !== [...text.matchAll(BEGINNING)].length) return undefined
  const bodies = blocks.map(([, body = '']) => fromBase64(body.replace(/\s/g, '')))
  return bodies.every((body): body is Uint8Array => body !== undefined) ? bodies : undefined
}
