/** Turns a published key into a CryptoKey for exactly one algorithm, and verifies with it. */
import { fromBase64url } from '../../lib/base64.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { ALGORITHMS } from './algorithms.ts'
import { rsaFault } from './rsa-strength.ts'
import type { KeyMaterial, KeyMaterialFault, SignatureAlgorithm, VerificationKey } from './types.ts'

type Imported = Outcome<CryptoKey, KeyMaterialFault>

/** RSA with 8,192 bits takes 1,062 octets. */
const MAX_SPKI_BYTES = 1_200

/** RFC 7518 section 3.4, RFC 8032 section 5.1.6: two numbers of fixed length. Others are as long as the modulus. */
const SIGNATURE_BYTES: Partial<Record<SignatureAlgorithm, number>> = {
  ES256: 64,
  ES384: 96,
  ES512: 132,
  Ed25519: 64,
}

/** Resolved keys only, never promises: a promise of another request would hang with that request's cancellation. */
const remembered = new WeakMap<VerificationKey, Map<SignatureAlgorithm, Imported>>()

/** What was imported before: where there is one, the request has nothing to wait for. */
export function rememberedKey(key: VerificationKey, algorithm: SignatureAlgorithm): Imported | undefined {
  return remembered.get(key)?.get(algorithm)
}

/**
 * The key for one algorithm, imported and measured once for as long as the key is known.
 *
 * @param weakKeys `admitted` is for published test vectors, whose keys are older than the rule
 */
export async function importKey(
  key: VerificationKey,
  algorithm: SignatureAlgorithm,
  weakKeys: 'refused' | 'admitted' = 'refused',
): Promise<Imported> {
  if (!key.algorithms.includes(algorithm) || !suits(key.material, algorithm)) {
    return fail('key_algorithm_refused')
  }
  if (weakKeys === 'admitted') return importMaterial(key.material, algorithm)
  const known = rememberedKey(key, algorithm)
  if (known !== undefined) return known
  const imported = await importStrong(key.material, algorithm)
  const all = remembered.get(key) ?? new Map<SignatureAlgorithm, Imported>()
  remembered.set(key, all.set(algorithm, imported))
  return imported
}

/** A secret verifies MACs and nothing else: a public key taken for a secret is the oldest confusion of algorithms. */
function suits(material: KeyMaterial, algorithm: SignatureAlgorithm): boolean {
  const row = ALGORITHMS[algorithm]
  if (material.kind === 'secret') return row.keyType === 'oct'
  if (row.keyType === 'oct') return false
  if (material.kind === 'spki') return true
  const { jwk } = material
  return jwk.kty === row.keyType && (jwk.kty === 'RSA' || jwk.crv === row.curve)
}

async function importStrong(material: KeyMaterial, algorithm: SignatureAlgorithm): Promise<Imported> {
  const imported = await importMaterial(material, algorithm)
  const row = ALGORITHMS[algorithm]
  if (!imported.ok) return imported
  if (material.kind === 'secret') {
    return material.bytes.length < (row.minSecretBytes ?? Number.POSITIVE_INFINITY)
      ? fail('key_weak')
      : imported
  }
  if (row.keyType !== 'RSA') return imported
  const exported = await crypto.subtle.exportKey('jwk', imported.value)
  // `exportKey` gives a JWK for this format, and an RSA key's JWK has both members (RFC 7518 section 6.3.1).
  const { n = '', e = '' } = exported as JsonWebKey
  const [modulus, exponent] = [fromBase64url(n), fromBase64url(e)]
  if (modulus === undefined || exponent === undefined) return fail('key_malformed')
  const fault = rsaFault(modulus, exponent)
  return fault === undefined ? imported : fail(fault)
}

async function importMaterial(material: KeyMaterial, algorithm: SignatureAlgorithm): Promise<Imported> {
  const how = ALGORITHMS[algorithm].import
  try {
    switch (material.kind) {
      case 'secret':
        return pass(await crypto.subtle.importKey('raw', material.bytes, how, false, ['verify']))
      case 'spki':
        if (material.der.length > MAX_SPKI_BYTES) return fail('key_weak')
        return pass(await crypto.subtle.importKey('spki', material.der, how, true, ['verify']))
      case 'jwk':
        return pass(await crypto.subtle.importKey('jwk', { ...material.jwk }, how, true, ['verify']))
    }
  } catch {
    // Not a key of this kind: another curve, a point beside it, members that are no numbers.
    return fail('key_malformed')
  }
}

/** False for whatever is not this signature of these bytes. */
export async function verifyBytes(
  key: CryptoKey,
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  if (signature.length !== (SIGNATURE_BYTES[algorithm] ?? signature.length)) return false
  try {
    return await crypto.subtle.verify(ALGORITHMS[algorithm].verify, key, signature, data)
  } catch {
    return false
  }
}
