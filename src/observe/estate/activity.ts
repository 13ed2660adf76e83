/** How much something has been used lately, in one number: what eviction compares. */
export interface Active {
  weight: number
  lastAt: number
}

/**
 * A weight shrinks in proportion to the time since it was used: what is used often forgets exponentially, what is not used
 * at all is worth nothing after so long. Cheaper than powers, of which an eviction would need sixteen.
 */
const MEMORY_MS = 6 * 3_600_000

export function use(active: Active, amount: number, at: number): void {
  active.weight = activityAt(active, at) + amount
  active.lastAt = Math.max(active.lastAt, at)
}

export function activityAt({ weight, lastAt }: Active, at: number): number {
  return weight * Math.min(1, Math.max(0, 1 - (at - lastAt) / MEMORY_MS))
}
