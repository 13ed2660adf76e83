/**
 * The state of one key and the two things that happen to it: a request touches it, and the origin's answer settles
 * it. Pure but for the state, which is changed in place: a shard holds tens of thousands of them, and a copy per
 * request would cost more than the counting.
 */
import type { Behaviour, OutcomeKind, Tally } from '../evidence.ts'
import { type Distinct, estimate, mark, newDistinct } from './distinct.ts'
import { beat, newRhythm, type Rhythm, regularity } from './regularity.ts'
import {
  add,
  arrive,
  type Counter,
  type Counts,
  count,
  newCounts,
  type Share,
  shareOf,
  slid,
  type WindowName,
} from './windows.ts'

export interface KeyState {
  firstSeenAt: number
  lastAt: number
  readonly counts: Counts
  readonly rhythm: Rhythm
  readonly accounts: Distinct
  readonly clients: Distinct
  readonly resources: Distinct
}

/** One request, as its keys see it. Names are hashes already: every key of a request needs the same three. */
export interface Visit {
  readonly at: number
  readonly attempt: boolean
  readonly page: boolean
  readonly account: number | undefined
  readonly client: number
  readonly resource: number | undefined
}

export interface Settled {
  /** When the request arrived: its outcome belongs to the window that counted it. */
  readonly at: number
  readonly attempt: boolean
  readonly outcome: OutcomeKind
  readonly bytes: number
  /** As in `Footprint`. */
  readonly stranger: boolean
}

export function newState(at: number): KeyState {
  return {
    firstSeenAt: at,
    lastAt: at,
    counts: newCounts(),
    rhythm: newRhythm(),
    accounts: newDistinct(),
    clients: newDistinct(),
    resources: newDistinct(),
  }
}

/** Counts the request and tells what was there before it. */
export function touch(state: KeyState, visit: Visit): Behaviour {
  // Isolates' clocks differ by milliseconds. The order is that of the object that counts: never backwards.
  const at = Math.max(visit.at, state.lastAt)
  const before = behaviourAt(state, at)
  if (before.sinceLast !== undefined) beat(state.rhythm, before.sinceLast)
  arrive(state.counts, at, visit.attempt, visit.page)
  if (visit.account !== undefined) mark(state.accounts, visit.account, at)
  mark(state.clients, visit.client, at)
  if (visit.resource !== undefined) mark(state.resources, visit.resource, at)
  state.lastAt = at
  return before
}

const COUNTED_AS: Readonly<Record<OutcomeKind, Counter | undefined>> = {
  success: 'successes',
  failure: 'failures',
  miss: 'misses',
  served: undefined,
  origin_error: undefined,
  refused: undefined,
}

/** False for outcomes that tell the ledger nothing new: nobody needs to send them. */
export function settles(outcome: OutcomeKind, attempt: boolean): boolean {
  return COUNTED_AS[outcome] !== undefined || (outcome === 'origin_error' && attempt)
}

/** Adds the origin's answer. An attempt on which the origin itself failed was nobody's: it is taken back. */
export function settle(state: KeyState, settled: Settled): void {
  const counter = COUNTED_AS[settled.outcome]
  if (counter !== undefined) add(state.counts, counter, settled.at)
  if (settled.stranger && counter !== undefined) add(state.counts, 'strangers', settled.at)
  if (settled.outcome === 'origin_error' && settled.attempt) add(state.counts, 'attempts', settled.at, -1)
  if (settled.bytes > 0) add(state.counts, 'bytes', settled.at, settled.bytes)
}

/** Adds what was found in the answer's body. */
export function learn(state: KeyState, at: number, records: number): void {
  if (records > 0) add(state.counts, 'records', at, records)
}

/** What the key has been doing, seen at `at`. Changes nothing. */
export function behaviourAt(state: KeyState, at: number): Behaviour {
  const { counts, rhythm, firstSeenAt, lastAt } = state
  // A state that was only just made has been touched by nothing: its distinct clients are empty.
  const touched = state.clients.times.length > 0
  const accounts = estimate(state.accounts, at)
  const clients = estimate(state.clients, at)
  const resources = estimate(state.resources, at)
  const tally = (window: WindowName, place: number) =>
    tallyOf(counts, shareOf(counts, window, at), accounts[place], clients[place], resources[place])
  return {
    tenSeconds: tally('tenSeconds', 0),
    minute: tally('minute', 1),
    tenMinutes: tally('tenMinutes', 2),
    hour: tally('hour', 3),
    day: tally('day', 4),
    firstSeenAt,
    sinceLast: touched ? Math.max(0, at - lastAt) : undefined,
    regularity: regularity(rhythm),
    pages: count(counts, 'hour', 'pages', at),
  }
}

/** How much a key has been used lately: what eviction compares. Recent use counts in all three windows. */
export function activity(state: KeyState, at: number): number {
  const requests = (window: WindowName) => count(state.counts, window, 'requests', at)
  return requests('minute') + requests('hour') + requests('day')
}

/** From the counts at once: five windows of six keys are sixty objects a request, if each is made twice. */
function tallyOf(counts: Counts, share: Share | undefined, accounts = 0, clients = 0, resources = 0): Tally {
  return {
    requests: slid(counts, share, 'requests'),
    attempts: slid(counts, share, 'attempts'),
    failures: slid(counts, share, 'failures'),
    successes: slid(counts, share, 'successes'),
    misses: slid(counts, share, 'misses'),
    bytes: slid(counts, share, 'bytes'),
    records: slid(counts, share, 'records'),
    strangers: slid(counts, share, 'strangers'),
    accounts,
    clients,
    resources,
  }
}
