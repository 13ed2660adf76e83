import { type JsonValue, parseJson } from '../../lib/json.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { isObject } from '../jose/header.ts'
import { type JwkFault, readJwk, verificationKey } from '../jose/jwk.ts'
import { namedAlgorithm } from '../signed/algorithms.ts'
import type { KeyFault, KeyHint, KeyMaterialFault, VerificationKey } from '../signed/types.ts'
import type { KeySource, PublishedKey, PublishedSet, RefusedKeyReason } from './types.ts'

/** A directory's set has one or two dozen keys, each with a chain of certificates of 4 to 8 kB. */
const LIMITS = { maxDepth: 6, maxLength: 524_288 }
const MAX_KEYS = 256

export type SetFault = 'set_malformed' | 'set_too_large'

/**
 * Reads a published JWK set (RFC 7517 section 5). A bad key spoils no other. A secret in it is no key at all: it was
 * published, so that everybody has it.
 *
 * @param firstSeenAt when a key was first seen, by its thumbprint; undefined where that is unknown
 */
export async function readPublishedSet(
  text: string,
  firstSeenAt: (thumbprint: string) => number | undefined,
): Promise<Outcome<PublishedSet, SetFault>> {
  const parsed = parseJson(text, LIMITS)
  if (!parsed.ok) return fail(parsed.reason === 'too_large' ? 'set_too_large' : 'set_malformed')
  const { keys: listed } = isObject(parsed.value) ? parsed.value : {}
  if (!Array.isArray(listed)) return fail('set_malformed')
  if (listed.length > MAX_KEYS) return fail('set_too_large')
  const keys: PublishedKey[] = []
  const refused = new Map<string, RefusedKeyReason>()
  for (const value of listed) {
    if (!isObject(value)) return fail('set_malformed')
    const read = readJwk(value)
    const secret = read.ok && read.value.material.kind === 'secret'
    if (read.ok && !secret) {
      const unseen = await verificationKey(read.value)
      const key = await verificationKey(read.value, firstSeenAt(unseen.thumbprint))
      keys.push({ kid: read.value.kid, key, ...lifeOf(value) })
    } else if (typeof value.kid === 'string') {
      refused.set(value.kid, read.ok ? 'key_revoked' : REASONS[read.reason])
    }
  }
  return pass({ keys, refused })
}

const REASONS: Readonly<Record<JwkFault, RefusedKeyReason>> = {
  key_malformed: 'key_malformed',
  key_private: 'key_revoked',
  key_use_refused: 'key_use_refused',
  key_algorithm_refused: 'key_algorithm_refused',
  key_weak: 'key_weak',
}

type Life = Pick<PublishedKey, 'notBefore' | 'notAfter' | 'revokedAt'>

/**
 * `nbf` and `exp` as key directories of Web Bot Auth and OpenID Federation write them, seconds since the epoch;
 * `revoked` as OpenID Federation does. What is there and unreadable counts as over.
 */
function lifeOf({ nbf, exp, revoked }: { readonly [name: string]: JsonValue }): Life {
  const { revoked_at: revokedAt } = isObject(revoked ?? null) ? (revoked as { revoked_at?: JsonValue }) : {}
  return {
    notBefore: nbf === undefined ? undefined : timeOf(nbf, Number.POSITIVE_INFINITY),
    notAfter: exp === undefined ? undefined : timeOf(exp, 0),
    revokedAt:
      revoked === undefined || revoked === null || revoked === false ? undefined : timeOf(revokedAt, 0),
  }
}

function timeOf(value: JsonValue | undefined, unreadable: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? milliseconds(value) : unreadable
}

/** RFC 7519 counts seconds; directories that count milliseconds mean no time beyond the year 5000. */
function milliseconds(value: number): number {
  return value > 1e11 ? value : value * 1_000
}

/** The one key that a message means, or why there is none (RFC 7517 section 4.5). */
export function chooseKey(
  set: PublishedSet,
  { keyId, algorithm }: KeyHint,
  namedBy: KeySource['namedBy'],
  now: number,
): Outcome<VerificationKey, KeyFault | KeyMaterialFault> {
  const named = set.keys.filter(({ kid, key }) =>
    namedBy === 'thumbprint' ? key.thumbprint === keyId : keyId === undefined || kid === keyId,
  )
  const living = named.filter((one) => deathOf(one, now) === undefined)
  if (living.length === 0) {
    const [dead] = named
    const reason = dead === undefined ? set.refused.get(keyId ?? '') : deathOf(dead, now)
    return fail(reason ?? 'key_unknown')
  }
  const keys = new Map(living.map(({ key }) => [key.thumbprint, key]))
  const asked = algorithm === undefined ? undefined : namedAlgorithm(algorithm)
  const fitting = [...keys.values()].filter((key) => asked === undefined || key.algorithms.includes(asked))
  const [key] = fitting
  if (key === undefined) return fail('key_algorithm_refused')
  return fitting.length > 1 ? fail('key_ambiguous') : pass(key)
}

function deathOf(
  { notBefore, notAfter, revokedAt }: PublishedKey,
  now: number,
): 'key_revoked' | 'key_expired' | 'key_not_yet_valid' | undefined {
  if (revokedAt !== undefined && revokedAt <= now) return 'key_revoked'
  if (notAfter !== undefined && notAfter <= now) return 'key_expired'
  return notBefore !== undefined && notBefore > now ? 'key_not_yet_valid' : undefined
}
