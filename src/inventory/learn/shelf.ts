/** The entries of one shard: so many and no more, with a list of those that changed since they were last written down. */
import { type Entry, strengthOf } from './entries.ts'

/**
 * Published operations are as many as the specifications have, which nobody outside can change. Everything else was
 * brought by callers: there the strongest stay.
 */
export const MAX_PUBLISHED = 4_096
export const MAX_FOUND = 1_024

export interface Shelf {
  get(key: string): Entry | undefined
  /** Entries that specifications do not have, which may hold a place that another deserves. */
  found(): Iterable<Entry>
  all(): Iterable<Entry>
  /** False where it finds no room. `weight` is what speaks for it, against the weakest of its kind. */
  add(entry: Entry, weight: number, at: number): boolean
  remove(key: string): void
  changed(key: string): void
  /** Keys that changed, with their entries; undefined where one is gone. */
  takeChanged(): ReadonlyMap<string, Entry | undefined>
  restore(entry: Entry): void
  readonly size: number
}

export function newShelf(): Shelf {
  const published = new Map<string, Entry>()
  const found = new Map<string, Entry>()
  let dirty = new Set<string>()

  function mapOf({ origin }: Entry): Map<string, Entry> {
    return origin === 'published' ? published : found
  }

  function weakest(at: number): { readonly entry: Entry; readonly strength: number } | undefined {
    let least: { readonly entry: Entry; readonly strength: number } | undefined
    for (const entry of found.values()) {
      if (entry.origin === 'pinned' || entry.origin === 'merged') continue
      const strength = strengthOf(entry, at)
      if (least === undefined || strength < least.strength) least = { entry, strength }
    }
    return least
  }

  function remove(key: string): void {
    published.delete(key)
    found.delete(key)
    dirty.add(key)
  }

  return {
    get: (key) => published.get(key) ?? found.get(key),
    found: () => found.values(),
    *all() {
      yield* published.values()
      yield* found.values()
    },
    add(entry, weight, at) {
      if (entry.origin === 'published' && published.size >= MAX_PUBLISHED) return false
      if (entry.origin !== 'published' && found.size >= MAX_FOUND) {
        const least = weakest(at)
        if (least === undefined || least.strength >= weight) return false
        remove(least.entry.key)
      }
      mapOf(entry).set(entry.key, entry)
      dirty.add(entry.key)
      return true
    },
    remove,
    changed: (key) => void dirty.add(key),
    takeChanged() {
      const taken = new Map(Array.from(dirty, (key) => [key, published.get(key) ?? found.get(key)]))
      dirty = new Set()
      return taken
    },
    restore: (entry) => void mapOf(entry).set(entry.key, entry),
    get size() {
      return published.size + found.size
    },
  }
}
