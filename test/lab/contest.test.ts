import { describe, expect, it } from 'vitest'
import { DEFAULT_CAMPAIGNS } from '../../lab/campaigns.ts'
import { contest, type Runner } from '../../lab/contest.ts'
import { onThreads } from '../../lab/parallel.ts'
import { type Limits, scaled } from '../../lab/population.ts'
import { BENIGN_CLASSES } from '../../lab/traffic/traffic.ts'

const [openBullet, walk] = ['openbullet', 'account-walk'].map((id) =>
  DEFAULT_CAMPAIGNS.find((campaign) => campaign.id === id),
)

function small(seed: string, run?: Runner) {
  const plans = [openBullet, walk].flatMap((campaign) =>
    campaign === undefined ? [] : [{ campaign, assumed: {} }],
  )
  return contest({ plans, limits: { attempts: 150, people: 60, peopleEachDay: 0 }, people: 8, seed }, run)
}

/** Most tests look at the same one. */
let played: ReturnType<typeof contest> | undefined
const once = () => {
  played ??= small('a')
  return played
}

describe('a small contest', () => {
  it('comes out the same for the same seed, and not for another', { timeout: 300_000 }, async () => {
    const [first, again, other] = [await once(), await small('a'), await small('b')]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it('counts every attempt once, and every class of people', { timeout: 60_000 }, async () => {
    const { campaigns, benign, scale } = await once()
    expect(scale).toBeLessThan(1)
    expect(campaigns.map(({ id }) => id)).toEqual(['openbullet', 'account-walk'])
    for (const one of campaigns) {
      expect(one.attempts).toBeGreaterThan(10)
      expect(one.stopped + one.challenged + one.through).toBe(one.attempts)
      expect(one.valid_pairs_through).toBeLessThanOrEqual(one.valid_pairs)
    }
    expect(benign.map((one) => one.class)).toEqual([...BENIGN_CLASSES])
    for (const one of benign) {
      expect(one.people).toBeGreaterThan(0)
      expect(one.requests).toBeGreaterThanOrEqual(one.people)
      expect(one.upper95).toBeGreaterThan(one.people_stopped / one.people)
    }
  })

  it('does not depend on how many threads play it', { timeout: 240_000 }, async () => {
    const jobs = onThreads(2, () => {})
    expect(await small('a', jobs)).toEqual(await once())
  })

  it('stops the crudest campaign there is, but for what comes before a crowd', {
    timeout: 120_000,
  }, async () => {
    const plans = openBullet === undefined ? [] : [{ campaign: openBullet, assumed: {} }]
    const { campaigns } = await contest({
      plans,
      limits: { attempts: 600, people: 300, peopleEachDay: 0 },
      people: 8,
      seed: 'a',
    })
    const [crude] = campaigns
    expect(crude?.attempts).toBeGreaterThan(150)
    // A score waits for thirty attempts of everybody's (`decide/rules/score.ts`).
    expect(crude?.through).toBeLessThanOrEqual(35)
  })
})

describe('a campaign beside a part of the bank', () => {
  it('shrinks with it, but for one third party, which is what it is', () => {
    const attempts = DEFAULT_CAMPAIGNS.map((campaign) => {
      const plan = scaled(campaign, { attempts: 6_000, people: 3_400, peopleEachDay: 400 })
      return [campaign.id, plan.campaign.attempts, Math.round(campaign.attempts * plan.scale)] as const
    })
    const unscaled = attempts.filter(([, played, shrunk]) => played !== shrunk)
    expect(unscaled.map(([id, played]) => [id, played])).toEqual([
      ['consent-walk', 12_000],
      ['compromised-tpp', 12_000],
    ])
  })

  it('keeps enough attempts to be judged by, as long as so many people can be played beside it', () => {
    const limits = { attempts: 6_000, people: 3_400, peopleEachDay: 400 }
    const few = { ...limits, fewest: { attempts: 1_000, mostPeople: 12_000 } }
    const played = (id: string, these: Limits) => {
      const campaign = DEFAULT_CAMPAIGNS.find((one) => one.id === id)
      if (campaign === undefined) throw new Error(`There is no campaign ${id}`)
      const { volumes, scale, campaign: shrunk } = scaled(campaign, these)
      const people = Object.values(volumes).reduce((sum, count) => sum + count, 0)
      return { attempts: shrunk.attempts, people, share: shrunk.attempts / people, scale }
    }
    expect(played('takeover', limits).attempts).toBeLessThan(400)
    const takeover = played('takeover', few)
    expect(takeover.attempts).toBe(1_000)
    expect(takeover.share).toBeCloseTo(played('takeover', limits).share, 2)
    const drip = played('card-drip', few)
    expect(drip.people).toBeGreaterThan(11_900)
    expect(drip.people).toBeLessThan(12_100)
    expect(played('openbullet', few)).toEqual(played('openbullet', limits))
  })
})
