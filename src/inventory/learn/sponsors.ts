/**
 * How much each network may still bring into the inventory. A path is promoted when several callers had it answered,
 * and a caller costs an attacker a request: so a promotion is paid for, in equal parts, by the networks (proven
 * organisations, otherwise autonomous systems) that asked for it, and each has so much a day. Whoever repeats invented
 * paths across sessions empties its own purse; an operation that many use costs each of them next to nothing.
 */
const TOKENS = 16
const REFILL_MS = 86_400_000 / TOKENS
const MAX_PURSES = 8_192

interface Purse {
  tokens: number
  at: number
}

export interface Sponsors {
  /** Takes an equal share from those who can pay it. False, and nothing taken, where nobody can. */
  charge(sponsors: readonly number[], at: number): boolean
  /** Purses that are not full, which outlive a restart: it would fill them. */
  kept(): readonly KeptPurse[]
  restore(purses: readonly KeptPurse[]): void
}

type KeptPurse = readonly [sponsor: number, tokens: number, at: number]

export function newSponsors(): Sponsors {
  const purses = new Map<number, Purse>()

  function purseOf(sponsor: number, at: number): Purse {
    const known = purses.get(sponsor)
    if (known === undefined) {
      if (purses.size >= MAX_PURSES) dropFullest(purses)
      const purse = { tokens: TOKENS, at }
      purses.set(sponsor, purse)
      return purse
    }
    const refill = Math.max(0, at - known.at) / REFILL_MS
    known.tokens = Math.min(TOKENS, known.tokens + refill)
    known.at = Math.max(known.at, at)
    return known
  }

  return {
    charge(sponsors, at) {
      const share = 1 / Math.max(1, sponsors.length)
      const able = sponsors.map((sponsor) => purseOf(sponsor, at)).filter(({ tokens }) => tokens >= share)
      if (able.length === 0) return false
      for (const purse of able) purse.tokens = Math.max(0, purse.tokens - 1 / able.length)
      return true
    },
    kept: () =>
      Array.from(
        purses,
        ([sponsor, { tokens, at }]): KeptPurse => [sponsor, Math.round(tokens * 100) / 100, at],
      ).filter(([, tokens]) => tokens < TOKENS),
    restore(kept) {
      for (const [sponsor, tokens, at] of kept) purses.set(sponsor, { tokens, at })
    },
  }
}

/** Of the oldest few: a purse that is forgotten comes back full, so it must be nearly full already. */
function dropFullest(purses: Map<number, Purse>): void {
  let fullest: number | undefined
  let most = -1
  let looked = 0
  for (const [sponsor, { tokens }] of purses) {
    if (tokens > most) {
      fullest = sponsor
      most = tokens
    }
    if (++looked >= 32) break
  }
  if (fullest !== undefined) purses.delete(fullest)
}
