/**
 * The Ledger Durable Object: a core (`core.ts`) with its storage (`ledger-store.ts`) underneath.
 *
 * Calls answer from memory and read storage for keys that are not in memory. Rates are not written in a call: an object's
 * output gate holds every answer back until its writes are confirmed. What changed is written down within a second in one
 * transaction, so that an object that dies loses at most a second of rates. What must never be lost an annex writes in the
 * call, and its answer waits for that.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded } from '../lib/fault.ts'
import { ANNEXES } from './annexes.ts'
import { newCore } from './core.ts'
import { type Alike, isLike } from './erase.ts'
import { newErasures } from './erasures.ts'
import { newLedgerStore, RETENTION_MS } from './ledger-store.ts'
import { type Arrival, answered, pack, received, type Settlement, type Told } from './wire.ts'

/**
 * From the first change that is not written, whatever comes after it. How a request ended has waited in its isolate for up to 250
 * milliseconds already (`ledger.ts`). The rest of the second is for the way and the writing.
 */
const WRITE_AFTER_MS = { arrival: 900, outcome: 600 } as const
/** Clocks of isolates differ by this much at most, or are wrong. */
const SKEW_MS = 5_000
const SWEEP_EVERY_MS = 3_600_000
/** A sweep is done in pieces, so that no request waits behind it. */
const SWEEP_PAUSE_MS = 500

export class Ledger extends DurableObject {
  readonly #erasures = newErasures(Date.now())
  readonly #store = newLedgerStore(this.ctx.storage)
  #fault: Fault | undefined
  readonly #core = newCore({
    annexes: ANNEXES,
    store: this.#store,
    latest: () => Date.now() + SKEW_MS,
    report: (fault) => {
      this.#fault = fault
    },
  })
  /** When what changed is written down, milliseconds since the epoch; undefined where nothing has changed. */
  #writeAt: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #sweepPlanned = false
  #cursor = ''

  /** Behaviour before this request under each of its keys, packed (`wire.ts`); with it what annexes say, where they were asked. */
  observe(message: Arrival | string): Float64Array | Told | Fault {
    return guarded(() => {
      const arrival = received(message)
      const { behaviours, annexes } = this.#core.observe(this.#erasures.arrivalLeft(arrival, Date.now()))
      this.#writeSoon('arrival')
      const packed = pack(behaviours)
      return annexes === undefined ? packed : { behaviours: packed, annexes: answered(message, annexes) }
    })
  }

  /** Returns how many were accepted. */
  settle(message: readonly Settlement[] | string): number | Fault {
    const done = guarded(() => {
      const settlements = received(message)
      this.#core.settle(this.#erasures.settlementsLeft(settlements, Date.now()))
      this.#writeSoon('outcome')
      return settlements.length
    })
    // Everything was taken, though an annex had a bug: the caller is told of it, and tries nothing again for long.
    const fault = this.#fault
    this.#fault = undefined
    return fault ?? done
  }

  /**
   * Forgets these keys and those that are like one of the others, in memory and in storage, with what annexes keep under
   * them: a data subject's erasure. What is on its way about them is not taken either. Returns how many there were.
   */
  erase(keys: readonly string[], alike: readonly Alike[] = []): number | Fault {
    return guarded(() => {
      // What is in memory alone is written down first, so that one search finds everything.
      this.#write()
      this.#erasures.add(keys, alike, Date.now())
      const found = this.#store.names((name) => keys.includes(name) || alike.some((one) => isLike(name, one)))
      this.#core.forget(found)
      this.#store.erase(found)
      return found.length
    })
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const cursor = this.#store.sweep(now, this.#cursor)
    this.#cursor = cursor ?? ''
    if (cursor !== undefined) return this.ctx.storage.setAlarm(now + SWEEP_PAUSE_MS)
    this.#core.forgetBefore(now - RETENTION_MS)
    this.#sweepPlanned = false
    if (!this.#store.isEmpty()) return this.#planSweep(now)
    // An object with no rows left is given back whole; the next write starts it anew, even one before the await ends.
    const deleted = this.ctx.storage.deleteAll()
    this.#store.reset()
    await deleted
  }

  #writeSoon(after: keyof typeof WRITE_AFTER_MS): void {
    const writeAt = Date.now() + WRITE_AFTER_MS[after]
    if (this.#writeAt !== undefined && this.#writeAt <= writeAt) return
    clearTimeout(this.#timer)
    this.#writeAt = writeAt
    this.#timer = setTimeout(() => this.#write(), WRITE_AFTER_MS[after])
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#writeAt = undefined
    const changes = this.#core.takeChanged()
    if (changes.states.size === 0 && changes.rows.length === 0) {
      // An annex may have written at once where no key was counted.
      if (!this.#sweepPlanned && !this.#store.isEmpty()) this.ctx.waitUntil(this.#planSweep(Date.now()))
      return
    }
    try {
      this.#store.save(changes)
    } catch (error) {
      // Written with the next change; the platform reports the error.
      this.#core.putBack(changes)
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
