/** Everything that an assessment looks at, put together from those who know it. */
import type { InventorySnapshot, Overflow } from '../learn/types.ts'
import { baselineOf } from './anomaly.ts'
import type { Baseline, Landscape, SignalCount } from './types.ts'

export interface Known {
  /** Of every shard of the inventory, or the assessment takes for gone what it was not shown. */
  readonly snapshots: readonly InventorySnapshot[]
  readonly specification: Landscape['specification']
  readonly signals: readonly SignalCount[]
  readonly baselines: readonly (readonly [operation: string, Baseline])[]
}

export function landscapeOf({ snapshots, specification, signals, baselines }: Known, at: number): Landscape {
  const since = snapshots.flatMap((one) => (one.since === undefined ? [] : [one.since]))
  return {
    at,
    since: since.length === 0 ? undefined : Math.min(...since),
    specification,
    entries: snapshots.flatMap(({ entries }) => entries),
    overflow: snapshots.map((one) => one.overflow).reduce<Overflow | undefined>(together, undefined),
    signals,
    baselines: new Map(baselines),
    openness: opennessIn(specification),
  }
}

function opennessIn(specification: Landscape['specification']): Landscape['openness'] {
  const counted = (specification?.operations ?? []).flatMap(({ id, openness }) =>
    openness === undefined ? [] : [[id, openness] as const],
  )
  return counted.length === 0 ? undefined : new Map(counted)
}

/** The counters as they are, for the assessments of the next days. */
export function baselinesOf({ entries, at }: Landscape): readonly (readonly [string, Baseline])[] {
  return entries.map(({ key, usage }) => [key, baselineOf(usage, at)] as const)
}

function together(left: Overflow | undefined, right: Overflow): Overflow {
  if (left === undefined) return right
  return {
    misses: left.misses + right.misses,
    unsettled: left.unsettled + right.unsettled,
    turnedAway: left.turnedAway + right.turnedAway,
    ignored: left.ignored + right.ignored,
    dropped: left.dropped + right.dropped,
    suspects: left.suspects + right.suspects,
    pressure: Math.max(left.pressure, right.pressure),
  }
}
