/** `private_key_jwt`: a client that authenticates with a JWT it signed (RFC 7523 section 3, RFC 7521 section 4.2). */
import type { KeyResolver } from '../signed/types.ts'
import { type JwtFault, type JwtPolicy, type VerifiedJwt, verifyJwt } from './jwt.ts'
import { refuse } from './refuse.ts'
import type { Judgement } from './types.ts'
import { unverifiedClaims } from './unverified.ts'

/** RFC 7523 section 2.2. */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export type AssertionFault = JwtFault | 'assertion_type_refused' | 'client_mismatch'

export interface AssertionQuestion {
  readonly type: string | undefined
  readonly assertion: string | undefined
  /** `client_id` beside it in the form, where there is one. */
  readonly clientId: string | undefined
  readonly policy: JwtPolicy
  /**
   * The keys of one client. The assertion itself says which, and its signature proves it; that the client is one of
   * the organisation whose certificate came is for this to check.
   */
  readonly resolverFor: (clientId: string) => KeyResolver
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface AuthenticatedClient extends VerifiedJwt {
  readonly clientId: string
  /** For the replay memory (RFC 7523 section 3 point 7). */
  readonly jti: string | undefined
}

export async function verifyAssertion(
  question: AssertionQuestion,
): Promise<Judgement<AuthenticatedClient, AssertionFault>> {
  const { type, assertion, policy, resolverFor, now } = question
  if (assertion === undefined) return { state: 'absent' }
  if (type !== ASSERTION_TYPE) return refuse('assertion_type_refused')
  // Section 3 points 1 and 2: issuer and subject are the client, and a `client_id` beside them agrees.
  const { iss, sub } = unverifiedClaims(assertion, policy.jws.maxCharacters) ?? {}
  if (iss === undefined && sub === undefined) return refuse('claims_malformed')
  if (typeof iss !== 'string') return refuse(iss === undefined ? 'claim_missing' : 'claim_invalid', 'iss')
  if (typeof sub !== 'string') return refuse(sub === undefined ? 'claim_missing' : 'claim_invalid', 'sub')
  if (iss !== sub || (question.clientId ?? sub) !== sub) return refuse('client_mismatch', 'sub')
  const verdict = await verifyJwt({ text: assertion, policy, resolve: resolverFor(sub), now })
  if (verdict.state !== 'valid') return verdict
  const { jti } = verdict.value.claims
  return {
    state: 'valid',
    value: { ...verdict.value, clientId: sub, jti: typeof jti === 'string' ? jti : undefined },
  }
}
