import { fromBase64url } from '../../lib/base64.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { ALGORITHMS } from './algorithms.ts'
import { rsaFault } from './rsa-strength.ts'
import type { KeyMaterial, KeyMaterialFault, SignatureAlgorithm, VerificationKey } from './types.ts'

type Imported = Outcome<CryptoKey, KeyMaterialFault>

/**
 * Imported keys live as long as the key object that the key source keeps. Only finished results are kept, never a
 * promise: a promise belongs to the request that began it, and would hang the others when that one is cancelled.
 */
const imported = new WeakMap<VerificationKey, Map<SignatureAlgorithm, Imported>>()

/** What was imported before: the request path then has nothing to wait for. */
export function rememberedKey(key: VerificationKey, algorithm: SignatureAlgorithm): Imported | undefined {
  return imported.get(key)?.get(algorithm)
}

/**
 * The key for WebCrypto, under an algorithm that the key itself allows. The message's `alg` reaches this only as a
 * question, so that RS256 cannot be had from a key published for PS256, nor HS256 from a public key.
 */
export async function cryptoKey(key: VerificationKey, algorithm: SignatureAlgorithm): Promise<Imported> {
  const remembered = rememberedKey(key, algorithm)
  if (remembered !== undefined) return remembered
  const result = key.algorithms.includes(algorithm)
    ? await importMaterial(key.material, algorithm)
    : fail('key_algorithm_refused' as const)
  const results = imported.get(key) ?? new Map<SignatureAlgorithm, Imported>()
  results.set(algorithm, result)
  imported.set(key, results)
  return result
}

async function importMaterial(material: KeyMaterial, algorithm: SignatureAlgorithm): Promise<Imported> {
  const row = ALGORITHMS[algorithm]
  if ((material.kind === 'secret') !== (row.keyType === 'oct')) return fail('key_algorithm_refused')
  if (material.kind === 'secret' && material.bytes.length < (row.minSecretBytes ?? 0)) return fail('key_weak')
  try {
    const key = await importAs(material, row.import)
    return row.keyType === 'RSA' ? await withStrength(key) : pass(key)
  } catch {
    // WebCrypto throws for a point off the curve, another curve, another type of key.
    return fail('key_malformed')
  }
}

function importAs(
  material: KeyMaterial,
  parameters: (typeof ALGORITHMS)['PS256']['import'],
): Promise<CryptoKey> {
  // Public keys are extractable, so that their strength can be judged whatever they were imported from.
  switch (material.kind) {
    case 'jwk':
      return crypto.subtle.importKey('jwk', material.jwk, parameters, true, ['verify'])
    case 'spki':
      return crypto.subtle.importKey('spki', material.der, parameters, true, ['verify'])
    case 'secret':
      return crypto.subtle.importKey('raw', material.bytes, parameters, false, ['verify'])
  }
}

async function withStrength(key: CryptoKey): Promise<Imported> {
  const exported = await crypto.subtle.exportKey('jwk', key)
  // The format `jwk` makes a JsonWebKey, which the platform's types do not tell from bytes.
  const { n, e } = exported as JsonWebKey
  const [modulus, exponent] = [fromBase64url(n ?? ''), fromBase64url(e ?? '')]
  const fault = modulus && exponent ? rsaFault(modulus, exponent) : 'key_malformed'
  return fault === undefined ? pass(key) : fail(fault)
}
