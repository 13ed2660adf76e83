/** How much something has been used lately, in one number that halves with every hour: what eviction compares. */
export interface Active {
  weight: number
  lastAt: number
}

const HALF_LIFE_MS = 3_600_000

export function use(active: Active, amount: number, at: number): void {
  active.weight = activityAt(active, at) + amount
  active.lastAt = Math.max(active.lastAt, at)
}

export function activityAt({ weight, lastAt }: Active, at: number): number {
  return weight * 2 ** (-Math.max(0, at - lastAt) / HALF_LIFE_MS)
}
