/**
 * Whom a certificate is about, without reading the rest of it: a set has a thousand certificates and a request needs
 * two. `readCertificate` still has the last word on each that is used.
 */
import { Buffer } from 'node:buffer'
import { childrenOf, readElement, TAG } from '../../lib/der.ts'
import { nameKey, readName } from '../x509/names.ts'

export interface Identity {
  /** Equal for names that are one by RFC 5280 section 7.1. */
  readonly name: string
  /** Name and public key: certificates that share both are the same holder's. */
  readonly holder: string
}

export function identityOf(certificate: Uint8Array): Identity | undefined {
  const [tbs] = childrenOf(readElement(certificate), TAG.sequence, 3) ?? []
  const parts = childrenOf(tbs, TAG.sequence, 10)
  // RFC 5280 section 4.1: the version is tagged [0], and absent from version 1.
  const from = parts?.[0]?.tag === 0xa0 ? 1 : 0
  const subject = readName(parts?.[from + 4])
  const publicKey = parts?.[from + 5]?.content
  if (subject === undefined || publicKey === undefined) return undefined
  const name = nameKey(subject)
  const key = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString('base64')
  return { name, holder: `${key} ${name}` }
}
