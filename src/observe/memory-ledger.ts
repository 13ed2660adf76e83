/** The ledger in memory, for tests, the laboratory and replay: the same shards, without objects around them. */
import type { Footprint } from '../evidence.ts'
import { valid } from '../lib/fact.ts'
import type { Ledger } from '../ports.ts'
import { settles } from './behaviour.ts'
import { absentFacts, arrivalOf, NOTHING_TOLD, settlementOf } from './ledger.ts'
import { newShard, type Shard } from './shard.ts'
import { type Placement, place } from './shards.ts'

export interface MemoryLedgerOptions {
  readonly shards?: number
  /** Per shard. */
  readonly maxKeys?: number
}

export function memoryLedger({ shards = 16, maxKeys }: MemoryLedgerOptions = {}): Ledger {
  const objects = new Map<string, Shard>()

  function shardOf({ object }: Placement): Shard {
    const known = objects.get(object)
    if (known !== undefined) return known
    const shard = newShard(maxKeys === undefined ? {} : { maxKeys })
    objects.set(object, shard)
    return shard
  }

  function observe(footprint: Footprint) {
    const facts = absentFacts()
    for (const placement of place(footprint, shards)) {
      const behaviours = shardOf(placement).observe(arrivalOf(footprint, placement.names))
      placement.keys.forEach((key, index) => {
        const behaviour = behaviours[index]
        if (behaviour !== undefined) facts[key.kind] = valid(behaviour)
      })
    }
    return { keys: facts, ...NOTHING_TOLD }
  }

  return {
    observe: async (footprint) => observe(footprint),
    learn() {},
    settle(footprint, outcome) {
      if (!settles(outcome, footprint.attempt)) return
      for (const placement of place(footprint, shards)) {
        shardOf(placement).settle(settlementOf(footprint, outcome, placement.names))
      }
    },
  }
}
