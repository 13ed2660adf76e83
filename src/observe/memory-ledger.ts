/** The ledger in memory, for tests, the laboratory and replay: the same cores, without objects around them. */
import { valid } from '../lib/fact.ts'
import type { Ledger } from '../ports.ts'
import { ANNEXES } from './annexes.ts'
import { type Core, newCore } from './core.ts'
import { arrivalOf, lessonOf, settlementOf, urgencyOf, urgencyOfLesson } from './settling.ts'
import { place } from './shards.ts'
import { type ObjectTold, toldOf } from './told.ts'

export interface MemoryLedgerOptions {
  readonly shards?: number
  readonly organisationShards?: number
  /** Per shard. */
  readonly maxKeys?: number
}

export function memoryLedger(options: MemoryLedgerOptions = {}): Ledger {
  const { shards = 16, organisationShards = 4, maxKeys } = options
  const sharing = { shards, organisationShards }
  const objects = new Map<string, Core>()

  function coreOf(object: string): Core {
    const known = objects.get(object)
    if (known !== undefined) return known
    const core = newCore({ annexes: ANNEXES, report, ...(maxKeys === undefined ? {} : { maxKeys }) })
    objects.set(object, core)
    return core
  }

  return {
    async observe(footprint) {
      const placements = place(footprint, sharing)
      const answers = placements.map((placement): ObjectTold => {
        const { behaviours, annexes = {} } = coreOf(placement.object).observe(arrivalOf(footprint, placement))
        return { behaviours: behaviours.map((behaviour) => valid(behaviour)), annexes }
      })
      return toldOf(footprint, placements, answers, report)
    },
    settle(footprint, outcome, _at, answer = {}) {
      for (const placement of place(footprint, sharing)) {
        if (urgencyOf(footprint, placement, outcome, answer) === 'never') continue
        coreOf(placement.object).settle([settlementOf(footprint, outcome, placement, answer)])
      }
    },
    learn(footprint, lesson) {
      for (const placement of place(footprint, sharing)) {
        if (urgencyOfLesson(placement, lesson) === 'never') continue
        coreOf(placement.object).settle([lessonOf(footprint, placement, lesson)])
      }
    },
  }
}

/** In a laboratory a bug is loud. */
function report(fault: string | { readonly fault: string }): void {
  throw new Error(typeof fault === 'string' ? fault : fault.fault)
}
