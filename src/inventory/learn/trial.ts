/** What becomes of something that no specification has: it waits, or it is believed, or its place is a parameter. */
import { isRipe, newPressure } from './bar.ts'
import { newMasks } from './generalise.ts'
import { callersOf, newProbation, type Probation, type Suspect, type Visit, weightOf } from './probation.ts'
import { newSponsors, type Sponsors } from './sponsors.ts'
import { answerOf, newStrangers } from './strangers.ts'
import type { Counting } from './tally.ts'

const MAX_SUSPECTS = 2_048
const MAX_SUSPECT_NAMES = 2_048

export interface Case {
  readonly key: string
  readonly method: string
  readonly host: string
  readonly template: string
  readonly visit: Visit
  readonly seen: Counting
  /** A generalised template counts it already. */
  readonly covered: boolean
  /** A published operation counts it already. */
  readonly behind: boolean
}

export type Finding =
  | { readonly kind: 'waits' }
  /** `weight` is what speaks for it; `suspect` what was counted so far. */
  | { readonly kind: 'believed'; readonly suspect: Suspect; readonly weight: number }
  /** `key` is that of the template with the parameter in it. */
  | { readonly kind: 'parameter'; readonly key: string; readonly weight: number }

export interface Trial {
  hear(one: Case): Finding
  /** Whether a name is believed now. */
  hearName(key: string, visit: Visit): boolean
  pressure(at: number): number
  /** Suspects that more than one caller asked for, which outlive a restart. */
  state(): TrialState
  restore(state: TrialState): void
  readonly suspects: number
  readonly turnedOut: number
}

/** What is written down under each name, in a row of its own. Whoever waits for a restart gains nothing by it. */
export type TrialState = Partial<Record<keyof Keepers, unknown>>
type Keepers = ReturnType<typeof newKeepers>

function newKeepers() {
  return {
    paths: newProbation(MAX_SUSPECTS),
    names: newProbation(MAX_SUSPECT_NAMES),
    strangers: newStrangers(),
    pressure: newPressure(),
    namePressure: newPressure(),
    sponsors: newSponsors(),
    nameSponsors: newSponsors(),
  }
}

const WAITS: Finding = { kind: 'waits' }

/** `forbids` says of which templates an operator wants no more. */
export function newTrial(
  forbids: (method: string, host: string, template: string) => boolean = () => false,
): Trial {
  const keepers = newKeepers()
  const { paths, names, strangers, pressure, namePressure, sponsors, nameSponsors } = keepers
  const masks = newMasks()

  /** A first caller makes a stranger of it, a second one makes it less strange. */
  function look(
    { method, host, template, visit, covered, behind }: Case,
    suspect: Suspect,
    answer: string,
  ): Finding {
    const callers = callersOf(suspect)
    // It has the very answers that identifiers have.
    if (behind) return WAITS
    if (suspect.hits === 1) strangers.came(answer, visit.at)
    if (callers === 2 && suspect.joined) {
      strangers.left(answer)
      masks.shared(method, host, template)
    }
    if (callers > 1 || covered) return WAITS
    const mask = masks.alone(method, host, template, visit)
    if (mask === undefined) return WAITS
    masks.drop(mask.key)
    const path = mask.key.slice(method.length + 1 + host.length)
    if (forbids(method, host, path) || !sponsors.charge(mask.sponsors, visit.at)) return WAITS
    pressure.promoted(visit.at)
    return { kind: 'parameter', key: mask.key, weight: weightOf(mask, visit.at) }
  }

  return {
    hear(one) {
      const { key, visit, seen, covered, behind } = one
      const answer = answerOf(seen)
      const suspect = paths.see(key, visit, answer)
      const found = look(one, suspect, answer)
      if (found.kind !== 'waits') return found
      const familiarity = behind ? 'none' : strangers.familiarity(suspect.answer, seen.status)
      const level = pressure.level(visit.at)
      if (!isRipe(suspect, { pressure: level, familiarity, covered, behind })) return WAITS
      if (!sponsors.charge(suspect.sponsors, visit.at)) return WAITS
      paths.drop(key)
      pressure.promoted(visit.at)
      return { kind: 'believed', suspect, weight: weightOf(suspect, visit.at) }
    },
    hearName: (key, visit) => nameBelieved({ key, visit, names, namePressure, nameSponsors }),
    pressure: (at) => pressure.level(at),
    state: () => stateOf(keepers),
    restore: (state) => restoreInto(keepers, state),
    get suspects() {
      return paths.size + names.size
    },
    get turnedOut() {
      return paths.turnedOut + names.turnedOut
    },
  }
}

function nameBelieved({
  key,
  visit,
  names,
  namePressure,
  nameSponsors,
}: {
  readonly key: string
  readonly visit: Visit
  readonly names: Probation
  readonly namePressure: ReturnType<typeof newPressure>
  readonly nameSponsors: Sponsors
}): boolean {
  const suspect = names.see(key, visit)
  const bar = {
    pressure: namePressure.level(visit.at),
    familiarity: 'none',
    covered: false,
    behind: false,
  } as const
  if (!isRipe(suspect, bar) || !nameSponsors.charge(suspect.sponsors, visit.at)) return false
  names.drop(key)
  namePressure.promoted(visit.at)
  return true
}

function stateOf(keepers: Keepers): TrialState {
  const names = Object.keys(keepers) as (keyof Keepers)[]
  return Object.fromEntries(names.map((name) => [name, keepers[name].kept()]))
}

function restoreInto(keepers: Keepers, state: TrialState): void {
  for (const name of Object.keys(keepers) as (keyof Keepers)[]) {
    // What `stateOf` of this name made; each keeper reads what it wrote.
    if (state[name] !== undefined) (keepers[name].restore as (kept: unknown) => void)(state[name])
  }
}
