/**
 * Campaigns that hide in numbers: the gate sees nobody of them more than a few times. They show in what everybody does at a
 * door, as soon as there is an everybody: forty of theirs, where one tool is set for one door.
 */
import { describe, expect, it } from 'vitest'
import type { Sighting } from './laboratory-client.ts'
import { expectLeftAlone, shareStopped, siege } from './siege.ts'

const CROWD = 40
const ENOUGH = 0.9
const ONE_TOOL = { variants: 1, shared: 0 } as const

function addressesOf(attempts: readonly Sighting[]): number {
  return new Set(attempts.map(({ step }) => step.place.address)).size
}

describe('a campaign of a few attempts each', () => {
  it.each(['openbullet-single-use', 'browser-headers-single-use'])(
    'from addresses that are used once is stopped by what they have in common: %s',
    async (campaign) => {
      const { attempts, honest } = await siege({ campaign, changed: { ...ONE_TOOL, attempts: 110 } })
      // Two of them may draw the same.
      expect(addressesOf(attempts)).toBeGreaterThanOrEqual(0.98 * attempts.length)
      expect(shareStopped(attempts.slice(CROWD))).toBeGreaterThanOrEqual(ENOUGH)
      expectLeftAlone(honest)
    },
  )

  it('that takes three days, with two attempts each, is stopped from its first day on', async () => {
    const { attempts, honest } = await siege({
      campaign: 'slow',
      changed: { ...ONE_TOOL, attempts: 160, perAddress: 2, hours: 3 * 24 },
    })
    expect(addressesOf(attempts)).toBeGreaterThan(60)
    expect(shareStopped(attempts.slice(CROWD))).toBeGreaterThanOrEqual(ENOUGH)
    expectLeftAlone(honest)
  })

  it('that asks which user names there are learns of next to none', async () => {
    const { attempts, honest } = await siege({ campaign: 'names', changed: { attempts: 110, shared: 0 } })
    expect(shareStopped(attempts.slice(CROWD))).toBeGreaterThanOrEqual(ENOUGH)
    expectLeftAlone(honest)
  })
})
