/** The operator's questions to the journal, over its pages. Rare, so they may read; never a page more than needed. */
import type { JournalEntry } from './entry.ts'
import { entryFrom, textOf } from './entry-text.ts'
import { addCounts, countIn, type JournalCounts, type JournalRow, newCounts } from './journal-page.ts'
import type { JournalStore, PageHead } from './journal-store.ts'

export interface JournalQuery {
  readonly limit: number
  readonly verdict?: string | undefined
  /** Only entries from before this time: the next page. */
  readonly before?: number | undefined
  readonly reference?: string | undefined
}

/** Whose entries to erase: everything from a network prefix, or one decision. */
export type Erasure = { readonly prefix: string } | { readonly reference: string }

const MAX_ENTRIES = 500

/** Newest first. */
export function recent(store: JournalStore, query: JournalQuery): readonly JournalEntry[] {
  const limit = Math.max(0, Math.min(query.limit, MAX_ENTRIES))
  const named = query.reference === undefined ? undefined : store.holding(JSON.stringify(query.reference))
  const found: JournalEntry[] = []
  for (const head of store.heads()) {
    if (found.length >= limit && !overlaps(head, found, limit)) break
    if (!mayHold(head, query) || named?.has(head.number) === false) continue
    found.push(...entriesOf(store, head).filter((entry) => matches(entry, query)))
    found.sort(newestFirst)
  }
  return found.slice(0, limit)
}

export function counts(store: JournalStore, since: number): JournalCounts {
  const sum = newCounts()
  for (const head of store.heads()) {
    if (head.last < since) continue
    if (head.first >= since) addCounts(sum, head.counts)
    else for (const entry of entriesOf(store, head)) if (entry.at >= since) countIn(sum, entry)
  }
  return sum
}

/** Returns how many entries are gone. */
export function erase(store: JournalStore, erasure: Erasure): number {
  const text = 'prefix' in erasure ? erasure.prefix : erasure.reference
  const pages = store.holding(JSON.stringify(text))
  let erased = 0
  for (const head of store.heads()) {
    if (!pages.has(head.number)) continue
    const entries = entriesOf(store, head)
    const kept = entries.filter((entry) =>
      'prefix' in erasure ? entry.prefix !== erasure.prefix : entry.reference !== erasure.reference,
    )
    erased += entries.length - kept.length
    if (kept.length < entries.length) store.rewrite(head.number, kept.map(rowOf))
  }
  return erased
}

export function rowOf(entry: JournalEntry): JournalRow {
  const { type, at, reference, action, rule, intent } = entry
  return { type, at, reference, action, rule, intent, body: textOf(entry) }
}

export function newestFirst(left: JournalEntry, right: JournalEntry): number {
  return right.at - left.at || (left.reference < right.reference ? 1 : -1)
}

/** Pages overlap a little in time, because isolates' batches do: an older page may hold a newer entry. */
function overlaps(head: PageHead, found: readonly JournalEntry[], limit: number): boolean {
  return head.last > (found[limit - 1]?.at ?? Number.POSITIVE_INFINITY)
}

function mayHold(head: PageHead, { verdict, before }: JournalQuery): boolean {
  if (verdict !== undefined && head.counts.action[verdict] === undefined) return false
  return before === undefined || head.first < before
}

function matches(entry: JournalEntry, { verdict, before, reference }: JournalQuery): boolean {
  if (verdict !== undefined && entry.action !== verdict) return false
  if (reference !== undefined && entry.reference !== reference) return false
  return before === undefined || entry.at < before
}

function entriesOf(store: JournalStore, { number }: PageHead): readonly JournalEntry[] {
  // Written by `rowOf`.
  const stored = JSON.parse(store.body(number)) as readonly Partial<JournalEntry>[]
  return stored.map(entryFrom)
}
