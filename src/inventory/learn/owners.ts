/**
 * Who brought what into probation, and in which order. A list of names that are looked up when they are over would cost a
 * flood's every request two searches in memory that no cache holds; here a suspect knows its own two places, and leaves
 * them when it goes, so that nothing is held that is not on probation.
 */
export interface Ring<T> {
  readonly owner: number
  readonly items: (T | undefined)[]
  /** The oldest, once it is full. */
  next: number
  /** Those that have not left. */
  live: number
}

export interface Owners<T> {
  readonly size: number
  ringOf(owner: number): Ring<T>
  /** At a place that `placeIn` gave. */
  enter(ring: Ring<T>, at: number, limit: number, item: T): void
  leave(ring: Ring<T>, at: number): void
}

export function newOwners<T>(): Owners<T> {
  const rings = new Map<number, Ring<T>>()
  return {
    get size() {
      return rings.size
    },
    ringOf: (owner) => rings.get(owner) ?? { owner, items: [], next: 0, live: 0 },
    enter(ring, at, limit, item) {
      if (at === ring.items.length) ring.items.push(item)
      else {
        ring.items[at] = item
        ring.next = (at + 1) % limit
      }
      // What it had may have left since it was looked up.
      if (ring.live++ === 0) rings.set(ring.owner, ring)
    },
    leave(ring, at) {
      ring.items[at] = undefined
      ring.live--
      if (ring.live === 0) rings.delete(ring.owner)
    },
  }
}

/** The place that its owner's next suspect takes. */
export function placeIn<T>(ring: Ring<T>, limit: number): number {
  return ring.items.length < limit ? ring.items.length : ring.next
}
