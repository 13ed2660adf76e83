/** What the frontier makes of days that somebody else has played: it plays none itself. */
import { describe, expect, it } from 'vitest'
import type { Runner } from '../../lab/contest.ts'
import type { DayResult, Job } from '../../lab/day.ts'
import { type FrontierPoint, frontier } from '../../lab/frontier.ts'
import type { CampaignResult } from '../../lab/tally.ts'
import { TOOLS } from '../../lab/traffic/attackers.ts'

type AttackedDay = Extract<Job, { day: 'campaign' }>
type Outcome = Partial<CampaignResult>

/** Days of which `outcomeOf` says how they ended; undefined stands for a day without a campaign. */
async function points(outcomeOf: (job: AttackedDay, index: number) => Outcome | undefined) {
  const jobs: AttackedDay[] = []
  const run: Runner = (asked) =>
    Promise.resolve(
      asked.map((job, index): DayResult => {
        if (job.day !== 'campaign') throw new Error('Cannot play a quiet day: the frontier has none')
        jobs.push(job)
        const outcome = outcomeOf(job, index)
        return { benign: [], campaign: outcome && { ...NOTHING, id: job.name, ...outcome } }
      }),
    )
  return { found: await frontier('a seed', run), jobs }
}

const NOTHING = {
  ...{
    id: '',
    kind: 'credential_stuffing',
    attempts: 0,
    stopped: 0,
    challenged: 0,
    unanswered: 0,
    through: 0,
    scale: 1,
  },
  ...{ through_before_first_stop: 0, valid_pairs: 0, valid_pairs_through: 0, addresses: 0, noticed: null },
} as const

describe('the frontier', () => {
  it('is every disguise at every rate, over addresses used once and often, and once more for those who adapt', async () => {
    const { found, jobs } = await points(() => ({}))
    const cell = ({ disguise, adapts, attempts_per_day, per_address }: FrontierPoint) =>
      [disguise, adapts, attempts_per_day, per_address].join()
    const rates = [20_000, 100_000, 500_000]
    const wanted = TOOLS.flatMap((tool) => [
      ...[1, 10].flatMap((often) => rates.map((rate) => [tool, false, rate, often].join())),
      ...rates.map((rate) => [tool, true, rate, 10].join()),
    ])
    expect(found.map(cell)).toEqual(wanted)
    expect(new Set(jobs.map(({ name }) => name)).size).toBe(wanted.length)
  })

  it('has each point played as it is named: by one tool, at its rate, with the seed', async () => {
    const { found, jobs } = await points(() => ({}))
    expect(jobs).toHaveLength(found.length)
    for (const [index, { seed, name, plan }] of jobs.entries()) {
      const { id, tools, attempts, perAddress, adapts } = plan.campaign
      const { disguise, ...point } = found[index] ?? { disguise: undefined }
      expect({ seed, id }).toEqual({ seed: 'a seed', id: name })
      expect(tools).toEqual(Object.fromEntries(TOOLS.map((tool) => [tool, Number(tool === disguise)])))
      expect(point).toMatchObject({
        attempts_per_day: attempts,
        per_address: perAddress,
        adapts: adapts === 1,
      })
    }
  })

  it('tells shares of the attempts, and how many came before the first that was noticed', async () => {
    const noticed = { after_seconds: 60, after_attempts: 17, share_read: null }
    const { found } = await points(() => ({
      attempts: 200,
      stopped: 120,
      challenged: 50,
      through: 30,
      noticed,
    }))
    for (const point of found) {
      expect(point).toMatchObject({ attempts: 200, stopped: 0.6, challenged: 0.25, through: 0.15 })
      expect(point.attempts_before_noticed).toBe(17)
    }
  })

  it('says nothing before which it was noticed where nobody noticed it, and no share of no attempts', async () => {
    const { found } = await points(() => ({ attempts: 0, noticed: null }))
    expect(found[0]).toMatchObject({ stopped: 0, challenged: 0, through: 0, attempts_before_noticed: null })
  })

  it('tells noticed at once from never noticed', async () => {
    const noticed = { after_seconds: 0, after_attempts: 0, share_read: null }
    const { found } = await points(() => ({ attempts: 10, stopped: 10, noticed }))
    expect(found[0]?.attempts_before_noticed).toBe(0)
  })

  it('leaves a day out that has no campaign, and gives its figures to no other point', async () => {
    const { found, jobs } = await points((_, index) => (index === 1 ? undefined : { attempts: index }))
    expect(found).toHaveLength(jobs.length - 1)
    expect(found[1]).toMatchObject({ attempts: 2, attempts_per_day: jobs[2]?.plan.campaign.attempts })
  })
})
