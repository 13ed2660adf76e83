import { type JsonValue, parseJson } from '../../lib/json.ts'
import { decodeUtf8 } from '../../lib/utf8.ts'
import { readNumericDate } from './check-header.ts'
import { isObject } from './header.ts'
import { refuse } from './refuse.ts'
import type { Refusal } from './types.ts'

/** Why the claims of a JWT (RFC 7519) do not count, whoever signed them. `member` says which claim. */
export type ClaimsFault =
  | 'claims_malformed'
  | 'claim_missing'
  | 'claim_invalid'
  | 'issuer_refused'
  | 'audience_refused'
  | 'token_expired'
  | 'token_not_yet_valid' // nbf
  | 'token_from_future' // iat
  | 'token_stale'
  | 'token_lives_too_long'

export type Claims = { readonly [name: string]: JsonValue }

export interface ClaimsPolicy {
  readonly required: readonly string[]
  /** Who may have issued it; undefined where the key's owner is the only one who can have. */
  readonly issuers?: readonly string[]
  readonly audience?: {
    readonly values: readonly string[]
    /** RFC 7519 section 4.1.3 allows a list; a token for two is one that either can use against the other. */
    readonly form: 'any' | 'one_string'
  }
  /** How far the issuer's clock may run ahead of ours: for `iat` and `nbf`. */
  readonly skewSeconds: number
  /** How long after `exp` it is still taken. */
  readonly leewaySeconds: number
  /** Oldest `iat`. */
  readonly maxAgeSeconds?: number
  /** Oldest `nbf`. */
  readonly maxNotBeforeAgeSeconds?: number
  /** Longest time from `nbf` to `exp`; from `iat` where there is no `nbf`. */
  readonly maxLifetimeSeconds?: number
  /** Furthest `exp` from now: for as long, whatever may be used once has to be remembered. */
  readonly maxExpiresInSeconds?: number
}

export interface CheckedClaims {
  readonly claims: Claims
  /** Milliseconds since the epoch. */
  readonly issuedAt: number | undefined
  readonly expiresAt: number | undefined
}

/** A consent with its details, or a request object of a payment, has some kilobytes. */
const LIMITS = { maxDepth: 16, maxLength: 65_536 }
const TEXTS = new Set(['iss', 'sub', 'jti', 'client_id', 'nonce'])
const MAX_TEXT = 2_048

/** RFC 7519 section 7.2 step 10, with unique members: section 4 lets a reader refuse others, and two readers disagree. */
export function readClaims(payload: Uint8Array): Claims | undefined {
  if (payload.length > LIMITS.maxLength) return undefined
  const text = decodeUtf8(payload)
  const parsed = text === undefined ? undefined : parseJson(text, LIMITS)
  return parsed?.ok && isObject(parsed.value) ? parsed.value : undefined
}

/** @param now milliseconds since the epoch */
export function checkClaims(
  claims: Claims,
  policy: ClaimsPolicy,
  now: number,
): CheckedClaims | Refusal<ClaimsFault> {
  const missing = policy.required.find((name) => !Object.hasOwn(claims, name))
  if (missing !== undefined) return refuse('claim_missing', missing)
  for (const [name, value] of Object.entries(claims)) {
    if (TEXTS.has(name) && !isText(value)) return refuse('claim_invalid', name)
  }
  const { iss } = claims
  if (policy.issuers !== undefined && !(typeof iss === 'string' && policy.issuers.includes(iss))) {
    return refuse('issuer_refused', 'iss')
  }
  return checkAudience(claims, policy) ?? checkTimes(claims, policy, now)
}

function isText(value: JsonValue): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT
}

function checkAudience({ aud }: Claims, { audience }: ClaimsPolicy): Refusal<ClaimsFault> | undefined {
  if (audience === undefined) return undefined
  const { values, form } = audience
  if (typeof aud === 'string') return values.includes(aud) ? undefined : refuse('audience_refused', 'aud')
  if (!Array.isArray(aud) || !aud.every((one) => typeof one === 'string'))
    return refuse('claim_invalid', 'aud')
  if (form === 'one_string') return refuse('audience_refused', 'aud')
  return aud.some((one) => values.includes(one)) ? undefined : refuse('audience_refused', 'aud')
}

function checkTimes(claims: Claims, policy: ClaimsPolicy, now: number): CheckedClaims | Refusal<ClaimsFault> {
  const times: { iat?: number; nbf?: number; exp?: number } = {}
  for (const name of ['iat', 'nbf', 'exp'] as const) {
    if (!Object.hasOwn(claims, name)) continue
    const at = readNumericDate(claims[name], true)
    if (at === undefined) return refuse('claim_invalid', name)
    times[name] = at
  }
  const { iat, nbf, exp } = times
  const { skewSeconds, leewaySeconds, maxAgeSeconds, maxNotBeforeAgeSeconds, maxLifetimeSeconds } = policy
  const latest = now + skewSeconds * 1_000
  // RFC 7519 section 4.1.4: "on or after".
  if (exp !== undefined && now >= exp + leewaySeconds * 1_000) return refuse('token_expired', 'exp')
  if (nbf !== undefined && nbf > latest) return refuse('token_not_yet_valid', 'nbf')
  if (iat !== undefined && iat > latest) return refuse('token_from_future', 'iat')
  if (exp !== undefined && exp > now + (policy.maxExpiresInSeconds ?? Number.POSITIVE_INFINITY) * 1_000) {
    return refuse('token_lives_too_long', 'exp')
  }
  if (olderThan(iat, maxAgeSeconds, now)) return refuse('token_stale', 'iat')
  if (olderThan(nbf, maxNotBeforeAgeSeconds, now)) return refuse('token_stale', 'nbf')
  const start = nbf ?? iat
  if (maxLifetimeSeconds !== undefined) {
    if (exp === undefined || start === undefined)
      return refuse('claim_missing', exp === undefined ? 'exp' : 'nbf')
    if (exp - start > maxLifetimeSeconds * 1_000) return refuse('token_lives_too_long', 'exp')
  }
  return { claims, issuedAt: iat, expiresAt: exp }
}

/** What has an age limit and no date is as old as can be. */
function olderThan(at: number | undefined, limitSeconds: number | undefined, now: number): boolean {
  return limitSeconds !== undefined && (at === undefined || at < now - limitSeconds * 1_000)
}
