/** Callers that ask for many different objects, beside those that do not. */
import type { CheckContext, Sighting, Subject } from '../types.ts'
import { counted, NOTHING, threshold } from './kit.ts'

/**
 * Callers far beyond the usual one. The usual is the median: an attacker with a hundred addresses moves a mean or a
 * percentile, and half of all callers it does not have.
 */
export function enumerated({ entry }: Subject, context: CheckContext): readonly Sighting[] {
  const callers = entry?.usage.objects ?? []
  const all = sum(callers)
  if (entry === undefined || all < threshold(context, 'callers')) return NOTHING
  const usual = upperEdge(medianCell(callers, all))
  const limit = Math.max(threshold(context, 'objects'), usual * threshold(context, 'factor'))
  const beyond = callers.filter((_, cell) => lowerEdge(cell) >= limit)
  const { statuses, requests } = entry.usage
  const missed = (statuses[4] ?? 0) / Math.max(1, requests)
  const likelihood = missed > threshold(context, 'missShare') ? 'likely' : 'possible'
  return counted(likelihood, sum(beyond), { evidence: [{ what: 'usual_objects', count: usual }] })
}

/** Cell n is from 2^(n-1) to less than 2^n (`Usage`). */
function lowerEdge(cell: number): number {
  return cell === 0 ? 0 : 2 ** (cell - 1)
}

function upperEdge(cell: number): number {
  return 2 ** cell
}

function medianCell(cells: readonly number[], all: number): number {
  let below = 0
  for (const [cell, count] of cells.entries()) {
    below += count
    if (below * 2 >= all) return cell
  }
  return cells.length - 1
}

export function sum(cells: readonly number[]): number {
  return cells.reduce((total, count) => total + count, 0)
}
