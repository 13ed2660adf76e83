/** What happens to everybody on a route, and so tells nothing of one caller. Pure. */
import type { Behaviour, Evidence } from '../evidence.ts'
import { known } from '../lib/fact.ts'

/** A fifth of all answers: a bank whose half is down has nothing for half of what is asked. */
const MANY = 0.2
/** And this many times what is usual: some interfaces answer 404 all day, such as to questions about what is not there yet. */
const BEYOND_USUAL = 2
/** Fewer answers than this tell no share. */
const ENOUGH = 20

/**
 * The bank answers many others on this route with 403 or 404, now and not before. Others are all but the caller's own
 * organisation, which is taken to have made its misses here: what a thief with its key walks through is no outage.
 */
export function failsForEverybody({ conduct }: Pick<Evidence, 'conduct'>): boolean {
  const route = known(conduct.route)?.behaviour
  const own = known(conduct.cohorts.tpp)?.behaviour
  if (route === undefined || own === undefined) return false
  const least = Math.max(MANY, BEYOND_USUAL * usualShare(route))
  return (['minute', 'tenMinutes'] as const).some((window) => {
    const misses = route[window].misses - own[window].misses
    return misses >= ENOUGH && misses >= least * route[window].requests
  })
}

/** Of a day without its last hour; nought where there was hardly any. */
function usualShare({ day, hour }: Behaviour): number {
  const requests = day.requests - hour.requests
  return requests < ENOUGH ? 0 : Math.max(0, day.misses - hour.misses) / requests
}
