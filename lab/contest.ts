/** Campaigns and the bank's own people through the very same guard: what the arena prints, without the printing. */
import { guard } from '../src/guard.ts'
import type { PlannedCampaign } from './campaign-file.ts'
import { type ThirdParties, thirdParties } from './certificates.ts'
import { embeddedScorer, labHouse } from './house.ts'
import { evenly, type Limits, population, scaled, spanOf, type Volumes } from './population.ts'
import { type BenignResult, benignTally, type CampaignResult, campaignTally } from './tally.ts'
import { attack, type Campaign } from './traffic/campaigns.ts'
import type { Random } from './traffic/random.ts'
import type { Arrival } from './traffic/traffic.ts'
import { play, type Sighting } from './world.ts'

export interface ContestResult {
  /** The smallest factor of all campaigns; each has its own beside it. */
  readonly scale: number
  readonly campaigns: readonly (CampaignResult & {
    readonly scale: number
    /** What FILE did not say, and what was taken instead. */
    readonly assumed: PlannedCampaign['assumed']
  })[]
  readonly benign: readonly BenignResult[]
}

export interface ContestOptions {
  readonly plans: readonly PlannedCampaign[]
  readonly limits: Limits
  /** Of each benign class, on a day without an attack. */
  readonly quietPeople: number
  readonly random: Random
  /** Told the name of each day as it begins. */
  readonly begins?: (name: string) => void
}

const THIRD_PARTIES = 13

interface Arena {
  readonly random: Random
  readonly parties: ThirdParties
  readonly benign: ReturnType<typeof benignTally>
}

export async function contest(options: ContestOptions): Promise<ContestResult> {
  const { plans, limits, quietPeople, random, begins = () => {} } = options
  const parties = await thirdParties(THIRD_PARTIES)
  const arena: Arena = { random, parties, benign: benignTally() }
  begins('a quiet day')
  await day('quiet day', evenly(quietPeople), 24, [], arena, () => {})
  const campaigns: ContestResult['campaigns'][number][] = []
  for (const { campaign, assumed } of plans) {
    begins(campaign.id)
    const { scale, result } = await beside(campaign, limits, arena)
    campaigns.push({ ...result, scale, assumed })
  }
  const scale = Math.min(1, ...campaigns.map((campaign) => campaign.scale))
  return { scale, campaigns, benign: arena.benign.results() }
}

/** Each campaign meets a gate that has no memories: nothing that it learnt from the one before helps it. */
async function beside(
  campaign: Campaign,
  limits: Limits,
  arena: Arena,
): Promise<{ readonly scale: number; readonly result: CampaignResult }> {
  const plan = scaled(campaign, limits)
  const tally = campaignTally(campaign.id, campaign.kind)
  const attackers = attack(
    plan.campaign,
    spanOf(campaign.hours),
    arena.random.fork(`campaign ${campaign.id}`),
  )
  await day(campaign.id, plan.volumes, campaign.hours, [...attackers], arena, tally.see)
  return { scale: plan.scale, result: tally.result() }
}

async function day(
  name: string,
  volumes: Volumes,
  hours: number,
  attackers: readonly Arrival[],
  arena: Arena,
  see: (sighting: Sighting) => void,
): Promise<void> {
  const stream = arena.random.fork(name)
  // Every second bank has no Bot Management: the gate must do without.
  const zone = { botManagement: stream.fork('zone').chance(0.5) }
  const house = labHouse({ scorer: embeddedScorer(), seed: name, anchors: arena.parties.anchors })
  const everybody = population(
    `beside ${name}`,
    volumes,
    spanOf(hours),
    arena.parties.certificates,
    stream.fork('people'),
  )
  await play([...everybody, ...attackers], house, zone, guard, (sighting) => {
    arena.benign.see(sighting)
    see(sighting)
  })
}
