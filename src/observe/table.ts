/**
 * A bounded map from name to state that an attacker cannot use to push busy keys out.
 *
 * When it is full, sixteen keys are drawn at random and the one with the least activity over the last minute, hour
 * and day is dropped. A flood of single-use names therefore evicts its own kind: a key that made n requests lately
 * goes only when all fifteen others made more. Even where half the table is busy that is once in 65,000 evictions.
 * (Order of arrival or of use would not do: busy keys that stand together would be compared among themselves, and a
 * flood is always the latest.)
 */
import { activity, type KeyState } from './behaviour.ts'

const SAMPLE = 16

export interface Table<State = KeyState> {
  get(name: string): State | undefined
  has(name: string): boolean
  /** Adds a key that is not there yet, after making room for it. */
  add(name: string, state: State, at: number): void
  delete(name: string): void
  /** Drops every key for which `obsolete` holds. */
  sweep(obsolete: (state: State) => boolean): void
  entries(): Iterable<readonly [name: string, state: State]>
  readonly size: number
}

interface Row<State> {
  readonly name: string
  readonly state: State
  /** Where the row stands, so that it can be drawn at random and removed without a search. */
  position: number
}

export function newTable(maxKeys: number): Table {
  return newTableOf<KeyState>(maxKeys, activity)
}

/** @param activityOf how much a state has been used lately: the least used of a draw goes */
export function newTableOf<State>(
  maxKeys: number,
  activityOf: (state: State, at: number) => number,
): Table<State> {
  const rows = new Map<string, Row<State>>()
  const drawn: Row<State>[] = []
  const random = newRandom()

  function remove(row: Row<State>): void {
    rows.delete(row.name)
    const last = drawn.pop()
    if (last === undefined || last === row) return
    last.position = row.position
    drawn[row.position] = last
  }

  function evict(at: number): void {
    let victim: Row<State> | undefined
    let least = Number.POSITIVE_INFINITY
    for (let draw = 0; draw < SAMPLE; draw += 1) {
      const row = drawn[random() % drawn.length]
      const active = row === undefined ? least : activityOf(row.state, at)
      if (active >= least) continue
      victim = row
      least = active
    }
    if (victim !== undefined) remove(victim)
  }

  return {
    get: (name) => rows.get(name)?.state,
    has: (name) => rows.has(name),
    add(name, state, at) {
      if (rows.size >= maxKeys) evict(at)
      const row = { name, state, position: drawn.length }
      rows.set(name, row)
      drawn.push(row)
    },
    delete(name) {
      const row = rows.get(name)
      if (row !== undefined) remove(row)
    },
    sweep(obsolete) {
      for (const row of Array.from(rows.values())) if (obsolete(row.state)) remove(row)
    },
    *entries() {
      for (const { name, state } of drawn) yield [name, state]
    },
    get size() {
      return rows.size
    },
  }
}

/**
 * Marsaglia's xorshift32. Without a seed from outside, so that a run in the laboratory repeats; nobody outside sees
 * which key went, so there is nothing to predict it from.
 */
function newRandom(): () => number {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
