/**
 * What is not worth a call of its own: how requests ended whose outcome decides nothing, mostly how many bytes an answer
 * had. It waits in this isolate for the next request to the same object and rides along. Bounded; what finds no room is
 * lost, and with it some bytes of a count.
 */
import type { Settlement } from './wire.ts'

export interface Riders {
  add(object: string, settlement: Settlement): void
  /** Takes what waits for this object, as much as one call carries. */
  take(object: string): readonly Settlement[] | undefined
  /** The call failed: they wait for the next. An object that had them after all counts each once. */
  giveBack(object: string, settlements: readonly Settlement[]): void
  /** Counted as so many ordinary ones (`weightOf`). */
  readonly held: number
}

/** About 3 MB: an ordinary one takes 1.3 kB, and a lesson of 256 accounts 15. */
const MAX_HELD = 2_048
const MAX_PER_CALL = 32
/** Accounts on a list that take as much room as an ordinary one. */
const LISTED = 40

/** Once per isolate. */
export function newRiders(): Riders {
  const waiting = new Map<string, Settlement[]>()
  let held = 0

  function dropOldest(): void {
    for (const [object, oldest] of waiting) {
      const dropped = oldest.shift()
      if (dropped !== undefined) held -= weightOf(dropped)
      if (oldest.length === 0) waiting.delete(object)
      return
    }
  }

  function add(object: string, settlement: Settlement): void {
    const weight = weightOf(settlement)
    while (waiting.size > 0 && held + weight > MAX_HELD) dropOldest()
    const mine = waiting.get(object)
    if (mine === undefined) waiting.set(object, [settlement])
    else mine.push(settlement)
    held += weight
  }

  return {
    add,
    take(object) {
      const mine = waiting.get(object)
      if (mine === undefined) return undefined
      if (mine.length <= MAX_PER_CALL) waiting.delete(object)
      const taken = mine.length <= MAX_PER_CALL ? mine : mine.splice(0, MAX_PER_CALL)
      held -= taken.reduce((sum, settlement) => sum + weightOf(settlement), 0)
      return taken
    },
    giveBack(object, settlements) {
      for (const settlement of settlements) add(object, settlement)
    },
    get held() {
      return held
    },
  }
}

/** Of what an answer taught, lists are what is large. */
function weightOf({ lesson }: Settlement): number {
  const { consent, walk } = lesson?.news ?? {}
  const lists = [consent?.list?.accounts, walk?.complete, walk?.part]
  return 1 + Math.floor(lists.reduce((sum, list) => sum + (list?.length ?? 0), 0) / LISTED)
}
