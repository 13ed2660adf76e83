/**
 * Signatures over certificates, revocation lists and OCSP responses: SHA-256 and up, verified by WebCrypto. The
 * algorithm comes from the signed object and the kind of key from the issuer: where they do not fit, nothing is tried.
 */
import { childrenOf, objectIdentifier, readElement, smallInteger, TAG } from '../../lib/der.ts'
import {
  type Curve,
  isNull,
  type PublicKey,
  type PublicKeyParts,
  readPublicKey,
  unsigned,
} from './public-key.ts'
import type { Algorithm } from './types.ts'

export interface Signed {
  readonly algorithm: Algorithm
  readonly signature: Uint8Array
  /** The bytes that were signed, as they came. */
  readonly data: Uint8Array
  /** Whoever is said to have signed; a certificate is one. */
  readonly issuer: PublicKeyParts
}

export type SignatureFault = 'signature_wrong' | 'signature_algorithm_refused' | 'public_key_refused'

export async function verifySigned(signed: Signed): Promise<boolean> {
  return (await findSignatureFault(signed)) === undefined
}

/** Undefined when the issuer's key made the signature. */
export async function findSignatureFault(signed: Signed): Promise<SignatureFault | undefined> {
  const key = readPublicKey(signed.issuer)
  if (key === undefined) return 'public_key_refused'
  const scheme = schemeFor(signed.algorithm)
  if (scheme === undefined || !fits(scheme, key)) return 'signature_algorithm_refused'
  const signature = key.kind === 'ec' ? fixedWidth(signed.signature, key.curve) : signed.signature
  if (signature === undefined) return 'signature_wrong'
  const imported = await importKey(key, scheme)
  if (imported === undefined) return 'public_key_refused'
  return (await verifies(imported, scheme, signature, signed.data)) ? undefined : 'signature_wrong'
}

type Hash = 'SHA-256' | 'SHA-384' | 'SHA-512'
type Scheme =
  | { readonly name: 'RSASSA-PKCS1-v1_5' | 'ECDSA'; readonly hash: Hash }
  | { readonly name: 'RSA-PSS'; readonly hash: Hash; readonly saltLength: number }
  | { readonly name: 'Ed25519' }

const RSA_PSS = '1.2.840.113549.1.1.10'

/** RFC 4055 section 5 and RFC 5758 section 3.2, RFC 8410 section 3. SHA-1, MD5, DSA and SHA-224 have no row. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  '1.2.840.113549.1.1.11': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  '1.2.840.113549.1.1.12': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  '1.2.840.113549.1.1.13': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  '1.2.840.10045.4.3.2': { name: 'ECDSA', hash: 'SHA-256' },
  '1.2.840.10045.4.3.3': { name: 'ECDSA', hash: 'SHA-384' },
  '1.2.840.10045.4.3.4': { name: 'ECDSA', hash: 'SHA-512' },
  '1.3.101.112': { name: 'Ed25519' },
}

function schemeFor({ oid, parameters }: Algorithm): Scheme | undefined {
  if (oid === RSA_PSS) return readPss(parameters)
  const scheme = SCHEMES[oid]
  // RFC 4055 section 5 has NULL and asks to bear its absence; the others have no parameters at all.
  const bare = parameters === undefined || (scheme?.name === 'RSASSA-PKCS1-v1_5' && isNull(parameters))
  return bare ? scheme : undefined
}

const HASHES: Readonly<Record<string, readonly [hash: Hash, octets: number]>> = {
  '2.16.840.1.101.3.4.2.1': ['SHA-256', 32],
  '2.16.840.1.101.3.4.2.2': ['SHA-384', 48],
  '2.16.840.1.101.3.4.2.3': ['SHA-512', 64],
}
const MGF1 = '1.2.840.113549.1.1.8'

/**
 * RSASSA-PSS-params (RFC 4055 section 3.1): one hash for the message and the mask, a salt as long as the hash. The
 * defaults mean SHA-1, so that hash, mask and salt are always written out; the trailer is left at its only value.
 */
function readPss(parameters: Uint8Array | undefined): Scheme | undefined {
  const parts = parameters === undefined ? undefined : childrenOf(readElement(parameters), TAG.sequence, 3)
  const [hashField, maskField, saltField] = parts ?? []
  if (hashField?.tag !== 0xa0 || maskField?.tag !== 0xa1 || saltField?.tag !== 0xa2) return undefined
  const hash = hashOf(hashField.content)
  const [maskId, maskHash, more] = childrenOf(readElement(maskField.content), TAG.sequence, 2) ?? []
  if (objectIdentifier(maskId) !== MGF1 || maskHash === undefined || more !== undefined) return undefined
  const [name, octets] = hash ?? []
  if (name === undefined || octets === undefined || hashOf(maskHash.der)?.[0] !== name) return undefined
  if (smallInteger(readElement(saltField.content)) !== octets) return undefined
  return { name: 'RSA-PSS', hash: name, saltLength: octets }
}

function hashOf(der: Uint8Array): readonly [hash: Hash, octets: number] | undefined {
  const [id, parameters, more] = childrenOf(readElement(der), TAG.sequence, 2) ?? []
  if (more !== undefined || (parameters !== undefined && !isNull(parameters.der))) return undefined
  return HASHES[objectIdentifier(id) ?? '']
}

function fits(scheme: Scheme, key: PublicKey): boolean {
  if (key.kind === 'ec') return scheme.name === 'ECDSA'
  if (key.kind === 'ed25519') return scheme.name === 'Ed25519'
  return scheme.name === 'RSA-PSS' || (scheme.name === 'RSASSA-PKCS1-v1_5' && !key.pssOnly)
}

const WIDTHS: Readonly<Record<Curve, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

/** ECDSA-Sig-Value (RFC 3279 section 2.2.3) in the form that WebCrypto takes: r and s, each as wide as the curve. */
export function fixedWidth(signature: Uint8Array, curve: Curve): Uint8Array | undefined {
  const [first, second, more] = childrenOf(readElement(signature), TAG.sequence, 2) ?? []
  const [r, s] = [unsigned(first), unsigned(second)]
  const width = WIDTHS[curve]
  if (r === undefined || s === undefined || more !== undefined) return undefined
  if (r.length > width || s.length > width) return undefined
  const out = new Uint8Array(2 * width)
  out.set(r, width - r.length)
  out.set(s, 2 * width - s.length)
  return out
}

/** A key that WebCrypto does not take, a point that is not on its curve, is the stranger's fault and no throw. */
async function importKey(key: PublicKey, scheme: Scheme): Promise<CryptoKey | undefined> {
  try {
    if (key.kind === 'rsa') return await crypto.subtle.importKey('jwk', key.jwk, scheme, false, ['verify'])
    const algorithm = key.kind === 'ec' ? { name: 'ECDSA', namedCurve: key.curve } : { name: 'Ed25519' }
    return await crypto.subtle.importKey('raw', key.point, algorithm, false, ['verify'])
  } catch {
    return undefined
  }
}

async function verifies(
  key: CryptoKey,
  scheme: Scheme,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  try {
    return await crypto.subtle.verify(scheme, key, signature, data)
  } catch {
    return false
  }
}
