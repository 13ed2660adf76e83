/** Templates of operators and of generalisation, held against paths and templates: literal segments win over `{…}`. */
import { isParameter, REST, segmentsOf } from './template.ts'

export interface Pattern<T> {
  /** `*` is any. */
  readonly method: string
  readonly host: string
  readonly segments: readonly string[]
  readonly value: T
}

export interface Patterns<T> {
  find(method: string, host: string, segments: readonly string[]): T | undefined
  readonly size: number
}

export function patternOf<T>(method: string, host: string, path: string, value: T): Pattern<T> {
  return { method, host, segments: segmentsOf(path), value }
}

/** More literal segments first, from the left; a named host and a named method before any. */
export function newPatterns<T>(patterns: readonly Pattern<T>[]): Patterns<T> {
  const sorted = [...patterns].sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1))
  return {
    find: (method, host, segments) => {
      for (const pattern of sorted) if (fits(pattern, method, host, segments)) return pattern.value
      return undefined
    },
    size: sorted.length,
  }
}

export function fits(
  { method, host, segments }: Omit<Pattern<unknown>, 'value'>,
  ofMethod: string,
  ofHost: string,
  of: readonly string[],
): boolean {
  if (method !== '*' && method !== ofMethod) return false
  if (host !== '*' && host !== ofHost) return false
  const open = segments.at(-1) === REST
  const fixed = open ? segments.length - 1 : segments.length
  if (open ? of.length < fixed : of.length !== fixed) return false
  for (let at = 0; at < fixed; at++) {
    const segment = segments[at] ?? ''
    if (segment !== of[at] && !isParameter(segment)) return false
  }
  return true
}

/** Sorts as text: a literal before a parameter before the rest. */
function rankOf({ method, host, segments }: Pattern<unknown>): string {
  const shape = segments.map((segment) => (segment === REST ? '2' : isParameter(segment) ? '1' : '0'))
  return `${shape.join('')}3${host === '*' ? '1' : '0'}${method === '*' ? '1' : '0'}`
}
