/**
 * The Replay Durable Object: names that may be used once, each written down before the answer leaves (an object's
 * output gate holds it back until its writes are confirmed). One object decides one name, one call at a time, so that
 * of a thousand copies exactly one finds it free.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded } from '../../lib/fault.ts'
import { decideClaims } from './claim.ts'
import { newReplayStore } from './replay-store.ts'
import type { Claims, ClaimsAnswer } from './types.ts'

const SWEEP_EVERY_MS = 600_000
const SWEEP_ROWS = 5_000
const SWEEP_PAUSE_MS = 500
/** About 250 bytes each. Full means that signed requests cannot be told from their replays: policy says what then. */
export const MAX_ROWS = 400_000
/** From half full on, one organisation holds at most this share: it must not be able to stop the others. */
const SHARE = 0.1
/** Rows written before the table is counted again. */
const COUNT_EVERY = 1_000

export class Replay extends DurableObject {
  readonly #store = newReplayStore(this.ctx.storage)
  #census: ReadonlyMap<string, number> | undefined
  #sinceCensus = 0
  #sweepPlanned = false
  #cursor = ''

  /** All of the claims or none. Durable when the answer arrives. */
  reserve(claims: Claims): ClaimsAnswer | Fault {
    return guarded(() => {
      const now = Date.now()
      const found = this.#store.find(
        claims.claims.map(({ name }) => name),
        now,
      )
      const { answer, rows } = decideClaims(claims, found, now)
      if (rows.length === 0) return answer
      if (rows.length > found.size && this.#isFull(claims.organisation)) return 'full'
      this.#store.put(rows)
      this.#sinceCensus += rows.length
      this.ctx.waitUntil(this.#planSweep(now))
      return answer
    })
  }

  /** Gives back what this request reserved: it was refused after all. */
  release(names: readonly string[], requestId: string): true | Fault {
    return guarded(() => {
      this.#store.release(names, requestId)
      return true
    })
  }

  /** Holds exclusive names for longer, or with 0 no longer. */
  fly(names: readonly string[], requestId: string, leaseMs: number): true | Fault {
    return guarded(() => {
      this.#store.fly(names, requestId, leaseMs === 0 ? 0 : Date.now() + leaseMs)
      return true
    })
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    const cursor = this.#store.sweep(now, this.#cursor, SWEEP_ROWS)
    this.#cursor = cursor ?? ''
    if (cursor !== undefined) return this.ctx.storage.setAlarm(now + SWEEP_PAUSE_MS)
    this.#census = undefined
    this.#sweepPlanned = false
    if (!this.#store.isEmpty()) return this.#planSweep(now)
    // An object with no rows left is given back whole; the next write starts it anew, even one before the await ends.
    const deleted = this.ctx.storage.deleteAll()
    this.#store.reset()
    await deleted
  }

  #isFull(organisation: string): boolean {
    if (this.#census === undefined || this.#sinceCensus >= COUNT_EVERY) {
      this.#census = this.#store.census()
      this.#sinceCensus = 0
    }
    let total = this.#sinceCensus
    for (const rows of this.#census.values()) total += rows
    if (total >= MAX_ROWS) return true
    return total >= MAX_ROWS / 2 && (this.#census.get(organisation) ?? 0) >= MAX_ROWS * SHARE
  }

  async #planSweep(now: number): Promise<void> {
    if (this.#sweepPlanned) return
    this.#sweepPlanned = true
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + SWEEP_EVERY_MS)
  }
}
