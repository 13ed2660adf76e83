/**
 * How the end of a request changes its key's walk. Pure.
 *
 * What was refused says nothing of the resource, and is taken back: with every refusal a walker would otherwise seem to miss
 * less. What is asked for again and again, such as a consent that is gone, is missing once; its endings may come together and
 * late, when many others have been asked for since. What the bank listed or answered for before is never missing; and an answer
 * that says nothing of the resource, such as 405 or 503, makes it neither missing nor known: or whoever asks twice, the first
 * time so that nothing can come of it, would miss nothing.
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

/** Stands for the request that asked first where it was told nothing: the next that is told anything tells it. */
const NOBODY = 0

/** Among what has ended, the mark of a resource whose asking was taken back. */
export function markOf(resource: number): number {
  return ~resource >>> 0
}

/** The bank has nothing there. */
export function missed(row: WalkRow, { resource, by, at }: WalkEnd): WalkRow {
  const counts = countsAt(row, at)
  const misses = counts.misses + 1
  const place = row.recent.indexOf(resource)
  const isFirst = place < 0 || row.askedBy[place] === by || row.askedBy[place] === NOBODY
  if (!isFirst || row.ended.includes(resource)) return { ...counts, misses }
  const mark = markOf(resource)
  return {
    ...counts,
    misses,
    asked: counts.asked + (row.ended.includes(mark) ? 1 : 0),
    missing: counts.missing + 1,
    askedBy: place < 0 ? row.askedBy : row.askedBy.with(place, by),
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

/** The same row where another request asked first. */
export function untold(row: WalkRow, { resource, by }: WalkEnd): WalkRow {
  const place = row.recent.indexOf(resource)
  return place < 0 || row.askedBy[place] !== by ? row : { ...row, askedBy: row.askedBy.with(place, NOBODY) }
}
