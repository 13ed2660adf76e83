/**
 * What was erased a moment ago. How earlier requests ended, and what their answers taught, is still on its way from the isolates:
 * it would write the subject's rows again. In memory alone, and forgotten after a minute: a list of whom somebody wanted
 * forgotten would be the last record of them.
 */
import { type Alike, isLike } from './erase.ts'
import type { Arrival, Settlement } from './wire.ts'

export interface Erasures {
  add(keys: readonly string[], alike: readonly Alike[], at: number): void
  /**
   * Without what is about erased keys; nothing is learnt of a request that is long over, and from before the first erasure that
   * is known: nobody can say any more whether its keys were erased.
   */
  settlementsLeft(settlements: readonly Settlement[], now: number): readonly Settlement[]
  /** Only asked and not counted, where a key of it has been erased since the request came. */
  arrivalLeft(arrival: Arrival, now: number): Arrival
}

interface Erasure {
  readonly keys: ReadonlySet<string>
  readonly alike: readonly Alike[]
  readonly at: number
}

/** Isolates send within a quarter of a second, and try again for some seconds. */
const KEPT_MS = 60_000
/** Isolates' clocks differ: what seems to have come so soon after the erasure may have come before it. */
const SKEW_MS = 1_000
/** In one object and minute; of more, the first ones are forgotten sooner. */
const MAX_ERASURES = 1_024

/** @param startedAt what was erased before, an earlier life of the object knew */
export function newErasures(startedAt: number): Erasures {
  /** In the order in which they were made. */
  const recent: Erasure[] = []
  /** Every erasure after this is among them. */
  let knownSince = startedAt

  function forgetOld(now: number): void {
    while (recent[0] !== undefined && (now - recent[0].at > KEPT_MS || recent.length > MAX_ERASURES)) {
      knownSince = Math.max(knownSince, recent[0].at)
      recent.shift()
    }
  }

  /** Lists of accounts ride with the isolate's next request to the object, and that may be a while. */
  function isTooOld({ lesson, at }: Settlement, now: number): boolean {
    return lesson !== undefined && now - at > KEPT_MS && at - SKEW_MS <= knownSince
  }

  /** Whether the key was erased after this. */
  function isErased(name: string, since: number): boolean {
    return recent.some(
      ({ keys, alike, at }) => at > since && (keys.has(name) || alike.some((one) => isLike(name, one))),
    )
  }

  function left(settlement: Settlement): readonly Settlement[] {
    const since = settlement.at - SKEW_MS
    const stays = settlement.keys.map((name) => !isErased(name, since))
    const keys = settlement.keys.filter((_, index) => stays[index])
    // By key: what is left of the one stands beside what is left of the other.
    const formerly = settlement.formerly?.filter((_, index) => stays[index])
    const asked = Object.entries(settlement.asked ?? {}).filter(([, name]) => !isErased(name, since))
    if (keys.length === 0 && asked.length === 0) return []
    const former = formerly === undefined ? {} : { formerly }
    return [{ ...settlement, keys, ...former, asked: Object.fromEntries(asked) }]
  }

  function settlementsLeft(settlements: readonly Settlement[], now: number): readonly Settlement[] {
    forgetOld(now)
    const known = settlements.filter((settlement) => !isTooOld(settlement, now))
    return recent.length === 0 ? known : known.flatMap(left)
  }

  return {
    add(keys, alike, at) {
      recent.push({ keys: new Set(keys), alike, at })
      forgetOld(at)
    },
    settlementsLeft,
    arrivalLeft(arrival, now) {
      forgetOld(now)
      const { riders, keys, at } = arrival
      const counted =
        recent.length > 0 && keys.some((name) => isErased(name, at))
          ? { ...arrival, readOnly: true }
          : arrival
      return riders === undefined ? counted : { ...counted, riders: settlementsLeft(riders, now) }
    },
  }
}
