/** How OCSP names a certificate (RFC 6960 section 4.1.1 CertID). */
import { Buffer } from 'node:buffer'
import { sameBytes } from '../../lib/bytes.ts'
import { childrenOf, type Element, objectIdentifier, TAG } from '../../lib/der.ts'
import { element, objectIdentifierOf } from '../../lib/der-write.ts'
import type { Certificate } from '../x509/types.ts'

/**
 * SHA-1 is allowed here and nowhere else: most responders know nothing else, and nothing is proven by it. Whoever finds
 * a second issuer name or key of one hash has not thereby made the issuer's signature.
 */
const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
}
const IDENTIFIERS = { 'SHA-1': '1.3.14.3.2.26', 'SHA-256': '2.16.840.1.101.3.4.2.1' } as const

export interface CertificateId {
  /** As WebCrypto calls it; undefined for one that we do not know. */
  readonly hash: string | undefined
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  /** Contents of the INTEGER. */
  readonly serial: Uint8Array
}

export function readCertificateId(from: Element | undefined): CertificateId | undefined {
  const [algorithm, name, key, serial, more] = childrenOf(from, TAG.sequence, 4) ?? []
  const [id] = childrenOf(algorithm, TAG.sequence, 2) ?? []
  const oid = objectIdentifier(id)
  if (oid === undefined || more !== undefined) return undefined
  if (name?.tag !== TAG.octetString || key?.tag !== TAG.octetString || serial?.tag !== TAG.integer)
    return undefined
  return {
    hash: HASHES[oid],
    issuerNameHash: name.content,
    issuerKeyHash: key.content,
    serial: serial.content,
  }
}

/** Whether `id` means this certificate of this issuer, by whichever hash the responder likes. */
export async function isIdOf(
  id: CertificateId,
  certificate: Certificate,
  issuer: Certificate,
): Promise<boolean> {
  if (id.hash === undefined || !sameBytes(id.serial, serialOf(certificate))) return false
  const [name, key] = await Promise.all([
    digest(id.hash, certificate.issuer.der),
    digest(id.hash, issuer.publicKey),
  ])
  return sameBytes(id.issuerNameHash, name) && sameBytes(id.issuerKeyHash, key)
}

/** DER of the CertID. */
export async function writeCertificateId(
  certificate: Certificate,
  issuer: Certificate,
  hash: 'SHA-1' | 'SHA-256',
): Promise<Uint8Array> {
  const [name, key] = await Promise.all([
    digest(hash, certificate.issuer.der),
    digest(hash, issuer.publicKey),
  ])
  const algorithm = element(TAG.sequence, objectIdentifierOf(IDENTIFIERS[hash]), element(TAG.null))
  const serial = element(TAG.integer, serialOf(certificate))
  return element(
    TAG.sequence,
    algorithm,
    element(TAG.octetString, name),
    element(TAG.octetString, key),
    serial,
  )
}

/** Contents of the serial number's INTEGER, which `Certificate` holds as text without padding. */
export function serialOf({ serial }: Certificate): Uint8Array {
  const negative = serial.startsWith('-')
  const octets = new Uint8Array(Buffer.from(negative ? serial.slice(1) : serial, 'hex'))
  return negative || (octets[0] ?? 0) < 0x80 ? octets : Uint8Array.of(0, ...octets)
}

export async function digest(hash: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(hash, bytes))
}
