/** How often signatures did not hold, as one isolate saw it: evidence, and no more than that. */
import { HOUR_MS } from '../../lib/durations.ts'

export interface FailureMemory {
  /** Those of the last hour, before this one. */
  count(name: string, now: number): number
  add(name: string, now: number): void
}

/** Organisations with their keys; nobody gets in here without a certificate or a vouched token. */
const MAX_NAMES = 1_024

/** Two half hours: what is told is of the last 30 to 60 minutes. */
export function failureMemory(): FailureMemory {
  let young = new Map<string, number>()
  let old = new Map<string, number>()
  let turnedAt = 0
  const turn = (now: number): void => {
    if (now - turnedAt < HOUR_MS / 2 && young.size < MAX_NAMES) return
    old = now - turnedAt < HOUR_MS ? young : new Map()
    young = new Map()
    turnedAt = now
  }
  return {
    count(name, now) {
      turn(now)
      return (young.get(name) ?? 0) + (old.get(name) ?? 0)
    },
    add(name, now) {
      turn(now)
      young.set(name, (young.get(name) ?? 0) + 1)
    },
  }
}
