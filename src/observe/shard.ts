/**
 * One shard of the ledger, in memory: what a Ledger object wraps in storage, and what tests and the laboratory use
 * as it is. Bounded in keys (`table.ts`), in bytes per key (`codec.ts`) and in remembered request ids.
 */
import type { Behaviour } from '../evidence.ts'
import { hash32 } from '../lib/hash32.ts'
import { newSeenIds } from '../lib/seen-ids.ts'
import { behaviourAt, type KeyState, learn, newState, settle, touch } from './behaviour.ts'
import { newTable } from './table.ts'
import type { Arrival, Settlement } from './wire.ts'

/** About 12 MB of ordinary keys; 61 MB when every sketch of every key is full (docs/storage.md has the sum of an object). */
export const MAX_KEYS = 8_192
const MAX_IDS = 8_192
/** Times as many keys as memory holds wait to be written at most: those that were pushed out since are among them. */
const UNWRITTEN = 2

export interface Shard {
  /** Keys of which nothing is in memory: the caller may restore them before it goes on. */
  missing(keys: readonly string[]): readonly string[]
  restore(key: string, state: KeyState): void
  /** The request was counted before. */
  knows(id: string): boolean
  /** How the request ended was fed back before. */
  hasEnded(id: string): boolean
  /** Counts the request under its keys and returns what was there before it, in the order of the keys. */
  observe(arrival: Arrival): readonly Behaviour[]
  /** What is there, counting nothing. */
  peek(keys: readonly string[], at: number): readonly Behaviour[]
  /** A key is called otherwise from now on. False where there is no such key or the new name is taken. */
  rename(from: string, to: string, at: number): boolean
  /**
   * Feeds an answer back. Keys that are not in memory are left out: a forgotten key is not made anew by it. False where this
   * was fed back before.
   */
  settle(settlement: Settlement): boolean
  /** Keys changed since the last call, with their states; keys evicted since then among them. Undefined: renamed away. */
  takeChanged(): ReadonlyMap<string, KeyState | undefined>
  /** Puts back what could not be written, as much as there is room for: storage may fail for long, and under a flood. */
  putBack(changed: ReadonlyMap<string, KeyState | undefined>): void
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
  let changed = new Map<string, KeyState | undefined>()

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

  function peek(keys: readonly string[], at: number): readonly Behaviour[] {
    return keys.map((key) => {
      const state = find(key)
      return behaviourAt(state ?? newState(at), Math.max(at, state?.lastAt ?? at))
    })
  }

  return {
    missing: (keys) => keys.filter((key) => find(key) === undefined && !changed.has(key)),
    restore(key, state) {
      if (!table.has(key)) table.add(key, state, state.lastAt)
    },
    knows: arrivals.has,
    hasEnded: settlements.has,
    peek,
    rename(from, to, at) {
      const state = find(from)
      if (state === undefined || find(to) !== undefined) return false
      table.delete(from)
      table.add(to, state, at)
      if (!persisted) return true
      changed.set(from, undefined)
      changed.set(to, state)
      return true
    },
    observe(arrival) {
      if (arrivals.has(arrival.id)) return peek(arrival.keys, arrival.at)
      arrivals.add(arrival.id)
      const account = arrival.account === undefined ? undefined : hash32(arrival.account)
      const visit = { ...arrival, account, client: hash32(arrival.client), resource: arrival.resource }
      return arrival.keys.map((key) => touch(findOrAdd(key, arrival.at), visit))
    },
    settle(settlement) {
      const { lesson } = settlement
      const id = settledAs(settlement)
      if (settlements.has(id)) return false
      settlements.add(id)
      const settled = { ...settlement, bytes: settlement.bytes ?? 0, stranger: settlement.stranger === true }
      for (const key of settlement.keys) {
        const state = find(key)
        if (state === undefined) continue
        if (lesson === undefined) settle(state, settled)
        else learn(state, settlement.at, lesson.records ?? 0)
        if (persisted) changed.set(key, state)
      }
      return true
    },
    takeChanged() {
      const taken = changed
      changed = new Map()
      return taken
    },
    putBack(taken) {
      for (const [key, state] of taken) {
        if (changed.size >= UNWRITTEN * maxKeys) return
        if (!changed.has(key)) changed.set(key, state)
      }
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

/**
 * A request ends once and teaches once. Where an object serves it and knows another of its keys under a former name, after a rotation of
 * keys, it is told both: the latter counts no key.
 */
function settledAs({ id, keys, lesson }: Settlement): string {
  if (lesson !== undefined) return `${id} lesson`
  return keys.length === 0 ? `${id} former` : id
}
