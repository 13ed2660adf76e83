/** Public halves of the private keys that specifications print for their examples. */

import { toBase64url } from '../../src/lib/base64.ts'
import { childrenOf, readElement, TAG } from '../../src/lib/der.ts'
import type { PublicJwk, SignatureAlgorithm, VerificationKey } from '../../src/verify/signed/types.ts'

const RSA: readonly SignatureAlgorithm[] = ['PS512', 'RS256', 'RS512']

/** A key in PEM (PKCS #8, PKCS #1 or SEC 1), or a shared secret in base64. */
export async function publishedKey(text: string): Promise<VerificationKey> {
  const [, label = '', base64 = text] = /-----BEGIN ([A-Z ]+)-----([\s\S]+?)-----END/.exec(text) ?? []
  const bytes = Uint8Array.from(atob(base64.replace(/\s/g, '')), (character) => character.charCodeAt(0))
  switch (label) {
    case '':
      return { material: { kind: 'secret', bytes }, algorithms: ['HS256'], thumbprint: 'secret' }
    case 'EC PRIVATE KEY':
      return jwkKey(p256(bytes), ['ES256'])
    case 'RSA PRIVATE KEY':
      return jwkKey(rsa(bytes), RSA)
    default:
      return pkcs8(bytes)
  }
}

function jwkKey(jwk: PublicJwk, algorithms: readonly SignatureAlgorithm[]): VerificationKey {
  return { material: { kind: 'jwk', jwk }, algorithms, thumbprint: jwk.kty }
}

async function pkcs8(bytes: Uint8Array): Promise<VerificationKey> {
  // RFC 5958: version, algorithm, key. An RSA key inside is PKCS #1, whatever PSS parameters stand beside it.
  const octets = childrenOf(readElement(bytes), TAG.sequence, 5)?.[2]?.content ?? new Uint8Array()
  if (readElement(octets)?.tag === TAG.sequence) return jwkKey(rsa(octets), RSA)
  const key = await crypto.subtle.importKey('pkcs8', bytes, { name: 'Ed25519' }, true, ['sign'])
  const exported = await crypto.subtle.exportKey('jwk', key)
  // `exportKey` gives a JWK for this format.
  return jwkKey({ kty: 'OKP', crv: 'Ed25519', x: (exported as JsonWebKey).x ?? '' }, ['Ed25519'])
}

/** RFC 8017 appendix A.1.2. */
function rsa(bytes: Uint8Array): PublicJwk {
  const [, n, e] = childrenOf(readElement(bytes), TAG.sequence, 9) ?? []
  const number = (content: Uint8Array = new Uint8Array()) =>
    toBase64url(content[0] === 0 ? content.subarray(1) : content)
  return { kty: 'RSA', n: number(n?.content), e: number(e?.content) }
}

/** RFC 5915: the uncompressed point is the last thing in it. */
function p256(bytes: Uint8Array): PublicJwk {
  const point = bytes.subarray(-64)
  return {
    kty: 'EC',
    crv: 'P-256',
    x: toBase64url(point.subarray(0, 32)),
    y: toBase64url(point.subarray(32)),
  }
}
