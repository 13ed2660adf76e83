/**
 * How the end of a request changes its key's walk. Pure.
 *
 * What was refused says nothing of the resource, and is taken back: with every refusal a walker would otherwise seem to miss
 * less. What is asked for again and again, such as a consent that is gone, is missing once; its endings may come together and
 * late, when many others have been asked for since. Whoever is told first that it is missing tells it, and not only who asked
 * first: else whoever asks twice, the first time so that nothing can come of it, would miss nothing.
 */
import { MOST_RECENT } from './codec.ts'
import { countsAt } from './counts.ts'
import type { WalkRow } from './types.ts'

export interface WalkEnd {
  readonly resource: number
  /** The request that ends, hashed. */
  readonly by: number
  readonly at: number
}

/** Stands for the request that asked first once that was taken back. */
const NOBODY = 0

/** Among what has ended, the mark of a resource whose asking was taken back. */
export function markOf(resource: number): number {
  return ~resource >>> 0
}

/** The bank has nothing there. */
export function missed(row: WalkRow, { resource, at }: WalkEnd): WalkRow {
  const counts = countsAt(row, at)
  const misses = counts.misses + 1
  if (row.ended.includes(resource)) return { ...counts, misses }
  const mark = markOf(resource)
  const missing = counts.missing + 1
  return {
    ...counts,
    misses,
    missing,
    asked: Math.max(missing, counts.asked + (row.ended.includes(mark) ? 1 : 0)),
    ended: [...row.ended.filter((other) => other !== mark), resource].slice(-MOST_RECENT),
  }
}

/** The gate did not let it pass. */
export function takenBack(row: WalkRow, { resource, by, at }: WalkEnd): WalkRow {
  const counts = countsAt(row, at)
  const mark = markOf(resource)
  const place = row.recent.indexOf(resource)
  const isOver = row.ended.includes(resource) || row.ended.includes(mark)
  if (place < 0 ? isOver : row.askedBy[place] !== by) return counts
  return {
    ...counts,
    fresh: Math.max(0, counts.fresh - 1),
    asked: Math.max(counts.missing, counts.asked - 1),
    askedBy: place < 0 ? row.askedBy : row.askedBy.with(place, NOBODY),
    ended: [...row.ended.filter((other) => other !== mark), mark].slice(-MOST_RECENT),
  }
}
