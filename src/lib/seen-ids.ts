/**
 * Remembers the last ids, so that a retry or a late duplicate counts once. Two generations: when the young one is
 * full it becomes the old one, so that between `capacity` and twice as many ids are known. What is older is forgotten,
 * and would count again: retries come within seconds.
 */
export interface SeenIds {
  has(id: string): boolean
  add(id: string): void
}

export function newSeenIds(capacity: number): SeenIds {
  let young = new Set<string>()
  let old = new Set<string>()
  return {
    has: (id) => young.has(id) || old.has(id),
    add(id) {
      if (young.size >= capacity) {
        old = young
        young = new Set()
      }
      young.add(id)
    },
  }
}
