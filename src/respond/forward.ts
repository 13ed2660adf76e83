/**
 * The request to the bank: the target as received, the bytes as received, and what the gate has verified.
 *
 * What a Worker cannot do: a target that the URL parser writes differently leaves in the parser's spelling (such
 * requests are refused before, where a route's posture enforces), header names leave as the platform spells them, and
 * request trailers are gone before we see them.
 */
import type { Config } from '../config.ts'
import type { Content, Exchange, Proof } from '../evidence.ts'
import { withoutOwnCookies } from '../lib/cookie.ts'
import { known } from '../lib/fact.ts'
import { fieldsAt, fromNames, type HeaderField } from '../lib/header-fields.ts'
import { fail, type Outcome, pass } from '../lib/outcome.ts'
import { forwardableUrl } from '../lib/target.ts'
import { isHopByHop, removeHopByHop } from './hop-by-hop.ts'
import { proveGate } from './origin-proof.ts'
import type { RespondInput, RespondTools } from './respond.ts'
import { setVerified, VERIFIED_HEADERS } from './verified.ts'

export type Unforwardable = 'target_unforwardable' | 'body_not_read' | 'request_unforwardable'

export async function forwardable(
  input: RespondInput,
  tools: Pick<RespondTools, 'keys' | 'config'>,
): Promise<Outcome<Request, Unforwardable>> {
  const { exchange, content } = input
  const { origin } = tools.config
  const target = forwardableUrl(origin.url ?? exchange.target.origin, exchange.target.raw)
  if (target === undefined) return fail('target_unforwardable')
  // Only what was read whole, or need not be read, goes on.
  if (content.state === 'invalid' || content.state === 'unavailable') return fail('body_not_read')
  const body = content.state === 'valid' ? content.value : NO_BODY

  const request = asRequest(target.href, exchange, body)
  if (request === undefined) return fail('request_unforwardable')
  const { headers } = request
  const fields = fieldsAt(exchange.headers, placesToLookAt(exchange.headers))
  removeHopByHop(headers, fields, signedFields(input.proof))
  takeOff(headers, fields)
  if (input.match.route.app !== 'ignored') takeOffEvidence(headers, tools.config.apps)
  setForwarded(headers, exchange, origin.url !== undefined)
  setVerified(headers, input)
  if (origin.proof === 'signature') await proveGate(request, body, exchange.arrivedAt, tools.keys)
  return pass(request)
}

const NO_BODY: Content = { bytes: undefined, streamed: false, credentials: {} }

/** What the gate sets itself, and Expect: the body was read already, and nobody waits for a 100. */
const TAKEN_OFF: ReadonlySet<string> = new Set(['expect', ...VERIFIED_HEADERS])

/** Where all stand but those that go on as they are, whatever their value. */
const placesToLookAt = fromNames((names) =>
  names.flatMap((name, at) => (isHopByHop(name) || TAKEN_OFF.has(name) || name === 'cookie' ? [at] : [])),
)

/** A component may have parameters (RFC 9421 section 2): `"x-region";sf`. */
function signedFields({ signature }: Proof): readonly string[] {
  const covered = known(signature)?.covered ?? []
  return covered.map((identifier) => identifier.replace(/^"([^"]*)".*$/, '$1').toLowerCase())
}

function takeOff(headers: Headers, fields: readonly HeaderField[]): void {
  for (const [name, value] of fields) {
    if (TAKEN_OFF.has(name)) headers.delete(name)
    else if (name === 'cookie') keepOthersCookies(headers, value)
  }
}

/** Examined, and used up or refused: nothing that the bank should read, or keep in its logs. */
function takeOffEvidence(headers: Headers, apps: Config['apps']): void {
  if (apps === undefined) return
  for (const name of Object.values(apps.headers)) headers.delete(name)
}

/** A pass, or an operator's session, is good at this gate: who reads the bank's logs must not find one there. */
function keepOthersCookies(headers: Headers, cookie: string): void {
  if (!cookie.includes('-portcullis')) return
  const others = withoutOwnCookies(cookie)
  if (others === undefined) headers.delete('cookie')
  else if (others !== cookie) headers.set('cookie', others)
}

/**
 * X-Forwarded-For is the address that the edge saw, and nothing else: what a client says of itself before it is
 * not evidence, and banks' logs and limits read the first entry.
 */
function setForwarded(headers: Headers, { address, target }: Exchange, elsewhere: boolean): void {
  if (address === '') headers.delete('x-forwarded-for')
  else headers.set('x-forwarded-for', address)
  // Behind a service binding the URL and the Host header are the client's own; at an origin of its own they are not.
  if (elsewhere) headers.set('x-forwarded-host', target.origin.replace(/^https?:\/\//i, ''))
}

/** A copy of the client's headers comes with it, to be changed in place: copying once costs half of copying twice. */
function asRequest(
  href: string,
  { method, headers, request }: Exchange,
  content: Content,
): Request | undefined {
  const body = content.streamed ? request.body : bytesOf(content.bytes, method)
  try {
    return new Request(href, { method, headers, body, redirect: 'manual' })
  } catch {
    // The platform's own limits: CONNECT, and a GET or HEAD with content (RFC 9110 section 9.3.1), have no fetch.
    return undefined
  }
}

function bytesOf(bytes: Uint8Array | undefined, method: string): Uint8Array | null {
  if (bytes === undefined) return null
  return bytes.length === 0 && (method === 'GET' || method === 'HEAD') ? null : bytes
}
