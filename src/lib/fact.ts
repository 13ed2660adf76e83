/**
 * What we know of one thing. The four states are never confused: a caller that showed nothing (`absent`) is
 * not one that showed something false (`invalid`), and neither is our own failure to find out (`unavailable`).
 * Fail-open or fail-closed is therefore a row of policy and never a `catch`.
 */
export type Fact<T, Invalid extends string = never, Unavailable extends string = never> =
  | { readonly state: 'valid'; readonly value: T }
  | { readonly state: 'invalid'; readonly reason: Invalid }
  | { readonly state: 'absent' }
  | { readonly state: 'unavailable'; readonly reason: Unavailable }

export const ABSENT = { state: 'absent' } as const

export function valid<T>(value: T): { readonly state: 'valid'; readonly value: T } {
  return { state: 'valid', value }
}

export function invalid<R extends string>(reason: R): { readonly state: 'invalid'; readonly reason: R } {
  return { state: 'invalid', reason }
}

export function unavailable<R extends string>(
  reason: R,
): { readonly state: 'unavailable'; readonly reason: R } {
  return { state: 'unavailable', reason }
}

/** The value where there is one, otherwise undefined: for readers to whom the other three states are alike. */
export function known<T>(fact: Fact<T, string, string>): T | undefined {
  return fact.state === 'valid' ? fact.value : undefined
}
