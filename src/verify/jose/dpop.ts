/** Proof of possession at the application layer (DPoP, RFC 9449). */
import { createHash } from 'node:crypto'
import { valid } from '../../lib/fact.ts'
import type { JsonValue } from '../../lib/json.ts'
import type { SignatureAlgorithm, Verified } from '../signed/types.ts'
import { type Claims, type ClaimsFault, checkClaims, readClaims } from './claims.ts'
import { readHeader } from './header.ts'
import { comparableUri } from './http-uri.ts'
import { type Jwk, readJwk, verificationKey } from './jwk.ts'
import { verifyJws } from './jws.ts'
import { refuse } from './refuse.ts'
import type { Judgement, JwsFault, JwsPolicy, Refusal } from './types.ts'

export type DpopFault =
  | JwsFault
  | ClaimsFault
  | 'proof_twice'
  | 'proof_method_mismatch'
  | 'proof_uri_mismatch'
  | 'proof_token_mismatch'
  | 'proof_nonce_missing' // answered with `use_dpop_nonce` and a nonce (section 8)
  | 'proof_nonce_mismatch'

export interface DpopPolicy {
  /** Asymmetric ones (section 4.2); a proof under a shared secret would prove nothing. */
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly maxAgeSeconds: number
  readonly skewSeconds: number
}

export interface DpopQuestion {
  /** The DPoP header field; two of them arrive joined by a comma. */
  readonly field: string | null
  readonly method: string
  /** Scheme, authority and path as received; query and fragment do not count. */
  readonly uri: string
  /** The access token that came with it; none at a token endpoint. */
  readonly accessToken: string | undefined
  /** Nonces that were given out and are still good; undefined where none are asked for. */
  readonly nonces?: readonly string[]
  readonly policy: DpopPolicy
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface VerifiedProof extends Verified {
  /** For the replay memory, under `keyThumbprint` (section 11.1). */
  readonly jti: string
}

const MAX_CHARACTERS = 4_096
/** Section 4.2 asks for 96 bits; memory of what was used is bounded by what one entry may be. */
const MAX_JTI = 256

export async function verifyProof(question: DpopQuestion): Promise<Judgement<VerifiedProof, DpopFault>> {
  const { field, policy, now } = question
  if (field === null) return { state: 'absent' }
  if (field.includes(',')) return refuse('proof_twice')
  const key = embeddedKey(field)
  if ('state' in key) return key
  const verdict = await verifyJws({
    text: field,
    policy: jwsPolicy(policy),
    resolve: async () => valid(await verificationKey(key.jwk)),
    now,
  })
  if (verdict.state !== 'valid') return verdict
  const claims = readClaims(verdict.value.payload)
  if (claims === undefined) return refuse('claims_malformed')
  const { maxAgeSeconds, skewSeconds } = policy
  const limits = { required: ['jti', 'htm', 'htu', 'iat'], maxAgeSeconds, skewSeconds, leewaySeconds: 0 }
  const checked = checkClaims(claims, limits, now)
  if ('state' in checked) return checked
  const fault = requestFault(claims, question)
  if (fault !== undefined) return fault
  return valid({
    ...verdict.value,
    covered: Object.keys(claims),
    jti: String(claims.jti),
    ...(checked.issuedAt === undefined ? {} : { createdAt: checked.issuedAt }),
  })
}

/** Section 4.3 points 4, 5 and 7: the one place where the key comes with the message, because it is all that is proven. */
function jwsPolicy({ algorithms }: DpopPolicy): JwsPolicy {
  return {
    algorithms: algorithms.filter((name) => !name.startsWith('HS')),
    required: ['typ', 'jwk'],
    allowed: ['typ', 'alg', 'jwk', 'kid'],
    members: { typ: { is: 'one_of', values: ['dpop+jwt'] } },
    understood: [],
    b64: 'absent',
    maxCharacters: MAX_CHARACTERS,
  }
}

function embeddedKey(field: string): { readonly jwk: Jwk } | Refusal<DpopFault> {
  if (field.length > MAX_CHARACTERS) return refuse('jws_too_large')
  const header = readHeader(field.slice(0, Math.max(0, field.indexOf('.'))))
  if ('state' in header) return header
  const { jwk } = header.members
  if (jwk === undefined) return refuse('header_member_missing', 'jwk')
  const read = readJwk(jwk)
  if (read.ok)
    return read.value.material.kind === 'secret'
      ? refuse('key_algorithm_refused', 'jwk')
      : { jwk: read.value }
  return refuse(read.reason === 'key_private' ? 'header_member_invalid' : read.reason, 'jwk')
}

/** Section 4.3 points 8 to 12. */
function requestFault(claims: Claims, question: DpopQuestion): Refusal<DpopFault> | undefined {
  const { jti, htm, htu, ath, nonce } = claims
  if (typeof jti !== 'string' || jti.length > MAX_JTI) return refuse('claim_invalid', 'jti')
  if (htm !== question.method) return refuse('proof_method_mismatch', 'htm')
  const uri = typeof htu === 'string' ? comparableUri(htu) : undefined
  if (uri === undefined) return refuse('claim_invalid', 'htu')
  if (uri !== comparableUri(question.uri)) return refuse('proof_uri_mismatch', 'htu')
  return nonceFault(nonce, question.nonces) ?? tokenFault(ath, question.accessToken)
}

function nonceFault(
  nonce: JsonValue | undefined,
  nonces: readonly string[] | undefined,
): Refusal<DpopFault> | undefined {
  if (nonces === undefined) return undefined
  if (nonce === undefined) return refuse('proof_nonce_missing', 'nonce')
  return typeof nonce === 'string' && nonces.includes(nonce)
    ? undefined
    : refuse('proof_nonce_mismatch', 'nonce')
}

/** Point 12: a proof that names another token was made for another request. */
function tokenFault(ath: JsonValue | undefined, token: string | undefined): Refusal<DpopFault> | undefined {
  if (token === undefined) return undefined
  if (ath === undefined) return refuse('claim_missing', 'ath')
  const hash = createHash('sha256').update(token).digest('base64url')
  return ath === hash ? undefined : refuse('proof_token_mismatch', 'ath')
}
