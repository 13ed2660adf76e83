/**
 * What one isolate has seen of one third party since it last told the estate: kept apart by where the calls came from,
 * because a stolen key is the third party's own in everything but that.
 */
import type { OutcomeKind } from '../../evidence.ts'
import { type Distinct, mark, newDistinct } from '../distinct.ts'

/** One request of a proven third party. Numbers are hashes of 32 bits (`lib/hash32.ts`): enough to tell apart and to count. */
export interface ActorVisit {
  readonly organisation: string
  readonly at: number
  readonly network: number
  readonly software: number
  readonly certificate: number
  /** The consent, or the token where the consent is not known. */
  readonly consent: number | undefined
  /** What the path names under it; undefined where that is no account, or none is named. */
  readonly account: number | undefined
  /** Whether a customer is said to be present; undefined where the dialect has no word for it. */
  readonly attended: boolean | undefined
}

export type OriginName = Pick<ActorVisit, 'network' | 'software' | 'certificate'>

export interface Origin extends OriginName {
  requests: number
  /** Answers of the bank that were no service: 4xx of any kind. */
  errors: number
  /** Requests of which it is known whether a customer was present, and of these the ones without. */
  told: number
  unattended: number
  readonly consents: Distinct
  /** Left out by isolates of versions that counted none. */
  readonly accounts?: Distinct
}

export interface ActorDelta {
  readonly from: number
  until: number
  readonly origins: Origin[]
}

/** Of one third party, in one isolate, within a second: a service has a handful of addresses, in one network or two. */
const MAX_ORIGINS = 8
/** Stands for every network beyond these. It never becomes a known one. */
export const SCATTERED = 0

export function newActorDelta(at: number): ActorDelta {
  return { from: at, until: at, origins: [] }
}

export function noteActor(delta: ActorDelta, visit: ActorVisit): void {
  delta.until = Math.max(delta.until, visit.at)
  const origin = originIn(delta, visit)
  origin.requests += 1
  if (visit.attended !== undefined) origin.told += 1
  if (visit.attended === false) origin.unattended += 1
  if (visit.consent !== undefined) mark(origin.consents, visit.consent, visit.at)
  if (visit.account !== undefined && origin.accounts !== undefined)
    mark(origin.accounts, visit.account, visit.at)
}

/** The bank's answer. It counts where the request did, even if the delta with the request has been told already. */
export function settleActor(delta: ActorDelta, visit: ActorVisit, outcome: OutcomeKind): void {
  if (outcome === 'miss' || outcome === 'failure') originIn(delta, visit).errors += 1
}

function originIn(delta: ActorDelta, name: OriginName): Origin {
  const known = delta.origins.find(
    ({ network, software, certificate }) =>
      network === name.network && software === name.software && certificate === name.certificate,
  )
  if (known !== undefined) return known
  if (name.network !== SCATTERED && delta.origins.length < MAX_ORIGINS - 1) return add(delta, name)
  const scattered = delta.origins.find(({ network }) => network === SCATTERED)
  return scattered ?? add(delta, { ...name, network: SCATTERED })
}

function add(delta: ActorDelta, { network, software, certificate }: OriginName): Origin {
  const origin: Origin = {
    network,
    software,
    certificate,
    requests: 0,
    errors: 0,
    told: 0,
    unattended: 0,
    consents: newDistinct(),
    accounts: newDistinct(),
  }
  delta.origins.push(origin)
  return origin
}

/** It crossed a version boundary: one of another version is none. */
export function isActorDelta(report: unknown): report is ActorDelta {
  if (typeof report !== 'object' || report === null || !('origins' in report)) return false
  return 'from' in report && 'until' in report && Array.isArray(report.origins)
}
