import { describe, expect, it } from 'vitest'
import { DEFAULT_CAMPAIGNS } from '../../lab/campaigns.ts'
import { contest } from '../../lab/contest.ts'
import { BENIGN_CLASSES } from '../../lab/traffic/traffic.ts'

const [openBullet, walk] = ['openbullet', 'account-walk'].map((id) =>
  DEFAULT_CAMPAIGNS.find((campaign) => campaign.id === id),
)

function small(seed: string) {
  const plans = [openBullet, walk].flatMap((campaign) =>
    campaign === undefined ? [] : [{ campaign, assumed: {} }],
  )
  return contest({ plans, limits: { attempts: 150, people: 60 }, people: 30, seed })
}

describe('a small contest', () => {
  it('comes out the same for the same seed, and not for another', { timeout: 120_000 }, async () => {
    const [once, again, other] = [await small('a'), await small('a'), await small('b')]
    expect(again).toEqual(once)
    expect(other).not.toEqual(once)
  })

  it('counts every attempt once, and every class of people', { timeout: 60_000 }, async () => {
    const { campaigns, benign, scale } = await small('a')
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

  it('stops the crudest campaign there is nearly whole', { timeout: 60_000 }, async () => {
    const { campaigns } = await small('a')
    const [crude] = campaigns
    expect((crude?.stopped ?? 0) + (crude?.challenged ?? 0)).toBeGreaterThan(0.95 * (crude?.attempts ?? 1))
  })
})
