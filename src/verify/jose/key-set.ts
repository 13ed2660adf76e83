import { parseJson } from '../../lib/json.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { namedAlgorithm } from '../signed/algorithms.ts'
import type { KeyFault, KeyHint, KeyMaterialFault } from '../signed/types.ts'
import { isObject } from './header.ts'
import { type Jwk, type JwkFault, readJwk } from './jwk.ts'

/** A directory's set has one or two dozen keys, each with a chain of certificates of 4 to 8 kB. */
const LIMITS = { maxDepth: 5, maxLength: 524_288 }
const MAX_KEYS = 256

export type KeySetFault = 'key_set_malformed' | 'key_set_too_large' | 'key_set_mixed'

export interface KeySet {
  readonly keys: readonly Jwk[]
  /** Keys that are there and may not be used: an operator wants to know, and a message that names one gets the reason. */
  readonly refused: readonly { readonly kid: string | undefined; readonly reason: JwkFault }[]
}

/**
 * Reads a JWK set (RFC 7517 section 5). One bad key does not spoil the others, as the section asks; a set that mixes
 * secrets with public keys is refused whole: one of the two was published by mistake.
 */
export function readKeySet(text: string): Outcome<KeySet, KeySetFault> {
  const parsed = parseJson(text, LIMITS)
  if (!parsed.ok) return fail(parsed.reason === 'too_large' ? 'key_set_too_large' : 'key_set_malformed')
  const { keys: listed } = isObject(parsed.value) ? parsed.value : {}
  if (!Array.isArray(listed)) return fail('key_set_malformed')
  if (listed.length > MAX_KEYS) return fail('key_set_too_large')
  const keys: Jwk[] = []
  const refused: { kid: string | undefined; reason: JwkFault }[] = []
  const types = new Set<boolean>()
  for (const value of listed) {
    if (!isObject(value)) return fail('key_set_malformed')
    types.add(value.kty === 'oct')
    const key = readJwk(value)
    if (key.ok) keys.push(key.value)
    else refused.push({ kid: typeof value.kid === 'string' ? value.kid : undefined, reason: key.reason })
  }
  return types.size > 1 ? fail('key_set_mixed') : pass({ keys, refused })
}

/**
 * The one key of a set that a message means. Two keys under one `kid` are told apart by algorithm alone (RFC 7517
 * section 4.5); a message without a `kid` has a key only where there is no choice.
 */
export function chooseKey(
  { keys, refused }: KeySet,
  { keyId, algorithm }: KeyHint,
): Outcome<Jwk, KeyFault | KeyMaterialFault> {
  const named = keyId === undefined ? keys : keys.filter(({ kid }) => kid === keyId)
  const unfit = keyId === undefined ? [] : refused.filter(({ kid }) => kid === keyId)
  const asked = algorithm === undefined ? undefined : namedAlgorithm(algorithm)
  const fitting = named.filter(({ algorithms }) => asked !== undefined && algorithms.includes(asked))
  const [key] = fitting
  if (key !== undefined) {
    // One key is often published twice, for signing and for encryption. Any other namesake may be the one that is meant.
    const alone = fitting.length === 1 && unfit.every(({ reason }) => reason === 'key_use_refused')
    return alone ? pass(key) : fail('key_ambiguous')
  }
  if (named.length > 0 && keyId !== undefined) return fail('key_algorithm_refused')
  const reason = unfit[0]?.reason
  if (reason === undefined) return fail('key_unknown')
  return fail(reason === 'key_private' ? 'key_revoked' : reason)
}
