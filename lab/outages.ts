/** Hours in which a bank itself fails: people try again, apps and third parties poll, and nobody is guilty of it. */
import { valid } from '../src/lib/fact.ts'
import type { Upstream } from '../src/ports.ts'
import type { Span } from './traffic/calendar.ts'
import type { Random } from './traffic/random.ts'

export interface Outage {
  /** Milliseconds of virtual time, the first within and the second not. */
  readonly from: number
  readonly to: number
  /** Of requests, those that get no answer but 503: half where one of two machines is down. */
  readonly share: number
}

const MINUTE = 60_000
const SHORTEST = 5 * MINUTE
const LONGEST = 180 * MINUTE

/** One to three of a span, minutes or hours long. */
export function anyOutages({ from, to }: Span, random: Random): readonly Outage[] {
  return Array.from({ length: 1 + random.below(3) }, () => {
    const begin = random.between(from, to)
    const length = SHORTEST * (LONGEST / SHORTEST) ** random.next()
    return { from: begin, to: begin + length, share: random.pick([0.5, 1, 1]) }
  })
}

/** The bank, as it is reached on such a day. */
export function failing(
  bank: Upstream,
  outages: readonly Outage[],
  now: () => number,
  random: Random,
): Upstream {
  return {
    forward(request, sending) {
      const at = now()
      const outage = outages.find(({ from, to }) => at >= from && at < to)
      if (outage === undefined || !random.chance(outage.share)) return bank.forward(request, sending)
      return Promise.resolve(valid(new Response(null, { status: 503 })))
    },
  }
}
