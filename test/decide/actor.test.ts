import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/decide/policy.ts'
import { RULE_IDS } from '../../src/decide/rules.ts'
import type { Conduct, Verdict } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import type { ActorDrift } from '../../src/observe/actor/types.ts'
import type { AccountHistory } from '../../src/observe/history/types.ts'
import { behaviour, conduct, exchange, LICENSED, match, person, score } from '../fixtures/scene.ts'

const HOUR = 3_600_000
const NOTHING = score(0.01)

const DRIFT: ActorDrift = {
  ...{ age: 90 * 24 * HOUR, staleness: 300, weeks: 12, consents: 4_000, newcomer: true, drift: 0.72 },
  ...{ consentsAbove: 1, requestsAbove: 1, errorsAbove: 0, unattendedAbove: 0.4, consentsFromUnknown: 20 },
  ...{ accountsAbove: 0, breadthAbove: 0 },
  unknown: { network: 40, software: 40, certificate: 0 },
  because: ['unknown_network', 'consents_used_from_unknown_origin'],
}

function read(rest: Partial<Conduct>, policy: Policy = DEFAULT_POLICY, abuse = 0.01): Verdict {
  const evidence = person({
    exchange: exchange({ method: 'GET', target: '/v4.0/aisp/accounts/9' }),
    match: match({ channel: 'tpp', sensitivity: 'account', dialect: 'obie' }),
    claims: {},
    proof: LICENSED,
    conduct: conduct({}, rest),
  })
  return decide(evidence, valid(score(abuse)), policy)
}

describe('a third party that drifts', () => {
  it('is noted, with what it is made of, and goes on', () => {
    expect(read({ actor: valid(DRIFT) })).toMatchObject({
      ...{ action: 'flag', rule: 'third_party_drift', reason: 'third_party_drift' },
    })
    expect(read({ actor: valid({ ...DRIFT, drift: 0.3 }) }).rule).toBe('default')
  })

  it('is stopped by no score, however high', () => {
    expect(read({ actor: valid(DRIFT) }, DEFAULT_POLICY, 0.999).action).toBe('flag')
  })

  it('is slowed where a human has said so', () => {
    const rules = { third_party_drift: { action: 'throttle', limit: 70 } } as const
    const policy = { ...DEFAULT_POLICY, rules }
    expect(read({ actor: valid(DRIFT) }, policy)).toMatchObject({
      action: 'throttle',
      counterfactual: expect.stringContaining('without unknown_network, consents_used_from_unknown_origin'),
    })
    expect(read({ actor: valid({ ...DRIFT, drift: 0.69 }) }, policy).action).toBe('allow')
  })
})

describe('a third party that goes through accounts', () => {
  const calm = { ...DRIFT, drift: 0.2 }
  const wide = { ...calm, accountsAbove: 0.7, breadthAbove: 1 }

  it('is noted with how many it reads of each consent, and goes on, however high the score', () => {
    const verdict = read({ actor: valid(wide) }, DEFAULT_POLICY, 0.999)
    expect(verdict).toMatchObject({
      ...{ action: 'flag', rule: 'third_party_breadth', reason: 'third_party_drift' },
      counterfactual:
        'under 150% of the usual accounts of each consent (it was 200%), this would have been allowed',
    })
  })

  it.each([
    ['reads as many of each as it may', { breadthAbove: 0.58 }],
    ['reads no more accounts than always', { accountsAbove: 0 }],
    ['has not been watched', { accountsAbove: undefined, breadthAbove: undefined }],
    ['reads too few to tell', { breadthAbove: undefined }],
  ])('is not noted where it %s', (_, changes) => {
    expect(read({ actor: valid({ ...wide, ...changes }) }).rule).toBe('default')
  })

  it('keeps the name of whatever else it is noted or stopped for', () => {
    expect(read({ actor: valid({ ...wide, drift: 0.72 }) }).rule).toBe('third_party_drift')
    const walk = { fresh: 30, neighbours: 0, run: 0, misses: 30, outside: undefined, asked: 30, missing: 30 }
    expect(read({ actor: valid(wide), walk: valid(walk) })).toMatchObject({
      ...{ action: 'throttle', rule: 'tpp_identifiers_walked' },
    })
  })

  it('comes last of all rules, behind what notes an outage of the scorer', () => {
    expect(RULE_IDS.at(-1)).toBe('third_party_breadth')
  })

  it('is slowed where a human has said so', () => {
    const rules = { third_party_breadth: { action: 'throttle', limit: 210 } } as const
    const policy = { ...DEFAULT_POLICY, rules }
    expect(read({ actor: valid(wide) }, policy).action).toBe('allow')
    expect(read({ actor: valid({ ...wide, breadthAbove: 1.5 }) }, policy).action).toBe('throttle')
  })
})

const STRANGE = { days: 0, since: undefined, last: undefined }
const HISTORY: AccountHistory = {
  ...{ subject: 'account', confirmed: 900 * HOUR, sinceSuccess: HOUR, successes: 30, days: 20 },
  traits: { device: undefined, software: STRANGE, prefix: STRANGE, network: STRANGE, country: STRANGE },
  ...{ familiar: false, strangerFailures: 9, strangers: 7, sinceStranger: HOUR, sinceTakeover: undefined },
}

describe('an account that others try', () => {
  const attacked = behaviour({ hour: { attempts: 30, failures: 29, clients: 25 } })
  const visit = (history: AccountHistory) =>
    decide(
      person({
        proof: { ...person().proof, pass: { state: 'absent' } },
        conduct: conduct({ account: valid(attacked) }, { history: valid(history) }),
      }),
      valid(NOTHING),
      DEFAULT_POLICY,
    )

  it('is closed to strangers and open to whom it knows', () => {
    expect(visit(HISTORY)).toMatchObject({ action: 'challenge', rule: 'account_under_attack' })
    expect(visit({ ...HISTORY, familiar: true }).action).toBe('allow')
  })

  it('is noted after a stranger got in, until its owner is back', () => {
    const entered = (changes: Partial<AccountHistory>) =>
      decide(
        person({ conduct: conduct({}, { history: valid({ ...HISTORY, sinceTakeover: HOUR, ...changes }) }) }),
        valid(NOTHING),
        DEFAULT_POLICY,
      )
    expect(entered({})).toMatchObject({ action: 'flag', rule: 'account_taken_over' })
    expect(entered({ familiar: true }).rule).toBe('default')
    expect(entered({ sinceTakeover: 30 * HOUR }).rule).toBe('default')
  })
})

describe('identifiers that are walked through', () => {
  const WALK = {
    ...{ fresh: 60, neighbours: 50, run: 50, misses: 55, outside: undefined, asked: 60, missing: 55 },
  }
  const walking = (
    changes: object,
    proof = person().proof,
    keys: Partial<Conduct['keys']> = {},
    rest: Partial<Conduct> = {},
  ) =>
    decide(
      person({
        exchange: exchange({ method: 'GET', target: '/mobile/v1/accounts/9' }),
        match: match({ channel: 'mobile', sensitivity: 'account' }),
        proof,
        claims: { inquiry: true },
        conduct: conduct(keys, { walk: valid({ ...WALK, ...changes }), ...rest }),
      }),
      valid(NOTHING),
      DEFAULT_POLICY,
    )

  it('are slowed once most of them do not exist', () => {
    expect(walking({})).toMatchObject({ action: 'throttle', rule: 'identifiers_walked' })
    expect(walking({ misses: 39 }).action).toBe('allow')
    expect(walking({ fresh: 400, misses: 55 }).action).toBe('allow')
  })

  it('are not those of an app that asks for one thing until it is there', () => {
    expect(walking({ fresh: 1, misses: 60, asked: 1, missing: 1 }).action).toBe('allow')
  })

  it('slow whoever holds a token after ten, because an app asks for what it was told of', () => {
    const token = { token: valid(behaviour()) }
    expect(walking({ fresh: 10, misses: 1, asked: 11, missing: 10 }, person().proof, token)).toMatchObject({
      ...{ action: 'throttle', rule: 'token_identifiers_walked', reason: 'identifiers_walked' },
    })
    expect(walking({ misses: 9, asked: 10, missing: 9 }, person().proof, token).action).toBe('allow')
    // Two accounts of the customer's own, and ten payees that another device has deleted.
    expect(walking({ misses: 10, asked: 13, missing: 10 }, person().proof, token).action).toBe('allow')
    expect(walking({ misses: 10, asked: 11, missing: 10 }).action).toBe('allow')
  })

  const missing = (missing: number, asked: number, rest: Partial<Conduct> = {}) =>
    walking({ asked, missing }, LICENSED, {}, rest)

  it('slow a proven third party only for what it asked under its own consent or token, nearly all of it in vain', () => {
    expect(missing(20, 22)).toMatchObject({ action: 'throttle', rule: 'tpp_identifiers_walked' })
    expect(missing(19, 19).action).toBe('allow')
    // Half of what it polls was withdrawn.
    expect(missing(50, 100).action).toBe('allow')
  })

  it('slow a proven third party that takes a fresh token each time, by what all of them asked in vain', () => {
    const afresh = (missing: number, asked: number) =>
      walking({ asked: 2, missing: 1, organisation: { asked, missing } }, LICENSED)
    expect(afresh(40, 43)).toMatchObject({ action: 'throttle', rule: 'tpp_inquiries_walked' })
    expect(afresh(39, 39).action).toBe('allow')
    expect(afresh(400, 900).action).toBe('allow')
  })

  /** `own`: misses of the third party itself. */
  const during = (misses: number, own: number, usual = 0) => ({
    route: valid({
      behaviour: behaviour({
        ...{ minute: { requests: 100, misses }, tenMinutes: { requests: 1_000, misses } },
        day: { requests: 11_000, misses: misses + 10_000 * usual },
      }),
      staleness: 0,
    }),
    cohorts: {
      ...conduct().cohorts,
      tpp: valid({ behaviour: behaviour({ minute: { requests: 60, misses: own } }), staleness: 0 }),
    },
  })

  it('slow nobody while the bank has nothing for others either, and are noted', () => {
    expect(missing(30, 30, during(60, 30))).toMatchObject({
      action: 'flag',
      rule: 'tpp_identifiers_unanswered',
    })
    const afresh = { asked: 2, missing: 1, organisation: { asked: 40, missing: 40 } }
    expect(walking(afresh, LICENSED, {}, during(60, 30)).action).toBe('flag')
    expect(missing(10, 10, during(60, 30)).rule).toBe('default')
  })

  it.each([
    ['nearly all that the bank has nothing for are its own', during(60, 45)],
    ['others miss now and then', during(40, 25)],
    ['the bank has nothing for a third of all questions on any day', during(60, 10, 0.34)],
    ['nobody knows of others', { route: conduct().route }],
  ])('slow it where %s', (_, rest) => {
    expect(missing(30, 30, rest).action).toBe('throttle')
  })

  it('slow whoever is proven to be nobody, however many others miss: those may be the same', () => {
    const token = { token: valid(behaviour()) }
    expect(walking({}, person().proof, token, during(60, 0)).action).toBe('throttle')
  })

  it('never slow a third party for a consent that the bank has told it of', () => {
    const told = { quota: undefined, until: undefined, perDay: undefined, unknown: false, due: false }
    const consent = (learnt: boolean) => ({ consent: valid({ ...told, learnt }) })
    expect(missing(30, 30, consent(true)).action).toBe('allow')
    expect(missing(30, 30, consent(false)).action).toBe('throttle')
  })
})
