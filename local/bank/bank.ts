import type { Credentials } from './credentials.ts'
import type { Store } from './store.ts'

/** The outside world of the bank: built from storage in the Durable Object, in memory in tests. */
export interface Bank {
  readonly store: Store
  readonly credentials: Credentials
  /** Milliseconds since the epoch. */
  now(): number
}

export const SECOND_MS = 1000
export const DAY_MS = 24 * 60 * 60 * SECOND_MS
