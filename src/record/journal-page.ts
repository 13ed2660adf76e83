/** A page of the journal: entries as JSON, with what is asked of them most often counted beside. Pure. */

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

export interface Page {
  readonly type: RecordType
  readonly first: number
  readonly last: number
  readonly counts: JournalCounts
  /** Entries as JSON, with commas between and no brackets around. */
  readonly text: string
}

export const NOTHING_COUNTED: JournalCounts = { total: 0, action: {}, rule: {}, intent: {} }

/** A page closes when it is full, and after an hour: by so much may an entry outlive its retention. */
const PAGE_ENTRIES = 128
const PAGE_CHARACTERS = 500_000
const PAGE_MS = 3_600_000

export function hasRoom(page: Page, row: JournalRow): boolean {
  return (
    page.type === row.type &&
    page.counts.total < PAGE_ENTRIES &&
    page.text.length + row.body.length < PAGE_CHARACTERS &&
    Math.max(page.last, row.at) - Math.min(page.first, row.at) < PAGE_MS
  )
}

export function withRow(page: Page | undefined, row: JournalRow): Page {
  const counts = add(page?.counts ?? NOTHING_COUNTED, countsOf(row))
  if (page === undefined) return { type: row.type, first: row.at, last: row.at, counts, text: row.body }
  return {
    type: page.type,
    first: Math.min(page.first, row.at),
    last: Math.max(page.last, row.at),
    counts,
    text: `${page.text},${row.body}`,
  }
}

export function countsOf({
  action,
  rule,
  intent,
}: Pick<JournalRow, 'action' | 'rule' | 'intent'>): JournalCounts {
  return { total: 1, action: { [action]: 1 }, rule: { [rule]: 1 }, intent: { [intent]: 1 } }
}

export function add(left: JournalCounts, right: JournalCounts): JournalCounts {
  return {
    total: left.total + right.total,
    action: sum(left.action, right.action),
    rule: sum(left.rule, right.rule),
    intent: sum(left.intent, right.intent),
  }
}

function sum(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const both = { ...left }
  for (const [name, count] of Object.entries(right)) both[name] = (both[name] ?? 0) + count
  return both
}
