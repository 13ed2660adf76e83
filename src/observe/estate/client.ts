/**
 * The estate's port over Estate objects. Made per request, because stubs are; what the isolate knows and has to tell is
 * handed in. Nothing here is waited for: a request reads the isolate's copy, and its `waitUntil` carries the swap.
 */
import type { Footprint } from '../../evidence.ts'
import { type Batch, newBatch } from '../../lib/batch.ts'
import { faultIn } from '../../lib/fault.ts'
import { hash32 } from '../../lib/hash32.ts'
import { within } from '../../lib/within.ts'
import type { Estate } from '../../ports.ts'
import { type Collector, newCollector, type Open } from './collector.ts'
import type { Parcel } from './parcel.ts'

/** What we call of an Estate object (`estate-object.ts`). Answers are checked: they crossed a version boundary. */
export interface EstateObject {
  swap(parcel: Parcel): Promise<unknown>
  relay(parcel: Parcel, pools: Pools): Promise<unknown>
}

/** Where a leaf finds those that keep the whole. */
export interface Pools {
  readonly shards: number
  readonly jurisdiction: 'eu' | 'fedramp' | 'none'
}

export interface EstateNamespace {
  getByName(name: string): EstateObject
}

export interface EstateLayout extends Pools {
  /** Objects between the isolates and these, each for some of the isolates; 0: the isolates ask the shards themselves. */
  readonly leaves: number
}

/** What all requests of one isolate share. */
export interface EstateMemory {
  readonly collector: Collector
  readonly parcels: Batch<Open>
  /** Name of the object for the parcels of each shard. */
  readonly objects: readonly string[]
  /** Undefined where the objects are the pools themselves. */
  readonly pools: Pools | undefined
}

export interface EstateOptions {
  readonly memory: EstateMemory
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside the object: for the log. */
  report(fault: string): void
}

/** A parcel is filled for so long, counted from its first request. */
const WAIT_MS = 1_000
/** A leaf answers when it has been answered itself. */
const BUDGET_MS = 3_000
/**
 * So many wait while the estate cannot be reached, some seconds of what this isolate has seen; of more the oldest are given up.
 * Its own view goes on meanwhile.
 */
const MAX_HELD = 16
/** Not sent again after this: who has taken a part of it must know it again, and cannot for ever (`leaf.ts`). */
export const SENT_FOR_MS = 30_000

export interface EstateMemoryOptions extends EstateLayout {
  /** A fresh random name. */
  readonly isolate: string
  readonly waitMs?: number
  onLost?(count: number): void
}

/** Once per isolate. */
export function newEstateMemory(options: EstateMemoryOptions): EstateMemory {
  const { isolate, shards, leaves, jurisdiction, waitMs = WAIT_MS, onLost } = options
  const objects =
    leaves > 0
      ? [leafName(hash32(isolate) % leaves, leaves)]
      : Array.from({ length: shards }, (_, shard) => estateName(shard, shards))
  const patience = {
    maxItems: 64,
    maxWaitMs: waitMs,
    leaseMs: 2 * BUDGET_MS,
    maxHeld: MAX_HELD * objects.length,
    maxAgeMs: SENT_FOR_MS,
  }
  return {
    objects,
    pools: leaves > 0 ? { shards, jurisdiction } : undefined,
    collector: newCollector({ isolate, targets: objects.length, waitMs }),
    parcels: newBatch<Open>({
      ...{ ...patience, maxTries: Number.POSITIVE_INFINITY },
      ...(onLost === undefined ? {} : { onLost }),
    }),
  }
}

export function estateName(shard: number, shards: number): string {
  return `estate-${shard.toString(36)}-of-${shards}`
}

function leafName(leaf: number, leaves: number): string {
  return `estate-leaf-${leaf.toString(36)}-of-${leaves}`
}

export function estateFrom(namespace: EstateNamespace, options: EstateOptions): Estate {
  const { memory, waitUntil } = options
  const { collector, parcels } = memory
  const send = (open: readonly Open[]) => sendAll(namespace, options, open)
  const opened = (at: number) => (open: Open) => parcels.add(open, { now: at, send, waitUntil })
  return {
    observe: (footprint: Footprint) => collector.observe(footprint, opened(footprint.at)),
    settle(footprint, outcome, at, answer) {
      const bytes = answer?.bytes
      collector.settle(footprint, outcome, bytes === undefined ? { at } : { at, bytes }, opened(at))
    },
  }
}

/** Returns what was not acknowledged: it is sent again as it is, with the next parcel. */
async function sendAll(
  namespace: EstateNamespace,
  { memory, waitUntil, report }: EstateOptions,
  all: readonly Open[],
): Promise<readonly Open[]> {
  const refused = await Promise.all(
    all.map(async (open) => {
      const parcel = memory.collector.seal(open)
      const object = memory.objects[open.shard] ?? estateName(0, 1)
      const { pools } = memory
      const call = () => {
        const stub = namespace.getByName(object)
        return pools === undefined ? stub.swap(parcel) : stub.relay(parcel, pools)
      }
      const answer = await within(call, BUDGET_MS, waitUntil)
      if (answer.ok && memory.collector.hear(open, answer.value)) return []
      const fault = answer.ok ? faultIn(answer.value) : undefined
      if (fault !== undefined) report(fault)
      return [open]
    }),
  )
  return refused.flat()
}
