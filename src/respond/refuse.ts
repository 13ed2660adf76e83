import type { Dialect, Refusal } from '../dialects/dialect.ts'
import type { Exchange } from '../evidence.ts'

export interface RefuseOptions {
  readonly retryAfterSeconds?: number | undefined
  /** RFC 9110 section 15.5.6: a 405 names the methods that there are. */
  readonly allow?: readonly string[] | undefined
  /** The claim, header or member at fault. */
  readonly place?: string | undefined
  /** What the specification rules out there. */
  readonly rule?: string | undefined
  /** Extension members for dialects that know such. */
  readonly members?: Readonly<Record<string, unknown>>
}

/** Some refusals have no body: the reference is always here too. */
const REFERENCE_HEADER = 'portcullis-reference'

/** What an app acts on: it proves itself, attests a new key, or tries again with new evidence. */
const APP_HEADER = 'portcullis-app-proof'
const APP: Readonly<Partial<Record<Refusal, string>>> = {
  app_missing: 'missing',
  app_unknown: 'key_unknown',
  app_invalid: 'refused',
}

/** A refusal in the caller's dialect, with nothing in it but the public reason and a reference for the operator. */
export function refuse(
  refusal: Refusal,
  exchange: Exchange,
  dialect: Dialect,
  { retryAfterSeconds, allow, place, rule, members }: RefuseOptions = {},
): Response {
  const detail = { path: plain(exchange.target.path), place: plain(place), rule }
  const rendered = dialect.refuse(refusal, exchange.id, exchange.arrivedAt, members, detail)
  const headers = new Headers(rendered.headers)
  if (rendered.mediaType !== '') headers.set('content-type', rendered.mediaType)
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds))
  const app = APP[refusal]
  if (app !== undefined) headers.set(APP_HEADER, app)
  if (rendered.status === 405 && allow !== undefined) headers.set('allow', allow.join(', '))
  return answer(rendered.body, rendered.status, headers, exchange, dialect)
}

/** No double quote, angle bracket or backslash: whatever a dialect puts it into, it ends nothing there. */
const PLAIN = /^[\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]{1,128}$/

/** The client's own text, short and plain; anything else is not repeated. */
function plain(text: string | undefined): string | undefined {
  return text !== undefined && PLAIN.test(text) ? text : undefined
}

/** What every answer of our own has: it is nobody else's, it is not stored, and it plays back what the standard wants. */
export function answer(
  body: string,
  status: number,
  headers: Headers,
  exchange: Exchange,
  dialect: Dialect,
): Response {
  for (const name of dialect.playedBack) {
    const value = exchange.headers.get(name)
    // The client's own text again: in a header it may have those, too.
    if (value !== null && /^[\x21-\x7e]{1,128}$/.test(value)) headers.set(name, value)
  }
  headers.set('cache-control', 'no-store')
  headers.set('x-content-type-options', 'nosniff')
  headers.set(REFERENCE_HEADER, exchange.id)
  const empty = body === '' || exchange.method === 'HEAD'
  return new Response(empty ? null : body, { status, headers })
}
