/** The public keys that may sign or be certified here: RSA of 2048 bits and more, P-256, P-384, P-521 and Ed25519. */
import { toBase64url } from '../../lib/base64.ts'
import { childrenOf, type Element, objectIdentifier, readElement, TAG } from '../../lib/der.ts'
import type { Algorithm, Certificate } from './types.ts'

export type PublicKeyParts = Pick<Certificate, 'publicKeyAlgorithm' | 'publicKey'>

export type PublicKey =
  /** `pssOnly`: RFC 4055 section 3.1, the key says that it makes no other signatures. */
  | { readonly kind: 'rsa'; readonly jwk: JsonWebKey; readonly bits: number; readonly pssOnly: boolean }
  | { readonly kind: 'ec'; readonly curve: Curve; readonly point: Uint8Array }
  | { readonly kind: 'ed25519'; readonly point: Uint8Array }

export type Curve = 'P-256' | 'P-384' | 'P-521'

const RSA = '1.2.840.113549.1.1.1'
const RSA_PSS = '1.2.840.113549.1.1.10'
const EC = '1.2.840.10045.2.1'
const ED25519 = '1.3.101.112'

/** RFC 5480 section 2.1.1.1, with the octets of one coordinate. Curves written out in full are not read at all. */
const CURVES: Readonly<Record<string, readonly [curve: Curve, octets: number]>> = {
  '1.2.840.10045.3.1.7': ['P-256', 32],
  '1.3.132.0.34': ['P-384', 48],
  '1.3.132.0.35': ['P-521', 66],
}

/** The key, or undefined when its kind, size or parameters are none of ours. */
export function readPublicKey({ publicKeyAlgorithm, publicKey }: PublicKeyParts): PublicKey | undefined {
  const { oid, parameters } = publicKeyAlgorithm
  if (oid === RSA) return isNull(parameters) ? readRsa(publicKey, false) : undefined
  // Parameters would bind hash and salt (RFC 4055 section 3.1); certificates that are issued leave them out.
  if (oid === RSA_PSS) return parameters === undefined ? readRsa(publicKey, true) : undefined
  if (oid === EC) return readPoint(publicKeyAlgorithm, publicKey)
  if (oid !== ED25519 || parameters !== undefined || publicKey.length !== 32) return undefined
  return { kind: 'ed25519', point: publicKey }
}

export function isNull(parameters: Uint8Array | undefined): boolean {
  return parameters?.length === 2 && parameters[0] === TAG.null
}

const MIN_RSA_BITS = 2_048
/** Verifying costs the square of it: nobody has a longer one, and a stranger chooses it. */
const MAX_RSA_BITS = 8_192
/** 65537 and a little more: a long exponent is a way to make others work. */
const MAX_EXPONENT_OCTETS = 4

function readRsa(publicKey: Uint8Array, pssOnly: boolean): PublicKey | undefined {
  const [modulus, exponent, more] = childrenOf(readElement(publicKey), TAG.sequence, 2) ?? []
  const [n, e] = [unsigned(modulus), unsigned(exponent)]
  if (n === undefined || e === undefined || more !== undefined) return undefined
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24
  // A modulus of an odd length is an odd program's: CA/Browser Baseline Requirements section 6.1.5 refuses it too.
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || bits % 8 !== 0) return undefined
  const isOdd = ((n.at(-1) ?? 0) & (e.at(-1) ?? 0) & 1) === 1
  if (e.length > MAX_EXPONENT_OCTETS || !isOdd || (e.length === 1 && (e[0] ?? 0) < 3)) return undefined
  return { kind: 'rsa', jwk: { kty: 'RSA', n: toBase64url(n), e: toBase64url(e) }, bits, pssOnly }
}

/** The magnitude of a positive INTEGER in its fewest octets, or undefined. */
export function unsigned(element: Element | undefined): Uint8Array | undefined {
  if (element?.tag !== TAG.integer) return undefined
  const [first, second] = element.content
  if (first === undefined || first >= 0x80 || (first === 0 && (second === undefined || second < 0x80))) {
    return undefined
  }
  return first === 0 ? element.content.subarray(1) : element.content
}

/** RFC 5480 section 2.2: the uncompressed form, which every implementation knows. */
const UNCOMPRESSED = 4

function readPoint({ parameters }: Algorithm, point: Uint8Array): PublicKey | undefined {
  const named = parameters === undefined ? undefined : objectIdentifier(readElement(parameters))
  const [curve, octets = 0] = CURVES[named ?? ''] ?? []
  if (curve === undefined || point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * octets) return undefined
  return { kind: 'ec', curve, point }
}
