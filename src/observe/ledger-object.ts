/**
 * The Ledger Durable Object: a shard (`shard.ts`) with its rows (`ledger-store.ts`) underneath.
 *
 * Calls answer from memory and read storage once, for keys that are not in memory. They never write: an object's
 * output gate holds every answer back until its writes are confirmed. What changed is written down a second later
 * in one transaction, so that an object that dies loses at most a second of rates.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded } from '../lib/fault.ts'
import { newLedgerStore } from './ledger-store.ts'
import { newShard } from './shard.ts'
import { type Arrival, pack, type Settlement } from './wire.ts'

const WRITE_AFTER_MS = 1_000
/** The longest window is a day; what was not touched for longer tells nothing. */
const RETENTION_MS = 25 * 3_600_000
const SWEEP_EVERY_MS = 3_600_000
/** A sweep of a large table is done in pieces, so that no request waits behind it. */
const SWEEP_ROWS = 2_000
const SWEEP_PAUSE_MS = 500

export class Ledger extends DurableObject {
  readonly #shard = newShard({ persisted: true })
  readonly #store = newLedgerStore(this.ctx.storage)
  #writing = false
  #sweepPlanned = false
  #cursor = ''

  /** Behaviour before this request under each of its keys, packed (`wire.ts`). */
  observe(arrival: Arrival): Float64Array | Fault {
    return guarded(() => {
      this.#recall(arrival.keys)
      const behaviours = this.#shard.observe(arrival)
      this.#writeSoon()
      return pack(behaviours)
    })
  }

  /** Returns how many were accepted. */
  settle(settlements: readonly Settlement[]): number | Fault {
    return guarded(() => {
      this.#recall(Array.from(new Set(settlements.flatMap(({ keys }) => keys))))
      for (const settlement of settlements) this.#shard.settle(settlement)
      this.#writeSoon()
      return settlements.length
    })
  }

  /** Forgets these keys, in memory and in storage: a data subject's erasure. */
  erase(keys: readonly string[]): number | Fault {
    return guarded(() => {
      this.#shard.forget(keys)
      this.#store.erase(keys)
      return keys.length
    })
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const before = now - RETENTION_MS
    const cursor = this.#store.sweep(before, this.#cursor, SWEEP_ROWS)
    this.#cursor = cursor ?? ''
    if (cursor !== undefined) return this.ctx.storage.setAlarm(now + SWEEP_PAUSE_MS)
    this.#shard.forgetBefore(before)
    this.#sweepPlanned = false
    if (!this.#store.isEmpty()) return this.#planSweep(now)
    // An object with no rows left is given back whole; the next write starts it anew, even one before the await ends.
    const deleted = this.ctx.storage.deleteAll()
    this.#store.reset()
    await deleted
  }

  #recall(keys: readonly string[]): void {
    for (const [key, state] of this.#store.load(this.#shard.missing(keys))) this.#shard.restore(key, state)
  }

  #writeSoon(): void {
    if (this.#writing) return
    this.#writing = true
    setTimeout(() => this.#write(), WRITE_AFTER_MS)
  }

  #write(): void {
    this.#writing = false
    const changed = this.#shard.takeChanged()
    if (changed.size === 0) return
    try {
      this.#store.save(changed)
    } catch (error) {
      // Written with the next change; the platform reports the error.
      this.#shard.putBack(changed)
      throw error
    }
    this.ctx.waitUntil(this.#planSweep(Date.now()))
  }

  async #planSweep(now: number): Promise<void> {
    if (this.#sweepPlanned) return
    this.#sweepPlanned = true
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + SWEEP_EVERY_MS)
  }
}
