/**
 * The Estate Durable Object: a pool (`pool.ts`) with its rows (`estate-store.ts`) underneath, or, by its name, a leaf
 * (`leaf.ts`) that gathers the parcels of many isolates for the pools.
 *
 * Swaps answer from memory and never write. Chunks are written down a few at a time, so that an object that dies loses
 * minutes of rates and of what is usual, and isolates go on with what they have seen themselves.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded, guardedAsync } from '../../lib/fault.ts'
import { estateName, type Pools } from './client.ts'
import { COHORT_RETENTION_MS, newEstateStore } from './estate-store.ts'
import { newLeaf } from './leaf.ts'
import type { Answer, Parcel } from './parcel.ts'
import { CHUNKS, newPool, type Pool } from './pool.ts'

/** Two chunks of 64 each time: every chunk is written within eight minutes. */
const WRITE_EVERY_MS = 15_000
const CHUNKS_A_WRITE = 2
const ACTORS_EVERY_MS = 300_000
const SWEEP_EVERY_MS = 86_400_000

export class Estate extends DurableObject<Env> {
  readonly #store = newEstateStore(this.ctx.storage)
  readonly #leaf = newLeaf({
    isolate: crypto.randomUUID(),
    swap: (shard, { shards, jurisdiction }, parcel) => {
      const namespace = this.env.ESTATE
      const pools = jurisdiction === 'none' ? namespace : namespace.jurisdiction(jurisdiction)
      return pools.getByName(estateName(shard, shards)).swap(parcel)
    },
    now: () => Date.now(),
    outlive: (work) => this.ctx.waitUntil(work),
  })
  #pool: Pool | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #sweepPlanned = false
  #actorsSavedAt = 0

  /** Takes in what an isolate has seen, and tells what everybody has. Undefined for what is no parcel of this version. */
  swap(parcel: Parcel): Answer | undefined | Fault {
    return guarded(() => {
      const answer = this.#open().swap(notAhead(parcel, Date.now()))
      this.#writeSoon()
      return answer
    })
  }

  /** The same, through an object that speaks for many isolates. Undefined where a pool has not answered it. */
  relay(parcel: Parcel, pools: Pools): Promise<Answer | undefined | Fault> {
    return guardedAsync(() => this.#leaf.swap(parcel, pools))
  }

  override async alarm(): Promise<void> {
    this.#sweepPlanned = false
    const now = Date.now()
    const pool = this.#open()
    const left = this.#store.sweep(pool, now)
    this.#store.saveChunks(pool, CHUNKS, now)
    this.#store.saveActors(pool, this.#actorsSavedAt)
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (left) return this.#planSweep(now)
    // An object with nothing left is given back whole; the next write starts it anew, even one before the await ends.
    const deleted = this.ctx.storage.deleteAll()
    this.#store.reset()
    await deleted
  }

  #open(): Pool {
    if (this.#pool !== undefined) return this.#pool
    const pool = newPool()
    const now = Date.now()
    this.#store.load(pool, now)
    pool.forgetBefore(now - COHORT_RETENTION_MS)
    this.#pool = pool
    return pool
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.#write(), WRITE_EVERY_MS)
  }

  #write(): void {
    this.#timer = undefined
    const pool = this.#open()
    const now = Date.now()
    this.#store.saveChunks(pool, CHUNKS_A_WRITE, now)
    if (now - this.#actorsSavedAt >= ACTORS_EVERY_MS) {
      this.#store.saveActors(pool, this.#actorsSavedAt)
      this.#actorsSavedAt = now
    }
    // A quiet object goes on until everything is written.
    if (pool.changed().size > 0) this.#writeSoon()
    this.ctx.waitUntil(this.#planSweep(now))
  }

  async #planSweep(now: number): Promise<void> {
    if (this.#sweepPlanned) return
    this.#sweepPlanned = true
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + SWEEP_EVERY_MS)
  }
}

/** Clocks of isolates differ by this much at most, or are wrong. */
const SKEW_MS = 60_000

/** A clock that is a day ahead would end everybody's hours and begin tomorrow's for all: such a parcel is of now. */
function notAhead(parcel: Parcel, now: number): Parcel {
  const latest = now + SKEW_MS
  if (parcel.at <= latest && parcel.sealedAt <= latest) return parcel
  const actors = (parcel.actors ?? []).map((report) => {
    const { delta } = report
    return {
      ...report,
      delta: { ...delta, from: Math.min(delta.from, now), until: Math.min(delta.until, now) },
    }
  })
  return { ...parcel, at: now, sealedAt: now, actors }
}
