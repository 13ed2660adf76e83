/**
 * Two documents become one: for each territory the newer list, by its sequence number and never by who wrote it. The
 * bank's own anchors are the first document's alone.
 */

import { createHash } from 'node:crypto'
import type { ReadDocument } from './anchor-set.ts'
import type { SetDocument } from './set-document.ts'
import type { Source } from './types.ts'

export function merge(base: SetDocument, other: SetDocument): SetDocument {
  const newer = new Set(
    other.sources.filter((source) => isNewer(source, base.sources)).map(({ territory }) => territory),
  )
  const taken = { kind: 'qualified', in: newer } as const
  const of = (one: { kind: string; territory: string | undefined }) =>
    one.kind === taken.kind && taken.in.has(one.territory)
  return {
    madeAt: newer.size === 0 ? base.madeAt : Math.max(base.madeAt, other.madeAt),
    sources: [...base.sources.filter((one) => !of(one)), ...other.sources.filter(of)],
    anchors: [...base.anchors.filter((one) => !of(one)), ...other.anchors.filter(of)],
  }
}

/** As `merge`, and the name of the result: two isolates with the same two documents have the same set. */
export function mergeRead(base: ReadDocument, other: ReadDocument): ReadDocument {
  const version = createHash('sha256').update(`${base.version}\n${other.version}`).digest('hex')
  return { ...merge(base, other), version }
}

/** The same sequence number is not newer: a list is issued once. */
function isNewer(source: Source, known: readonly Source[]): boolean {
  if (source.kind !== 'qualified') return false
  const former = known.find(({ kind, territory }) => kind === 'qualified' && territory === source.territory)
  return former === undefined || (source.sequence ?? 0) > (former.sequence ?? 0)
}
