/**
 * What keys of one object are called now, after a rotation of keys of HMAC. How a request ended, and what its answer taught, comes
 * under the name under which it was counted, and another isolate may have brought the new one in between: what it used up would
 * never be given back. In memory alone, as the ids of requests are.
 */
import type { Settlement } from './wire.ts'

/** As many as ids of requests are known: of an older one nobody could tell whether it was told already. */
const MAX_RENAMES = 8_192

export interface Renames {
  add(from: string, to: string): void
  /** The name is a key's own again: somebody counts under it who does not know the other. */
  keep(names: readonly string[]): void
  /** Under the names of now. */
  settled(settlement: Settlement): Settlement
  forget(names: readonly string[]): void
}

export function newRenames(): Renames {
  const renamed = new Map<string, string>()

  function nameOf(name: string): string {
    let latest = name
    // It ends, because no name that is in use leads on to another.
    for (let next = renamed.get(latest); next !== undefined; next = renamed.get(latest)) latest = next
    return latest
  }

  function keep(names: readonly string[]): void {
    if (renamed.size > 0) for (const name of names) renamed.delete(name)
  }

  return {
    add(from, to) {
      keep([to])
      renamed.set(from, to)
      const [oldest] = renamed.keys()
      if (renamed.size > MAX_RENAMES && oldest !== undefined) renamed.delete(oldest)
    },
    keep,
    settled(settlement) {
      if (renamed.size === 0) return settlement
      const asked = Object.entries(settlement.asked ?? {}).map(([annex, name]) => [annex, nameOf(name)])
      return {
        ...settlement,
        keys: settlement.keys.map(nameOf),
        ...(settlement.asked === undefined ? {} : { asked: Object.fromEntries(asked) }),
      }
    },
    forget(names) {
      for (const [from, to] of renamed) if (names.includes(from) || names.includes(to)) renamed.delete(from)
    },
  }
}
