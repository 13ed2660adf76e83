/** The journal's port: entries go in batches after the answer, the operator reads. Made per request, like its stub. */
import { type Batch, newBatch } from '../lib/batch.ts'
import { type Fact, unavailable, valid } from '../lib/fact.ts'
import { faultIn } from '../lib/fault.ts'
import { within } from '../lib/within.ts'
import type { JournalEntry } from './entry.ts'
import type { JournalCounts, JournalRow } from './journal-page.ts'
import { type Erasure, type JournalQuery, rowOf } from './journal-reading.ts'
import type { JournalLimits } from './journal-store.ts'

/** What we call of the Journal object (`journal-object.ts`). Answers are checked: they crossed a version boundary. */
export interface JournalObject {
  append(rows: readonly JournalRow[], limits: JournalLimits): Promise<unknown>
  recent(query: JournalQuery): Promise<unknown>
  counts(since: number): Promise<unknown>
  erase(erasure: Erasure): Promise<unknown>
}

export interface JournalNamespace {
  getByName(name: string): JournalObject
}

export interface JournalOptions {
  readonly limits: JournalLimits
  readonly entries: Batch<JournalEntry>
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside the object: for the log. */
  report(fault: string): void
}

export type JournalOutage = 'journal_timeout' | 'journal_failed'
type Read<T> = Promise<Fact<T, never, JournalOutage>>

export interface Journal {
  write(entry: JournalEntry): void
  /** Newest first. */
  recent(query: JournalQuery): Read<readonly JournalEntry[]>
  find(reference: string): Read<JournalEntry | undefined>
  counts(since: number): Read<JournalCounts>
  erase(erasure: Erasure): Read<number>
}

/** One object: the journal is bounded, and sampling under a flood is the analytics' work. */
const OBJECT = 'journal'
const BUDGET_MS = 5_000

/** Once per isolate. At most 2,048 entries, about 6 MB, wait while the object cannot be reached. */
export function newJournalEntries(onLost: (count: number) => void = () => {}): Batch<JournalEntry> {
  return newBatch({ maxItems: 128, maxWaitMs: 500, leaseMs: 10_000, maxHeld: 2_048, onLost })
}

export function journalFrom(namespace: JournalNamespace, options: JournalOptions): Journal {
  async function ask<T>(
    call: (object: JournalObject) => Promise<unknown>,
    read: (answer: unknown) => T | undefined,
  ): Read<T> {
    const answer = await within(() => call(namespace.getByName(OBJECT)), BUDGET_MS, options.waitUntil)
    if (!answer.ok) return unavailable(answer.reason === 'late' ? 'journal_timeout' : 'journal_failed')
    const fault = faultIn(answer.value)
    if (fault !== undefined) options.report(fault)
    const value = read(answer.value)
    return value === undefined ? unavailable('journal_failed') : valid(value)
  }

  async function send(entries: readonly JournalEntry[]): Promise<readonly JournalEntry[]> {
    const stored = await ask((object) => object.append(entries.map(rowOf), options.limits), numberIn)
    return stored.state === 'valid' && stored.value === entries.length ? [] : entries
  }

  async function recent(query: JournalQuery): Read<readonly JournalEntry[]> {
    return ask((object) => object.recent(query), entriesIn)
  }

  return {
    write(entry) {
      options.entries.add(entry, { now: entry.at, send, waitUntil: options.waitUntil })
    },
    recent,
    async find(reference) {
      const found = await recent({ limit: 1, reference })
      return found.state === 'valid' ? valid(found.value[0]) : found
    },
    counts: (since) => ask((object) => object.counts(since), countsIn),
    erase: (erasure) => ask((object) => object.erase(erasure), numberIn),
  }
}

function numberIn(answer: unknown): number | undefined {
  return typeof answer === 'number' ? answer : undefined
}

function entriesIn(answer: unknown): readonly JournalEntry[] | undefined {
  // Made by `journal-reading.ts`, structurally cloned.
  return Array.isArray(answer) ? (answer as readonly JournalEntry[]) : undefined
}

function countsIn(answer: unknown): JournalCounts | undefined {
  if (typeof answer !== 'object' || answer === null || !('total' in answer)) return undefined
  // As above.
  return answer as JournalCounts
}
