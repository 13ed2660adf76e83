/** A third party in virtual time, as one isolate sees it and swaps it once a second; for tests of drift. Invented throughout. */

import type { OutcomeKind } from '../../../src/evidence.ts'
import { hash32 } from '../../../src/lib/hash32.ts'
import { decodeActor, encodeActor } from '../../../src/observe/actor/codec.ts'
import { type ActorVisit, newActorDelta, noteActor, settleActor } from '../../../src/observe/actor/delta.ts'
import { driftOf } from '../../../src/observe/actor/drift.ts'
import { actorPicture } from '../../../src/observe/actor/picture.ts'
import { mergeActor, newActorState } from '../../../src/observe/actor/state.ts'
import type { ActorDrift } from '../../../src/observe/actor/types.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY
/** A Monday, midnight. */
export const MONDAY = Date.UTC(2026, 9, 5)

export const HOME = { network: hash32('AS64540'), software: hash32('java'), certificate: hash32('leaf one') }

export type Call = Partial<Omit<ActorVisit, 'organisation' | 'at'>> & { readonly at: number }

/** Repeats with its seed. */
export function draws(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

export interface Service {
  /** Judges every call as the gate would. */
  call(call: Call): ActorDrift
  /** The bank's answer to it. */
  answer(call: Call, outcome: OutcomeKind): void
  /** Merges without judging: weeks of ordinary life. */
  live(call: Call): void
  /** As it is kept. */
  memory(): Uint8Array
}

/** @param memory what an earlier one left; without it nobody has seen this third party before */
export function newService(startsAt: number, memory?: Uint8Array): Service {
  const state = (memory === undefined ? undefined : decodeActor(memory)) ?? newActorState(startsAt)
  let delta = newActorDelta(startsAt)
  let picture = actorPicture(state, startsAt)

  function swap(at: number, every: number): void {
    if (at - delta.from < every) return
    mergeActor(state, delta)
    picture = actorPicture(state, at)
    delta = newActorDelta(at)
  }
  function visitOf(call: Call): ActorVisit {
    const nothing = { consent: undefined, account: undefined, attended: undefined }
    return { organisation: 'PSDGB-FCA-765432', ...nothing, ...HOME, ...call }
  }

  return {
    call(call) {
      swap(call.at, SECOND)
      const visit = visitOf(call)
      noteActor(delta, visit)
      return driftOf(picture, [delta], visit, Math.max(0, call.at - picture.at))
    },
    live(call) {
      swap(call.at, 10 * SECOND)
      noteActor(delta, visitOf(call))
    },
    answer: (call, outcome) => settleActor(delta, visitOf(call), outcome),
    memory: () => encodeActor(state),
  }
}

/** A service after weeks of ordinary life. */
export function lived(custom: Custom, weeks: number): Uint8Array {
  const service = newService(MONDAY)
  for (const call of ordinary(custom, MONDAY, MONDAY + weeks * WEEK, draws(custom.consents)))
    service.live(call)
  return service.memory()
}

/** How much of a day's work falls into an hour: people sleep. */
const DAYLIGHT = [1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 9, 8, 8, 8, 8, 9, 9, 8, 6, 4, 3, 2]
const DAYLIGHT_SUM = DAYLIGHT.reduce((sum, part) => sum + part, 0)

export interface Custom {
  readonly consents: number
  /** Reads of each consent a day. */
  readonly daily: number
  readonly attended: number
}

/** Poisson arrivals over the hours of the day, each a consent drawn at random. */
export function* ordinary(
  custom: Custom,
  from: number,
  until: number,
  random: () => number,
): Generator<Call> {
  for (let hour = from; hour < until; hour += HOUR) {
    const part = (DAYLIGHT[new Date(hour).getUTCHours()] ?? 0) / DAYLIGHT_SUM
    const mean = custom.consents * custom.daily * part
    for (let at = hour; ; ) {
      at += (-Math.log(1 - random()) * HOUR) / mean
      if (at >= Math.min(until, hour + HOUR)) break
      yield {
        at: Math.floor(at),
        consent: hash32(`consent ${Math.floor(random() * custom.consents)}`),
        attended: random() < custom.attended,
      }
    }
  }
}

/** Requests of one visit: balances and transactions, page by page, or of one account after the other. */
const VISIT = 6

/**
 * Each arrival of `ordinary` is a visit to one consent, and reads so many of its accounts in turn.
 *
 * @param accountsOf of the consent with this hash
 */
export function visits(arrivals: Iterable<Call>, accountsOf: (consent: number) => number): readonly Call[] {
  const calls: Call[] = []
  for (const arrival of arrivals) {
    const { at, consent = 0 } = arrival
    for (let request = 0; request < VISIT; request += 1) {
      const account = hash32(`account ${request % accountsOf(consent)} of ${consent}`)
      calls.push({ ...arrival, at: at + 400 * request, account })
    }
  }
  return calls.sort((one, other) => one.at - other.at)
}
