/** The operator's side: asks every shard. One that does not answer makes the whole unknown: half an inventory misleads. */
import { type Fact, unavailable, valid } from '../../lib/fact.ts'
import { faultIn } from '../../lib/fault.ts'
import { within } from '../../lib/within.ts'
import {
  BUDGET_MS,
  type InventoryNamespace,
  type InventoryObject,
  type InventoryOptions,
  objectName,
} from './client.ts'
import type { Change, Decision, InventorySnapshot } from './types.ts'

export type InventoryOutage = 'inventory_timeout' | 'inventory_failed'
type Read<T> = Promise<Fact<T, never, InventoryOutage>>

export interface InventoryDesk {
  /** In the order of the shards. */
  snapshots(): Read<readonly InventorySnapshot[]>
  changes(shard: number, after: number, limit: number): Read<readonly Change[]>
  decide(decision: Decision): Read<boolean>
  withdraw(id: string): Read<boolean>
}

export function inventoryDesk(
  namespace: InventoryNamespace,
  { shards, waitUntil, report }: { shards: number } & Pick<InventoryOptions, 'waitUntil' | 'report'>,
): InventoryDesk {
  async function ask<T>(
    shard: number,
    call: (object: InventoryObject) => Promise<unknown>,
    read: (answer: unknown) => T | undefined,
  ): Read<T> {
    const object = () => call(namespace.getByName(objectName(shard, shards)))
    const answer = await within(object, BUDGET_MS, waitUntil)
    if (!answer.ok) return unavailable(answer.reason === 'late' ? 'inventory_timeout' : 'inventory_failed')
    const fault = faultIn(answer.value)
    if (fault !== undefined) report(fault)
    const value = read(answer.value)
    return value === undefined ? unavailable('inventory_failed') : valid(value)
  }

  async function askAll<T>(
    call: (object: InventoryObject) => Promise<unknown>,
    read: (answer: unknown) => T | undefined,
  ): Read<readonly T[]> {
    const all = await Promise.all(Array.from({ length: shards }, (_, shard) => ask(shard, call, read)))
    const values: T[] = []
    for (const one of all) {
      if (one.state !== 'valid') return one
      values.push(one.value)
    }
    return valid(values)
  }

  const every = async (answers: Read<readonly boolean[]>): Read<boolean> => {
    const all = await answers
    return all.state === 'valid' ? valid(all.value.some(Boolean)) : all
  }

  return {
    snapshots: () => askAll((object) => object.snapshot(), snapshotIn),
    changes: (shard, after, limit) => ask(shard, (object) => object.changes(after, limit), changesIn),
    decide: (decision) => every(askAll((object) => object.decide(decision), booleanIn)),
    withdraw: (id) => every(askAll((object) => object.withdraw(id), booleanIn)),
  }
}

function booleanIn(answer: unknown): boolean | undefined {
  return typeof answer === 'boolean' ? answer : undefined
}

function snapshotIn(answer: unknown): InventorySnapshot | undefined {
  if (typeof answer !== 'object' || answer === null || !('entries' in answer)) return undefined
  // Made by `book.ts`, structurally cloned.
  return answer as InventorySnapshot
}

function changesIn(answer: unknown): readonly Change[] | undefined {
  // As above.
  return Array.isArray(answer) ? (answer as readonly Change[]) : undefined
}
