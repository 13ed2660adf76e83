/** Slows down who guesses the operator's token. Per isolate: a guess costs nothing here, and ten a minute find nothing. */
const WINDOW_MS = 60_000
const MAX_FAILURES = 10
/** Some hundred bytes each; who has more networks than this gains ten guesses of 2^190 with each. */
const MAX_PREFIXES = 1_024

export const WAIT_SECONDS = WINDOW_MS / 1_000

export interface SignInFailures {
  /** `now` is milliseconds since the epoch. */
  waits(prefix: string, now: number): boolean
  failed(prefix: string, now: number): void
}

export function signInFailures(maxPrefixes = MAX_PREFIXES): SignInFailures {
  const failures = new Map<string, { readonly since: number; count: number }>()
  const current = (prefix: string, now: number) => {
    const entry = failures.get(prefix)
    return entry !== undefined && now - entry.since < WINDOW_MS ? entry : undefined
  }
  return {
    waits: (prefix, now) => (current(prefix, now)?.count ?? 0) >= MAX_FAILURES,
    failed(prefix, now) {
      const entry = current(prefix, now)
      if (entry !== undefined) {
        entry.count += 1
        return
      }
      // A Map keeps the order in which its keys came: the first is the oldest.
      failures.delete(prefix)
      const [oldest] = failures.keys()
      if (failures.size >= maxPrefixes && oldest !== undefined) failures.delete(oldest)
      failures.set(prefix, { since: now, count: 1 })
    },
  }
}
