/**
 * Names that were seen and are not believed yet: paths, and parameters nobody declared. Anyone may invent them, so that
 * what is kept of each is little, what each caller may hold here is limited, and what is dropped for want of room is what
 * fewest callers have asked for. Only what several callers had accepted is promoted (`bar.ts`), and only then does it
 * cost memory of its own. Bounds come first here: a map that everything enters and is tidied later is lost to the first
 * flood, because the tidying itself then hides what is real.
 */
import { DAY_MS } from '../../lib/durations.ts'
import { hash32 } from '../../lib/hash32.ts'
import { type Drawn, newUrn } from '../../lib/urn.ts'
import { bitsOf, countBits, newGhosts } from './ghosts.ts'
import { newOwners, placeIn, type Ring } from './owners.ts'

/** Callers that are told apart; more make no difference to any bar but the highest. */
const MAX_CALLERS = 16
/** First sights that one caller may have open. A new one then takes the place of its own oldest. */
const PER_SESSION = 24
/** The part of the table that one network may fill. */
const SPONSOR_SHARE = 1 / 8

export interface Visit {
  readonly at: number
  readonly session: number
  readonly sponsor: number
  readonly proven: boolean
}

export interface Suspect extends Drawn {
  readonly key: string
  readonly firstAt: number
  lastAt: number
  hits: number
  /** Of its callers at least one had proven who it is. */
  proven: boolean
  /** Different days, up to eight. */
  days: number
  readonly sessions: number[]
  readonly sponsors: number[]
  /** As bits, those that it had before it was turned out (`ghosts.ts`). */
  readonly pastSessions: number
  readonly pastSponsors: number
  /** The last visit was a new caller's. */
  joined: boolean
  /** How the bank answered (`strangers.ts`); undefined once it answered in two ways. */
  answer: string | undefined
  /** Different values behind it, as hashes (`generalise.ts`). */
  values: number[]
  /** Of the key. */
  readonly hash: number
  /** Where it stands with those who brought it; undefined where nobody did, or somebody else stands there. */
  bySession: Ring<Suspect> | undefined
  atSession: number
  bySponsor: Ring<Suspect> | undefined
  atSponsor: number
}

/** Of a suspect that nobody brought. */
const NOWHERE = { bySession: undefined, atSession: 0, bySponsor: undefined, atSponsor: 0 } as const

/** Never written to: most suspects have no values. */
const NOTHING: number[] = []

/** A suspect as it is written down, its callers as bits (`ghosts.ts`). */
export interface KeptSuspect
  extends Pick<
    Suspect,
    'key' | 'firstAt' | 'lastAt' | 'hits' | 'proven' | 'days' | 'pastSessions' | 'pastSponsors'
  > {
  readonly answer: string | null
}

/** With names at their longest a million characters of JSON: a value of SQLite in a Durable Object may have two. */
const MAX_KEPT = 1_024

export interface Probation {
  see(key: string, visit: Visit, answer?: string): Suspect
  get(key: string): Suspect | undefined
  drop(key: string): void
  /** Those worth keeping over a restart: what one caller alone has asked for is never written down. */
  kept(): readonly KeptSuspect[]
  restore(suspects: readonly KeptSuspect[]): void
  readonly size: number
  readonly turnedOut: number
}

export function newProbation(capacity: number): Probation {
  const suspects = new Map<string, Suspect>()
  const urn = newUrn<Suspect>()
  const owners = newOwners<Suspect>()
  const ghosts = newGhosts()
  const perSponsor = Math.max(1, Math.floor(capacity * SPONSOR_SHARE))
  let turnedOut = 0

  function remove(suspect: Suspect): void {
    suspects.delete(suspect.key)
    const { bySession, bySponsor } = suspect
    if (bySession !== undefined) owners.leave(bySession, suspect.atSession)
    if (bySponsor !== undefined) owners.leave(bySponsor, suspect.atSponsor)
    urn.take(suspect)
  }

  function turnOut(suspect: Suspect): void {
    remove(suspect)
    turnedOut++
    ghosts.put(suspect.hash, {
      hits: suspect.hits,
      sessions: suspect.pastSessions | bitsOf(suspect.sessions),
      sponsors: suspect.pastSponsors | bitsOf(suspect.sponsors),
    })
  }

  function makeRoom(at: number): void {
    const victim = urn.lightest((suspect) => weightOf(suspect, at))
    if (victim !== undefined) turnOut(victim)
  }

  /** What an owner brought first, and nobody else asked for, makes room for what it brings now. */
  function yieldIn(ring: Ring<Suspect>, at: number): void {
    const oldest = ring.items[at]
    if (oldest === undefined) return
    if (callersOf(oldest) === 1) turnOut(oldest)
    else disown(oldest, ring, at)
  }

  function disown(suspect: Suspect, ring: Ring<Suspect>, at: number): void {
    owners.leave(ring, at)
    if (suspect.bySession === ring) suspect.bySession = undefined
    else suspect.bySponsor = undefined
  }

  function admit(key: string, visit: Visit, answer: string | undefined): Suspect {
    const hash = hash32(key)
    const past = ghosts.get(hash)
    const suspect: Suspect = {
      key,
      firstAt: visit.at,
      lastAt: visit.at,
      hits: past?.hits ?? 0,
      proven: false,
      days: 1,
      // With their one element: an empty list that grows is given room for seventeen.
      sessions: [visit.session],
      sponsors: [visit.sponsor],
      pastSessions: past?.sessions ?? 0,
      pastSponsors: past?.sponsors ?? 0,
      joined: false,
      answer,
      values: NOTHING,
      hash,
      position: 0,
      ...NOWHERE,
    }
    bring(suspect, visit)
    return suspect
  }

  function bring(suspect: Suspect, { session, sponsor, at }: Visit): void {
    suspect.bySession = owners.ringOf(session)
    suspect.atSession = placeIn(suspect.bySession, PER_SESSION)
    yieldIn(suspect.bySession, suspect.atSession)
    suspect.bySponsor = owners.ringOf(sponsorName(sponsor))
    suspect.atSponsor = placeIn(suspect.bySponsor, perSponsor)
    yieldIn(suspect.bySponsor, suspect.atSponsor)
    if (suspects.size >= capacity) makeRoom(at)
    owners.enter(suspect.bySession, suspect.atSession, PER_SESSION, suspect)
    owners.enter(suspect.bySponsor, suspect.atSponsor, perSponsor, suspect)
    suspects.set(suspect.key, suspect)
    urn.put(suspect)
  }

  return {
    see(key, visit, answer) {
      const known = suspects.get(key)
      const suspect = known ?? admit(key, visit, answer)
      suspect.hits++
      if (Math.floor(visit.at / DAY_MS) > Math.floor(suspect.lastAt / DAY_MS) && suspect.days < 8)
        suspect.days++
      suspect.lastAt = Math.max(suspect.lastAt, visit.at)
      suspect.proven ||= visit.proven
      if (suspect.answer !== answer) suspect.answer = undefined
      if (known === undefined) {
        suspect.joined = isNewcomer(suspect)
        return suspect
      }
      const callers = callersOf(suspect)
      note(suspect.sessions, visit.session)
      suspect.joined = callersOf(suspect) > callers
      note(suspect.sponsors, visit.sponsor)
      return suspect
    },
    get: (key) => suspects.get(key),
    drop(key) {
      const suspect = suspects.get(key)
      if (suspect !== undefined) remove(suspect)
    },
    kept: () => keptOf(urn.items),
    restore(kept) {
      for (const { answer, ...known } of kept.slice(0, capacity)) {
        if (suspects.has(known.key)) continue
        const callers = { sessions: [], sponsors: [], values: NOTHING, joined: false, ...NOWHERE }
        const suspect: Suspect = {
          ...known,
          ...callers,
          answer: answer ?? undefined,
          hash: hash32(known.key),
          position: 0,
        }
        suspects.set(suspect.key, suspect)
        urn.put(suspect)
      }
    },
    get size() {
      return suspects.size
    },
    get turnedOut() {
      return turnedOut
    },
  }
}

function keptOf(suspects: readonly Suspect[]): readonly KeptSuspect[] {
  return suspects
    .filter((suspect) => callersOf(suspect) > 1)
    .sort((a, b) => b.hits - a.hits)
    .slice(0, MAX_KEPT)
    .map(({ key, firstAt, lastAt, hits, proven, days, answer = null, ...suspect }) => {
      const pastSessions = suspect.pastSessions | bitsOf(suspect.sessions)
      const pastSponsors = suspect.pastSponsors | bitsOf(suspect.sponsors)
      return { key, firstAt, lastAt, hits, proven, days, answer, pastSessions, pastSponsors }
    })
}

function note(callers: number[], caller: number): void {
  if (callers.length < MAX_CALLERS && !callers.includes(caller)) callers.push(caller)
}

/** Its first caller was not among those that it had before it was turned out. */
function isNewcomer({ sessions, pastSessions }: Suspect): boolean {
  return (bitsOf(sessions) & ~pastSessions) !== 0
}

/** Sessions and sponsors share one map of owners. */
function sponsorName(sponsor: number): number {
  return -1 - sponsor
}

/** Different callers, those of before that cannot be told from today's counted once. */
export function callersOf({ sessions, pastSessions }: Suspect): number {
  if (pastSessions === 0) return sessions.length
  return sessions.length + countBits(pastSessions & ~bitsOf(sessions))
}

function sponsorsOf({ sponsors, pastSponsors }: Suspect): number {
  if (pastSponsors === 0) return sponsors.length
  return sponsors.length + countBits(pastSponsors & ~bitsOf(sponsors))
}

/** How much speaks for a suspect; half of it is gone for each day in which nobody came. */
export function weightOf(suspect: Suspect, at: number): number {
  const { hits, lastAt, proven } = suspect
  const callers = callersOf(suspect) + sponsorsOf(suspect)
  const weight = callers * 4 + Math.min(hits, 32) / 4 + (proven ? 8 : 0)
  return at - lastAt < DAY_MS ? weight : weight * 2 ** (-(at - lastAt) / DAY_MS)
}
