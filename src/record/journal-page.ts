/** A page of the journal: entries as JSON, with what is asked of them most often counted beside. No I/O. */

export type RecordType = 'decision'

/** An entry on its way to its page: what is counted, and the entry itself as JSON. */
export interface JournalRow {
  readonly type: RecordType
  readonly at: number
  readonly reference: string
  readonly action: string
  readonly rule: string
  readonly intent: string
  readonly body: string
}

export interface JournalCounts {
  readonly total: number
  readonly action: Readonly<Record<string, number>>
  readonly rule: Readonly<Record<string, number>>
  readonly intent: Readonly<Record<string, number>>
}

/** Filled in place, an entry at a time. */
export interface Page {
  readonly type: RecordType
  first: number
  last: number
  readonly counts: Counting
  /** Entries as JSON; the first may be many, joined, from an earlier life of the object. */
  readonly bodies: string[]
  characters: number
}

interface Counting extends JournalCounts {
  total: number
  readonly action: Record<string, number>
  readonly rule: Record<string, number>
  readonly intent: Record<string, number>
}

type Counted = Pick<JournalRow, 'action' | 'rule' | 'intent'>

/** A page closes when it is full, and after an hour: by so much may an entry outlive its retention. */
const PAGE_ENTRIES = 256
const PAGE_CHARACTERS = 600_000
const PAGE_MS = 3_600_000

export function newCounts(): Counting {
  return { total: 0, action: {}, rule: {}, intent: {} }
}

export function countIn(counts: Counting, { action, rule, intent }: Counted): void {
  counts.total += 1
  add(counts.action, action, 1)
  add(counts.rule, rule, 1)
  add(counts.intent, intent, 1)
}

export function addCounts(into: Counting, from: JournalCounts): void {
  into.total += from.total
  for (const kind of ['action', 'rule', 'intent'] as const) {
    for (const [name, count] of Object.entries(from[kind])) add(into[kind], name, count)
  }
}

export function newPage({ type, at }: JournalRow): Page {
  return { type, first: at, last: at, counts: newCounts(), bodies: [], characters: 0 }
}

export function hasRoom(page: Page, row: JournalRow): boolean {
  return (
    page.type === row.type &&
    page.counts.total < PAGE_ENTRIES &&
    page.characters + row.body.length < PAGE_CHARACTERS &&
    Math.max(page.last, row.at) - Math.min(page.first, row.at) < PAGE_MS
  )
}

/**
 * Whether a batch is better begun on a page of its own: a row is written whole, so that a batch on two pages writes
 * everything that was on the first once more. No page that is less than half full is left for it.
 */
export function wantsNewPage(page: Page, rows: readonly JournalRow[]): boolean {
  const { total } = page.counts
  return total >= PAGE_ENTRIES / 2 && total + rows.length > PAGE_ENTRIES
}

export function addRow(page: Page, row: JournalRow): void {
  page.first = Math.min(page.first, row.at)
  page.last = Math.max(page.last, row.at)
  countIn(page.counts, row)
  page.bodies.push(row.body)
  page.characters += row.body.length + 1
}

function add(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count
}
