import { type Fact, invalid, valid } from '../../lib/fact.ts'
import { importKey, verifyBytes } from '../signed/import-key.ts'
import type { KeyMaterialFault, SignatureAlgorithm, VerificationKey } from '../signed/types.ts'
import type { NamedAlgorithm } from './algorithms.ts'

export type CheckFault = 'algorithm_refused' | 'algorithm_mismatch' | 'signature_wrong' | KeyMaterialFault

export interface Check {
  readonly key: VerificationKey
  /** Of the policy, in the order in which they are tried. */
  readonly accepted: readonly SignatureAlgorithm[]
  readonly named: NamedAlgorithm
  readonly signature: Uint8Array
  readonly input: Uint8Array
  /** For published vectors alone: their keys are weaker than any profile takes. */
  readonly weakKeys?: 'refused' | 'admitted'
}

/**
 * Verifies with what key and policy both allow. The message's own word can only agree with one of those; where it is
 * silent, an RSA key leaves the hash open and each allowed one is tried, at most as many as the policy lists.
 */
export async function checkSignature({
  key,
  accepted,
  named,
  signature,
  input,
  weakKeys = 'refused',
}: Check): Promise<Fact<SignatureAlgorithm, CheckFault>> {
  if (named === 'unknown') return invalid('algorithm_mismatch')
  const allowed = accepted.filter((algorithm) => key.algorithms.includes(algorithm))
  if (allowed.length === 0) return invalid('algorithm_refused')
  const tried = named === 'unnamed' ? allowed : allowed.filter((algorithm) => algorithm === named)
  if (tried.length === 0) return invalid('algorithm_mismatch')
  for (const algorithm of tried) {
    const imported = await importKey(key, algorithm, weakKeys)
    if (!imported.ok) return invalid(imported.reason)
    if (await verifyBytes(imported.value, algorithm, signature, input)) return valid(algorithm)
  }
  return invalid('signature_wrong')
}
