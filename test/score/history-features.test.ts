import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/evidence.ts'
import { ABSENT, valid } from '../../src/lib/fact.ts'
import type { AccountHistory } from '../../src/observe/history/types.ts'
import { HISTORY_FEATURES } from '../../src/score/features/history.ts'
import { conduct, person } from '../fixtures/scene.ts'

const DAY = 86_400_000
const OWN = { days: 18, since: 80 * DAY, last: DAY }
const NEVER = { days: 0, since: undefined, last: undefined }

function history(changes: Partial<AccountHistory> = {}): AccountHistory {
  return {
    ...{ subject: 'account', confirmed: 85 * DAY, sinceSuccess: DAY, successes: 40, days: 20 },
    traits: { device: undefined, software: OWN, prefix: OWN, network: OWN, country: { ...OWN, days: 20 } },
    ...{
      familiar: true,
      strangerFailures: 0,
      strangers: 0,
      sinceStranger: undefined,
      sinceTakeover: undefined,
    },
    ...changes,
  }
}

function seen(told: AccountHistory | undefined): Evidence {
  return person({ conduct: conduct({}, { history: told === undefined ? ABSENT : valid(told) }) })
}

const OWNER = seen(history())
const STUFFER = seen(
  history({
    ...{ familiar: false, strangerFailures: 3, strangers: 3, sinceStranger: 60_000 },
    traits: { device: undefined, software: NEVER, prefix: NEVER, network: NEVER, country: NEVER },
  }),
)
const HOLIDAY = seen(
  history({ traits: { device: OWN, software: OWN, prefix: NEVER, network: NEVER, country: NEVER } }),
)

describe('what an account knows of its caller', () => {
  it.each([
    ['accountKnowsSoftware', 0.9, 0, 0.9],
    ['accountKnowsPrefix', 0.9, 0, 0],
    ['accountKnowsNetwork', 0.9, 0, 0],
    ['accountKnowsCountry', 1, 0, 0],
    ['accountStrangeness', 0, 1, 0.6],
    ['accountFamiliar', 1, 0, 1],
    ['accountStrangerFailures', 0, Math.log1p(3), 0],
    ['accountStrangers', 0, Math.log1p(3), 0],
  ] as const)('%s moves for a stolen password, and is %d at home', (name, owner, stuffer, holiday) => {
    expect(HISTORY_FEATURES[name](OWNER)).toBeCloseTo(owner, 6)
    expect(HISTORY_FEATURES[name](STUFFER)).toBeCloseTo(stuffer, 6)
    expect(HISTORY_FEATURES[name](HOLIDAY)).toBeCloseTo(holiday, 6)
  })

  it('says nothing of a device that nobody showed', () => {
    expect(HISTORY_FEATURES.accountKnowsDevice(STUFFER)).toBeNaN()
    expect(HISTORY_FEATURES.accountKnowsDevice(HOLIDAY)).toBeCloseTo(0.9, 6)
  })

  it('tells how long ago somebody broke in, and nothing where nobody did', () => {
    expect(HISTORY_FEATURES.accountSinceTakeover(OWNER)).toBeNaN()
    expect(HISTORY_FEATURES.accountSinceTakeover(seen(history({ sinceTakeover: 60_000 })))).toBeCloseTo(
      Math.log1p(60),
      6,
    )
  })

  it('is missing, all of it, where the bank has never let anybody in: no guilt, and no word of whether the name exists', () => {
    for (const measure of Object.values(HISTORY_FEATURES)) expect(measure(seen(undefined))).toBeNaN()
  })
})
