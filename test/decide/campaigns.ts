/** A gate's memory and rules without its edge: footprint, ledger, verdict and outcome, one request after the other. */
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence, OutcomeKind, Verdict } from '../../src/evidence.ts'
import { unavailable } from '../../src/lib/fact.ts'
import { memoryEstate } from '../../src/observe/estate/memory-estate.ts'
import { footprint } from '../../src/observe/footprint.ts'
import { memoryLedger } from '../../src/observe/memory-ledger.ts'
import { observe } from '../../src/observe/observe.ts'
import { NOW } from '../fixtures/scene.ts'

const SHARDS = 16

export interface Campaign {
  /** Decides with rules alone, after so many milliseconds; what is let through has this outcome. */
  send(evidence: Evidence, outcome: OutcomeKind, after?: number): Promise<Verdict>
}

export function campaign(): Campaign {
  const ledger = memoryLedger({ shards: SHARDS })
  const everybody = memoryEstate()
  let at = NOW
  let sent = 0
  return {
    async send(evidence, outcome, after = 2_000) {
      at += after
      sent += 1
      const exchange = { ...evidence.exchange, id: `request-${sent}`, arrivedAt: at }
      const print = footprint({ ...evidence, exchange }, SHARDS)
      const conduct = await observe(print, ledger, everybody)
      const verdict = decide({ ...evidence, exchange, conduct }, unavailable('model_absent'), DEFAULT_POLICY)
      const stopped = !['allow', 'flag'].includes(verdict.action)
      const came = stopped ? 'refused' : outcome
      ledger.settle(print, came, at)
      everybody.settle(print, came, at)
      return verdict
    },
  }
}

export const stops = ({ action }: Verdict): boolean => action !== 'allow' && action !== 'flag'
