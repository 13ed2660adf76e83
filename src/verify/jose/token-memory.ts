import type { IntrospectionFact } from './introspection.ts'

/** What the server said of tokens, by thumbprint, for a short while. One for each isolate. */
export interface TokenMemory {
  recall(thumbprint: string, now: number): IntrospectionFact | undefined
  remember(thumbprint: string, fact: IntrospectionFact, now: number): void
}

export interface TokenMemoryLimits {
  readonly capacity: number
  /** How long a live token is taken without asking again: for as long, a revoked one still passes (RFC 7662 section 4). */
  readonly activeSeconds: number
  /** How long a dead one is refused without asking: what an attacker's guesses may cost the server. */
  readonly inactiveSeconds: number
}

/**
 * Bounded: two generations, of which the older is forgotten when the younger is full, so that guessed tokens push out
 * what was last used long ago and never cost more than `capacity` twice.
 */
export function newTokenMemory({ capacity, activeSeconds, inactiveSeconds }: TokenMemoryLimits): TokenMemory {
  let young = new Map<string, { readonly fact: IntrospectionFact; readonly until: number }>()
  let old = new Map<string, { readonly fact: IntrospectionFact; readonly until: number }>()
  return {
    recall(thumbprint, now) {
      const entry = young.get(thumbprint) ?? old.get(thumbprint)
      return entry !== undefined && now < entry.until ? entry.fact : undefined
    },
    remember(thumbprint, fact, now) {
      const seconds = fact.state === 'valid' ? activeSeconds : inactiveSeconds
      // RFC 7662 section 4: never beyond the token's own end.
      const end =
        fact.state === 'valid' ? (fact.value.expiresAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
      if (young.size >= capacity) {
        old = young
        young = new Map()
      }
      young.set(thumbprint, { fact, until: Math.min(now + seconds * 1_000, end) })
    },
  }
}
