import { createHash } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { fromBase64url } from '../../lib/base64.ts'
import type { JsonValue } from '../../lib/json.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { ALGORITHMS, algorithmsOf, namedAlgorithm } from '../signed/algorithms.ts'
import { rsaFault } from '../signed/rsa-strength.ts'
import type { KeyMaterial, PublicJwk, SignatureAlgorithm, VerificationKey } from '../signed/types.ts'
import { isObject } from './header.ts'

export type JwkFault =
  | 'key_malformed'
  | 'key_private' // published with its private half: anybody may sign with it
  | 'key_use_refused'
  | 'key_algorithm_refused'
  | 'key_weak'

/** One key of a set, as it may be used here. */
export interface Jwk {
  readonly kid: string | undefined
  readonly material: KeyMaterial
  readonly algorithms: readonly SignatureAlgorithm[]
}

type Members = { readonly [name: string]: JsonValue }

/** RFC 7518 section 6.2.1.2: coordinates have the full length of the field. */
const COORDINATE_BYTES = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth']
const MAX_KID = 512

/** Reads a JWK (RFC 7517 section 4) that may verify signatures, or says why it may not. */
export function readJwk(value: JsonValue): Outcome<Jwk, JwkFault> {
  if (!isObject(value)) return fail('key_malformed')
  const { kid, use, key_ops, alg } = value
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KID)) return fail('key_malformed')
  // Sections 4.2 and 4.3. A key for encryption that verifies signatures has two jobs, and attacks cross over.
  if (use !== undefined && use !== 'sig') return fail('key_use_refused')
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify')))
    return fail('key_use_refused')
  if (PRIVATE.some((name) => Object.hasOwn(value, name))) return fail('key_private')
  const material = readMaterial(value)
  if (!material.ok) return material
  const algorithms = allowedBy(alg, material.value)
  if (!algorithms.ok) return algorithms
  return pass({ kid, material: material.value, algorithms: algorithms.value })
}

function readMaterial(key: Members): Outcome<KeyMaterial, JwkFault> {
  switch (key.kty) {
    case 'RSA':
      return readRsa(key)
    case 'EC':
      return readEc(key)
    case 'OKP': {
      const { crv, x } = key
      if (crv !== 'Ed25519' || typeof x !== 'string' || fromBase64url(x)?.length !== 32)
        return fail('key_malformed')
      return jwkMaterial({ kty: 'OKP', crv, x })
    }
    case 'oct': {
      const bytes = typeof key.k === 'string' ? fromBase64url(key.k) : undefined
      return bytes === undefined ? fail('key_malformed') : pass({ kind: 'secret', bytes })
    }
    default:
      return fail('key_malformed')
  }
}

function readRsa({ n, e }: Members): Outcome<KeyMaterial, JwkFault> {
  const modulus = typeof n === 'string' ? fromBase64url(n) : undefined
  const exponent = typeof e === 'string' ? fromBase64url(e) : undefined
  if (modulus === undefined || exponent === undefined) return fail('key_malformed')
  const fault = rsaFault(modulus, exponent)
  if (fault !== undefined) return fail(fault)
  // Both are strings: they were decoded above.
  return jwkMaterial({ kty: 'RSA', n: String(n), e: String(e) })
}

function readEc({ crv, x, y }: Members): Outcome<KeyMaterial, JwkFault> {
  if (crv !== 'P-256' && crv !== 'P-384' && crv !== 'P-521') return fail('key_malformed')
  if (typeof x !== 'string' || typeof y !== 'string') return fail('key_malformed')
  const full = [x, y].every((one) => fromBase64url(one)?.length === COORDINATE_BYTES[crv])
  return full ? jwkMaterial({ kty: 'EC', crv, x, y }) : fail('key_malformed')
}

function jwkMaterial(jwk: PublicJwk): Outcome<KeyMaterial, never> {
  return pass({ kind: 'jwk', jwk })
}

/** Section 4.4: a key that names its algorithm is for that one. Otherwise whatever its type and strength allow. */
function allowedBy(
  alg: JsonValue | undefined,
  material: KeyMaterial,
): Outcome<readonly SignatureAlgorithm[], JwkFault> {
  const fitting = fittingAlgorithms(material)
  if (alg === undefined) return fitting.length > 0 ? pass(fitting) : fail('key_weak')
  const named = typeof alg === 'string' ? namedAlgorithm(alg) : undefined
  if (named === undefined) return fail('key_algorithm_refused')
  if (fitting.includes(named)) return pass([named])
  return fail(
    material.kind === 'secret' && ALGORITHMS[named].keyType === 'oct' ? 'key_weak' : 'key_algorithm_refused',
  )
}

function fittingAlgorithms(material: KeyMaterial): readonly SignatureAlgorithm[] {
  if (material.kind === 'jwk') {
    const { jwk } = material
    return algorithmsOf(jwk.kty, 'crv' in jwk ? jwk.crv : undefined)
  }
  const length = material.kind === 'secret' ? material.bytes.length : 0
  return algorithmsOf('oct').filter((name) => length >= (ALGORITHMS[name].minSecretBytes ?? 0))
}

/** The key with its name (RFC 7638), to be kept for as long as it is known: what it imports is remembered with it. */
export async function verificationKey(jwk: Jwk, firstSeenAt?: number): Promise<VerificationKey> {
  const { material, algorithms } = jwk
  const thumbprint = await thumbprintOf(material)
  return { material, algorithms, thumbprint, ...(firstSeenAt === undefined ? {} : { firstSeenAt }) }
}

async function thumbprintOf(material: KeyMaterial): Promise<string> {
  switch (material.kind) {
    case 'jwk':
      return calculateJwkThumbprint(material.jwk, 'sha256')
    case 'spki':
      return createHash('sha256').update(material.der).digest('base64url')
    case 'secret':
      // Under a name of its own: a plain hash of a short secret could be looked up.
      return createHash('sha256').update('portcullis secret\0').update(material.bytes).digest('base64url')
  }
}
