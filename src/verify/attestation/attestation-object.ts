/**
 * The Attestation Durable Object: keys of apps, and how far each has counted. One object has a key, and decides one call
 * at a time, so that of a thousand copies of an assertion exactly one raises the counter. What an answer says is written
 * down before it leaves (an object's output gate holds it back until its writes are confirmed).
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded } from '../../lib/fault.ts'
import { newAttestationStore } from './attestation-store.ts'
import type { AttestedKey } from './types.ts'

/** An app that was not opened for so long attests a new key; the old device may be anybody's by then. */
export const RETENTION_MS = 400 * 86_400_000
const SWEEP_EVERY_MS = 86_400_000
const SWEEP_ROWS = 2_000
const SWEEP_PAUSE_MS = 500

export type KeepAnswer = AttestedKey | 'full'
export type FindAnswer = AttestedKey | 'unknown'
/** The counter that was kept before, or why it stays as it is. */
export type RaiseAnswer = number | 'unknown' | 'replayed'

export class Attestation extends DurableObject {
  readonly #store = newAttestationStore(this.ctx.storage)
  #sweepPlanned = false
  #cursor = ''

  /** Keeps a key that was attested. One that is known already is returned as it is: nobody sets a counter back. */
  keep(key: AttestedKey): KeepAnswer | Fault {
    return guarded(() => {
      const known = this.#store.find(key.keyId)
      if (known !== undefined) return known
      if (this.#store.isFull()) return 'full'
      const now = Date.now()
      this.#store.put(key, now)
      this.ctx.waitUntil(this.#planSweep(now))
      return key
    })
  }

  find(keyId: string): FindAnswer | Fault {
    return guarded(() => this.#store.find(keyId) ?? 'unknown')
  }

  /** Durable when the answer arrives. */
  raise(keyId: string, counter: number): RaiseAnswer | Fault {
    return guarded(() => {
      const previous = this.#store.counter(keyId)
      if (previous === undefined) return 'unknown'
      if (!(counter > previous)) return 'replayed'
      this.#store.raise(keyId, counter, Date.now())
      return previous
    })
  }

  /** Forgets these keys: a lost device, or a data subject's erasure. Their apps attest new ones. */
  erase(keyIds: readonly string[]): number | Fault {
    return guarded(() => {
      this.#store.erase(keyIds)
      return keyIds.length
    })
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const cursor = this.#store.sweep(now - RETENTION_MS, this.#cursor, SWEEP_ROWS)
    this.#cursor = cursor ?? ''
    if (cursor !== undefined) return this.ctx.storage.setAlarm(now + SWEEP_PAUSE_MS)
    this.#sweepPlanned = false
    if (!this.#store.isEmpty()) return this.#planSweep(now)
    // An object with no rows left is given back whole; the next write starts it anew, even one before the await ends.
    const deleted = this.ctx.storage.deleteAll()
    this.#store.reset()
    await deleted
  }

  async #planSweep(now: number): Promise<void> {
    if (this.#sweepPlanned) return
    this.#sweepPlanned = true
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + SWEEP_EVERY_MS)
  }
}
