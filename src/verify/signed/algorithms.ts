import type { SignatureAlgorithm } from './types.ts'

/** What WebCrypto wants to know of one algorithm, and which keys may carry it. */
export interface AlgorithmRow {
  readonly keyType: 'RSA' | 'EC' | 'OKP' | 'oct'
  /** RFC 7518 section 3.4: each ECDSA algorithm has one curve. */
  readonly curve?: 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
  readonly import: { readonly name: string; readonly hash?: string; readonly namedCurve?: string }
  readonly verify: { readonly name: string; readonly hash?: string; readonly saltLength?: number }
  /** RFC 7518 section 3.2: an HMAC key is at least as long as the hash. */
  readonly minSecretBytes?: number
}

/** RFC 7518 section 3.5: the salt of RSASSA-PSS is as long as the hash, and no other length verifies. */
function pss(bits: 256 | 384 | 512): AlgorithmRow {
  const hash = `SHA-${bits}`
  const verify = { name: 'RSA-PSS', saltLength: bits / 8 }
  return { keyType: 'RSA', import: { name: 'RSA-PSS', hash }, verify }
}

function pkcs1(bits: 256 | 384 | 512): AlgorithmRow {
  const name = 'RSASSA-PKCS1-v1_5'
  return { keyType: 'RSA', import: { name, hash: `SHA-${bits}` }, verify: { name } }
}

function ecdsa(curve: 'P-256' | 'P-384' | 'P-521', bits: 256 | 384 | 512): AlgorithmRow {
  const verify = { name: 'ECDSA', hash: `SHA-${bits}` }
  return { keyType: 'EC', curve, import: { name: 'ECDSA', namedCurve: curve }, verify }
}

function hmac(bits: 256 | 384 | 512): AlgorithmRow {
  const hash = `SHA-${bits}`
  return {
    keyType: 'oct',
    import: { name: 'HMAC', hash },
    verify: { name: 'HMAC' },
    minSecretBytes: bits / 8,
  }
}

export const ALGORITHMS: Readonly<Record<SignatureAlgorithm, AlgorithmRow>> = {
  PS256: pss(256),
  PS384: pss(384),
  PS512: pss(512),
  RS256: pkcs1(256),
  RS384: pkcs1(384),
  RS512: pkcs1(512),
  ES256: ecdsa('P-256', 256),
  ES384: ecdsa('P-384', 384),
  ES512: ecdsa('P-521', 512),
  Ed25519: { keyType: 'OKP', curve: 'Ed25519', import: { name: 'Ed25519' }, verify: { name: 'Ed25519' } },
  HS256: hmac(256),
  HS384: hmac(384),
  HS512: hmac(512),
}

/** The algorithm that a message or a key names. RFC 9864 section 2.2: `EdDSA` over Ed25519 is now `Ed25519`. */
export function namedAlgorithm(name: string): SignatureAlgorithm | undefined {
  if (name === 'EdDSA') return 'Ed25519'
  return Object.hasOwn(ALGORITHMS, name) ? (name as SignatureAlgorithm) : undefined // a key of the table
}

/** Every algorithm that a key of this type and curve could verify. */
export function algorithmsOf(
  keyType: AlgorithmRow['keyType'],
  curve?: string,
): readonly SignatureAlgorithm[] {
  const names = Object.keys(ALGORITHMS) as SignatureAlgorithm[] // the table's own keys
  return names.filter((name) => {
    const row = ALGORITHMS[name]
    return row.keyType === keyType && row.curve === curve
  })
}
