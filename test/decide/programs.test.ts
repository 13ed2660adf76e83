// Programs that sign in: a customer's own has one account, and an attacker's a list.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence, Tally } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { HISTORY } from '../fixtures/histories.ts'
import { behaviour, client, conduct, match, NOTHING_PROVEN, person, score } from '../fixtures/scene.ts'

const decided = (evidence: Evidence) => decide(evidence, valid(score(0.02)), DEFAULT_POLICY)

describe('programs that sign in', () => {
  const claim = { ...person().client.claim, family: 'tool', declaresAutomation: true } as const
  const program = (
    accounts: number,
    failures: number,
    attempts = failures,
    family: 'tool' | 'app' = 'tool',
  ) => {
    const all = behaviour({ day: { attempts, failures, accounts } })
    const cohort = valid({ behaviour: all, staleness: 0 })
    return person({
      client: client({ claim: { ...claim, family } }),
      conduct: { ...conduct(), cohort },
      proof: NOTHING_PROVEN,
    })
  }

  it('to account after account in vain are slowed, from anywhere', () => {
    expect(decided(program(5, 6))).toMatchObject({ action: 'throttle', rule: 'stuffing_program' })
    expect(decided(program(5, 3, 60))).toMatchObject({ action: 'throttle', rule: 'stuffing_program' })
  })

  it('to one account with an old password are not, nor before the bank has said no, nor where half get in', () => {
    expect(decided(program(4, 60)).action).toBe('flag')
    expect(decided(program(60, 2, 60)).action).toBe('flag')
    const mixed = program(60, 30, 60)
    const cohort = valid({
      behaviour: behaviour({ day: { attempts: 60, failures: 30, successes: 30, accounts: 60 } }),
      staleness: 0,
    })
    expect(decided({ ...mixed, conduct: { ...mixed.conduct, cohort } }).action).toBe('flag')
  })

  it('are none that is an application, and none that the account knows', () => {
    expect(decided(program(60, 60, 60, 'app')).rule).not.toBe('stuffing_program')
    const known = program(60, 60)
    const history = valid({ ...HISTORY, familiar: true })
    expect(decided({ ...known, conduct: { ...known.conduct, history } }).rule).not.toBe('stuffing_program')
  })

  describe('on the mobile channel', () => {
    const mine = client({ claim: { ...claim, family: 'unknown', declaresAutomation: false } })
    const rule = (successes: number, keys: Partial<Evidence['conduct']['keys']> = {}) => {
      const { conduct: all, ...rest } = program(60, 60)
      const day = { attempts: 100, failures: 100 - successes, successes, accounts: 60 }
      const cohort = valid({ behaviour: behaviour({ day }), staleness: 0 })
      const evidence = { ...rest, client: mine, match: match({ channel: 'mobile' }) }
      return decided({ ...evidence, conduct: { ...all, cohort, keys: { ...all.keys, ...keys } } }).rule
    }
    const tried = (accounts: number, changes: Partial<Tally> = {}) =>
      valid(behaviour({ hour: { attempts: accounts, failures: accounts, accounts, ...changes } }))

    it('are, where customers come in with such a one, only those that have tried three accounts, or come from where somebody failed', () => {
      expect(rule(3)).not.toBe('stuffing_program')
      expect(rule(3, { client: tried(2) })).not.toBe('stuffing_program')
      expect(rule(3, { client: tried(3) })).toBe('stuffing_program')
      expect(rule(3, { prefix: tried(1) })).toBe('stuffing_program')
    })

    it('are all of a kind with which hardly anybody comes in', () => {
      expect(rule(2)).toBe('stuffing_program')
    })

    it('are none for what only we refused', () => {
      expect(rule(3, { address: tried(9, { failures: 0 }) })).not.toBe('stuffing_program')
      expect(rule(3, { address: tried(9, { attempts: 20, failures: 1, successes: 2 }) })).not.toBe(
        'stuffing_program',
      )
    })
  })

  it('are stopped for nothing that memory, which does not answer, could have spared them', () => {
    const blind = program(60, 60)
    const history = unavailable('ledger_timeout')
    const conduct = { ...blind.conduct, keys: { ...blind.conduct.keys, account: history }, history }
    expect(decided({ ...blind, conduct }).action).toBe('flag')
  })
})

describe('a browser without a pass behind a shared address', () => {
  const forgetful = (
    history: Evidence['conduct']['history'],
    day: Partial<Tally> = { attempts: 117, failures: 108, successes: 6, accounts: 32 },
  ) =>
    decided(
      person({
        proof: NOTHING_PROVEN,
        conduct: {
          ...conduct({ client: valid(behaviour({ hour: { attempts: 3, failures: 3 }, day })) }),
          history,
        },
      }),
    )

  it('is held for what all of its kind there tried, but at the account of which it is known', () => {
    const stranger = valid({ ...HISTORY, familiar: false })
    expect(forgetful(stranger)).toMatchObject({ action: 'deny', rule: 'client_many_accounts_day' })
    expect(forgetful(valid({ ...HISTORY, familiar: true })).rule).not.toBe('client_many_accounts_day')
  })

  it('is one of a crowd that has forgotten its passwords where one of five gets in', () => {
    const stranger = valid({ ...HISTORY, familiar: false })
    const crowd = { attempts: 123, failures: 109, successes: 13, accounts: 30 }
    expect(forgetful(stranger, crowd).rule).not.toBe('client_many_accounts_day')
    const hour = { ...crowd, accounts: 12, attempts: 40, failures: 37, successes: 3 }
    const now = person({
      proof: NOTHING_PROVEN,
      conduct: { ...conduct({ client: valid(behaviour({ hour })) }), history: stranger },
    })
    expect(decided(now).rule).not.toBe('client_many_accounts_hour')
  })

  it('is none where each account is tried on and on, or where one browser holds a pass', () => {
    const stranger = valid({ ...HISTORY, familiar: false })
    const guessed = { attempts: 3_000, failures: 2_994, successes: 6, accounts: 30 }
    expect(forgetful(stranger, guessed)).toMatchObject({ action: 'deny', rule: 'client_many_accounts_day' })
    const day = { attempts: 200, failures: 194, successes: 6, accounts: 30 }
    const pass = person({ conduct: { ...conduct({ pass: valid(behaviour({ day })) }), history: stranger } })
    expect(decided(pass)).toMatchObject({ action: 'deny', rule: 'client_many_accounts_day' })
  })
})

describe('what poses as a browser', () => {
  const kind = (attempts: number, successes: number, accounts = 5) =>
    valid({ behaviour: behaviour({ day: { attempts, successes, accounts } }), staleness: 0 })
  const scripted = client({ contradictions: ['tls_unlike_claim', 'client_hints_missing'] })
  const inspected = client({ contradictions: ['tls_unlike_claim', 'protocol_unlike_claim'] })
  const trying = (who: typeof scripted, cohort: ReturnType<typeof kind>, changes: Partial<Evidence> = {}) =>
    decided(person({ client: who, conduct: { ...conduct(), cohort }, ...changes }))

  it('with a page fetched before is asked at first, and refused once ten attempts of its kind at five accounts nearly all failed', () => {
    expect(trying(scripted, kind(9, 0))).toMatchObject({ action: 'challenge', rule: 'scripted_browser' })
    expect(trying(scripted, kind(10, 1))).toMatchObject({ action: 'deny', rule: 'forged_cohort' })
  })

  it('is asked and not refused while those of its kind may be a few who have forgotten their passwords', () => {
    expect(trying(scripted, kind(30, 0, 4)).rule).toBe('scripted_browser')
  })

  it('is asked and not refused while some of its kind get in, or where the account knows it', () => {
    expect(trying(scripted, kind(10, 2)).rule).toBe('scripted_browser')
    const history = valid({ ...HISTORY, familiar: true })
    const known = { conduct: { ...conduct(), cohort: kind(99, 0), history } }
    expect(trying(scripted, kind(99, 0), known).rule).toBe('scripted_browser')
    const blind = { conduct: { ...conduct(), cohort: kind(99, 0), history: unavailable('ledger_failed') } }
    expect(trying(scripted, kind(99, 0), blind).rule).toBe('scripted_browser')
  })

  it('is no colleague behind a middlebox who has come by a page', () => {
    expect(trying(inspected, kind(99, 0)).action).toBe('flag')
  })
})
