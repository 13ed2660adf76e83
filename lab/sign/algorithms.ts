/** Signatures by node:crypto, which is OpenSSL: the gate verifies with WebCrypto, and the two share no line. */
import { constants, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import type { SignatureAlgorithm } from '../../src/verify/signed/types.ts'
import type { KeyKind, SigningKey } from './key.ts'

/** Of the JOSE registry, but for secrets: a third party shares none with a bank. */
export type Algorithm = Exclude<SignatureAlgorithm, 'HS256' | 'HS384' | 'HS512'>

interface Row {
  readonly kind: KeyKind
  readonly hash: string | null
  readonly how: Partial<SignKeyObjectInput>
  /** RFC 9421 section 6.2.2. */
  readonly message?: string
  /** draft-cavage-http-signatures, Appendix E, and what is written where it has no name. */
  readonly cavage: string
}

/** RFC 7518 section 3.5 and RFC 9421 section 3.3.1: a salt as long as the hash. */
const pss = (saltLength: number) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
const pkcs1 = { padding: constants.RSA_PKCS1_PADDING }
/** RFC 7518 section 3.4: two numbers side by side, and not in DER. */
const plain = { dsaEncoding: 'ieee-p1363' } as const

const TABLE: Readonly<Record<Algorithm, Row>> = {
  PS256: { kind: 'RSA', hash: 'sha256', how: pss(32), cavage: 'hs2019' },
  PS384: { kind: 'RSA', hash: 'sha384', how: pss(48), cavage: 'hs2019' },
  PS512: { kind: 'RSA', hash: 'sha512', how: pss(64), message: 'rsa-pss-sha512', cavage: 'hs2019' },
  RS256: { kind: 'RSA', hash: 'sha256', how: pkcs1, message: 'rsa-v1_5-sha256', cavage: 'rsa-sha256' },
  RS384: { kind: 'RSA', hash: 'sha384', how: pkcs1, cavage: 'hs2019' },
  RS512: { kind: 'RSA', hash: 'sha512', how: pkcs1, cavage: 'rsa-sha512' },
  ES256: {
    kind: 'EC P-256',
    hash: 'sha256',
    how: plain,
    message: 'ecdsa-p256-sha256',
    cavage: 'ecdsa-sha256',
  },
  ES384: { kind: 'EC P-384', hash: 'sha384', how: plain, message: 'ecdsa-p384-sha384', cavage: 'hs2019' },
  ES512: { kind: 'EC P-521', hash: 'sha512', how: plain, cavage: 'hs2019' },
  Ed25519: { kind: 'Ed25519', hash: null, how: {}, message: 'ed25519', cavage: 'ed25519' },
}

export function isAlgorithm(name: string): name is Algorithm {
  return Object.hasOwn(TABLE, name)
}

export function namesOf(algorithm: Algorithm): Pick<Row, 'message' | 'cavage'> {
  return TABLE[algorithm]
}

export function signBytes(privateKey: KeyObject, algorithm: Algorithm, data: Uint8Array): Buffer {
  const { hash, how } = TABLE[algorithm]
  return sign(hash, data, { key: privateKey, ...how })
}

/**
 * The first that the profile takes and the key can make, or the one that was asked for: a bank may take others than its
 * standard names.
 */
export function chooseAlgorithm(
  key: SigningKey,
  accepted: readonly SignatureAlgorithm[],
  wish: string | undefined,
): Outcome<Algorithm, string> {
  const wanted = wish ?? key.alg
  if (wanted === undefined) {
    const chosen = accepted.filter(isAlgorithm).find((name) => TABLE[name].kind === key.kind)
    if (chosen !== undefined) return pass(chosen)
    return fail(`${key.path} holds a key of ${key.kind}, and ${listOf(accepted)} is what can be signed with`)
  }
  if (!isAlgorithm(wanted)) return fail(`there is no algorithm ${wanted}, but ${listOf(Object.keys(TABLE))}`)
  return TABLE[wanted].kind === key.kind
    ? pass(wanted)
    : fail(`${wanted} needs a key of ${TABLE[wanted].kind}, and ${key.path} holds one of ${key.kind}`)
}

export function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
