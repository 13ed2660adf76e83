/**
 * The Journal Durable Object: the last decisions, for the operator's page. Bounded in entries and in time; its
 * limits come with every batch, because an object has no configuration of its own.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded } from '../lib/fault.ts'
import type { JournalEntry } from './entry.ts'
import type { JournalCounts, JournalRow } from './journal-page.ts'
import { counts, type Erasure, erase, type JournalQuery, recent } from './journal-reading.ts'
import { type JournalLimits, newJournalStore } from './journal-store.ts'

const SWEEP_EVERY_MS = 3_600_000

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

  recent(query: JournalQuery): readonly JournalEntry[] | Fault {
    return guarded(() => recent(this.#store, query))
  }

  counts(since: number): JournalCounts | Fault {
    return guarded(() => counts(this.#store, since))
  }

  /** A data subject's erasure. Returns how many entries are gone. */
  erase(erasure: Erasure): number | Fault {
    return guarded(() => erase(this.#store, erasure))
  }

  override async alarm(): Promise<void> {
    const now = Date.now()
    this.#store.sweep(now)
    this.#sweepPlanned = false
    if (this.#store.heads().length > 0) await this.#planSweep(now)
  }

  async #planSweep(now: number): Promise<void> {
    if (this.#sweepPlanned) return
    this.#sweepPlanned = true
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + SWEEP_EVERY_MS)
  }
}
