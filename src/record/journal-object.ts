/**
 * The Journal Durable Object: the last decisions, for the operator's page. Bounded in entries and in time; its
 * limits come with every batch, because an object has no configuration of its own.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded } from '../lib/fault.ts'
import {
  type Erasure,
  type JournalCounts,
  type JournalLimits,
  type JournalQuery,
  type JournalRow,
  newJournalStore,
} from './journal-store.ts'

const SWEEP_EVERY_MS = 3_600_000
const SWEEP_ROWS = 2_000
const SWEEP_PAUSE_MS = 500

export class Journal extends DurableObject {
  readonly #store = newJournalStore(this.ctx.storage)
  #sweepPlanned = false

  /** Returns how many were accepted; the answer leaves only when they are durable. */
  append(rows: readonly JournalRow[], limits: JournalLimits): number | Fault {
    return guarded(() => {
      this.#store.append(rows, limits)
      this.ctx.waitUntil(this.#planSweep(Date.now()))
      return rows.length
    })
  }

  /** Entries as JSON, newest first. */
  recent(query: JournalQuery): readonly string[] | Fault {
    return guarded(() => this.#store.recent(query))
  }

  counts(since: number): JournalCounts | Fault {
    return guarded(() => this.#store.counts(since))
  }

  /** A data subject's erasure. Returns how many entries are gone. */
  erase(erasure: Erasure): number | Fault {
    return guarded(() => this.#store.erase(erasure))
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    this.#sweepPlanned = false
    if (this.#store.sweep(now, SWEEP_ROWS)) return this.ctx.storage.setAlarm(now + SWEEP_PAUSE_MS)
    if (!this.#store.isEmpty()) await this.#planSweep(now)
  }

  async #planSweep(now: number): Promise<void> {
    if (this.#sweepPlanned) return
    this.#sweepPlanned = true
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + SWEEP_EVERY_MS)
  }
}
