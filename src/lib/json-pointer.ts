/** JSON Pointer (RFC 6901), over values that `JSON.parse` made. */
import { foldMember } from './field-name.ts'
import type { JsonValue } from './json.ts'
import { fail, type Outcome, pass } from './outcome.ts'

const ARRAY_INDEX = /^(?:0|[1-9]\d{0,8})$/

/** RFC 6901 section 3 and 4: reference tokens, unescaped; undefined where the text is no pointer. */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined
  const tokens = pointer.slice(1).split('/')
  // Section 4: ~1 first and ~0 second, or "~01" would become "/".
  return pointer.includes('~') ? tokens.map((t) => t.replaceAll('~1', '/').replaceAll('~0', '~')) : tokens
}

/**
 * The value that the tokens lead to, undefined where they lead nowhere.
 *
 * Names are compared without case, as several server frameworks bind them, and without what others cut off:
 * `{"UserName": ...}` and `{"username\u0000": ...}` must not hide from a pointer to `/username`. Two members of one object
 * that are one name in that sense are `ambiguous`.
 */
export function resolvePointer(
  document: JsonValue,
  tokens: readonly string[],
): Outcome<JsonValue | undefined, 'ambiguous'> {
  let value: JsonValue | undefined = document
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null) return pass(undefined)
    const members: Readonly<Record<string, JsonValue>> = isList(value) ? elementOf(value, token) : value
    const wanted = foldMember(token)
    const names: string[] = Object.keys(members).filter((name) => foldMember(name) === wanted)
    if (names.length > 1) return fail('ambiguous')
    const [name] = names
    if (name === undefined) return pass(undefined)
    value = members[name]
  }
  return pass(value)
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** RFC 6901 section 4: an index has no leading zeros; `-` names the element after the last, which is not there. */
function elementOf(list: readonly JsonValue[], token: string): Readonly<Record<string, JsonValue>> {
  const element = ARRAY_INDEX.test(token) ? list[Number(token)] : undefined
  return element === undefined ? {} : { [token]: element }
}
