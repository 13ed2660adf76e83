/**
 * One row of two that a consent had, under a former name of its key and under the present one: isolates that know different keys
 * count at once, and an object of the version before makes a row for what an answer taught. Nothing is granted twice, and whichever
 * row is called the former one, the same comes of it.
 */
import { MAX_ACCESSES } from './quota.ts'
import { ANOTHER, mergedLists } from './terms.ts'
import type { Access, ConsentRow } from './types.ts'

export function merged(one: ConsentRow, other: ConsentRow): ConsentRow {
  // Of what the bank said the later word holds: a consent that was renewed must not end with the first one's end.
  const [earlier, later] = one.keepUntil <= other.keepUntil ? [one, other] : [other, one]
  return {
    accesses: mergedAccesses(one.accesses, other.accesses),
    ended: one.ended || other.ended,
    until: later.until ?? earlier.until,
    agreed: later.agreed ?? earlier.agreed,
    asked: later.asked ?? earlier.asked,
    owner: ownerOf(earlier, later),
    lists: mergedLists([...one.lists, ...other.lists]),
    keepUntil: later.keepUntil,
    lookedAt: Math.max(one.lookedAt, other.lookedAt),
    looks: Math.max(one.looks, other.looks),
  }
}

/** Of one request once: it has one access, and the pages that were counted with it. */
function mergedAccesses(one: readonly Access[], other: readonly Access[]): readonly Access[] {
  const byRequest = new Map<string, Access>()
  for (const access of [...one, ...other]) {
    const known = byRequest.get(access.requestId)
    if (known === undefined || known.pages < access.pages) byRequest.set(access.requestId, access)
  }
  // A row that is full refuses whatever comes, so that leaving out the oldest grants nothing.
  return Array.from(byRequest.values())
    .sort((a, b) => a.at - b.at)
    .slice(-MAX_ACCESSES)
}

/** The bank gave it to one organisation, once. */
function ownerOf(earlier: ConsentRow, later: ConsentRow): string | undefined {
  if (earlier.owner === ANOTHER || later.owner === ANOTHER) return ANOTHER
  return earlier.owner ?? later.owner
}
