/**
 * When a suspect is believed. The bar rises with the number of promotions lately, so that each further path that an
 * attacker brings in costs more requests from more networks than the one before; what is really used meets it anyway.
 */

import { callersOf, type Suspect } from './probation.ts'
import type { Familiarity } from './strangers.ts'

const HITS = 3
const SESSIONS = 2
/** What one caller alone must show: a proven one is somebody who can be asked. */
const HITS_OF_ONE = 12
const DAYS_OF_ONE = 2
/** Where invented paths get the same answer, that answer proves little. */
const HITS_OF_FAMILIAR = 6
const SESSIONS_OF_FAMILIAR = 3
/** Of a value that a template covers: it is an operation of its own only if everybody knows it (`/public-specs/v2`). */
const HITS_OF_COVERED = 32
const SESSIONS_OF_COVERED = 8

/** Of a word that stands where a published operation has a parameter, and where nearly nothing else is a word. */
const HITS_OF_BEHIND = 8
const SESSIONS_OF_BEHIND = 3

export interface Bar {
  readonly pressure: number
  readonly familiarity: Familiarity
  /** A template that was generalised counts it already. */
  readonly covered: boolean
  /** A published operation counts it already. */
  readonly behind: boolean
}

export function isRipe(suspect: Suspect, { pressure, familiarity, covered, behind }: Bar): boolean {
  if (familiarity === 'refusal') return false
  const { hits, proven, days } = suspect
  const callers = callersOf(suspect)
  if (covered) return hits >= HITS_OF_COVERED && callers >= SESSIONS_OF_COVERED
  const familiar = familiarity === 'answer'
  // Who proves who it is pays with its name: pressure is for those who can be many at no cost.
  const level = proven ? 0 : pressure
  if (behind) return hits >= HITS_OF_BEHIND * 2 ** level && callers >= SESSIONS_OF_BEHIND + level
  const enough = (familiar ? HITS_OF_FAMILIAR : HITS) * 2 ** level
  if (hits >= enough && callers >= Math.min((familiar ? SESSIONS_OF_FAMILIAR : SESSIONS) + level, 16))
    return true
  return hits >= HITS_OF_ONE * 2 ** level && (proven || days >= DAYS_OF_ONE) && !(familiar && !proven)
}

const WINDOW_MS = 86_400_000
const PER_LEVEL = 64
const MAX_PRESSURE = 6

export interface Pressure {
  promoted(at: number): void
  level(at: number): number
  kept(): KeptPressure
  restore(kept: KeptPressure): void
}

interface KeptPressure {
  readonly amount: number
  readonly since: number
}

/** Promotions lately, each forgotten by and by over a day. Level n begins at 64 times (2^n - 1). */
export function newPressure(): Pressure {
  let amount = 0
  let since = 0
  const settle = (at: number): void => {
    if (at <= since) return
    amount *= Math.exp(-(at - since) / WINDOW_MS)
    since = at
  }
  return {
    promoted(at) {
      settle(at)
      amount++
    },
    level(at) {
      settle(at)
      return Math.min(MAX_PRESSURE, Math.floor(Math.log2(1 + amount / PER_LEVEL)))
    },
    kept: () => ({ amount, since }),
    restore(kept) {
      amount = kept.amount
      since = kept.since
    },
  }
}
