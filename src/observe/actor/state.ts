/**
 * One third party, as the estate knows it: merged from what all isolates saw. Bounded: 3.4 kB of the last ten minutes,
 * 6 kB of its usual week, 48 marks, two sketches.
 */
import { type Distinct, estimate, merge, newDistinct } from '../distinct.ts'
import { WINDOW_MS, WINDOWS, type WindowName } from '../windows.ts'
import type { ActorDelta, Origin } from './delta.ts'
import { type KnownHashes, type KnownMark, knownHashes, noteMarks, unknownIn } from './marks.ts'
import { addRecent, newRecent, type Recent, sumRecent } from './recent.ts'
import { hourOf, newHour, newWeek, type OpenHour, PEAK_WINDOWS, turnTo, type Week } from './week.ts'

export interface ActorState {
  readonly firstSeenAt: number
  lastAt: number
  readonly recent: Recent
  readonly consents: Distinct
  /** Those used from an origin that is not the third party's as we know it. */
  readonly consentsFromUnknown: Distinct
  readonly marks: KnownMark[]
  readonly week: Week
  open: OpenHour
}

export function newActorState(at: number): ActorState {
  return {
    ...{ firstSeenAt: at, lastAt: at, recent: newRecent() },
    ...{ consents: newDistinct(), consentsFromUnknown: newDistinct(), marks: [] },
    week: newWeek(),
    open: newHour(hourOf(at)),
  }
}

/** Adds what one isolate has seen. Clocks of isolates differ by a little: time goes on, never back. */
export function mergeActor(state: ActorState, delta: ActorDelta): void {
  const at = Math.max(state.lastAt, delta.until)
  state.open = turnTo(state.week, state.open, hourOf(at))
  const known = knownHashes(state.marks, state.firstSeenAt, at)
  for (const origin of delta.origins) {
    count(state, origin, known, at)
    noteMarks(state.marks, origin, state.firstSeenAt, at)
  }
  state.lastAt = at
  countsAt(state, at).forEach((value, index) => {
    state.open.peaks[index] = Math.max(state.open.peaks[index] ?? 0, value)
  })
}

function count(state: ActorState, origin: Origin, known: KnownHashes | undefined, at: number): void {
  const { requests, errors, told, unattended, consents } = origin
  addRecent(state.recent, 'requests', at, requests)
  addRecent(state.recent, 'errors', at, errors)
  addRecent(state.recent, 'told', at, told)
  addRecent(state.recent, 'unattended', at, unattended)
  merge(state.consents, consents)
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

export function distinctIn(seen: Distinct, window: WindowName, at: number): number {
  return estimate(seen, at)[WINDOWS.indexOf(window)] ?? 0
}
