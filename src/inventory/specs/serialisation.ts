/**
 * Texts of parameters and form fields as JSON values (OpenAPI 3.1 section 4.8.12.2, RFC 6570). Undefined where a text is
 * not written in the declared way; a text that is no number where one is declared stays a text, and fails by its type.
 */
import { parseJson } from '../../lib/json.ts'
import type { Primitive, Serialisation } from '../types.ts'

/** RFC 8259 section 6, so that `0x10`, `1e999` and `٣` are no numbers. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/

/** Items or members of one text; more than that no parameter has. */
const MAX_PARTS = 1_000

/** One percent-encoded text. */
export type Decode = (text: string) => string | undefined

/** RFC 3986 section 2.1. */
export function decodePercent(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    // Throws on a bad triplet and on octets that are no UTF-8.
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export function asIs(text: string): string {
  return text
}

/** A value that stands in one text: path segments, headers, cookies, query parameters that do not explode. */
export function readText(raw: string, how: Serialisation, name: string, decode: Decode): unknown {
  switch (how.style) {
    case 'json':
      return readJsonText(raw, decode)
    case 'text':
      return decode(raw)
    case 'label':
      if (!raw.startsWith('.')) return undefined
      return readParts(raw.slice(1), how.explode ? { ...how, delimiter: '.' } : how, decode)
    case 'matrix':
      return readMatrix(raw, how, name, decode)
    default:
      return readParts(raw, how, decode)
  }
}

function readJsonText(raw: string, decode: Decode): unknown {
  const text = decode(raw)
  if (text === undefined) return undefined
  const document = parseJson(text)
  return document.ok ? document.value : undefined
}

/** RFC 6570 section 3.2.7: `;name=value`, or exploded `;name=a;name=b` and `;key=value`. */
function readMatrix(raw: string, how: Serialisation, name: string, decode: Decode): unknown {
  if (!raw.startsWith(';')) return undefined
  const pairs = raw.slice(1).split(';', MAX_PARTS)
  if (how.explode && how.shape === 'object') return readPairs(pairs, how, decode)
  const values = pairs.map((pair) => (pair.startsWith(`${name}=`) ? pair.slice(name.length + 1) : undefined))
  if (values.includes(undefined)) return undefined
  const texts = values.filter((value) => value !== undefined)
  if (how.explode && how.shape === 'array') return readItems(texts, how, decode)
  return texts.length === 1 ? readParts(texts[0] ?? '', how, decode) : undefined
}

function readParts(raw: string, how: Serialisation, decode: Decode): unknown {
  if (how.shape === 'primitive') return readPrimitive(raw, how.types, decode)
  const parts = raw === '' ? [] : splitParts(raw, how.delimiter)
  if (parts.length > MAX_PARTS) return undefined
  if (how.shape === 'array') return readItems(parts, how, decode)
  if (how.explode) return readPairs(parts, how, decode)
  const pairs: string[] = []
  for (let at = 0; at < parts.length; at += 2) {
    const value = parts[at + 1]
    if (value === undefined) return undefined
    pairs.push(`${parts[at]}=${value}`)
  }
  return readPairs(pairs, how, decode)
}

/** A delimiter other than a comma may come encoded: `a%20b`, `a%7Cb`. */
function splitParts(raw: string, delimiter: string): readonly string[] {
  if (delimiter === ',' || delimiter === '.') return raw.split(delimiter, MAX_PARTS + 1)
  const encoded = encodeURIComponent(delimiter)
  const plain = raw.replaceAll(encoded, delimiter).replaceAll(encoded.toLowerCase(), delimiter)
  return (delimiter === ' ' ? plain.replaceAll('+', ' ') : plain).split(delimiter, MAX_PARTS + 1)
}

export function readItems(texts: readonly string[], how: Serialisation, decode: Decode): unknown {
  const items: unknown[] = []
  for (const text of texts) {
    const item = readPrimitive(text, how.types, decode)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

function readPairs(pairs: readonly string[], how: Serialisation, decode: Decode): unknown {
  const members: [string, unknown][] = []
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals < 0) return undefined
    const name = decode(pair.slice(0, equals))
    if (name === undefined) return undefined
    members.push([name, pair.slice(equals + 1)])
  }
  return readMembers(members, how, decode)
}

/** Undefined where a name is there twice: the bank may take the other. */
export function readMembers(
  members: readonly (readonly [string, unknown])[],
  how: Serialisation,
  decode: Decode,
): unknown {
  const values = new Map<string, unknown>()
  for (const [name, raw] of members) {
    const types = (Object.hasOwn(how.members, name) ? how.members[name] : undefined) ?? how.types
    const value = typeof raw === 'string' ? readPrimitive(raw, types, decode) : raw
    if (value === undefined || values.has(name)) return undefined
    values.set(name, value)
  }
  // Own properties, whatever the names: one may be __proto__.
  return Object.fromEntries(values)
}

function readPrimitive(raw: string, types: readonly Primitive[], decode: Decode): unknown {
  const text = decode(raw)
  if (text === undefined || types.includes('string')) return text
  return convert(text, types) ?? (text === 'null' && types.includes('null') ? null : text)
}

/** The value of another type that a text may stand for; undefined where it is none of them. */
export function convert(text: string, types: readonly Primitive[]): number | boolean | undefined {
  if ((text === 'true' || text === 'false') && types.includes('boolean')) return text === 'true'
  if ((types.includes('number') || types.includes('integer')) && NUMBER.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : undefined
  }
  return undefined
}
