/** The inventory on a screen. */
import { rowOf } from '../../src/inventory/export/rows.ts'
import type { OperationStatus } from '../../src/inventory/learn/operations.ts'
import type { Report } from './report.ts'

/** What needs looking at comes first. */
const ORDER: readonly OperationStatus[] = ['shadow', 'zombie', 'dormant', 'orphan', 'published']

export function tell(report: Report): string {
  const rows = report.operations
    .map(rowOf)
    .sort((a, b) => rankOf(a.status) - rankOf(b.status) || b.requests - a.requests)
  const lines = rows.map((row) => [
    row.weak ? `${row.status}?` : row.status,
    row.method,
    printable(row.host + row.path),
    String(row.requests),
    String(row.callers),
    row.last_seen.slice(0, 10),
    printable([row.reason, ...row.hidden].join(', ')),
  ])
  const head = ['status', 'method', 'operation', 'requests', 'callers', 'last seen', 'why']
  const widths = head.map((name, at) => Math.max(name.length, ...lines.map((line) => line[at]?.length ?? 0)))
  const table = [head, ...lines].map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${[...table, '', ...summary(report)].join('\n')}\n`
}

function summary({ sources, operations, snapshots }: Report): readonly string[] {
  const counts = ORDER.map(
    (status) => `${operations.filter((one) => one.status === status).length} ${status}`,
  )
  const lost = snapshots.map(({ overflow }) => overflow)
  const sum = (pick: (one: (typeof lost)[number]) => number) => lost.reduce((all, one) => all + pick(one), 0)
  return [
    ...sources.map(({ file, lines, unread }) => `${file}: ${lines} lines, ${unread} of them no requests`),
    counts.join(', '),
    `${sum((one) => one.misses)} requests for what does not exist, ${sum((one) => one.unsettled)} for paths that too few callers showed`,
    ...(operations.some(({ weak }) => weak)
      ? ['? few callers showed it, in a handful of requests: it may be their invention']
      : []),
    ...(lost.some(({ pressure }) => pressure > 0)
      ? ['many new paths came at once: each needed more evidence than usual']
      : []),
  ]
}

function rankOf(status: string): number {
  const names: readonly string[] = ORDER
  return names.indexOf(status)
}

/** A log's paths were typed by strangers: what a terminal would obey is not written to it. */
function printable(text: string): string {
  return text
    .replace(/[^\u0020-\u007e\u00a0-\uffff]/g, '?')
    .replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
}
