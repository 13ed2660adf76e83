/** `exactOptionalPropertyTypes`: a member that is there and undefined would overwrite the default. */
export function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  // The cast restates what the filter did: TypeScript cannot see it through Object.fromEntries.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}
