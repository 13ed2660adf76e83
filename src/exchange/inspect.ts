/**
 * Understands a body, on routes that say where a user name, a password or a card sits. Such a route forwards nothing
 * that was not read whole and understood: compressed, in another charset, in another type, or readable in two ways, a
 * body could carry one user name past the gate and another to the bank.
 */
import type { Content, ContentFact, ContentProblem, Credentials, Route } from '../evidence.ts'
import { invalid, valid } from '../lib/fact.ts'
import { isFieldOf } from '../lib/field-name.ts'
import { parseForm } from '../lib/form.ts'
import { fieldIn } from '../lib/header-fields.ts'
import { type JsonProblem, parseJson } from '../lib/json.ts'
import { fail, type Outcome } from '../lib/outcome.ts'
import { decodeUtf8 } from '../lib/utf8.ts'
import { credentialsInForm, credentialsInJson, isPointer } from './credentials.ts'
import { type BodyKind, bodyKind } from './media-type.ts'

const JSON_PROBLEMS = {
  malformed: 'json_malformed',
  too_deep: 'json_too_deep',
  duplicate_member: 'json_duplicate_member',
  too_large: 'body_too_large',
} as const satisfies Record<JsonProblem, ContentProblem>

export function isInspected(route: Route): boolean {
  const { user, password, card } = route.fields
  return user.length + password.length + card.length > 0
}

/**
 * A form's field in the query: servlets look for a parameter there first and in the body second, so that a decoy in
 * the body would be all that the gate sees.
 */
export function problemWithQuery(query: string, route: Route): ContentProblem | undefined {
  if (query === '' || !kindsOf(route).has('form')) return undefined
  const fields = parseForm(query)
  if (!fields.ok) return 'form_malformed'
  const places = placesOf(route).map(isFieldOf)
  return fields.value.some(([name]) => places.some((isPlace) => isPlace(name)))
    ? 'form_duplicate_field'
    : undefined
}

/** Reads an inspected body that is there and not empty. */
export function inspect(bytes: Uint8Array, headers: Headers, route: Route): ContentFact {
  const encoding = fieldIn(headers, 'content-encoding')
  if (encoding !== null && !/^(?:identity)?$/i.test(encoding.trim()))
    return invalid('content_encoding_refused')
  const kind = bodyKind(fieldIn(headers, 'content-type'), route.mediaTypes, kindsOf(route))
  if (!kind.ok) return invalid(kind.reason)
  if (isUtf16Or32(bytes)) return invalid('charset_refused')
  const text = decodeUtf8(bytes)
  if (text === undefined) return invalid('body_not_utf8')
  const credentials = kind.value === 'json' ? readJson(text, route) : readForm(text, route)
  if (!credentials.ok) return invalid(credentials.reason)
  return valid<Content>({ bytes, streamed: false, credentials: credentials.value })
}

function readJson(text: string, route: Route): Outcome<Credentials, ContentProblem> {
  const document = parseJson(text)
  return document.ok ? credentialsInJson(document.value, route.fields) : fail(JSON_PROBLEMS[document.reason])
}

function readForm(text: string, route: Route): Outcome<Credentials, ContentProblem> {
  const fields = parseForm(text)
  return fields.ok ? credentialsInForm(fields.value, route.fields) : fail('form_malformed')
}

function placesOf(route: Route): readonly string[] {
  const { user, password, card } = route.fields
  return [...user, ...password, ...card]
}

/** Only a kind of body in which some place can be found: in any other, the secret would go by unseen. */
function kindsOf(route: Route): ReadonlySet<BodyKind> {
  const known = kindsByRoute.get(route)
  if (known !== undefined) return known
  const kinds = new Set(placesOf(route).map((place): BodyKind => (isPointer(place) ? 'json' : 'form')))
  kindsByRoute.set(route, kinds)
  return kinds
}

/** Routes are made once, from configuration. */
const kindsByRoute = new WeakMap<Route, ReadonlySet<BodyKind>>()

/**
 * A byte order mark of UTF-16 or UTF-32, or a NUL among the first four octets, by which RFC 4627 section 3 told those
 * encodings apart. Several JSON readers still do.
 */
function isUtf16Or32(bytes: Uint8Array): boolean {
  const [a, b, c, d] = [bytes[0], bytes[1], bytes[2], bytes[3]]
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true
  return a === 0 || b === 0 || c === 0 || d === 0
}
