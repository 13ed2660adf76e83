/** Key pairs made here and the resolvers that know them. */
import { exportJWK, generateKeyPair } from 'jose'
import { invalid, valid } from '../../../src/lib/fact.ts'
import type { JsonValue } from '../../../src/lib/json.ts'
import { readJwk, verificationKey } from '../../../src/verify/jose/jwk.ts'
import { chooseKey, readKeySet } from '../../../src/verify/jose/key-set.ts'
import type { KeyHint, KeyResolver, VerificationKey } from '../../../src/verify/signed/types.ts'

export interface Pair {
  readonly privateKey: CryptoKey
  readonly jwk: { readonly [name: string]: JsonValue }
  readonly key: VerificationKey
  readonly resolve: KeyResolver
}

/** A pair for one algorithm, published with `alg` and `kid` unless `members` says otherwise. */
export async function pairFor(alg: string, members: Record<string, JsonValue> = {}): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2_048 })
  const exported = await exportJWK(publicKey)
  // What jose exports is JSON.
  const jwk = { ...exported, kid: 'key-1', alg, use: 'sig', ...members } as Pair['jwk']
  const key = await keyOf(jwk)
  return { privateKey, jwk, key, resolve: async () => valid(key) }
}

export async function keyOf(jwk: JsonValue): Promise<VerificationKey> {
  const read = readJwk(jwk)
  if (!read.ok) throw new Error(`Cannot use the key: ${read.reason}`)
  return verificationKey(read.value)
}

/** Chooses as the gate does, and imports a key once. */
export function resolverOf(text: string): KeyResolver {
  const set = readKeySet(text)
  return async (hint: KeyHint) => {
    if (!set.ok) return invalid('key_unknown')
    const chosen = chooseKey(set.value, hint)
    // A weak key and an unfit one are told apart in the tests of `chooseKey` itself.
    return chosen.ok ? valid(await verificationKey(chosen.value)) : invalid('key_unknown')
  }
}
