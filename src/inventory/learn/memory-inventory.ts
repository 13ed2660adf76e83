/** The inventory in memory, for tests, the laboratory and replayed logs: the same shards, without objects around them. */
import type { CompiledSpecification } from '../types.ts'
import { type Book, newBook } from './book.ts'
import { newCollector } from './collector.ts'
import { type Open, seal } from './open.ts'
import { segmentsOf } from './template.ts'
import type { AnswerFacts, BodyFacts, Decision, ExchangeFacts, InventorySnapshot } from './types.ts'

export interface MemoryInventory {
  observe(exchange: ExchangeFacts, answer: AnswerFacts): void
  remark(exchange: ExchangeFacts, answer: AnswerFacts, body: BodyFacts): void
  decide(decision: Decision): void
  withdraw(id: string): void
  snapshots(at: number): readonly InventorySnapshot[]
  readonly books: readonly Book[]
}

export interface MemoryInventoryOptions {
  readonly shards?: number
  /** Exchanges between two parcels, as the time between them is in a gate. */
  readonly every?: number
}

export function memoryInventory(
  { operations }: Pick<CompiledSpecification, 'operations'>,
  { shards = 1, every = 500 }: MemoryInventoryOptions = {},
): MemoryInventory {
  const books = Array.from({ length: shards }, () => newBook())
  const literals = new Set(operations.flatMap(({ path }) => segmentsOf(path)))
  const collector = newCollector({ shards, literals })
  const opened = new Set<Open>()
  let waiting = 0
  let sent = 0

  function deliver(): void {
    waiting = 0
    for (const open of opened) {
      collector.close(open)
      books[open.shard]?.absorb(seal(open, String(sent++)))
    }
    opened.clear()
  }

  function deliverSoon(): void {
    waiting++
    if (waiting >= every) deliver()
  }

  return {
    observe(exchange, answer) {
      collector.observe(exchange, answer, (open) => opened.add(open))
      deliverSoon()
    },
    remark: (exchange, answer, body) => collector.remark(exchange, answer, body, (open) => opened.add(open)),
    decide: (decision) => {
      deliver()
      for (const book of books) book.decide(decision)
    },
    withdraw: (id) => {
      for (const book of books) book.withdraw(id)
    },
    snapshots(at) {
      deliver()
      return books.map((book) => book.snapshot(at))
    },
    books,
  }
}
