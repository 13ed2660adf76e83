/**
 * A bounded map from name to state that an attacker cannot use to push busy keys out.
 *
 * When it is full, sixteen keys are drawn at random and the one with the least activity over the last minute, hour
 * and day is dropped. A flood of single-use names therefore evicts its own kind: a key that made n requests lately
 * goes only when all fifteen others made more. Even where half the table is busy that is once in 65,000 evictions.
 * (Order of arrival or of use would not do: busy keys that stand together would be compared among themselves, and a
 * flood is always the latest.)
 */
import { type Drawn, newUrn } from '../lib/urn.ts'
import { activity, type KeyState } from './behaviour.ts'

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

interface Row<State> extends Drawn {
  readonly name: string
  readonly state: State
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
  const urn = newUrn<Row<State>>()

  function remove(row: Row<State>): void {
    rows.delete(row.name)
    urn.take(row)
  }

  return {
    get: (name) => rows.get(name)?.state,
    has: (name) => rows.has(name),
    add(name, state, at) {
      const least = rows.size < maxKeys ? undefined : urn.lightest((row) => activityOf(row.state, at))
      if (least !== undefined) remove(least)
      const row = { name, state, position: 0 }
      rows.set(name, row)
      urn.put(row)
    },
    delete(name) {
      const row = rows.get(name)
      if (row !== undefined) remove(row)
    },
    sweep(obsolete) {
      for (const row of Array.from(rows.values())) if (obsolete(row.state)) remove(row)
    },
    *entries() {
      for (const { name, state } of urn.items) yield [name, state]
    },
    get size() {
      return rows.size
    },
  }
}
