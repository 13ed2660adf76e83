/**
 * One shard of the inventory, in memory: what an Inventory object wraps in storage, and what tests, the laboratory and
 * `npm run inventory` use as it is. Pure but for its own state: time comes with what it is told.
 *
 * Bounded throughout: operations (`shelf.ts`), suspects (`probation.ts`), masks, purses and changes, and bytes for each
 * operation (`usage.ts`). No request makes it larger than that, whoever sends how many.
 */
import { absorb } from './absorb.ts'
import { type Changes, newChanges } from './changes.ts'
import { type Decisions, newDecisions } from './decisions.ts'
import { entryView } from './entries.ts'
import type { Parcel, Receipt } from './parcel.ts'
import { newPatterns, type Patterns, patternOf } from './patterns.ts'
import { decide, withdraw } from './rulings.ts'
import { newShelf, type Shelf } from './shelf.ts'
import { newTrial, type Trial } from './trial.ts'
import type { Decision, InventorySnapshot, Overflow } from './types.ts'

export interface Book {
  absorb(parcel: Parcel): Receipt
  /** False where there is no room for another. */
  decide(decision: Decision): boolean
  withdraw(id: string): boolean
  snapshot(at: number): InventorySnapshot
  /** What storage is made of. */
  readonly parts: Parts
}

/** Of `Overflow`, what is counted and not looked up. */
export interface Counters {
  since: number | undefined
  misses: number
  unsettled: number
  turnedAway: number
  ignored: number
  dropped: number
}

export interface Parts {
  readonly shelf: Shelf
  readonly changes: Changes
  readonly decisions: Decisions
  readonly trial: Trial
  readonly counters: Counters
  /** Templates that were generalised, with their keys. */
  readonly generalised: Patterns<string>
  /** Makes them anew, after entries came or went. */
  refresh(): void
}

export function newBook(): Book {
  const parts = newParts()
  return {
    absorb: (parcel) => absorb(parts, parcel),
    decide: (decision) => decide(parts, decision),
    withdraw: (id) => withdraw(parts, id),
    snapshot: (at) => ({
      at,
      since: parts.counters.since,
      entries: Array.from(parts.shelf.all(), entryView),
      decisions: parts.decisions.list(),
      overflow: overflowOf(parts, at),
      changes: parts.changes.last,
    }),
    parts,
  }
}

function newParts(): Parts {
  const counters: Counters = {
    since: undefined,
    misses: 0,
    unsettled: 0,
    turnedAway: 0,
    ignored: 0,
    dropped: 0,
  }
  const shelf = newShelf()
  const decisions = newDecisions()
  let generalised = newPatterns<string>([])
  return {
    shelf,
    decisions,
    changes: newChanges(),
    trial: newTrial(decisions.forbids),
    counters,
    get generalised() {
      return generalised
    },
    refresh() {
      const some = Array.from(shelf.found()).filter(({ origin }) => origin === 'generalised')
      generalised = newPatterns(
        some.map(({ method, host = '*', path, key }) => patternOf(method, host, path, key)),
      )
    },
  }
}

function overflowOf({ counters, trial }: Parts, at: number): Overflow {
  const { since: _since, ...counts } = counters
  return {
    ...counts,
    turnedAway: counts.turnedAway + trial.turnedOut,
    suspects: trial.suspects,
    pressure: trial.pressure(at),
  }
}
