/** How many accounts one name has tried, and under which name a caller is counted. */
import type { Behaviour, Evidence, Tally } from '../../evidence.ts'
import type { Finding } from '../rule.ts'
import { behaviourOf, heldPass, isGenuineApp, mostlyFails } from '../subject.ts'

export type Window = 'minute' | 'hour' | 'day'

const LAST = { minute: 'in the last minute', hour: 'in the last hour', day: 'in the last day' } as const

/** A list of leaked passwords fails on 98 attempts of 100 and more; people on fewer than 20. */
const LIST_FAILS = 0.8
/** Of the accounts that are too many, one in so many has really failed. */
const SHARED = 4
/**
 * So many times the limit in one minute is faster than neighbours come. Nobody waits for the bank's first answer then, nor does it help that an
 * account knows the software and the network: whoever guesses may have both.
 */
export const BURST = 3

const under = (limit: number, window: Window): string => `under ${limit} accounts ${LAST[window]}`

export function manyAccounts(
  behaviour: Behaviour | undefined,
  window: Window,
  limit: number,
  share: number,
  leastFailures = 1,
): false | Finding {
  const tally = behaviour?.[window]
  if (tally === undefined || tally.accounts < limit || !mostlyFails(tally, share, leastFailures)) return false
  return { unless: `${under(limit, window)} (there were ${tally.accounts})` }
}

/**
 * Under a name that neighbours share, what we refuse counts as in vain, too, whoever it was: refusals of those who came after an attack would
 * go on for as long as somebody comes. So many must really have failed within the window, and as many as got in; of a day, within its last hour, too.
 */
export function neighboursFail(
  behaviour: Behaviour | undefined,
  window: Window,
  limit: number,
): false | Finding {
  const tally = behaviour?.[window]
  if (tally === undefined || tally.failures < tally.successes) return false
  if (window === 'day' && !hasFailedOfLate(behaviour?.hour)) return false
  return manyAccounts(behaviour, window, limit, LIST_FAILS, limit / SHARED)
}

function hasFailedOfLate(hour: Tally | undefined): boolean {
  return hour !== undefined && hour.failures > 0 && hour.failures >= hour.successes
}

/** Many accounts at once, before the bank has answered for any: a burst that outruns its own outcomes. */
export function burst(tally: Tally | undefined, limit: number): false | Finding {
  if (tally === undefined || tally.accounts < BURST * limit || tally.successes > 0) return false
  return { unless: `${under(BURST * limit, 'minute')} (there were ${tally.accounts})` }
}

/**
 * A pass is one browser, and the key of an attested app one installation; without them, software and subscriber are the nearest thing to a
 * client. Who has a name of its own is judged by what was done under it: the neighbours behind its address, with the same software, are no fault of its holder's.
 */
export function ownName(evidence: Evidence): 'pass' | 'app' | undefined {
  if (heldPass(evidence) !== undefined) return 'pass'
  return isGenuineApp(evidence) && behaviourOf(evidence, 'app') !== undefined ? 'app' : undefined
}

export function own(evidence: Evidence): Behaviour | undefined {
  return behaviourOf(evidence, ownName(evidence) ?? 'client')
}

export function spreads(evidence: Evidence, window: Window, limit: number): false | Finding {
  return ownName(evidence) === undefined
    ? neighboursFail(behaviourOf(evidence, 'client'), window, limit)
    : manyAccounts(own(evidence), window, limit, LIST_FAILS)
}
