/** What the estate tells of one cohort, as numbers in a row; NaN is what nobody knows. */
import { COUNTS_LENGTH, type Counts, WINDOW_MS } from '../windows.ts'
import type { CohortState } from './cohort-state.ts'
import { CROWD_WINDOWS, estimate } from './crowd.ts'
import { evenness, variation } from './gaps.ts'
import { type Heaviest, heaviestOf } from './heaviest.ts'
import { lastHour, SUMS, sameHour } from './usual.ts'

const CROWDS = CROWD_WINDOWS.length

/** Where each figure stands, after the counts. */
const PLACE = {
  at: 0,
  firstSeenAt: 1,
  lastAt: 2,
  evenness: 3,
  variation: 4,
  topClient: 5,
  topAccount: 6,
  /** Different things by window (`CROWD_WINDOWS`). */
  accounts: 7,
  clients: 7 + CROWDS,
  addresses: 7 + 2 * CROWDS,
  /** Days learnt, then the means of `SUMS`. */
  sameHour: 7 + 3 * CROWDS,
  lastHour: 8 + 3 * CROWDS + SUMS.length,
} as const
const FIGURES = PLACE.lastHour + SUMS.length
export const MERGED_NUMBERS = COUNTS_LENGTH + FIGURES

/** As it came: most of what the estate tells in a second is looked at once, or never. */
export interface Merged {
  readonly numbers: Float64Array
  counts: Counts | undefined
}

export function figure({ numbers }: Merged, name: keyof typeof PLACE, index = 0): number {
  return numbers[COUNTS_LENGTH + PLACE[name] + index] ?? Number.NaN
}

export function countsOf(merged: Merged): Counts {
  merged.counts ??= Array.from(merged.numbers.subarray(0, COUNTS_LENGTH))
  return merged.counts
}

/** Of when it is, and since when the whole has been watched: before that nothing was usual. */
export interface Watched {
  readonly at: number
  readonly since: number
}

/** Writes at `offset` what is known of a cohort. */
export function writeMerged(
  into: Float64Array,
  offset: number,
  state: CohortState,
  { at, since }: Watched,
): void {
  into.set(state.counts, offset)
  const base = offset + COUNTS_LENGTH
  const put = (name: keyof typeof PLACE, value = Number.NaN, index = 0): void => {
    into[base + PLACE[name] + index] = value
  }
  put('at', at)
  put('firstSeenAt', state.firstSeenAt)
  put('lastAt', state.lastAt)
  put('evenness', evenness(state.gaps))
  put('variation', variation(state.gaps))
  put('topClient', topShare(state.callers))
  put('topAccount', topShare(state.targets))
  for (const [index, window] of CROWD_WINDOWS.entries()) {
    put('accounts', estimate(state.accounts, window, at), index)
    put('clients', estimate(state.clients, window, at), index)
    put('addresses', estimate(state.addresses, window, at), index)
  }
  const same = sameHour(state.usual, at)
  put('sameHour', same?.days ?? 0)
  const last =
    Math.floor(at / WINDOW_MS.hour) * WINDOW_MS.hour - WINDOW_MS.hour < since
      ? undefined
      : lastHour(state.usual, at)
  for (let sum = 0; sum < SUMS.length; sum += 1) {
    put('sameHour', same?.sums[sum], 1 + sum)
    put('lastHour', last?.[sum], sum)
  }
}

/** The one at `index`; undefined where the estate said nothing of it. */
export function readMerged(numbers: Float64Array, index: number): Merged | undefined {
  const own = numbers.slice(index * MERGED_NUMBERS, (index + 1) * MERGED_NUMBERS)
  if (own.length !== MERGED_NUMBERS || Number.isNaN(own[COUNTS_LENGTH + PLACE.at])) return undefined
  return { numbers: own, counts: undefined }
}

/** A share of fewer says nothing. */
const ENOUGH = 8

function topShare(heaviest: Heaviest): number | undefined {
  const { most, all } = heaviestOf(heaviest)
  return all < ENOUGH ? undefined : most / all
}
