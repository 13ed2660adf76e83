/** The form of hand-made labels, and how they are applied. */
export const GONE = Symbol('gone')

/** Where, what stands there now, the rule that it breaks, and at which place if that is another one. */
export type Row = readonly [pointer: string, value: unknown, rule: string | undefined, at?: string]

export interface Labelled {
  readonly operation: readonly [method: string, path: string]
  readonly headers?: Readonly<Record<string, string>>
  readonly base: unknown
  readonly rows: readonly Row[]
}

/** A copy of the value with one place set, or gone. */
export function put(value: unknown, pointer: string, change: unknown): unknown {
  const [, token, ...rest] = pointer.split('/')
  if (token === undefined) return change
  const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
  const below = rest.map((one) => `/${one}`).join('')
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    return items.map((one, at) => (String(at) === name ? put(one, below, change) : one))
  }
  const members = Object.entries(typeof value === 'object' && value !== null ? value : {})
  const kept = members.some(([own]) => own === name) ? members : [...members, [name, undefined] as const]
  const changed = kept.map(([own, one]): [string, unknown] => [
    own,
    own === name ? put(one, below, change) : one,
  ])
  return Object.fromEntries(changed.filter(([, one]) => one !== GONE))
}
