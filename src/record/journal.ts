/** The journal's port: entries go in batches after the answer, the operator reads. Made per request, like its stub. */
import type { Contribution } from '../evidence.ts'
import { type Batch, newBatch } from '../lib/batch.ts'
import { type Fact, unavailable, valid } from '../lib/fact.ts'
import { faultIn } from '../lib/fault.ts'
import { unpackVector } from '../lib/vector.ts'
import { within } from '../lib/within.ts'
import type { JournalEntry } from './entry.ts'
import { MAX_FEATURES } from './entry-score.ts'
import { addCounts, type JournalCounts, type JournalRow, newCounts } from './journal-page.ts'
import { type Erasure, type JournalQuery, newestFirst, rowOf } from './journal-reading.ts'
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
  /** Numbers that `shards` was: readers and erasures ask the objects of that time, too. */
  readonly shardsBefore: readonly number[]
  /** Puts contributions in words: for each decision that is read, and not for each that is made. */
  readonly worded?: (
    contributions: readonly Contribution[],
    vector: Float32Array | undefined,
  ) => readonly Contribution[]
  readonly entries: JournalEntries
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

const BUDGET_MS = 5_000

/**
 * Entries on their way from one isolate, always to the same object: it knows what it was sent twice. Each is text from the
 * beginning: an entry is two hundred objects, and while they waited the garbage collector would move them all.
 */
export interface JournalEntries extends Batch<JournalRow> {
  readonly shards: number
  readonly shard: number
}

export interface JournalEntriesOptions {
  /** Objects that share the journal; each isolate writes to one, and a reader asks all. */
  readonly shards: number
  /** Any number that differs between isolates. */
  readonly isolate: number
  onLost?(count: number): void
}

/** Once per isolate. At most 2,048 entries, about 4 MB, wait while the object cannot be reached. */
export function newJournalEntries({
  shards,
  isolate,
  onLost = () => {},
}: JournalEntriesOptions): JournalEntries {
  const batch = newBatch<JournalRow>({
    maxItems: 256,
    maxWaitMs: 500,
    leaseMs: 10_000,
    maxHeld: 2_048,
    onLost,
  })
  return {
    add: batch.add,
    get lost() {
      return batch.lost
    },
    get held() {
      return batch.held
    },
    shards,
    shard: isolate % shards,
  }
}

function nameOf(shard: number, shards: number): string {
  return shards === 1 ? 'journal' : `journal-${shard.toString(36)}-of-${shards}`
}

function namesOf(numbers: readonly number[]): readonly string[] {
  const names = numbers.flatMap((shards) => Array.from({ length: shards }, (_, at) => nameOf(at, shards)))
  return Array.from(new Set(names))
}

export function journalFrom(namespace: JournalNamespace, options: JournalOptions): Journal {
  const { shards, shard } = options.entries
  const everyName = namesOf([shards, ...options.shardsBefore])

  async function ask<T>(
    name: string,
    call: (object: JournalObject) => Promise<unknown>,
    read: (answer: unknown) => T | undefined,
  ): Read<T> {
    const object = namespace.getByName(name)
    const answer = await within(() => call(object), BUDGET_MS, options.waitUntil)
    if (!answer.ok) return unavailable(answer.reason === 'late' ? 'journal_timeout' : 'journal_failed')
    const fault = faultIn(answer.value)
    if (fault !== undefined) options.report(fault)
    const value = read(answer.value)
    return value === undefined ? unavailable('journal_failed') : valid(value)
  }

  /** What one object cannot tell, the others do not make up for: half a journal would look like a whole one. */
  async function askAll<T>(
    call: (object: JournalObject) => Promise<unknown>,
    read: (answer: unknown) => T | undefined,
    merge: (answers: readonly T[]) => T,
  ): Read<T> {
    const asked = everyName.map((name) => ask(name, call, read))
    const answers: T[] = []
    for (const answer of await Promise.all(asked)) {
      if (answer.state !== 'valid') return answer
      answers.push(answer.value)
    }
    return valid(merge(answers))
  }

  async function send(rows: readonly JournalRow[]): Promise<readonly JournalRow[]> {
    const limits = { ...options.limits, maxEntries: Math.ceil(options.limits.maxEntries / shards) }
    const stored = await ask(nameOf(shard, shards), (object) => object.append(rows, limits), numberIn)
    return stored.state === 'valid' && stored.value === rows.length ? [] : rows
  }

  function inFull(entry: JournalEntry): JournalEntry {
    const { contributions, vector } = entry
    if (options.worded === undefined || contributions.length === 0) return entry
    return { ...entry, contributions: options.worded(contributions, unpackVector(vector, MAX_FEATURES)) }
  }

  function recent(query: JournalQuery): Read<readonly JournalEntry[]> {
    const newest = (found: readonly (readonly JournalEntry[])[]) =>
      found.flat().sort(newestFirst).slice(0, query.limit).map(inFull)
    return askAll((object) => object.recent(query), entriesIn, newest)
  }

  return {
    write(entry) {
      options.entries.add(rowOf(entry), { now: entry.at, send, waitUntil: options.waitUntil })
    },
    recent,
    async find(reference) {
      const found = await recent({ limit: 1, reference })
      return found.state === 'valid' ? valid(found.value[0]) : found
    },
    counts: (since) => askAll((object) => object.counts(since), countsIn, sumOf),
    erase: (erasure) => askAll((object) => object.erase(erasure), numberIn, total),
  }
}

function total(counted: readonly number[]): number {
  return counted.reduce((sum, count) => sum + count, 0)
}

function sumOf(counted: readonly JournalCounts[]): JournalCounts {
  const sum = newCounts()
  for (const counts of counted) addCounts(sum, counts)
  return sum
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
