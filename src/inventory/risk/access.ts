/**
 * How strongly callers prove who they are, from what was seen and from what a document asks for: an API key is less than
 * a token, a token less than one that is bound to a certificate or key (RFC 8705, RFC 9449), and a signed message most.
 */
import type { Counted } from '../learn/types.ts'
import type { Operation, SecurityNeed } from '../types.ts'
import type { AccessRequirement, Strength, Subject } from './types.ts'
import { STRENGTHS } from './vocabulary.ts'

/** What came together in one request, as the inventory counts it: `bearer+client_certificate`, `none`. */
export function strengthSeen(combination: string): Strength {
  const ways = new Set(combination.split('+'))
  const bound = ways.has('client_certificate') || ways.has('bound_token')
  if (ways.has('message_signature')) return bound ? 'signed' : 'bound'
  if (bound) return 'bound'
  if (ways.has('bearer') || ways.has('cookie')) return 'token'
  return ways.has('api_key') || ways.has('basic') ? 'shared_secret' : 'none'
}

/** The weakest alternative that the document lets through. */
export function strengthDeclared(operation: Operation): Strength {
  const signed = declaresSignature(operation)
  const strengths = operation.security.map((needs) => strengthOfNeeds(needs, signed))
  return strengths.reduce<Strength>(
    (least, one) => (weaker(one, least) ? one : least),
    strengths[0] ?? 'none',
  )
}

function strengthOfNeeds(needs: readonly SecurityNeed[], signed: boolean): Strength {
  const types = new Set(needs.map(nameOf))
  if (types.has('mutualTLS')) return signed ? 'signed' : 'bound'
  if (types.has('http dpop')) return signed ? 'signed' : 'bound'
  if (TOKENS.some((one) => types.has(one))) return 'token'
  return needs.length === 0 ? 'none' : 'shared_secret'
}

/** What a cookie carries is a session, whatever OpenAPI calls it. */
const TOKENS: readonly string[] = ['oauth2', 'openIdConnect', 'http bearer', 'apiKey cookie']

function nameOf(need: SecurityNeed): string {
  if (need.type === 'http') return `http ${need.scheme}`
  return need.type === 'apiKey' && need.in === 'cookie' ? 'apiKey cookie' : need.type
}

/** OBIE's x-jws-signature, Berlin Group's Signature, FAPI's and RFC 9421's. */
const SIGNATURE_HEADERS: ReadonlySet<string> = new Set(['x-jws-signature', 'signature', 'signature-input'])

/** A document that requires a signature has a required header for it. */
export function declaresSignature({ parameters }: Operation): boolean {
  return parameters.some(
    (one) => one.in === 'header' && one.required && SIGNATURE_HEADERS.has(one.name.toLowerCase()),
  )
}

/** A request without anything is allowed: nothing is asked for, or an empty alternative is among the others. */
export function allowsAnonymous({ security }: Operation): boolean {
  return security.length === 0 || security.some((needs) => needs.length === 0)
}

export function weaker(left: Strength, right: Strength): boolean {
  return STRENGTHS.indexOf(left) < STRENGTHS.indexOf(right)
}

/** What callers of this operation have to show. Third parties are held to more than the bank's own customers. */
export function required({ entry, guards }: Subject, access: AccessRequirement): Strength {
  const channels = entry?.usage.channels ?? []
  const own = channels.length > 0 && !channels.some(({ name, count }) => name === 'tpp' && count > 0)
  return (own ? access.own : access.tpp)[guards]
}

/** Space-Saving gives a rare name the count of the one it pushed out: only what is above that was surely seen. */
export function surely({ count, over }: Counted): number {
  return Math.max(0, count - over)
}
