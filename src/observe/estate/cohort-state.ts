/** All that the estate keeps of one cohort, in an object. Pure but for the state, which is changed in place. */
import { HOUR_MS } from '../../lib/durations.ts'
import { addAll, COUNTERS, type Counts, newCounts, WIDTH } from '../windows.ts'
import { type Active, use } from './activity.ts'
import { type Crowd, mark, newCrowd } from './crowd.ts'
import { raise } from './delta.ts'
import { GAP_BINS } from './gaps.ts'
import { type Heaviest, halve, weigh } from './heaviest.ts'
import type { Sink } from './parcel.ts'
import { addUsual, newUsual, SUMS, type Usual } from './usual.ts'

export interface CohortState extends Active {
  firstSeenAt: number
  readonly counts: Counts
  readonly accounts: Crowd
  readonly clients: Crowd
  readonly addresses: Crowd
  /** These three forget half of themselves with every hour. */
  readonly gaps: number[]
  readonly callers: Heaviest
  readonly targets: Heaviest
  readonly usual: Usual
}

const REQUESTS = COUNTERS.indexOf('requests')
/** By sum of what is usual, its counter. */
const USUAL_COLUMNS = SUMS.map((sum) => COUNTERS.indexOf(sum))

export function newCohortState(at: number): CohortState {
  return {
    firstSeenAt: at,
    lastAt: at,
    weight: 0,
    counts: newCounts(),
    accounts: newCrowd(),
    clients: newCrowd(),
    addresses: newCrowd(),
    gaps: [],
    callers: [],
    targets: [],
    usual: newUsual(),
  }
}

/** Takes in what a parcel says of one cohort: `begin`, everything that is poured, `end`. One for all cohorts. */
export interface Absorber extends Sink {
  begin(state: CohortState, at: number): void
  end(): void
}

export function newAbsorber(): Absorber {
  let state = newCohortState(0)
  let at = 0
  const sums = new Array<number>(WIDTH).fill(0)
  return {
    begin(into, seenAt) {
      state = into
      at = seenAt
      fade(state, at)
    },
    sum(column, amount) {
      sums[column] = amount
    },
    gap(bin, count) {
      if (state.gaps.length === 0) state.gaps.push(...new Array<number>(GAP_BINS).fill(0))
      raise(state.gaps, bin, count)
    },
    account: (hash) => mark(state.accounts, hash, at),
    client: (hash) => mark(state.clients, hash, at),
    address: (hash) => mark(state.addresses, hash, at),
    caller: (name, count, error) => weigh(state.callers, name, count, error),
    target: (name, count, error) => weigh(state.targets, name, count, error),
    end() {
      addAll(state.counts, at, sums)
      addUsual(
        state.usual,
        USUAL_COLUMNS.map((column) => sums[column] ?? 0),
        at,
      )
      use(state, sums[REQUESTS] ?? 0, at)
    },
  }
}

/** Ten halvings leave a thousandth: more are not worth counting. */
const MAX_HALVINGS = 10

function fade({ lastAt, gaps, callers, targets }: CohortState, at: number): void {
  const hours = Math.floor(at / HOUR_MS) - Math.floor(lastAt / HOUR_MS)
  for (let halving = Math.min(hours, MAX_HALVINGS); halving > 0; halving -= 1) {
    for (const [bin, here] of gaps.entries()) gaps[bin] = here / 2
    halve(callers)
    halve(targets)
  }
}
