/** Values of covered components (RFC 9421 section 2): what the signature base says of the message. */
import {
  type Item,
  isInnerList,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
} from 'structured-headers'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import type { SignedMessage } from '../signed/types.ts'
import type { HttpSignatureFault } from './faults.ts'
import { fieldValue } from './field-value.ts'
import { readDictionary } from './structured.ts'

/** A response to be verified, with the request that it answers: a key directory signs one. */
export interface SignedResponse {
  readonly status: number
  readonly headers: Headers
  readonly request: SignedMessage
}
export type Subject =
  | { readonly kind: 'request'; readonly request: SignedMessage }
  | { readonly kind: 'response'; readonly response: SignedResponse }

export type ComponentFault = Extract<HttpSignatureFault, `component_${string}`>
type Value = Outcome<string, ComponentFault>

/** What a covered component says, or why it says nothing: then no signature over it can be right. */
export function componentValue(component: Item, subject: Subject, singletons: readonly string[]): Value {
  const [name, parameters] = component
  if (typeof name !== 'string') return fail('component_unknown')
  for (const [parameter, value] of parameters) {
    // `bs` and `tr` need field lines and trailers, which the platform does not show us. The rest nobody has defined.
    if (!KNOWN.has(parameter)) return fail('component_unsupported')
    if (typeof value !== (FLAGS.has(parameter) ? 'boolean' : 'string')) return fail('component_unsupported')
  }
  const ofRequest = parameters.get('req') === true
  if (subject.kind === 'request') {
    // Section 2.4: `req` is for responses.
    return ofRequest ? fail('component_unsupported') : valueIn(subject.request, component, name, singletons)
  }
  if (ofRequest) return valueIn(subject.response.request, component, name, singletons)
  if (name === '@status') return plain(parameters, String(subject.response.status), ['req'])
  return name.startsWith('@')
    ? fail('component_unknown')
    : ofField(subject.response.headers, component, name, singletons)
}

const KNOWN: ReadonlySet<string> = new Set(['sf', 'key', 'name', 'req'])
const FLAGS: ReadonlySet<string> = new Set(['sf', 'req'])

function valueIn(
  message: SignedMessage,
  component: Item,
  name: string,
  singletons: readonly string[],
): Value {
  const parameters = component[1]
  if (!name.startsWith('@')) return ofField(message.headers, component, name, singletons)
  if (name === '@query-param') return queryParameter(message.target, parameters.get('name'), parameters.size)
  const derive = Object.hasOwn(DERIVED, name) ? DERIVED[name] : undefined
  return derive === undefined ? fail('component_unknown') : plain(parameters, derive(message), ['req'])
}

/** A component that takes no parameters but these. A request line has visible ASCII alone (RFC 9112 section 3). */
function plain(parameters: Item[1], value: string, allowed: readonly string[]): Value {
  return [...parameters.keys()].every((name) => allowed.includes(name)) && /^[\x21-\x7e]*$/.test(value)
    ? pass(value)
    : fail('component_unsupported')
}

/** Section 2.2, from the message as it was received. `@status` is no part of a request. */
const DERIVED: Readonly<Record<string, (message: SignedMessage) => string>> = {
  '@method': ({ method }) => method,
  '@target-uri': ({ origin, target }) => origin + target,
  '@authority': ({ origin }) => authority(origin),
  '@scheme': ({ origin }) => origin.slice(0, Math.max(0, origin.indexOf(':'))).toLowerCase(),
  '@request-target': ({ target }) => target,
  '@path': ({ target }) => split(target).path,
  '@query': ({ target }) => `?${split(target).query}`,
}

/** Section 2.2.3: lower case, and without the scheme's own port. */
function authority(origin: string): string {
  const at = origin.indexOf('://')
  const host = origin.slice(at + 3).toLowerCase()
  const defaultPort = origin.slice(0, at).toLowerCase() === 'https' ? ':443' : ':80'
  return host.endsWith(defaultPort) ? host.slice(0, -defaultPort.length) : host
}

/** Sections 2.2.6 and 2.2.7: an empty path is `/`, an absent query is an empty one. */
function split(target: string): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  return { path: path === '' ? '/' : path, query: at < 0 ? '' : target.slice(at + 1) }
}

/** Section 2.2.8: parsed as a form, and named and valued as the form would encode it again. */
function queryParameter(target: string, name: unknown, count: number): Value {
  if (typeof name !== 'string' || count !== 1) return fail('component_unsupported')
  const found: string[] = []
  for (const [key, value] of new URLSearchParams(split(target).query)) {
    if (encode(key) === name) found.push(encode(value))
  }
  const [value] = found
  if (value === undefined) return fail('component_absent')
  // "If a parameter name occurs multiple times in a request, the named query parameter MUST NOT be included."
  return found.length > 1 ? fail('component_repeated') : pass(value)
}

/** The form's percent-encode set with a space as %20: what `encodeURIComponent` leaves out is added. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function ofField(headers: Headers, [, parameters]: Item, name: string, singletons: readonly string[]): Value {
  if (!FIELD_NAME.test(name) || parameters.has('name')) return fail('component_unknown')
  const value = fieldValue(headers, name, singletons)
  const [key, strict] = [parameters.get('key'), parameters.get('sf')]
  if (!value.ok || (key === undefined && strict === undefined)) return value
  // Sections 2.1.1 and 2.1.2 need the field's type, and both at once would say one thing twice.
  if (!DICTIONARIES.has(name) || (key !== undefined && strict !== undefined))
    return fail('component_unsupported')
  const dictionary = readDictionary(value.value)
  if (dictionary === undefined) return fail('component_unsupported')
  if (typeof key !== 'string') return pass(serializeDictionary(dictionary))
  const member = dictionary.get(key)
  if (member === undefined) return fail('component_absent')
  return pass(isInnerList(member) ? serializeInnerList(member) : serializeItem(member))
}

/** RFC 9110 section 5.1, in lower case as RFC 9421 section 2.1 wants it. */
const FIELD_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** Fields that their definitions call dictionaries: RFC 9421, RFC 9530, RFC 9218 and Web Bot Auth. */
const DICTIONARIES: ReadonlySet<string> = new Set([
  'content-digest',
  'repr-digest',
  'signature',
  'signature-input',
  'signature-agent',
  'priority',
])
