/**
 * One day of the arena, or one campaign with its people: a house, a population and perhaps attackers, all from the
 * job's own seed. A gate that has been there for a while has memories: the weeks before are lived through first, in
 * which most of the people came by, and nobody attacked.
 */
import { guard } from '../src/guard.ts'
import type { PlannedCampaign } from './campaign-file.ts'
import { type ThirdParties, thirdParties } from './certificates.ts'
import { digestHere } from './digests.ts'
import { embeddedScorer, labHouse } from './house.ts'
import { anyOutages, type Outage } from './outages.ts'
import { beside, type Limits, population, scaled, spanOf, type Volumes } from './population.ts'
import { type BenignCount, benignTally, type CampaignResult, campaignTally } from './tally.ts'
import { attack, bystanders } from './traffic/campaigns.ts'
import { random } from './traffic/random.ts'
import type { Arrival } from './traffic/traffic.ts'
import { play, type Sighting } from './world.ts'

export type Job = {
  readonly name: string
  readonly seed: string
} & (
  | { readonly day: 'quiet'; readonly volumes: Volumes; readonly memory: boolean; readonly fails?: true }
  | { readonly day: 'campaign'; readonly plan: PlannedCampaign; readonly limits: Limits }
)

export interface DayResult {
  readonly benign: readonly BenignCount[]
  readonly campaign: (CampaignResult & { readonly scale: number }) | undefined
}

const THIRD_PARTIES = 13
/** Made once for all days of a thread: a dozen keys and signatures take longer than some days. */
let made: Promise<ThirdParties> | undefined
/** What the gate remembers at the beginning of a day. */
const MEMORY_MS = 14 * 24 * 3_600_000

export async function playDay(job: Job): Promise<DayResult> {
  digestHere()
  return job.day === 'quiet' ? quietDay(job) : attackedDay(job)
}

function everyParty(): Promise<ThirdParties> {
  made ??= thirdParties(THIRD_PARTIES)
  return made
}

async function quietDay(job: Extract<Job, { day: 'quiet' }>): Promise<DayResult> {
  const benign = benignTally()
  const parties = await everyParty()
  const everybody = population(
    ...([`on the ${job.name}`, job.volumes, spanOf(24), parties.certificates] as const),
    random(job.seed).fork(job.name).fork('people'),
    job.memory ? { memory: MEMORY_MS } : {},
  )
  const outages = job.fails ? anyOutages(spanOf(24), random(job.seed).fork(job.name).fork('outages')) : []
  await live(job, parties, everybody, benign.see, outages)
  return { benign: benign.counts(), campaign: undefined }
}

/** Each campaign meets a gate that knows the bank's people, and nothing of the campaign before it. */
async function attackedDay(job: Extract<Job, { day: 'campaign' }>): Promise<DayResult> {
  const { campaign: drawn } = job.plan
  const { scale, campaign, volumes } = scaled(drawn, job.limits)
  const parties = await everyParty()
  const stream = random(job.seed).fork(`campaign ${campaign.id}`)
  const touched = bystanders(campaign, stream)
  const span = spanOf(campaign.hours)
  const [rogue, ...others] = parties.certificates
  const everybody = population(
    ...([`beside ${campaign.id}`, beside(volumes, touched), span, others] as const),
    random(job.seed).fork(job.name).fork('people'),
    { memory: MEMORY_MS, ...touched },
  )
  const benign = benignTally()
  const tally = campaignTally(campaign)
  await live(
    job,
    parties,
    [...everybody, ...attack(campaign, span, stream, rogue, MEMORY_MS)],
    (sighting) => {
      benign.see(sighting)
      tally.see(sighting)
    },
  )
  return { benign: benign.counts(), campaign: { ...tally.result(), scale } }
}

async function live(
  job: Job,
  parties: ThirdParties,
  arrivals: readonly Arrival[],
  see: (sighting: Sighting) => void,
  outages: readonly Outage[] = [],
): Promise<void> {
  // Every second bank has no Bot Management: the gate must do without.
  const botManagement = random(job.seed).fork(job.name).fork('zone').chance(0.5)
  const { anchors } = parties
  const house = labHouse({ scorer: embeddedScorer(), seed: job.name, anchors, outages })
  await play(arrivals, house, { botManagement }, guard, (sighting) => {
    if (!sighting.step.truth.warmUp) see(sighting)
  })
}
