/**
 * One shard of the ledger, in memory: what a Ledger object wraps in storage, and what tests and the laboratory use
 * as it is. Bounded in keys (`table.ts`), in bytes per key (`codec.ts`) and in remembered request ids.
 */
import type { Behaviour } from '../evidence.ts'
import { hash32 } from '../lib/hash32.ts'
import { newSeenIds } from '../lib/seen-ids.ts'
import { behaviourAt, type KeyState, newState, settle, touch } from './behaviour.ts'
import { newTable } from './table.ts'
import type { Arrival, Settlement } from './wire.ts'

/** About 20 MB of ordinary keys; 64 MB when every sketch of every key is full. */
export const MAX_KEYS = 16_384
const MAX_IDS = 8_192

export interface Shard {
  /** Keys of which nothing is in memory: the caller may restore them before it goes on. */
  missing(keys: readonly string[]): readonly string[]
  restore(key: string, state: KeyState): void
  /** Counts the request under its keys and returns what was there before it, in the order of the keys. */
  observe(arrival: Arrival): readonly Behaviour[]
  /** Feeds an answer back. Keys that are not in memory are left out: a forgotten key is not made anew by it. */
  settle(settlement: Settlement): void
  /** Keys changed since the last call, with their states; keys evicted since then among them. */
  takeChanged(): ReadonlyMap<string, KeyState>
  /** Puts back what could not be written. */
  putBack(changed: ReadonlyMap<string, KeyState>): void
  forget(keys: readonly string[]): void
  forgetBefore(at: number): void
  readonly size: number
}

export interface ShardOptions {
  readonly maxKeys?: number
  /** False where nobody writes the changes down: they are then not collected. */
  readonly persisted?: boolean
}

export function newShard({ maxKeys = MAX_KEYS, persisted = false }: ShardOptions = {}): Shard {
  const table = newTable(maxKeys)
  const arrivals = newSeenIds(MAX_IDS)
  const settlements = newSeenIds(MAX_IDS)
  let changed = new Map<string, KeyState>()

  /** A key evicted a moment ago and not yet written is still among the changed. */
  function find(key: string): KeyState | undefined {
    return table.get(key) ?? changed.get(key)
  }

  function findOrAdd(key: string, at: number): KeyState {
    const state = find(key) ?? newState(at)
    if (!table.has(key)) table.add(key, state, at)
    if (persisted) changed.set(key, state)
    return state
  }

  return {
    missing: (keys) => keys.filter((key) => find(key) === undefined),
    restore(key, state) {
      if (!table.has(key)) table.add(key, state, state.lastAt)
    },
    observe(arrival) {
      if (arrivals.has(arrival.id)) return arrival.keys.map((key) => peek(find(key), arrival.at))
      arrivals.add(arrival.id)
      const account = arrival.account === undefined ? undefined : hash32(arrival.account)
      const visit = { ...arrival, account, client: hash32(arrival.client), resource: arrival.resource }
      return arrival.keys.map((key) => touch(findOrAdd(key, arrival.at), visit))
    },
    settle(settlement) {
      if (settlements.has(settlement.id)) return
      settlements.add(settlement.id)
      for (const key of settlement.keys) {
        const state = find(key)
        if (state === undefined) continue
        settle(state, { ...settlement, bytes: settlement.bytes ?? 0 })
        if (persisted) changed.set(key, state)
      }
    },
    takeChanged() {
      const taken = changed
      changed = new Map()
      return taken
    },
    putBack(taken) {
      for (const [key, state] of taken) if (!changed.has(key)) changed.set(key, state)
    },
    forget(keys) {
      for (const key of keys) {
        table.delete(key)
        changed.delete(key)
      }
    },
    forgetBefore(at) {
      table.sweep((state) => state.lastAt < at)
    },
    get size() {
      return table.size
    },
  }
}

/** A duplicate is answered with what is there now; it counts nothing. */
function peek(state: KeyState | undefined, at: number): Behaviour {
  return behaviourAt(state ?? newState(at), Math.max(at, state?.lastAt ?? at))
}
