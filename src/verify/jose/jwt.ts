import { valid } from '../../lib/fact.ts'
import type { KeyResolver } from '../signed/types.ts'
import {
  type CheckedClaims,
  type Claims,
  type ClaimsFault,
  type ClaimsPolicy,
  checkClaims,
  readClaims,
} from './claims.ts'
import { verifyJws } from './jws.ts'
import { refuse } from './refuse.ts'
import type { Judgement, JwsFault, JwsPolicy, VerifiedJws } from './types.ts'

export type JwtFault = JwsFault | ClaimsFault
export interface JwtPolicy {
  readonly jws: JwsPolicy
  readonly claims: ClaimsPolicy
}
export interface VerifiedJwt extends VerifiedJws {
  readonly claims: Claims
}

export interface JwtQuestion {
  readonly text: string
  readonly policy: JwtPolicy
  readonly resolve: KeyResolver
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** RFC 7519 section 7.2: the signature first, then what was signed. A forged token's claims tell nothing. */
export async function verifyJwt({
  text,
  policy,
  resolve,
  now,
}: JwtQuestion): Promise<Judgement<VerifiedJwt, JwtFault>> {
  const verdict = await verifyJws({ text, policy: policy.jws, resolve, now })
  if (verdict.state !== 'valid') return verdict
  const claims = readClaims(verdict.value.payload)
  if (claims === undefined) return refuse('claims_malformed')
  const checked = checkClaims(claims, policy.claims, now)
  return 'state' in checked ? checked : valid(withClaims(verdict.value, checked))
}

function withClaims(jws: VerifiedJws, { claims, issuedAt, expiresAt }: CheckedClaims): VerifiedJwt {
  const { jti, nonce } = claims
  const once = jti ?? nonce
  return {
    ...jws,
    claims,
    covered: Object.keys(claims),
    ...(issuedAt === undefined ? {} : { createdAt: issuedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(typeof once === 'string' ? { nonce: once } : {}),
  }
}
