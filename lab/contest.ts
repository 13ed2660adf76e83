/** Campaigns and the bank's own people through the very same guard: what the arena prints, without the printing. */
import type { PlannedCampaign } from './campaign-file.ts'
import { type DayResult, type Job, playDay } from './day.ts'
import { besideAtLeast, eachClass, type Limits, scaled, type Volumes } from './population.ts'
import { addedUp, type BenignResult, type CampaignResult } from './tally.ts'

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
  /** Of each benign class in all, as far as days without an attack have to add to those beside the campaigns. */
  readonly people: number
  readonly seed: string
}

/** Plays all days; their order changes nothing, because each has a gate and a stream of its own. */
export type Runner = (jobs: readonly Job[]) => Promise<readonly DayResult[]>

export async function contest(options: ContestOptions, run: Runner = oneByOne): Promise<ContestResult> {
  const { plans, people, limits, seed } = options
  const missing = missingPeople(people, plans, limits)
  const jobs: Job[] = [
    // On its first day a gate knows nobody, and stops nobody for that.
    { day: 'quiet', name: 'first day', volumes: part(missing, 0.25), memory: false, seed },
    { day: 'quiet', name: 'quiet day', volumes: part(missing, 0.55), memory: true, seed },
    // Nobody is guilty of what the bank does not answer.
    { day: 'quiet', name: 'day of outages', volumes: part(missing, 0.2), memory: true, fails: true, seed },
    ...plans.map((plan): Job => ({ day: 'campaign', name: plan.campaign.id, plan, limits, seed })),
  ]
  const days = await run(jobs)
  const campaigns = days.flatMap(({ campaign }, index) => {
    const job = jobs[index]
    return campaign === undefined || job?.day !== 'campaign'
      ? []
      : [{ ...campaign, assumed: job.plan.assumed }]
  })
  const scale = Math.min(1, ...campaigns.map((campaign) => campaign.scale))
  return { scale, campaigns, benign: addedUp(days.map(({ benign }) => benign)) }
}

/** A day without an attack has so many of every class at the least. */
const QUIET_SHARE = 0.12

function missingPeople(people: number, plans: ContestOptions['plans'], limits: Limits): Volumes {
  const days = plans.map(({ campaign }) => besideAtLeast(scaled(campaign, limits).volumes))
  return eachClass((name) => {
    const there = days.reduce((sum, day) => sum + day[name], 0)
    return Math.ceil(Math.max(people * QUIET_SHARE, people - there))
  })
}

function part(volumes: Volumes, share: number): Volumes {
  return eachClass((name) => Math.ceil(volumes[name] * share))
}

async function oneByOne(jobs: readonly Job[]): Promise<readonly DayResult[]> {
  const results: DayResult[] = []
  for (const job of jobs) results.push(await playDay(job))
  return results
}
