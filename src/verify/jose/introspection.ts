/** Opaque access tokens, asked about at the authorization server (RFC 7662). Pure but for the port that asks. */
import { createHash } from 'node:crypto'
import { type Fact, invalid, unavailable, valid } from '../../lib/fact.ts'
import { parseJson } from '../../lib/json.ts'
import { type Claims, type ClaimsPolicy, checkClaims } from './claims.ts'
import { isObject } from './header.ts'
import type { TokenMemory } from './token-memory.ts'

export interface IntrospectedToken {
  readonly claims: Claims
  /** SHA-256 of the token, base64url: its name here, and never the token. */
  readonly thumbprint: string
  /** Milliseconds since the epoch; undefined where the server says nothing of it. */
  readonly expiresAt: number | undefined
}

export type IntrospectionFault = 'token_malformed' | 'token_inactive' | 'token_expired' | 'token_refused'
export type IntrospectionFact = Fact<IntrospectedToken, IntrospectionFault, 'introspection_unavailable'>

/** What the server answered, bounded by whoever fetched it. */
export interface IntrospectionAnswer {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

/** POSTs a form to the configured endpoint, with the gate's own credentials; undefined for any outage. */
export type Introspect = (form: string) => Promise<IntrospectionAnswer | undefined>

export interface IntrospectionOptions {
  readonly introspect: Introspect
  readonly memory: TokenMemory
  /** Issuer, audience and clock limits, where the server's answer has such members. */
  readonly policy: ClaimsPolicy
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** RFC 6750 section 2.1, b64token. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{1,4096}=*$/
const LIMITS = { maxDepth: 16, maxLength: 65_536 }

export async function introspectToken(
  token: string,
  options: IntrospectionOptions,
): Promise<IntrospectionFact> {
  const { introspect, memory, now } = options
  if (!TOKEN.test(token)) return invalid('token_malformed')
  const thumbprint = createHash('sha256').update(token).digest('base64url')
  const remembered = memory.recall(thumbprint, now)
  if (remembered !== undefined) return remembered
  const answer = await introspect(introspectionForm(token))
  const fact = answer === undefined ? undefined : readAnswer(answer, thumbprint, options)
  // Not knowing is never remembered: the next request asks again.
  if (fact === undefined) return unavailable('introspection_unavailable')
  memory.remember(thumbprint, fact, now)
  return fact
}

/** Section 2.1. */
function introspectionForm(token: string): string {
  return new URLSearchParams({ token, token_type_hint: 'access_token' }).toString()
}

/** Section 2.2; undefined where this is no answer to the question, which is the server's failure and not the token's. */
function readAnswer(
  { status, contentType, text }: IntrospectionAnswer,
  thumbprint: string,
  { policy, now }: IntrospectionOptions,
): IntrospectionFact | undefined {
  if (status !== 200 || !/^application\/json *(?:;|$)/i.test(contentType)) return undefined
  const parsed = parseJson(text, LIMITS)
  if (!parsed.ok || !isObject(parsed.value)) return undefined
  const claims = parsed.value
  if (claims.active === false) return invalid('token_inactive')
  if (claims.active !== true) return undefined
  const checked = checkClaims(claims, policy, now)
  if ('state' in checked)
    return invalid(checked.reason === 'token_expired' ? 'token_expired' : 'token_refused')
  return valid({ claims, thumbprint, expiresAt: checked.expiresAt })
}
