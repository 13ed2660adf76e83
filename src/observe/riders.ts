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
  readonly held: number
}

/** About 1 MB. */
const MAX_HELD = 2_048
const MAX_PER_CALL = 32

/** Once per isolate. */
export function newRiders(): Riders {
  const waiting = new Map<string, Settlement[]>()
  let held = 0

  function dropOldest(): void {
    for (const [object, oldest] of waiting) {
      held -= 1
      oldest.shift()
      if (oldest.length === 0) waiting.delete(object)
      return
    }
  }

  function add(object: string, settlement: Settlement): void {
    if (held >= MAX_HELD) dropOldest()
    const mine = waiting.get(object)
    if (mine === undefined) waiting.set(object, [settlement])
    else mine.push(settlement)
    held += 1
  }

  return {
    add,
    take(object) {
      const mine = waiting.get(object)
      if (mine === undefined) return undefined
      if (mine.length <= MAX_PER_CALL) waiting.delete(object)
      const taken = mine.length <= MAX_PER_CALL ? mine : mine.splice(0, MAX_PER_CALL)
      held -= taken.length
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
