/** Names of algorithms in HTTP signatures, for what JOSE and WebCrypto call otherwise. */
import type { SignatureAlgorithm } from '../signed/types.ts'

/** RFC 9421 section 6.2.2. */
const MESSAGE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['rsa-pss-sha512', 'PS512'],
  ['rsa-v1_5-sha256', 'RS256'],
  ['ecdsa-p256-sha256', 'ES256'],
  ['ecdsa-p384-sha384', 'ES384'],
  ['ed25519', 'Ed25519'],
  ['hmac-sha256', 'HS256'],
])

/**
 * The registry of draft-cavage-http-signatures-12, and what signers write instead of it: Java's names, RFC 9421's. Compared
 * without regard to case and punctuation.
 */
export const CAVAGE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['rsasha256', 'RS256'],
  ['sha256withrsa', 'RS256'],
  ['rsav15sha256', 'RS256'],
  ['rsasha512', 'RS512'],
  ['sha512withrsa', 'RS512'],
  ['rsapsssha512', 'PS512'],
  ['ecdsasha256', 'ES256'],
  ['ecdsap256sha256', 'ES256'],
  ['ed25519', 'Ed25519'],
  ['hmacsha256', 'HS256'],
])

/** `hs2019` says "derived from the key" (section 2.1.3): it agrees with every algorithm. */
const ANY_ALGORITHM = 'hs2019'

/** Letters and digits in lower case: `SHA256withRSA`, `RSA-SHA256` and `rsa_sha256` are read alike. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** What the message's own word says of its algorithm. */
export type NamedAlgorithm = 'unnamed' | 'unknown' | SignatureAlgorithm

export function namedInMessage(name: string | undefined): NamedAlgorithm {
  return name === undefined ? 'unnamed' : (MESSAGE_ALGORITHMS.get(name) ?? 'unknown')
}

export function namedInCavage(name: string | undefined): NamedAlgorithm {
  if (name === undefined) return 'unnamed'
  const plain = plainName(name)
  return plain === ANY_ALGORITHM ? 'unnamed' : (CAVAGE_ALGORITHMS.get(plain) ?? 'unknown')
}
