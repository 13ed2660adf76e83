/** Small readers of parsed JSON: each gives the value it was asked for, or says what stands there instead. */
import type { JsonValue } from '../../lib/json.ts'

/** What is wrong, as sentences for an operator: where, and what may stand there. */
export interface Mistakes {
  readonly found: string[]
}

/** More would not help anybody to mend a document, and a hostile one has millions. */
const MAX_MISTAKES = 20

export function mistake(mistakes: Mistakes, where: string, allowed: string): undefined {
  if (mistakes.found.length < MAX_MISTAKES) mistakes.found.push(`${where} must be ${allowed}`)
  return undefined
}

export type Fields = { readonly [name: string]: JsonValue }

/** An object with no member but those in `names`: a member that would be ignored is a mistake somebody made. */
export function fields(
  value: JsonValue | undefined,
  names: readonly string[],
  where: string,
  mistakes: Mistakes,
): Fields | undefined {
  if (typeof value !== 'object' || value === null || isList(value))
    return mistake(mistakes, where, 'an object')
  const strange = Object.keys(value).find((name) => !names.includes(name))
  if (strange !== undefined)
    return mistake(mistakes, `${where}.${strange.slice(0, 40)}`, 'absent: nothing has that name')
  return value
}

/** The member itself, never one of the prototype's. */
export function member(of: Fields, name: string): JsonValue | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

export function list<T>(
  value: JsonValue | undefined,
  max: number,
  where: string,
  mistakes: Mistakes,
  read: (item: JsonValue, where: string) => T | undefined,
): readonly T[] | undefined {
  if (value === undefined || !isList(value) || value.length > max)
    return mistake(mistakes, where, `a list of at most ${max}`)
  const items: T[] = []
  for (const [index, item] of value.entries()) {
    const one = read(item, `${where}[${index}]`)
    if (one === undefined) return undefined
    items.push(one)
  }
  return items
}

export function text(
  value: JsonValue | undefined,
  pattern: RegExp,
  allowed: string,
  where: string,
  mistakes: Mistakes,
): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : mistake(mistakes, where, allowed)
}

export function oneOf<T extends string>(
  value: JsonValue | undefined,
  values: readonly T[],
  where: string,
  mistakes: Mistakes,
): T | undefined {
  return values.find((one) => one === value) ?? mistake(mistakes, where, values.join(' or '))
}

/** RFC 3339 in UTC, as milliseconds since the epoch. */
export function instant(value: JsonValue | undefined, where: string, mistakes: Mistakes): number | undefined {
  const at =
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/.test(value)
      ? Date.parse(value)
      : Number.NaN
  return Number.isFinite(at) ? at : mistake(mistakes, where, 'a time such as 2026-11-21T00:00:00Z')
}
