/** The inventory's port: counted in the isolate, sent in parcels after the answers. Made per request, like its stubs. */
import { type Batch, newBatch } from '../../lib/batch.ts'
import { faultIn } from '../../lib/fault.ts'
import { within } from '../../lib/within.ts'
import type { CompiledSpecification } from '../types.ts'
import { type Collector, newCollector } from './collector.ts'
import { type Open, seal } from './open.ts'
import type { Parcel } from './parcel.ts'
import { segmentsOf } from './template.ts'
import type { Decision, Inventory } from './types.ts'

/** What we call of an Inventory object (`inventory-object.ts`). Answers are checked: they crossed a version boundary. */
export interface InventoryObject {
  absorb(parcel: Parcel): Promise<unknown>
  snapshot(): Promise<unknown>
  changes(after: number, limit: number): Promise<unknown>
  decide(decision: Decision): Promise<unknown>
  withdraw(id: string): Promise<unknown>
}

export interface InventoryNamespace {
  getByName(name: string): InventoryObject
}

/** What all requests of one isolate share. */
export interface InventoryMemory {
  readonly shards: number
  /** There is a specification: without one everything is undocumented, which says nothing. */
  readonly documented: boolean
  readonly collector: Collector
  readonly parcels: Batch<Load>
  readonly usualObjects: Map<string, number>
  /** Makes parcels' ids unique. */
  readonly isolate: string
  sent: number
}

/** A parcel on its way: filled until it is sealed, the same when it is tried again. */
interface Load {
  readonly open: Open
  sealed: Parcel | undefined
}

export interface InventoryOptions {
  readonly memory: InventoryMemory
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside the object: for the log. */
  report(fault: string): void
}

export const BUDGET_MS = 5_000

export interface InventoryMemoryOptions {
  readonly shards: number
  readonly isolate: string
  /** How long a parcel is filled. */
  readonly waitMs?: number
  onLost?(count: number): void
}

const WAIT_MS = 2_000

/**
 * Once per isolate. `isolate` is a fresh random name. Parcels wait two seconds; at most 64 of them, about 20 MB when
 * every one is full, wait while objects cannot be reached.
 */
export function newInventoryMemory(
  specification: Pick<CompiledSpecification, 'operations'>,
  { shards, isolate, waitMs = WAIT_MS, onLost }: InventoryMemoryOptions,
): InventoryMemory {
  const literals = new Set(specification.operations.flatMap(({ path }) => segmentsOf(path)))
  const options = { maxItems: 64, maxWaitMs: waitMs, leaseMs: 12_000, maxHeld: 64 }
  return {
    shards,
    isolate,
    documented: specification.operations.length > 0,
    collector: newCollector({ shards, literals }),
    parcels: newBatch<Load>(onLost === undefined ? options : { ...options, onLost }),
    usualObjects: new Map(),
    sent: 0,
  }
}

export function objectName(shard: number, shards: number): string {
  return `inventory-${shard.toString(36)}-of-${shards}`
}

export function inventoryFrom(namespace: InventoryNamespace, options: InventoryOptions): Inventory {
  const { memory, waitUntil } = options
  const { collector, parcels, usualObjects } = memory
  const send = (loads: readonly Load[]) => sendAll(namespace, options, loads)
  return {
    signals({ match, caller }) {
      const operation = match.kind === 'operation' ? match.operation : undefined
      return {
        undocumented: memory.documented && match.kind === 'path_undeclared',
        methodUndeclared: match.kind === 'method_undeclared',
        objects: operation === undefined ? 0 : collector.objects(operation.id, caller.session),
        usualObjects: operation === undefined ? undefined : usualObjects.get(operation.id),
        carries: operation?.carries ?? [],
      }
    },
    observe(exchange, answer) {
      collector.observe(exchange, answer, (open) =>
        parcels.add({ open, sealed: undefined }, { now: exchange.at, send, waitUntil }),
      )
    },
    remark(exchange, answer, body) {
      collector.remark(exchange, answer, body, (open) =>
        parcels.add({ open, sealed: undefined }, { now: exchange.at, send, waitUntil }),
      )
    },
  }
}

async function sendAll(
  namespace: InventoryNamespace,
  options: InventoryOptions,
  loads: readonly Load[],
): Promise<readonly Load[]> {
  const { memory } = options
  const refused = await Promise.all(
    loads.map(async (load) => {
      memory.collector.close(load.open)
      const parcel = load.sealed ?? seal(load.open, `${memory.isolate}.${memory.sent++}`)
      load.sealed = parcel
      const name = objectName(parcel.shard, memory.shards)
      const answer = await within(
        () => namespace.getByName(name).absorb(parcel),
        BUDGET_MS,
        options.waitUntil,
      )
      if (answer.ok && takeReceipt(memory, answer.value, parcel.id)) return []
      const fault = answer.ok ? faultIn(answer.value) : undefined
      if (fault !== undefined) options.report(fault)
      return [load]
    }),
  )
  return refused.flat()
}

/** More operations than this no gate serves. */
const MAX_USUAL = 8_192

function takeReceipt({ usualObjects }: InventoryMemory, answer: unknown, id: string): boolean {
  if (typeof answer !== 'object' || answer === null) return false
  if (!('id' in answer) || answer.id !== id || !('usualObjects' in answer)) return false
  const { usualObjects: told } = answer
  if (typeof told !== 'object' || told === null) return true
  for (const [key, usual] of Object.entries(told)) {
    if (typeof usual === 'number' && (usualObjects.size < MAX_USUAL || usualObjects.has(key)))
      usualObjects.set(key, usual)
  }
  return true
}
