/**
 * ECMA-262 section 22.2.1 regular expressions as a tree: as much of the grammar as a judgement about cost needs. Anything
 * else is undefined, and then not trusted.
 */
import {
  type CharSet,
  DIGIT,
  EVERYTHING,
  NOT_LINE_END,
  negate,
  SPACE,
  setOf,
  union,
  WORD,
} from './charset.ts'

export type Tree =
  /** `vague`: a Unicode property. The set is then larger than it need be, and the tree cannot be printed. */
  | { readonly kind: 'set'; readonly set: CharSet; readonly vague?: true }
  | { readonly kind: 'start' | 'end' | 'boundary' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly body: Tree; readonly min: number; readonly max: number }
  /** Looks and consumes nothing. */
  | { readonly kind: 'look'; readonly body: Tree }

interface Cursor {
  readonly text: string
  at: number
  depth: number
}

const MAX_DEPTH = 64
const MAX_LENGTH = 10_000

/** Undefined for back references and unknown escapes. The expression is known to be valid. */
export function parseRegExp(text: string): Tree | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const cursor: Cursor = { text, at: 0, depth: 0 }
  const tree = readChoice(cursor)
  return cursor.at === text.length ? tree : undefined
}

function readChoice(cursor: Cursor): Tree | undefined {
  const parts: Tree[] = []
  for (;;) {
    const part = readSequence(cursor)
    if (part === undefined) return undefined
    parts.push(part)
    if (!skip(cursor, '|')) break
  }
  const [only] = parts
  return parts.length === 1 ? only : { kind: 'choice', parts }
}

function readSequence(cursor: Cursor): Tree | undefined {
  const parts: Tree[] = []
  while (cursor.at < cursor.text.length && !/^[|)]/.test(cursor.text.slice(cursor.at, cursor.at + 1))) {
    const atom = readAtom(cursor)
    const part = atom === undefined ? undefined : readQuantifier(cursor, atom)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return { kind: 'sequence', parts }
}

const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y

function readQuantifier(cursor: Cursor, body: Tree): Tree {
  QUANTIFIER.lastIndex = cursor.at
  const match = QUANTIFIER.exec(cursor.text)
  if (match === null) return body
  cursor.at = QUANTIFIER.lastIndex
  const [, sign, least, range, most] = match
  if (sign !== undefined)
    return {
      kind: 'repeat',
      body,
      min: sign === '+' ? 1 : 0,
      max: sign === '?' ? 1 : Number.POSITIVE_INFINITY,
    }
  const min = Number(least)
  const max = range === undefined ? min : most ? Number(most) : Number.POSITIVE_INFINITY
  return { kind: 'repeat', body, min, max }
}

function readAtom(cursor: Cursor): Tree | undefined {
  const character = String.fromCodePoint(cursor.text.codePointAt(cursor.at) ?? 0)
  cursor.at += character.length
  switch (character) {
    case '^':
      return { kind: 'start' }
    case '$':
      return { kind: 'end' }
    case '.':
      return { kind: 'set', set: NOT_LINE_END }
    case '(':
      return readGroup(cursor)
    case '[':
      return readClass(cursor)
    case '\\':
      return readEscape(cursor)
    default:
      return { kind: 'set', set: single(character) }
  }
}

const GROUP = /\?(?:(:)|(<?[=!])|<[A-Za-z_$][\w$]*>)/y

function readGroup(cursor: Cursor): Tree | undefined {
  if (++cursor.depth > MAX_DEPTH) return undefined
  GROUP.lastIndex = cursor.at
  const match = GROUP.exec(cursor.text)
  if (match !== null) cursor.at = GROUP.lastIndex
  else if (cursor.text[cursor.at] === '?') return undefined
  const body = readChoice(cursor)
  if (body === undefined || !skip(cursor, ')')) return undefined
  cursor.depth--
  return match?.[2] === undefined ? body : { kind: 'look', body }
}

function readEscape(cursor: Cursor): Tree | undefined {
  const character = cursor.text[cursor.at]
  if (character === 'b' || character === 'B') {
    cursor.at++
    return { kind: 'boundary' }
  }
  if (skipProperty(cursor)) return VAGUE
  const set = readEscapedSet(cursor)
  return set === undefined ? undefined : { kind: 'set', set }
}

const VAGUE: Tree = { kind: 'set', set: EVERYTHING, vague: true }
const PROPERTY = /[pP]\{[\w=]+\}/y

/** After the backslash. */
function skipProperty(cursor: Cursor): boolean {
  PROPERTY.lastIndex = cursor.at
  if (!PROPERTY.test(cursor.text)) return false
  cursor.at = PROPERTY.lastIndex
  return true
}

const CLASSES: Readonly<Record<string, CharSet>> = {
  d: DIGIT,
  D: negate(DIGIT),
  w: WORD,
  W: negate(WORD),
  s: SPACE,
  S: negate(SPACE),
  t: setOf([9, 9]),
  n: setOf([10, 10]),
  v: setOf([11, 11]),
  f: setOf([12, 12]),
  r: setOf([13, 13]),
  0: setOf([0, 0]),
}
const CODE = /x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}/y

/** After the backslash. */
function readEscapedSet(cursor: Cursor): CharSet | undefined {
  CODE.lastIndex = cursor.at
  const code = CODE.exec(cursor.text)
  if (code !== null) {
    cursor.at = CODE.lastIndex
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16)
    // Halves of a pair: what they mean hangs on the flags.
    return point >= 0xd800 && point <= 0xdfff ? undefined : setOf([point, point])
  }
  const character = cursor.text[cursor.at]
  if (character === undefined) return undefined
  const isDigitAfterZero = character === '0' && /\d/.test(cursor.text[cursor.at + 1] ?? '')
  const known = Object.hasOwn(CLASSES, character) ? CLASSES[character] : undefined
  cursor.at++
  if (known !== undefined) return isDigitAfterZero ? undefined : known
  return /[A-Za-z0-9]/.test(character) ? undefined : single(character)
}

function readClass(cursor: Cursor): Tree | undefined {
  const negated = skip(cursor, '^')
  const sets: CharSet[] = []
  let vague = false
  while (!skip(cursor, ']')) {
    if (cursor.text[cursor.at] === '\\' && skipProperty({ ...cursor, at: cursor.at + 1 })) {
      cursor.at = cursor.text.indexOf('}', cursor.at) + 1
      vague = true
      continue
    }
    const from = readClassAtom(cursor)
    if (from === undefined) return undefined
    const isRange = cursor.text[cursor.at] === '-' && cursor.text[cursor.at + 1] !== ']'
    if (!isRange || from.length !== 1 || from[0]?.[0] !== from[0]?.[1]) {
      sets.push(from)
      continue
    }
    cursor.at++
    const to = readClassAtom(cursor)
    const [start, end] = [from[0]?.[0], to?.[0]?.[1]]
    if (to?.length !== 1 || start === undefined || end === undefined || end < start) return undefined
    sets.push(setOf([start, end]))
  }
  if (vague) return VAGUE
  const set = union(...sets)
  return { kind: 'set', set: negated ? negate(set) : set }
}

function readClassAtom(cursor: Cursor): CharSet | undefined {
  const point = cursor.text.codePointAt(cursor.at)
  if (point === undefined) return undefined
  const character = String.fromCodePoint(point)
  cursor.at += character.length
  if (character !== '\\') return single(character)
  if (cursor.text[cursor.at] !== 'b') return readEscapedSet(cursor)
  cursor.at++
  return setOf([8, 8])
}

function single(character: string): CharSet {
  const point = character.codePointAt(0) ?? 0
  return setOf([point, point])
}

function skip(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false
  cursor.at += character.length
  return true
}
