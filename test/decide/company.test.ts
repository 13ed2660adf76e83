// How much a score has to say depends on the company in which a request comes.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence, Tally } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { behaviour, client, conduct, NOTHING_PROVEN, person, score } from '../fixtures/scene.ts'

const decided = (evidence: Evidence, abuse: number) => decide(evidence, valid(score(abuse)), DEFAULT_POLICY)
const company = (day: Partial<Tally>) => valid({ behaviour: behaviour({ day }), staleness: 0 })
const withPassword = (
  day: Partial<Tally>,
  changes: Partial<Evidence['conduct']> = {},
): Evidence['conduct'] => ({
  ...conduct(),
  cohorts: { ...conduct().cohorts, password: company(day) },
  ...changes,
})

const LIST = { attempts: 5, accounts: 5, failures: 5 } as const

describe('a password that was tried on account after account in vain', () => {
  const claim = { ...person().client.claim, family: 'tool', declaresAutomation: true } as const
  const program = { client: client({ claim }), proof: NOTHING_PROVEN }

  it('makes a doubt of whoever brings it next, however new the gate is', () => {
    const young = company({ attempts: 12 })
    const among = (conduct: Evidence['conduct']) => decided(person({ ...program, conduct }), 0.6)
    expect(among(withPassword({}, { route: young })).action).toBe('flag')
    expect(among(withPassword(LIST, { route: young }))).toMatchObject({
      action: 'deny',
      rule: 'score_deny',
    })
  })

  it('is none yet when two customers mistype theirs alike, one tries hers again, or it opens accounts', () => {
    const with_ = (day: Partial<Tally>) =>
      decided(person({ ...program, conduct: withPassword(day) }), 0.6).action
    expect(with_({ attempts: 2, accounts: 2, failures: 2 })).toBe('flag')
    expect(with_({ attempts: 6, accounts: 1, failures: 6 })).toBe('flag')
    expect(with_({ attempts: 40, accounts: 40, failures: 8, successes: 32 })).toBe('flag')
    expect(with_({ attempts: 5, accounts: 5, failures: 1 })).toBe('flag')
    expect(with_(LIST)).toBe('deny')
    const history = unavailable('ledger_timeout')
    const blind = withPassword(LIST, { history })
    expect(decided(person({ ...program, conduct: blind }), 0.6).action).toBe('flag')
  })
})

describe('clients that look alike', () => {
  const alike = (day: Partial<Tally>, abuse: number) =>
    decided(person({ proof: NOTHING_PROVEN, conduct: { ...conduct(), cohort: company(day) } }), abuse)

  it('are no longer given the benefit of the doubt once half of them fail, all day', () => {
    expect(alike({ attempts: 30, failures: 15, successes: 15 }, 0.6).action).toBe('deny')
    expect(alike({ attempts: 30, failures: 8, successes: 22 }, 0.6).action).toBe('flag')
    expect(alike({ attempts: 19, failures: 12, successes: 7 }, 0.6).action).toBe('flag')
  })

  it('are one person where one is all of a kind for an hour', () => {
    const own = { attempts: 5, failures: 5, accounts: 1, clients: 1 }
    const day = { attempts: 40, failures: 5, successes: 35, accounts: 20, clients: 20 }
    const among = (hour: Partial<Tally>) => {
      const cohort = valid({ behaviour: behaviour({ hour, day }), staleness: 0 })
      return decided(person({ proof: NOTHING_PROVEN, conduct: { ...conduct(), cohort } }), 0.6).action
    }
    expect(among(own)).toBe('flag')
    expect(among({ ...own, accounts: 2 })).toBe('deny')
  })

  it('are given it on a day on which everybody fails as much', () => {
    const route = (day: Partial<Tally>) => company({ attempts: 400, ...day })
    const among = (everybody: Partial<Tally>) => {
      const cohort = company({ attempts: 60, failures: 35, successes: 25 })
      const conduct_ = { ...conduct(), cohort, route: route(everybody) }
      return decided(person({ proof: NOTHING_PROVEN, conduct: conduct_ }), 0.6).action
    }
    expect(among({ failures: 160, successes: 240 })).toBe('flag')
    expect(among({ failures: 150, successes: 250 })).toBe('deny')
  })

  it('are given it while it is the bank that leaves half of them without an answer', () => {
    expect(alike({ attempts: 30, failures: 4, successes: 12 }, 0.6).action).toBe('flag')
    expect(alike({ attempts: 1_000, failures: 100, successes: 450 }, 0.6).action).toBe('flag')
    expect(alike({ attempts: 1_000, failures: 250, successes: 250 }, 0.6).action).toBe('deny')
  })
})
