/**
 * What one Ledger object does, without the object: a shard of behaviours and the annexes beside it. The laboratory and
 * the tests run this as it is; `ledger-object.ts` puts storage underneath.
 */
import type { Behaviour } from '../evidence.ts'
import { type Fault, guarded } from '../lib/fault.ts'
import { type AnnexAnswers, type Annexes, newAnnexDesk } from './annex-desk.ts'
import type { KeyState } from './behaviour.ts'
import { newRenames } from './renames.ts'
import type { RowBacking, StoredRow } from './rows.ts'
import { newShard, type ShardOptions } from './shard.ts'
import type { Arrival, Settlement } from './wire.ts'

/** Where a core's states and rows are when they are not in its memory. */
export interface CoreStore {
  load(keys: readonly string[]): ReadonlyMap<string, KeyState>
  readonly rows: RowBacking
}

export interface CoreOptions extends Pick<ShardOptions, 'maxKeys'> {
  readonly annexes: Annexes
  /** Undefined where memory is all there is. */
  readonly store?: CoreStore
  report(fault: Fault): void
  /**
   * No request is later than this. A key that was touched by a clock ahead would stand still, and count without forgetting,
   * until time has caught up. Undefined where nobody has another clock.
   */
  latest?(): number
}

export interface Changes {
  readonly states: ReadonlyMap<string, KeyState | undefined>
  readonly rows: readonly StoredRow[]
}

export interface Core {
  observe(arrival: Arrival): {
    readonly behaviours: readonly Behaviour[]
    readonly annexes: AnnexAnswers | undefined
  }
  settle(settlements: readonly Settlement[]): void
  /** What is to be written down; rows that must not be lost are written already. */
  takeChanged(): Changes
  /** Puts back what could not be written. Rows are not: they lose their second. */
  putBack(changes: Changes): void
  forget(keys: readonly string[]): void
  forgetBefore(at: number): void
}

export function newCore({
  maxKeys,
  annexes,
  store,
  report,
  latest = () => Number.POSITIVE_INFINITY,
}: CoreOptions): Core {
  const shard = newShard({ ...(maxKeys === undefined ? {} : { maxKeys }), persisted: store !== undefined })
  const desk = newAnnexDesk(annexes, store?.rows, report)
  const renames = newRenames()

  function recall(keys: readonly string[]): void {
    if (store === undefined) return
    const missing = shard.missing(keys)
    if (missing.length === 0) return
    for (const [key, state] of store.load(missing)) shard.restore(key, state)
  }

  /** After a rotation of keys what was counted under the old name goes on under the new one. */
  function adopt({ keys, formerly, at }: Arrival | Settlement): void {
    if (formerly === undefined) return
    recall(formerly.flat())
    for (const [index, names] of formerly.entries()) {
      const key = keys[index]
      if (key === undefined) continue
      for (const name of names) {
        const [counted, kept] = [shard.rename(name, key, at), desk.rename(name, key, at)]
        if (counted || kept) renames.add(name, key)
      }
    }
  }

  function settle(settlements: readonly Settlement[]): void {
    for (const settlement of settlements) {
      if (settlement.formerly === undefined) continue
      const named = renames.settled(settlement)
      recall(named.keys)
      // A row that finds no room under its new name stays where it is, and costs the others of this delivery nothing.
      const work = guarded(() => adopt(named))
      if (work !== undefined) report(work)
    }
    // Only now: what comes with it under an old name comes to where that leads from here on.
    const named = settlements.map(renames.settled)
    recall(Array.from(new Set(named.flatMap(({ keys }) => keys))))
    const last = latest()
    for (const settlement of named) {
      if (shard.settle(notAfter(settlement, last))) desk.settle(settlement)
    }
  }

  return {
    observe(arrival) {
      if (arrival.riders !== undefined) settle(arrival.riders)
      recall(arrival.keys)
      if (arrival.readOnly === true) {
        // It counts nothing and makes nothing; but under the old name it would not find what is there.
        adopt(arrival)
        const behaviours = shard.peek(arrival.keys, arrival.at)
        return { behaviours, annexes: desk.observe(arrival, false) }
      }
      renames.keep(arrival.keys)
      adopt(arrival)
      const again = shard.knows(arrival.id)
      // A call that was late may come after the news that its request is over: what it would use up, nobody would give back.
      const asked = shard.hasEnded(arrival.id) ? { ...arrival, readOnly: true } : arrival
      return { behaviours: shard.observe(notAfter(arrival, latest())), annexes: desk.observe(asked, again) }
    },
    settle,
    takeChanged() {
      // First, because an annex may have a bug: it then loses its own second and nobody else's.
      const rows = desk.takeChanged()
      return { states: shard.takeChanged(), rows }
    },
    putBack: ({ states }) => shard.putBack(states),
    forget(keys) {
      shard.forget(keys)
      desk.forget(keys)
      renames.forget(keys)
    },
    forgetBefore: shard.forgetBefore,
  }
}

/** Counts alone: what annexes keep is reckoned from the time that the gate has said. */
function notAfter<Timed extends { readonly at: number }>(timed: Timed, latest: number): Timed {
  return timed.at <= latest ? timed : { ...timed, at: latest }
}
