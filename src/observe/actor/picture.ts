/** What an isolate is told of a third party, so that it can judge a request without asking: about seventy numbers. */
import { WINDOW_MS } from '../windows.ts'
import { type KnownHashes, knownHashes } from './marks.ts'
import { type UsualReach, usualReach } from './reach.ts'
import { type RecentCounter, sumRecent } from './recent.ts'
import { type ActorState, accountsAt, countsAt, distinctIn, turn } from './state.ts'
import { hourOf, type Usual, usualAt } from './week.ts'

export interface ActorPicture {
  /** When it was drawn. */
  readonly at: number
  readonly firstSeenAt: number
  readonly usual: Usual
  /** Consents by window, then requests by window (`week.ts`). */
  readonly counts: readonly number[]
  /** Of the last ten minutes. */
  readonly recent: Readonly<Record<RecentCounter, number>>
  readonly consentsFromUnknown: number
  readonly consentsOfDay: number
  readonly known: KnownHashes | undefined
  /** Left out by pools of versions that counted no accounts. */
  readonly reach?: ReachPicture
}

export interface ReachPicture {
  /** By window (`PEAK_WINDOWS`). */
  readonly accounts: readonly number[]
  readonly usual: UsualReach
}

export function actorPicture(state: ActorState, now: number): ActorPicture {
  const at = Math.max(now, state.lastAt)
  turn(state, at)
  const of = (counter: RecentCounter) => sumRecent(state.recent, counter, at, WINDOW_MS.tenMinutes)
  return {
    at,
    firstSeenAt: state.firstSeenAt,
    usual: usualAt(state.week, hourOf(at)),
    counts: countsAt(state, at),
    recent: {
      requests: of('requests'),
      errors: of('errors'),
      told: of('told'),
      unattended: of('unattended'),
      network: of('network'),
      software: of('software'),
      certificate: of('certificate'),
    },
    consentsFromUnknown: distinctIn(state.consentsFromUnknown, 'tenMinutes', at),
    consentsOfDay: distinctIn(state.consents, 'day', at),
    known: knownHashes(state.marks, state.firstSeenAt, at),
    reach: { accounts: accountsAt(state, at), usual: usualReach(state.reach, hourOf(at)) },
  }
}

/** It crossed a version boundary: one of another version is none. */
export function isPicture(answer: unknown): answer is ActorPicture {
  if (typeof answer !== 'object' || answer === null) return false
  if ('reach' in answer && !isReach(answer.reach)) return false
  return ['at', 'firstSeenAt', 'usual', 'counts', 'recent', 'consentsFromUnknown', 'consentsOfDay'].every(
    (member) => member in answer,
  )
}

function isReach(reach: unknown): boolean {
  if (typeof reach !== 'object' || reach === null) return reach === undefined
  if (!('accounts' in reach && 'usual' in reach) || !Array.isArray(reach.accounts)) return false
  return typeof reach.usual === 'object' && reach.usual !== null
}
