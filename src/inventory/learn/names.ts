/**
 * Names of parameters, headers and properties that no specification mentions. Callers may write any, and most banks
 * ignore what they do not know, so a name is believed as a path is: after several callers had it accepted. Some people
 * write values where names belong; what does not look like a name is left out, so that no value is ever kept.
 */
import type { HiddenPlace, SeenName } from './types.ts'

const NAME = /^[A-Za-z_$@][A-Za-z0-9_$.:[\]-]{0,63}$/
/** In a body the name is a pointer, whose segments are names. */
const POINTER = /^(?:\/(?:\*|[A-Za-z_$@][A-Za-z0-9_$.:-]{0,63})){1,12}$/
const MANY_DIGITS = /\d(?:\D*\d){4}/

export function isName({ place, name }: SeenName): boolean {
  if (name.length > 160 || MANY_DIGITS.test(name)) return false
  return place === 'request_property' || place === 'response_property' ? POINTER.test(name) : NAME.test(name)
}

const MAX_NAMES = 16

/** Names in a query as received (`application/x-www-form-urlencoded`): undecoded ones that need decoding are no names. */
export function queryNames(query: string): readonly string[] {
  if (query === '') return []
  const names: string[] = []
  for (let start = 0; start <= query.length && names.length < MAX_NAMES; ) {
    const next = query.indexOf('&', start)
    const end = next < 0 ? query.length : next
    const equals = query.indexOf('=', start)
    const name = query.slice(start, equals < 0 || equals > end ? end : equals)
    if (name !== '' && !names.includes(name)) names.push(name)
    start = end + 1
  }
  return names
}

/** One text for an operation's name, to be on probation under. */
export function nameKey(key: string, place: HiddenPlace, name: string): string {
  return `${key}\n${place}\n${name}`
}
