/** Cards and floods: rules count what one machine does; what many do shows in what everybody does. */
import { describe, expect, it } from 'vitest'
import { expectLeftAlone, isStopped, shareStopped, siege } from './siege.ts'

const CROWD = 40
const ENOUGH = 0.9
const ONE_TOOL = { variants: 1, shared: 0 } as const
const ONE_MACHINE = { ...ONE_TOOL, perAddress: 5_000 } as const
const OFF = { posture: 'off' } as const
/** `client_many_accounts` after five cards, of which some are tried twice; an answer is counted a quarter of a second late. */
const MOST_ANSWERS = 10
/** What the rules do alone, whatever a model says. */
const NO_SCORE = {
  ...{ score_deny: OFF, score_certain: OFF, score_throttle: OFF, score_challenge: OFF },
  ...{
    score_without_page: OFF,
    score_card_without_pass: OFF,
    score_enumeration: OFF,
    score_hurried_program: OFF,
  },
} as const

describe('somebody who tests cards', () => {
  it('in their order gets a few answers for each machine that looks like a browser, by a rule that counts', async () => {
    const { attempts } = await siege({
      campaign: 'card-burst',
      changed: {
        ...ONE_TOOL,
        ...{ attempts: 100, perAddress: 30, hours: 1 },
        tools: { basic: 0, intermediate: 0, impersonating: 1, browser: 0 },
      },
      town: {},
      rules: NO_SCORE,
    })
    const machines = Map.groupBy(attempts, ({ step }) => step.truth.person)
    expect(machines.size).toBeGreaterThan(1)
    for (const tried of machines.values())
      expect(tried.filter((one) => !isStopped(one)).length).toBeLessThanOrEqual(MOST_ANSWERS)
  })

  it.each(['card-burst', 'bin-single-use'])('is stopped after the first forty: %s', async (campaign) => {
    const { attempts, honest } = await siege({ campaign, changed: { ...ONE_TOOL, attempts: 100 } })
    expect(shareStopped(attempts.slice(CROWD))).toBeGreaterThanOrEqual(ENOUGH)
    expectLeftAlone(honest)
  })
})

describe('a flood on one endpoint', () => {
  it('is slowed before its second hundred, and people are let in beside it', async () => {
    const { attempts, honest } = await siege({
      campaign: 'flood',
      changed: { ...ONE_MACHINE, attempts: 180 },
    })
    expect(new Set(attempts.map(({ step }) => step.path.split('?')[0])).size).toBe(1)
    expect(shareStopped(attempts.slice(100))).toBeGreaterThanOrEqual(ENOUGH)
    expectLeftAlone(honest)
  })

  it('is slowed at the rate that the bank has set, whatever a model says', async () => {
    const { attempts } = await siege({
      campaign: 'flood',
      changed: { ...ONE_MACHINE, attempts: 120 },
      town: {},
      rules: { ...NO_SCORE, client_flood: { limit: 60 } },
    })
    expect(attempts.slice(0, 60).filter(isStopped)).toEqual([])
    expect(shareStopped(attempts.slice(60))).toBeGreaterThanOrEqual(ENOUGH)
  })
})
