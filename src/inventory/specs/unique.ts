/**
 * uniqueItems without comparing every item with every other: a million octets of `{}` would take hours.
 * Two items are equal when they have one canonical text.
 */
export function isUnique(items: readonly unknown[]): boolean {
  if (items.length < 2) return true
  const seen = new Set<unknown>()
  for (const item of items) {
    // A text cannot be mistaken for the canonical form of something else: that is never a bare text.
    const key = typeof item === 'string' ? `"${item}` : canonical(item)
    if (seen.has(key)) return false
    seen.add(key)
  }
  return true
}

/** Members in order of their names; numbers as ECMAScript writes them, so that 1 and 1.0 are one. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`,
  )
  return `{${members.sort().join()}}`
}
