/**
 * An access token, as far as somebody vouches for it: its issuer's signature (RFC 9068), or its server when asked (RFC 7662);
 * and that whoever shows it is the one that it was made for (RFC 8705, RFC 9449). Where nobody is configured to vouch, a
 * token stays what `token.ts` says of it: well formed, in date, and perhaps forged.
 */
import type { BearerToken, TokenProblem, TokenVouching, VerifierOutage } from '../../evidence.ts'
import { type Fact, invalid, unavailable, valid } from '../../lib/fact.ts'
import type { JsonValue } from '../../lib/json.ts'
import type { Claims } from '../jose/claims.ts'
import { type ConfirmationFault, confirmationFault, type Possession } from '../jose/confirmation.ts'
import { isObject } from '../jose/header.ts'
import { introspectToken } from '../jose/introspection.ts'
import { type JwtFault, verifyJwt } from '../jose/jwt.ts'
import { unverifiedClaims } from '../jose/unverified.ts'
import type { TokenTools } from './types.ts'

type TokenFact = Fact<BearerToken, TokenProblem, VerifierOutage>
type ClaimsFact = Fact<Claims, TokenProblem, VerifierOutage>

export interface AccessQuestion {
  readonly token: string
  readonly scheme: 'bearer' | 'dpop'
  /** What `token.ts` read. */
  readonly read: BearerToken
  readonly possession: Possession
  /** Milliseconds since the epoch. */
  readonly now: number
}

export async function vouchedToken(question: AccessQuestion, tools: TokenTools): Promise<TokenFact> {
  const { token, read, now } = question
  if (read.kind === 'jwt') {
    const iss = unverifiedClaims(token, MAX_TOKEN)?.iss
    const issuer = typeof iss === 'string' ? tools.issuers.get(iss) : undefined
    if (issuer !== undefined) {
      const verdict = await verifyJwt({ text: token, policy: issuer.policy, resolve: issuer.keys(), now })
      if (verdict.state === 'unavailable') return unavailable(verdict.reason)
      if (verdict.state !== 'valid')
        return invalid(verdict.state === 'invalid' ? problemOf(verdict.reason) : 'token_malformed')
      return bound(question, valid(verdict.value.claims), 'issuer', issuer.bound, tools)
    }
  }
  const { introspection } = tools
  // Where somebody vouches for tokens, one that nobody vouches for is none of them.
  if (introspection === undefined) return tools.issuers.size === 0 ? valid(read) : invalid('token_refused')
  const answer = await introspectToken(token, { ...introspection, now })
  const claims: ClaimsFact = answer.state === 'valid' ? valid(answer.value.claims) : answer
  return bound(question, claims, 'server', introspection.bound, tools)
}

const MAX_TOKEN = 16_384
const MAX_SCOPES = 256

function bound(
  { read, possession, scheme }: AccessQuestion,
  claims: ClaimsFact,
  by: TokenVouching['by'],
  required: 'required' | 'optional',
  { consentClaim }: TokenTools,
): TokenFact {
  if (claims.state !== 'valid') return claims
  const { cnf, client_id: client, scope, [consentClaim]: consent } = claims.value
  const fault = confirmationFault(cnf, possession, required)
  if (fault !== undefined) return invalid(BINDING[fault])
  const boundTo = bindingOf(cnf)
  // RFC 9449 section 7.1: a bound token that is taken as a mere bearer one is worth stealing again.
  const byKey = boundTo === 'key' || boundTo === 'both'
  if (byKey !== (scheme === 'dpop')) return invalid(byKey ? 'token_scheme_refused' : 'token_unbound')
  return valid({
    ...read,
    vouching: {
      by,
      boundTo,
      client: typeof client === 'string' ? client : undefined,
      ...(typeof scope === 'string' ? { scopes: scope.split(' ', MAX_SCOPES) } : {}),
      ...(typeof consent === 'string' ? { consent } : {}),
    },
  })
}

function bindingOf(cnf: JsonValue | undefined): TokenVouching['boundTo'] {
  if (!isObject(cnf)) return undefined
  const [certificate, key] = [cnf['x5t#S256'] !== undefined, cnf.jkt !== undefined]
  if (certificate && key) return 'both'
  return certificate ? 'certificate' : key ? 'key' : undefined
}

const BINDING: Readonly<Record<ConfirmationFault, TokenProblem>> = {
  confirmation_missing: 'token_unbound',
  confirmation_malformed: 'token_malformed',
  confirmation_unsupported: 'token_refused',
  confirmation_certificate_missing: 'token_of_another',
  confirmation_certificate_mismatch: 'token_of_another',
  confirmation_proof_missing: 'token_of_another',
  confirmation_key_mismatch: 'token_of_another',
}

function problemOf(fault: JwtFault): TokenProblem {
  if (fault === 'signature_wrong' || fault.startsWith('key_')) return 'token_forged'
  if (fault === 'token_expired' || fault === 'token_not_yet_valid') return fault
  return fault.startsWith('jws_') || fault === 'header_malformed' || fault === 'claims_malformed'
    ? 'token_malformed'
    : 'token_refused'
}
