/** A body's octets as the value that its schema speaks of, or the rule that it breaks before any schema is asked. */
import { parseForm } from '../../lib/form.ts'
import { type JsonProblem, type JsonValue, parseJson } from '../../lib/json.ts'
import { fail, type Outcome, pass } from '../../lib/outcome.ts'
import { decodeUtf8 } from '../../lib/utf8.ts'
import type { ConformanceRule } from '../rules.ts'
import type { ConformanceLimits, MediaType, Serialisation } from '../types.ts'
import { isCompactJose, saysJose } from './jose-body.ts'
import { type ContentType, kindOf, readContentType } from './media-type.ts'
import { binaryText, type Part, readMultipart } from './multipart.ts'
import { asIs, readItems, readMembers, readText } from './serialisation.ts'

const JSON_RULES = {
  malformed: 'body_malformed',
  too_deep: 'body_too_deep',
  duplicate_member: 'body_duplicate_member',
  too_large: 'body_too_large',
} as const satisfies Record<JsonProblem, ConformanceRule>

export const OPAQUE = Symbol('opaque')

/** `OPAQUE` where nothing inside is read: encrypted, binary, XML. */
export function readBody(
  bytes: Uint8Array,
  declared: MediaType,
  type: ContentType,
  limits: ConformanceLimits,
): Outcome<unknown, ConformanceRule> {
  if (bytes.length > limits.maxBodyBytes) return fail('body_too_large')
  // A range says nothing about what is inside: the body itself does.
  const kind = declared.essence.endsWith('*') ? kindOf(type.essence) : declared.kind
  if (kind === 'opaque') {
    return saysJose(type.essence) && !isCompactJose(bytes) ? fail('body_malformed') : pass(OPAQUE)
  }
  if (kind === 'multipart') return readParts(bytes, declared, type, limits)
  if (type.charset !== undefined && !/^utf-?8$/.test(type.charset))
    return kind === 'text' ? pass(OPAQUE) : fail('charset_undeclared')
  const text = decodeUtf8(bytes)
  if (text === undefined) return fail('body_malformed')
  if (kind === 'text') return pass(text)
  return kind === 'json' ? readJson(text, limits) : readForm(text, declared)
}

function readJson(
  text: string,
  { maxDepth, maxBodyBytes }: ConformanceLimits,
): Outcome<JsonValue, ConformanceRule> {
  const document = parseJson(text, { maxDepth, maxLength: maxBodyBytes })
  return document.ok ? document : fail(JSON_RULES[document.reason])
}

function readForm(text: string, { fields }: MediaType): Outcome<unknown, ConformanceRule> {
  const pairs = parseForm(text)
  if (!pairs.ok) return fail('body_malformed')
  const texts = new Map<string, string[]>()
  for (const [name, value] of pairs.value) texts.set(name, [...(texts.get(name) ?? []), value])
  const members: [string, unknown][] = []
  for (const [name, values] of texts) {
    const value = readField(values, name, fieldOf(fields, name))
    if (value === undefined) return fail('body_malformed')
    members.push([name, value])
  }
  return pass(Object.fromEntries(members))
}

function readField(texts: readonly string[], name: string, how: Serialisation): unknown {
  if (how.shape === 'array' && how.explode) return readItems(texts, how, asIs)
  const [text, ...more] = texts
  // Two values of one field are one for us and another for the bank.
  return text === undefined || more.length > 0 ? undefined : readText(text, how, name, asIs)
}

const TEXT: Serialisation = {
  style: 'form',
  explode: true,
  delimiter: ',',
  shape: 'primitive',
  types: ['string'],
  members: {},
}

function fieldOf(fields: MediaType['fields'], name: string): Serialisation {
  return (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? TEXT
}

function readParts(
  bytes: Uint8Array,
  { fields }: MediaType,
  type: ContentType,
  limits: ConformanceLimits,
): Outcome<unknown, ConformanceRule> {
  const parts = type.boundary === undefined ? undefined : readMultipart(bytes, type.boundary)
  if (parts === undefined) return fail('body_malformed')
  const values = new Map<string, unknown[]>()
  for (const part of parts) {
    const value = readPart(part, fieldOf(fields, part.name), limits)
    if (!value.ok) return value
    values.set(part.name, [...(values.get(part.name) ?? []), value.value])
  }
  const members: [string, unknown][] = []
  for (const [name, found] of values) {
    const isList = fieldOf(fields, name).shape === 'array' && !(found.length === 1 && Array.isArray(found[0]))
    if (!isList && found.length > 1) return fail('body_malformed')
    members.push([name, isList ? found : found[0]])
  }
  return pass(Object.fromEntries(members))
}

function readPart(
  part: Part,
  how: Serialisation,
  limits: ConformanceLimits,
): Outcome<unknown, ConformanceRule> {
  // Length limits of a file are limits of its octets.
  if (part.file) return pass(binaryText(part.bytes))
  const essence = part.contentType === undefined ? undefined : readContentType(part.contentType)?.essence
  const text = decodeUtf8(part.bytes)
  if (text === undefined) return fail('body_malformed')
  if (how.style === 'json' || essence === 'application/json') return readJson(text, limits)
  const value = readMembers([['value', text]], { ...how, members: {} }, asIs)
  // One member went in.
  return pass((value as { readonly value: unknown }).value)
}
