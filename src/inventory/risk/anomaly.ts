/** An operation beside what it was a day or more ago. Counters only grow, so that what lies between is a difference. */
import type { Usage } from '../learn/types.ts'
import { sum } from './checks/objects.ts'
import type { Baseline, CheckContext, Sighting, Subject } from './types.ts'

export function baselineOf({ requests, statuses, latencyMs, responseBytes }: Usage, at: number): Baseline {
  return { at, requests, serverErrors: statuses[5] ?? 0, latencyMs, responseBytes }
}

/** Errors, latency and size of what came since the baseline, against what was until then. */
export function anomalies({ entry, baseline }: Subject, context: CheckContext): readonly Sighting[] {
  if (entry === undefined || baseline === undefined) return []
  const now = baselineOf(entry.usage, context.at)
  const { thresholds } = context
  const least = thresholds.requests ?? 0
  const fresh = now.requests - baseline.requests
  // Fewer than before: the inventory was emptied in between.
  if (fresh < least || baseline.requests < least) return []
  return [
    ...errors(now, baseline, context),
    ...slower(now.latencyMs, baseline.latencyMs, 0.95, thresholds.latencyCells ?? 1, 'latency'),
    ...slower(now.responseBytes, baseline.responseBytes, 0.99, thresholds.sizeCells ?? 1, 'size'),
  ]
}

function errors(now: Baseline, before: Baseline, { thresholds }: CheckContext): readonly Sighting[] {
  const count = now.serverErrors - before.serverErrors
  const share = count / (now.requests - before.requests)
  const usual = before.serverErrors / before.requests
  if (share < Math.max(thresholds.errorShare ?? 1, usual * (thresholds.errorFactor ?? 1))) return []
  const evidence = [
    { what: 'per_mille_now', count: Math.round(share * 1_000) },
    { what: 'per_mille_before', count: Math.round(usual * 1_000) },
  ]
  return [{ pointer: 'errors', likelihood: 'likely', count: 1, evidence }]
}

/** A cell more is twice as much. */
function slower(
  now: readonly number[],
  before: readonly number[],
  share: number,
  cells: number,
  pointer: string,
): readonly Sighting[] {
  const fresh = now.map((count, cell) => Math.max(0, count - (before[cell] ?? 0)))
  if (sum(fresh) === 0 || sum(before) === 0) return []
  const [is, was] = [cellAt(fresh, share), cellAt(before, share)]
  if (is - was < cells) return []
  const evidence = [
    { what: 'below_now', count: 2 ** is },
    { what: 'below_before', count: 2 ** was },
  ]
  return [{ pointer, likelihood: 'likely', count: 1, evidence }]
}

function cellAt(cells: readonly number[], share: number): number {
  const wanted = sum(cells) * share
  let below = 0
  for (const [cell, count] of cells.entries()) {
    below += count
    if (below >= wanted) return cell
  }
  return cells.length - 1
}
