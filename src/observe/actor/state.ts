/**
 * One third party, as the estate knows it: merged from what all isolates saw. Bounded: 3.4 kB of the last ten minutes,
 * 6 kB of its usual week and 3.4 of its usual reach, 48 marks, three sketches.
 */
import { type Distinct, estimate, merge, newDistinct } from '../distinct.ts'
import { WINDOW_MS, WINDOWS, type WindowName } from '../windows.ts'
import type { ActorDelta, Origin } from './delta.ts'
import { type KnownHashes, type KnownMark, knownHashes, noteMarks, unknownIn } from './marks.ts'
import { breadthOf, foldReach, newReach, type Reach } from './reach.ts'
import { addRecent, newRecent, type Recent, sumRecent } from './recent.ts'
import {
  fold,
  hourOf,
  newHour,
  newWeek,
  type OpenHour,
  PEAK_WINDOWS,
  TEN_MINUTES,
  turnTo,
  type Week,
} from './week.ts'

export interface ActorState {
  readonly firstSeenAt: number
  lastAt: number
  readonly recent: Recent
  readonly consents: Distinct
  readonly accounts: Distinct
  /** Those used from an origin that is not the third party's as we know it. */
  readonly consentsFromUnknown: Distinct
  readonly marks: KnownMark[]
  readonly week: Week
  readonly reach: Reach
  open: OpenHour
}

export function newActorState(at: number): ActorState {
  return {
    firstSeenAt: at,
    lastAt: at,
    recent: newRecent(),
    consents: newDistinct(),
    accounts: newDistinct(),
    consentsFromUnknown: newDistinct(),
    marks: [],
    week: newWeek(),
    reach: newReach(),
    open: newHour(hourOf(at)),
  }
}

/** Adds what one isolate has seen. Clocks of isolates differ by a little: time goes on, never back. */
export function mergeActor(state: ActorState, delta: ActorDelta): void {
  const at = Math.max(state.lastAt, delta.until)
  turn(state, at)
  const known = knownHashes(state.marks, state.firstSeenAt, at)
  for (const origin of delta.origins) {
    count(state, origin, known, at)
    noteMarks(state.marks, origin, state.firstSeenAt, at)
  }
  state.lastAt = at
  countsAt(state, at).forEach((value, index) => {
    state.open.peaks[index] = Math.max(state.open.peaks[index] ?? 0, value)
  })
  state.open.reach = state.open.reach && highestOf(state.open.reach, reachAt(state, at))
}

function highestOf(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, index) => Math.max(value, other[index] ?? 0))
}

/** The hour that is not over is the one of `at`. */
export function turn(state: ActorState, at: number): void {
  state.open = turnTo(state.open, hourOf(at), (done) => {
    fold(state.week, done)
    foldReach(state.reach, done)
  })
}

function count(state: ActorState, origin: Origin, known: KnownHashes | undefined, at: number): void {
  const { requests, errors, told, unattended, consents, accounts } = origin
  addRecent(state.recent, 'requests', at, requests)
  addRecent(state.recent, 'errors', at, errors)
  addRecent(state.recent, 'told', at, told)
  addRecent(state.recent, 'unattended', at, unattended)
  merge(state.consents, consents)
  if (accounts === undefined) state.open.reach = undefined
  else merge(state.accounts, accounts)
  const unknown = unknownIn(origin, known)
  for (const kind of unknown) addRecent(state.recent, kind, at, requests)
  if (unknown.length > 0) merge(state.consentsFromUnknown, consents)
  state.open.requests += requests
  state.open.errors += errors
  state.open.told += told
  state.open.unattended += unattended
}

/** Consents by window, then requests by window (`week.ts`). */
export function countsAt(state: ActorState, at: number): readonly number[] {
  const distinct = estimate(state.consents, at)
  return [
    ...PEAK_WINDOWS.map((window) => distinct[WINDOWS.indexOf(window)] ?? 0),
    ...PEAK_WINDOWS.map((window) => sumRecent(state.recent, 'requests', at, WINDOW_MS[window])),
  ]
}

/** Accounts by window (`PEAK_WINDOWS`). */
export function accountsAt(state: ActorState, at: number): readonly number[] {
  const distinct = estimate(state.accounts, at)
  return PEAK_WINDOWS.map((window) => distinct[WINDOWS.indexOf(window)] ?? 0)
}

/** As in `OpenHour`; a breadth of nought is none that is known. */
function reachAt(state: ActorState, at: number): readonly number[] {
  const accounts = accountsAt(state, at)
  const consents = distinctIn(state.consents, 'tenMinutes', at)
  return [...accounts, breadthOf(accounts[TEN_MINUTES] ?? 0, consents) ?? 0]
}

export function distinctIn(seen: Distinct, window: WindowName, at: number): number {
  return estimate(seen, at)[WINDOWS.indexOf(window)] ?? 0
}
