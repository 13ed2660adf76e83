/**
 * Remembers the last request ids, so that a retry or a late duplicate counts once. Two generations: when the young
 * one is full it becomes the old one, so that between `capacity` and twice as many ids are known. What is older is
 * forgotten, and would count again: retries come within seconds.
 */
export interface SeenIds {
  /** True the first time. */
  first(id: string): boolean
}

export function newSeenIds(capacity: number): SeenIds {
  let young = new Set<string>()
  let old = new Set<string>()
  return {
    first(id) {
      if (young.has(id) || old.has(id)) return false
      if (young.size >= capacity) {
        old = young
        young = new Set()
      }
      young.add(id)
      return true
    },
  }
}
