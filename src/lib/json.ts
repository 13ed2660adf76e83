/**
 * JSON (RFC 8259) as a gate must read it: what two parsers could read in two ways is not read at all.
 * `JSON.parse` takes the last of two members of one name where others take the first, nests without a bound,
 * and lets lone surrogates through; this scanner refuses all three and then leaves the values to `JSON.parse`.
 */
import { fail, type Outcome, pass } from './outcome.ts'

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }
export type JsonProblem = 'malformed' | 'too_deep' | 'duplicate_member' | 'too_large'

export interface JsonLimits {
  /** Arrays and objects inside one another. Payment bodies of any Open Banking standard stay below 12. */
  readonly maxDepth: number
  readonly maxLength: number
}
const LIMITS: JsonLimits = { maxDepth: 32, maxLength: 1_048_576 }

export interface JsonFault {
  readonly problem: JsonProblem
  /** Position of the first thing that is wrong, in UTF-16 code units. */
  readonly offset: number
}

/** Members named `__proto__` become own properties, as `JSON.parse` makes them: read members with `Object.hasOwn`. */
export function parseJson(text: string, limits: JsonLimits = LIMITS): Outcome<JsonValue, JsonProblem> {
  const quick =
    text.length <= Math.min(limits.maxLength, MAX_PLAIN) ? parsePlain(text, limits.maxDepth) : undefined
  if (quick !== undefined) return quick
  const fault = checkJson(text, limits)
  return fault === undefined ? pass(JSON.parse(text)) : fail(fault.problem)
}

/** Beyond this the scanner's early refusals are worth more than the platform's speed. */
const MAX_PLAIN = 65_536

/**
 * What machines write comes back from `JSON.stringify` as it was. Then no name is there twice, because none is written
 * twice, and no surrogate is alone, because that would be escaped; measured in workerd, half of the scanner's time.
 * Undefined says nothing but that the scanner has to look.
 */
function parsePlain(text: string, maxDepth: number): Outcome<JsonValue, JsonProblem> | undefined {
  if (text.includes('\\')) return undefined
  try {
    const value: JsonValue = JSON.parse(text)
    if (JSON.stringify(value) !== text) return undefined
    return openings(text, maxDepth) <= maxDepth || fitsIn(value, maxDepth) ? pass(value) : undefined
  } catch {
    return undefined
  }
}

/** How many brackets open, or more than `max`: where there are few, nothing is deep, and nobody need walk the value. */
function openings(text: string, max: number): number {
  let count = 0
  for (const bracket of '[{') {
    for (let at = text.indexOf(bracket); at >= 0 && count <= max; at = text.indexOf(bracket, at + 1)) count++
  }
  return count
}

function fitsIn(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  const parts: readonly JsonValue[] = Array.isArray(value) ? value : Object.values(value)
  return parts.every((part) => typeof part !== 'object' || fitsIn(part, depth - 1))
}

/** The first fault, or undefined where `JSON.parse` reads the text as every other parser does. */
export function checkJson(text: string, limits: JsonLimits = LIMITS): JsonFault | undefined {
  if (text.length > limits.maxLength) return { problem: 'too_large', offset: limits.maxLength }
  const cursor: Cursor = { text, at: 0, maxDepth: limits.maxDepth }
  skipSpace(cursor)
  const problem = readValue(cursor, 0) ?? (skipSpace(cursor) < text.length ? 'malformed' : undefined)
  return problem === undefined ? undefined : { problem, offset: cursor.at }
}

interface Cursor {
  readonly text: string
  readonly maxDepth: number
  at: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const LITERALS = ['true', 'false', 'null']
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

function readValue(cursor: Cursor, depth: number): JsonProblem | undefined {
  const { text, at } = cursor
  switch (text.charCodeAt(at)) {
    case QUOTE:
      return readString(cursor) === undefined ? 'malformed' : undefined
    case 0x7b: // {
      return depth < cursor.maxDepth ? readObject(cursor, depth + 1) : 'too_deep'
    case 0x5b: // [
      return depth < cursor.maxDepth ? readArray(cursor, depth + 1) : 'too_deep'
    default:
      return readPlain(cursor)
  }
}

function readPlain(cursor: Cursor): JsonProblem | undefined {
  const { text, at } = cursor
  const literal = LITERALS.find((word) => text.startsWith(word, at))
  if (literal !== undefined) {
    cursor.at += literal.length
    return undefined
  }
  NUMBER.lastIndex = at
  if (!NUMBER.test(text)) return 'malformed'
  cursor.at = NUMBER.lastIndex
  return undefined
}

function readObject(cursor: Cursor, depth: number): JsonProblem | undefined {
  cursor.at++
  if (skipSpaceTo(cursor, 0x7d)) return undefined
  const names = new Set<string>()
  for (;;) {
    const start = cursor.at
    const name = readString(cursor)
    if (name === undefined) return 'malformed'
    if (names.has(name)) {
      cursor.at = start
      return 'duplicate_member'
    }
    names.add(name)
    if (!skipSpaceTo(cursor, COLON)) return 'malformed'
    skipSpace(cursor)
    const problem = readValue(cursor, depth)
    if (problem !== undefined) return problem
    if (skipSpaceTo(cursor, 0x7d)) return undefined
    if (!skipSpaceTo(cursor, COMMA)) return 'malformed'
    skipSpace(cursor)
  }
}

function readArray(cursor: Cursor, depth: number): JsonProblem | undefined {
  cursor.at++
  if (skipSpaceTo(cursor, 0x5d)) return undefined
  for (;;) {
    skipSpace(cursor)
    const problem = readValue(cursor, depth)
    if (problem !== undefined) return problem
    if (skipSpaceTo(cursor, 0x5d)) return undefined
    if (!skipSpaceTo(cursor, COMMA)) return 'malformed'
  }
}

/**
 * The string's value, so that `"a"` and `"\u0061"` are one name; undefined where it is malformed. A lone
 * surrogate counts as malformed: RFC 8259 section 8.2 calls what readers make of it unpredictable.
 */
function readString(cursor: Cursor): string | undefined {
  const { text, at: start } = cursor
  if (text.charCodeAt(start) !== QUOTE) return undefined
  let escaped = false
  let at = start + 1
  for (;;) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) break
    if (unit === BACKSLASH) {
      ESCAPE.lastIndex = at
      if (!ESCAPE.test(text)) break
      escaped = true
      at = ESCAPE.lastIndex
    } else if (unit >= 0x20) at++
    else break // a control character, or NaN at the end of the text
  }
  cursor.at = at
  if (text.charCodeAt(at) !== QUOTE) return undefined
  cursor.at++
  const value: string = escaped ? JSON.parse(text.slice(start, at + 1)) : text.slice(start + 1, at)
  return value.isWellFormed() ? value : undefined
}

function skipSpace(cursor: Cursor): number {
  for (;;) {
    const unit = cursor.text.charCodeAt(cursor.at)
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return cursor.at
    cursor.at++
  }
}

/** Skips white space and then the one character, if it is the next. */
function skipSpaceTo(cursor: Cursor, unit: number): boolean {
  skipSpace(cursor)
  if (cursor.text.charCodeAt(cursor.at) !== unit) return false
  cursor.at++
  return true
}
