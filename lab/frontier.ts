/**
 * Where the gate stops seeing: the same stuffing at growing rates, ever better disguised, over addresses used once or
 * often. Each point is a day of its own with the bank's people beside it.
 */
import { FRONTIER_BASE } from './campaigns.ts'
import type { Runner } from './contest.ts'
import type { Job } from './day.ts'
import type { Limits } from './population.ts'
import { TOOLS, type Tool } from './traffic/attackers.ts'

export interface FrontierPoint {
  readonly disguise: Tool
  readonly adapts: boolean
  readonly attempts_per_day: number
  readonly per_address: number
  readonly attempts: number
  /** Of the attempts. */
  readonly stopped: number
  readonly challenged: number
  readonly through: number
  readonly attempts_before_noticed: number | null
}

const RATES = [20_000, 100_000, 500_000] as const
const PER_ADDRESS = [1, 10] as const
const LIMITS: Limits = { attempts: 1_500, people: 900, peopleEachDay: 0 }

interface Cell {
  readonly disguise: Tool
  readonly adapts: boolean
  readonly rate: number
  readonly perAddress: number
}

export async function frontier(seed: string, run: Runner): Promise<readonly FrontierPoint[]> {
  const cells = TOOLS.flatMap((disguise) =>
    [false, true].flatMap((adapts) =>
      // Who adapts moves on by himself: what he began with matters little.
      (adapts ? [10] : PER_ADDRESS).flatMap((perAddress) =>
        RATES.map((rate): Cell => ({ disguise, adapts, rate, perAddress })),
      ),
    ),
  )
  const days = await run(cells.map((cell) => jobOf(cell, seed)))
  return days.flatMap(({ campaign }, index) => {
    const cell = cells[index]
    if (campaign === undefined || cell === undefined) return []
    const share = (part: number): number => (campaign.attempts === 0 ? 0 : part / campaign.attempts)
    return [
      {
        ...{ disguise: cell.disguise, adapts: cell.adapts },
        ...{ attempts_per_day: cell.rate, per_address: cell.perAddress, attempts: campaign.attempts },
        ...{ stopped: share(campaign.stopped), challenged: share(campaign.challenged) },
        through: share(campaign.through),
        attempts_before_noticed: campaign.noticed?.after_attempts ?? null,
      },
    ]
  })
}

function jobOf({ disguise, adapts, rate, perAddress }: Cell, seed: string): Job {
  const id = `${disguise}${adapts ? ' that adapts' : ''}, ${rate} a day, ${perAddress} an address`
  const tools = { basic: 0, intermediate: 0, impersonating: 0, browser: 0, [disguise]: 1 }
  const campaign = { ...FRONTIER_BASE, id, tools, perAddress, attempts: rate, adapts: adapts ? 1 : 0 }
  return { day: 'campaign', name: id, seed, limits: LIMITS, plan: { campaign, assumed: {} } }
}
