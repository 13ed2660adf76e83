/**
 * The Inventory Durable Object: a shard (`book.ts`) with its rows (`inventory-store.ts`) underneath. It reads its rows
 * with the first call and writes what changed some seconds later, so that an object that dies loses seconds of counts,
 * and an operator's decision, which is written before it is acknowledged, never.
 *
 * Methods return values and never throw: what is thrown across RPC arrives as somebody else's unhandled rejection.
 */
import { DurableObject } from 'cloudflare:workers'
import { type Fault, guarded } from '../../lib/fault.ts'
import { newSeenIds } from '../../lib/seen-ids.ts'
import { type Book, newBook } from './book.ts'
import { newInventoryStore } from './inventory-store.ts'
import type { Parcel, Receipt } from './parcel.ts'
import type { Change, Decision, InventorySnapshot } from './types.ts'

const WRITE_AFTER_MS = 5_000
/** Parcels remembered, so that one that is sent again is counted once. */
const MAX_PARCELS = 8_192
const MAX_CHANGES_A_CALL = 1_000

export class Inventory extends DurableObject {
  readonly #store = newInventoryStore(this.ctx.storage)
  readonly #seen = newSeenIds(MAX_PARCELS)
  #book: Book | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  absorb(parcel: Parcel): Receipt | Fault {
    return guarded(() => {
      if (this.#seen.has(parcel.id)) return { id: parcel.id, usualObjects: {} }
      const receipt = this.#open().absorb(parcel)
      this.#seen.add(parcel.id)
      this.#writeSoon()
      return receipt
    })
  }

  snapshot(): InventorySnapshot | Fault {
    return guarded(() => this.#open().snapshot(Date.now()))
  }

  /** News after this sequence, oldest first. */
  changes(after: number, limit: number): readonly Change[] | Fault {
    return guarded(() => this.#open().parts.changes.after(after, Math.min(limit, MAX_CHANGES_A_CALL)))
  }

  /** False where there is no room for another decision. */
  decide(decision: Decision): boolean | Fault {
    return guarded(() => {
      const taken = this.#open().decide(decision)
      if (taken) this.#writeNow()
      return taken
    })
  }

  withdraw(id: string): boolean | Fault {
    return guarded(() => {
      const taken = this.#open().withdraw(id)
      if (taken) this.#writeNow()
      return taken
    })
  }

  #open(): Book {
    if (this.#book !== undefined) return this.#book
    const book = newBook()
    this.#store.load(book)
    this.#book = book
    return book
  }

  /** The output gate holds the answer back until this is confirmed. */
  #writeNow(): void {
    this.#store.saveDecisions(this.#open().parts.decisions.list())
    this.#write()
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.#write(), WRITE_AFTER_MS)
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#store.save(this.#open())
  }
}
