/** How old a set's sources are. Staleness is a warning first and then a row of policy: nothing here refuses anybody. */
import type { AnchorSet } from './types.ts'

export type Freshness =
  | {
      readonly state: 'fresh'
      /** When the first source becomes stale; undefined: none ever does. */
      readonly until: number | undefined
    }
  | {
      readonly state: 'stale'
      /** nextUpdate of the source that passed first, milliseconds since the epoch. */
      readonly since: number
      readonly territories: readonly string[]
    }

/** Whose list says who may sign the others: its age is everybody's. */
const LIST_OF_LISTS = 'EU'

/** Of the whole set, or of one territory's list and of the list of the lists, which vouches for it. */
export function freshness(
  { sources }: Pick<AnchorSet, 'sources'>,
  now: number,
  territory?: string,
): Freshness {
  const dated = sources.flatMap(({ nextUpdate, territory: of }) =>
    nextUpdate === undefined || (territory !== undefined && territory !== of && of !== LIST_OF_LISTS)
      ? []
      : [{ nextUpdate, of: of ?? 'own' }],
  )
  const passed = dated.filter(({ nextUpdate }) => nextUpdate < now)
  if (passed.length > 0) {
    const since = Math.min(...passed.map(({ nextUpdate }) => nextUpdate))
    return { state: 'stale', since, territories: passed.map(({ of }) => of) }
  }
  const until = dated.length === 0 ? undefined : Math.min(...dated.map(({ nextUpdate }) => nextUpdate))
  return { state: 'fresh', until }
}
