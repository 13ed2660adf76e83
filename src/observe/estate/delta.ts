/**
 * What one isolate has seen of one cohort since it last told the estate. A request only leaves a row; what the rows come to
 * is reckoned when the parcel is sealed, after an answer and not before one.
 */
import type { Footprint, OutcomeKind } from '../../evidence.ts'
import { COUNTERS, WIDTH } from '../windows.ts'
import { gather } from './crowd.ts'
import { binOf, GAP_BINS } from './gaps.ts'
import { type Heaviest, weigh } from './heaviest.ts'

/** Amounts by counter, in the order of `COUNTERS`. */
export type Sums = number[]

export interface Delta {
  readonly name: string
  readonly sums: Sums
  /** Requests not reckoned yet, `ROW` numbers each. */
  rows: number[]
  /** What earlier rows came to: most cohorts of a second have had one request, which needs none of it. */
  reckoned: Reckoned | undefined
}

export interface Reckoned {
  accounts: Set<number>
  clients: Set<number>
  addresses: Set<number>
  readonly gaps: number[]
  readonly callers: Heaviest
  readonly targets: Heaviest
}

/** One request, as its cohorts see it. Names are hashes of 32 bits already (`lib/hash32.ts`): every cohort needs the same. */
export interface Visit {
  readonly at: number
  readonly attempt: boolean
  readonly page: boolean
  readonly account: number | undefined
  readonly client: number
  readonly address: number | undefined
}

/** Account, client, address, gap since the request before it; `NONE` where there is none. */
export const ROW = 4
export const NONE = -1
/** Reckoned at once when there are so many: a parcel is bounded whatever comes within its second. */
const MAX_ROWS = 512

const REQUESTS = COUNTERS.indexOf('requests')
const ATTEMPTS = COUNTERS.indexOf('attempts')
const PAGES = COUNTERS.indexOf('pages')
const BYTES = COUNTERS.indexOf('bytes')
const STRANGERS = COUNTERS.indexOf('strangers')

export function newDelta(name: string): Delta {
  return { name, sums: new Array<number>(WIDTH).fill(0), rows: [], reckoned: undefined }
}

/** @param gap milliseconds since the cohort's request before this one; undefined on the first */
export function note(delta: Delta, visit: Visit, gap: number | undefined): void {
  const { sums } = delta
  raise(sums, REQUESTS, 1)
  if (visit.attempt) raise(sums, ATTEMPTS, 1)
  if (visit.page) raise(sums, PAGES, 1)
  delta.rows.push(visit.account ?? NONE, visit.client, visit.address ?? NONE, gap ?? NONE)
  if (delta.rows.length >= MAX_ROWS * ROW) reckon(delta)
}

const COUNTED_AS: Readonly<Record<OutcomeKind, number | undefined>> = {
  success: COUNTERS.indexOf('successes'),
  failure: COUNTERS.indexOf('failures'),
  miss: COUNTERS.indexOf('misses'),
  served: undefined,
  origin_error: undefined,
  refused: undefined,
}

/** The origin's answer. An attempt on which the origin itself failed was nobody's: it is taken back. */
export function noteOutcome(
  delta: Delta,
  { attempt, stranger = false }: Pick<Footprint, 'attempt' | 'stranger'>,
  outcome: OutcomeKind,
  bytes: number,
): void {
  const counter = COUNTED_AS[outcome]
  if (counter !== undefined) raise(delta.sums, counter, 1)
  if (outcome === 'origin_error' && attempt) raise(delta.sums, ATTEMPTS, -1)
  // What is refused was tried, too: a campaign that is being stopped is no better for it.
  else if (stranger) raise(delta.sums, STRANGERS, 1)
  if (bytes > 0) raise(delta.sums, BYTES, bytes)
}

/** Turns rows into crowds, gaps and weights. */
export function reckon(delta: Delta): Reckoned {
  const { rows } = delta
  const into = delta.reckoned ?? newReckoned()
  for (let row = 0; row < rows.length; row += ROW) {
    const account = rows[row] ?? NONE
    const client = rows[row + 1] ?? NONE
    const address = rows[row + 2] ?? NONE
    const gap = rows[row + 3] ?? NONE
    if (account !== NONE) {
      into.accounts = gather(into.accounts, account)
      weigh(into.targets, account)
    }
    into.clients = gather(into.clients, client)
    weigh(into.callers, client)
    if (address !== NONE) into.addresses = gather(into.addresses, address)
    if (gap !== NONE) raise(into.gaps, binOf(gap), 1)
  }
  delta.rows = []
  delta.reckoned = into
  return into
}

export function newReckoned(): Reckoned {
  return {
    accounts: new Set(),
    clients: new Set(),
    addresses: new Set(),
    gaps: new Array<number>(GAP_BINS).fill(0),
    callers: [],
    targets: [],
  }
}

export function raise(numbers: number[], index: number, amount: number): void {
  numbers[index] = (numbers[index] ?? 0) + amount
}
