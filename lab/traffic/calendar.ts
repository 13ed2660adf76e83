/**
 * When the people of a bank come, and what a gate remembers of them: visits in the weeks before, that are played and not counted.
 *
 * Half a million customers who are there 220,000 times a day come every second or third day. However unevenly: where their rates
 * differ as exponentially distributed ones do, of a day's visitors one in fifty was not there within two weeks. A few are new besides.
 */
import type { Random } from './random.ts'
import type { Arrival, Place, Session } from './traffic.ts'
import type { Visitor } from './visitor.ts'

export const HOUR = 3_600_000

export interface Span {
  readonly from: number
  readonly to: number
}

/** Moments of a day as customers choose them: few at night, most at lunch and in the evening. */
export const DAY_SHAPE = [2, 1, 1, 1, 1, 2, 5, 8, 9, 8, 8, 8, 10, 9, 7, 7, 8, 9, 10, 10, 9, 8, 6, 4] as const
/** At work: in by nine, before and after lunch. */
export const WORK_SHAPE = [0, 0, 0, 0, 0, 0, 1, 4, 10, 9, 6, 5, 8, 9, 6, 5, 5, 3, 1, 0, 0, 0, 0, 0] as const

export function momentOfDay(span: Span, random: Random, shape: readonly number[] = DAY_SHAPE): number {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const at = random.between(span.from, span.to)
    const weight = shape[new Date(at).getUTCHours()] ?? 1
    if (random.chance(weight / 10)) return at
  }
  // A span of an hour in which nobody is about.
  return random.between(span.from, span.to)
}

export interface Group {
  readonly name: string
  readonly count: number
  readonly span: Span
  /** Milliseconds before the span in which most of the group have been here before; nothing on a gate's first day. */
  readonly memory?: number
  /** Addresses that a campaign uses and that other people are behind: of `attacker neighbour`. */
  readonly exits?: readonly Place[]
  /** Customers whose accounts a campaign tries: who they are is `attacked customer`. */
  readonly targets?: readonly number[]
  /** Customers whose names a campaign has besides, and who are not there while it is going on. */
  readonly listed?: readonly number[]
}

/** Share of a day's visitors who were there within the weeks that a gate remembers. */
export const HAS_BEEN_HERE = 0.95

/** As most do: of people and machines alike `share` were there before. */
export function* returning<Whom extends Visitor>(
  whom: Whom,
  group: Pick<Group, 'span' | 'memory'>,
  random: Random,
  visit: (whom: Whom, at: number, random: Random) => Session,
  share = HAS_BEEN_HERE,
): Generator<Arrival> {
  if (random.chance(share)) yield* earlier(whom, group, random, visit)
}

/** Once, sometime in the weeks before the span; nothing where the gate remembers nothing. */
export function* earlier<Whom extends Visitor>(
  whom: Whom,
  { span, memory }: Pick<Group, 'span' | 'memory'>,
  random: Random,
  visit: (whom: Whom, at: number, random: Random) => Session,
): Generator<Arrival> {
  if (memory === undefined) return
  const before: Whom = { ...whom, truth: { ...whom.truth, warmUp: true } }
  const at = momentOfDay({ from: span.from - memory, to: span.from - 12 * HOUR }, random)
  yield { at, begin: () => visit(before, at, random) }
}
