/**
 * How far a third party is from what it usually is. Pure, at the request, from the isolate's copy of the picture and what
 * the isolate has seen since: a sweep of a few seconds must not wait for the next exchange with the estate.
 *
 * Each sign has points that a person can check. What honest services show now and then (a renewed certificate, a new library,
 * twice as many customers) is not enough alone. Many consents used from a network that is not theirs are, and more consents in a
 * minute than two and a half times the most there ever were: that is what a stolen key, or a break-in, looks like, and a service
 * that moves house or catches up after an outage can say so. What was not watched yet gives no points, and neither do accounts,
 * because the model that reads the drift was trained without them (docs/decisions.md).
 */
import { merge, newDistinct } from '../distinct.ts'
import { WINDOW_MS, type WindowName } from '../windows.ts'
import type { ActorDelta, ActorVisit } from './delta.ts'
import { MARKS, unknownIn } from './marks.ts'
import type { ActorPicture } from './picture.ts'
import { breadthOf } from './reach.ts'
import { distinctIn } from './state.ts'
import type { ActorDrift, DriftSign, Mark } from './types.ts'
import { PEAK_WINDOWS, TEN_MINUTES } from './week.ts'

/** With so many the drift is a half: what a human should look at. */
const NOTICED_POINTS = 4
/** Half a call more than there was, on both sides: nothing is a multiple of nothing. */
const HALF = 0.5
/** Standard deviations, of counts made alike by their square root (Anscombe 1948), from where a new height is no chance, to where it is none. */
const CHANCE = 1
const NO_CHANCE = 2
const POINTS_PER_BIT = { consents: 3.2, requests: 2 } as const
const MOST = { consents: 6, requests: 5, errors: 3, unattended: 2 } as const
/** Shares move by so much without a reason. */
const SHARE_NOISE = 0.1
const POINTS_PER_SHARE = { errors: 6, unattended: 4 } as const
/** Fewer requests than this have a share by chance. */
const ENOUGH = 20
const MARK_POINTS = { network: 2.5, software: 1.25, certificate: 1 } as const satisfies Record<Mark, number>
const CONSENTS_POINTS = 1.5
/** So many requests, or consents, from an unknown origin count whole; fewer by their logarithm. */
const WHOLE = 15

/**
 * @param picture of the last exchange with the estate
 * @param pending what this isolate has seen since, this request among it
 */
export function driftOf(
  picture: ActorPicture,
  pending: readonly ActorDelta[],
  visit: ActorVisit,
  staleness: number,
): ActorDrift {
  const seen = together(picture, pending, visit.at)
  const measures = {
    consentsAbove: above(seen.counts, picture.usual.peaks, 0),
    requestsAbove: above(seen.counts, picture.usual.peaks, PEAK_WINDOWS.length),
    errorsAbove: shareAbove(seen.errors, seen.requests, picture.usual.errors),
    unattendedAbove: shareAbove(seen.unattended, seen.told, picture.usual.unattended),
    unknown: picture.known === undefined ? undefined : seen.unknown,
    consentsFromUnknown: picture.known === undefined ? undefined : seen.consentsFromUnknown,
  }
  const signs = signsOf(measures)
  const points = signs.reduce((sum, [, worth]) => sum + worth, 0)
  return {
    ...measures,
    age: Math.max(0, visit.at - picture.firstSeenAt),
    staleness,
    weeks: picture.usual.weeks,
    consents: picture.consentsOfDay,
    newcomer: picture.known === undefined ? undefined : unknownIn(visit, picture.known).length > 0,
    ...reachAbove(picture, seen),
    drift: 1 - 2 ** (-points / NOTICED_POINTS),
    because: signs.map(([sign]) => sign),
  }
}

interface Seen {
  readonly counts: readonly number[]
  /** By window; undefined where the estate does not count them. */
  readonly accounts: readonly number[] | undefined
  readonly requests: number
  readonly errors: number
  readonly told: number
  readonly unattended: number
  readonly unknown: Readonly<Record<Mark, number>>
  readonly consentsFromUnknown: number
}

/**
 * The picture and what came since. A consent used before and after the exchange counts twice, for as long as that is a
 * second of ten: too little to matter.
 */
function together(picture: ActorPicture, pending: readonly ActorDelta[], at: number): Seen {
  const before = faded(picture, at)
  const { counts, recent, consentsFromUnknown } = before
  const unknown = { network: recent.network, software: recent.software, certificate: recent.certificate }
  const since = { requests: 0, errors: 0, told: 0, unattended: 0 }
  const consents = newDistinct()
  const accounts = newDistinct()
  const fromUnknown = newDistinct()
  for (const origin of pending.flatMap(({ origins }) => origins)) {
    const strange = unknownIn(origin, picture.known)
    for (const kind of strange) unknown[kind] += origin.requests
    if (strange.length > 0) merge(fromUnknown, origin.consents)
    merge(consents, origin.consents)
    if (origin.accounts !== undefined) merge(accounts, origin.accounts)
    since.requests += origin.requests
    since.errors += origin.errors
    since.told += origin.told
    since.unattended += origin.unattended
  }
  const used = distinctIn(consents, 'minute', at)
  const read = distinctIn(accounts, 'minute', at)
  return {
    counts: counts.map((count, index) => count + (index < PEAK_WINDOWS.length ? used : since.requests)),
    accounts: before.accounts?.map((count) => count + read),
    requests: recent.requests + since.requests,
    errors: recent.errors + since.errors,
    told: recent.told + since.told,
    unattended: recent.unattended + since.unattended,
    unknown,
    consentsFromUnknown: consentsFromUnknown + distinctIn(fromUnknown, 'minute', at),
  }
}

type Faded = Pick<ActorPicture, 'counts' | 'recent' | 'consentsFromUnknown'> & Pick<Seen, 'accounts'>
const NOTHING: ActorPicture['recent'] = {
  requests: 0,
  errors: 0,
  told: 0,
  unattended: 0,
  network: 0,
  software: 0,
  certificate: 0,
}

/** An isolate that slept holds an old picture: of a window that has passed since then it says nothing. */
function faded(picture: ActorPicture, at: number): Faded {
  const passed = (window: WindowName) => at - picture.at >= WINDOW_MS[window]
  const left = (count: number, index: number) =>
    passed(PEAK_WINDOWS[index % PEAK_WINDOWS.length] ?? 'tenMinutes') ? 0 : count
  return {
    counts: picture.counts.map(left),
    accounts: picture.reach?.accounts.map(left),
    recent: passed('tenMinutes') ? NOTHING : picture.recent,
    consentsFromUnknown: passed('tenMinutes') ? 0 : picture.consentsFromUnknown,
  }
}

/**
 * In bits, over the window in which it is most; never below zero. A new height counts as far as it is no chance: three customers
 * in a minute that never saw two are three customers.
 */
function above(
  counts: readonly number[],
  peaks: readonly number[] | undefined,
  start: number,
): number | undefined {
  if (peaks === undefined) return undefined
  const bits = PEAK_WINDOWS.map((_, window) => {
    const count = counts[start + window] ?? 0
    const peak = peaks[start + window] ?? 0
    const deviations = 2 * (Math.sqrt(count) - Math.sqrt(peak))
    const sure = Math.min(1, Math.max(0, (deviations - CHANCE) / (NO_CHANCE - CHANCE)))
    return sure * Math.log2((count + HALF) / (peak + HALF))
  })
  return Math.max(0, ...bits)
}

function reachAbove(
  { reach }: ActorPicture,
  { accounts = [], counts }: Seen,
): Pick<ActorDrift, 'accountsAbove' | 'breadthAbove'> {
  const breadth = breadthOf(accounts[TEN_MINUTES] ?? 0, counts[TEN_MINUTES] ?? 0)
  const usual = reach?.usual.breadth
  return {
    accountsAbove: above(accounts, reach?.usual.accounts, 0),
    breadthAbove:
      breadth === undefined || usual === undefined ? undefined : Math.max(0, Math.log2(breadth / usual)),
  }
}

function shareAbove(part: number, whole: number, usual: number | undefined): number | undefined {
  if (whole < ENOUGH || usual === undefined) return undefined
  return Math.max(0, Math.min(1, part / whole) - usual)
}

type Measures = Pick<
  ActorDrift,
  'consentsAbove' | 'requestsAbove' | 'errorsAbove' | 'unattendedAbove' | 'unknown' | 'consentsFromUnknown'
>

/** With their points, strongest first. */
function signsOf(measures: Measures): readonly (readonly [DriftSign, number])[] {
  const { consentsAbove, requestsAbove, errorsAbove, unattendedAbove, unknown } = measures
  const consents = volume(consentsAbove, POINTS_PER_BIT.consents, MOST.consents)
  const requests = volume(requestsAbove, POINTS_PER_BIT.requests, MOST.requests)
  const signs: (readonly [DriftSign, number])[] = [
    // More consents are more requests: one of the two.
    consents >= requests ? ['consents_far_above_usual', consents] : ['requests_far_above_usual', requests],
    ['errors_far_above_usual', share(errorsAbove, POINTS_PER_SHARE.errors, MOST.errors)],
    ['unattended_far_above_usual', share(unattendedAbove, POINTS_PER_SHARE.unattended, MOST.unattended)],
    ...MARKS.map((kind) => [`unknown_${kind}`, MARK_POINTS[kind] * logShare(unknown?.[kind])] as const),
    ['consents_used_from_unknown_origin', CONSENTS_POINTS * logShare(measures.consentsFromUnknown)],
  ]
  return signs.filter(([, points]) => points > 0).sort(([, one], [, other]) => other - one)
}

function volume(bits: number | undefined, perBit: number, most: number): number {
  return Math.min(most, perBit * (bits ?? 0))
}

function share(excess: number | undefined, perShare: number, most: number): number {
  return Math.min(most, perShare * Math.max(0, (excess ?? 0) - SHARE_NOISE))
}

function logShare(count: number | undefined): number {
  return Math.min(1, Math.log1p(count ?? 0) / Math.log1p(WHOLE))
}
