import type { Coverage } from './policy.ts'

/**
 * Whether a signature covers what the policy asks for. `covered` are serialised identifiers. A field counts whole only
 * when it is covered whole: `"content-digest";key="sha-256"` signs one member and leaves the others to anybody, while
 * `;sf` signs the same members in their one spelling.
 */
export function covers(
  { required, whenPresent }: Coverage,
  covered: readonly string[],
  headers: Headers,
): boolean {
  const names = new Set(covered.map((identifier) => identifier.replace(/^("[^"]*");sf$/, '$1')))
  const has = (component: string): boolean =>
    names.has(component.startsWith('"') ? component : `"${component}"`)
  const met = required.every((one) =>
    typeof one === 'string' ? has(one) : one.anyOf.some((group) => group.every(has)),
  )
  return met && whenPresent.every((name) => !headers.has(name) || has(name))
}
