/**
 * Reads Client-Cert and Client-Cert-Chain (RFC 9440), which Cloudflare writes into `request.cf` and other proxies into
 * headers. Stricter than the RFC: no parameters, no spaces inside, canonical base64. One certificate has one spelling, or
 * its thumbprint has several names.
 */
import { fromBase64 } from '../lib/base64.ts'

/** Cloudflare leaves out a leaf above 10 KB and a chain above 16 KB; base64 makes a third more of them. */
export const MAX_LEAF = 14_400
export const MAX_CHAIN = 24_000
/** Genuine chains have one to three; path building does bounded work however many there are. */
const MAX_CHAIN_LENGTH = 16

/** Structured Fields (RFC 9651 section 3.3.5): a byte sequence stands between colons. */
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/
/** DER of a Certificate (RFC 5280 section 4.1) begins with a SEQUENCE. */
const SEQUENCE_TAG = 0x30

/** Section 2.2: one byte sequence. Two headers arrive joined by a comma, and are none. */
export function readClientCert(field: string): string | undefined {
  if (field.length > MAX_LEAF) return undefined
  const base64 = BYTE_SEQUENCE.exec(field)?.[1]
  if (base64 === undefined) return undefined
  return fromBase64(base64)?.[0] === SEQUENCE_TAG ? base64 : undefined
}

/** Section 2.3: a list of byte sequences in the order of the handshake, without the leaf. */
export function readClientCertChain(field: string): readonly string[] | undefined {
  if (field === '') return []
  if (field.length > MAX_CHAIN) return undefined
  const items = field.split(',', MAX_CHAIN_LENGTH + 1)
  if (items.length > MAX_CHAIN_LENGTH) return undefined
  const read = items.map((item) => readClientCert(item.trim()))
  return read.every((item) => item !== undefined) ? read : undefined
}
