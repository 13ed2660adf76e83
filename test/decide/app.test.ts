// What a proven app changes in a verdict, and what it leaves alone: everything that was counted.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import { RULES } from '../../src/decide/rules.ts'
import type { Client, Conduct, Evidence } from '../../src/evidence.ts'
import { ABSENT, unavailable, valid } from '../../src/lib/fact.ts'
import type { AppProof } from '../../src/verify/attestation/types.ts'
import { behaviour, client, conduct, match, NOTHING_PROVEN, NOW, person, score } from '../fixtures/scene.ts'

const APP: AppProof = {
  ...{ platform: 'apple', app: 'TEAM123456.com.example.bank', madeAt: NOW, keyThumbprint: 'k' },
  ...{ counter: 2, previousCounter: 1, keyFirstSeenAt: NOW - 60_000, environment: 'production' },
  build: { category: 4, bundleVersion: '1.0' },
}

function login(changes: Partial<Evidence> = {}, proven = true): Evidence {
  return person({
    match: match({ id: 'mobile-login', channel: 'mobile', app: 'optional' }),
    proof: { ...NOTHING_PROVEN, app: proven ? valid(APP) : ABSENT },
    conduct: conduct(),
    ...changes,
  })
}

const verdictOf = (evidence: Evidence, abuse = 0) => decide(evidence, valid(score(abuse)), DEFAULT_POLICY)

/** A page inside the app: names a browser, and lacks what that browser sends. */
const WEB_VIEW: Client = client({
  contradictions: ['fetch_metadata_missing', 'tls_unlike_claim', 'accept_unlike_claim'],
})
const LIBRARY: Client = client({
  claim: {
    family: 'tool',
    major: undefined,
    platform: 'unknown',
    mobile: false,
    declaresAutomation: true,
    attackTool: false,
  },
})

describe('the looks of a proven app', () => {
  it('are what these rules are about, and no others', () => {
    expect(RULES.filter(({ sparesApp }) => sparesApp).map(({ id }) => id)).toEqual([
      'forged_browser',
      'forged_cohort',
      'doubtful_browser',
      'scripted_browser',
      'contradiction_noted',
      'declared_automation',
    ])
  })

  it.each([
    ['a page inside it', WEB_VIEW, 'forged_browser'],
    ['a library', LIBRARY, 'declared_automation'],
  ] as const)('%s: not held against it, and against anybody else', (_what, looks, rule) => {
    expect(verdictOf(login({ client: looks })).rule).toBe('default')
    expect(verdictOf(login({ client: looks }, false)).rule).toBe(rule)
  })

  it('are held against it on the browser channel, where no app comes in', () => {
    const browser = match({ channel: 'browser', app: 'optional' })
    expect(verdictOf(login({ client: WEB_VIEW, match: browser })).rule).toBe('forged_browser')
  })

  it('let a score flag it and no more, while nothing is known against what was done', () => {
    expect(verdictOf(login(), 0.99)).toMatchObject({ action: 'flag', rule: 'score_flag' })
    expect(verdictOf(login({}, false), 0.99)).toMatchObject({ action: 'deny', rule: 'score_deny' })
  })

  it('let a score flag it and no more, though strangers have tried its password on account after account', () => {
    const listed = { attempts: 5, accounts: 5, failures: 5 }
    const password = valid({ behaviour: behaviour({ hour: listed, day: listed }), staleness: 0 })
    const seen = { ...conduct(), cohorts: { ...conduct().cohorts, password } }
    expect(verdictOf(login({ conduct: seen }), 0.99)).toMatchObject({ action: 'flag', rule: 'score_flag' })
    expect(verdictOf(login({ conduct: seen }, false), 0.6)).toMatchObject({ action: 'deny' })
  })
})

describe('what was done is held against a proven app as against anybody', () => {
  const failing = { attempts: 40, failures: 39, accounts: 40, requests: 40, clients: 40 }
  const tried = valid(behaviour({ hour: failing }))
  const few = { attempts: 3, failures: 3, accounts: 1, requests: 3 }
  const cohort = {
    cohort: valid({ behaviour: behaviour({ hour: { ...failing, accounts: 30 } }), staleness: 1 }),
  }

  const CASES: readonly (readonly [
    what: string,
    seen: Conduct,
    looks: Client,
    abuse: number,
    rule: string,
  ])[] = [
    ['one client tried many accounts', conduct({ client: tried }), client(), 0, 'client_many_accounts_hour'],
    ['one address did', conduct({ address: tried }), client(), 0, 'address_many_accounts'],
    [
      'many clients tried this account, and it contradicts itself',
      conduct({ account: tried }),
      WEB_VIEW,
      0,
      'account_under_attack',
    ],
    [
      'its like fail nearly always, and it contradicts itself',
      conduct({}, cohort),
      WEB_VIEW,
      0,
      'stuffing_cohort',
    ],
    [
      'its like fail nearly always, and it takes part',
      conduct({ client: valid(behaviour({ hour: { attempts: 4, failures: 4, accounts: 4 } })) }, cohort),
      LIBRARY,
      0,
      'stuffing_cohort_app',
    ],
    [
      'a score, and three failures of its own',
      conduct({ client: valid(behaviour({ hour: few })) }),
      client(),
      0.99,
      'score_deny',
    ],
    [
      'a score, and three failures on the account',
      conduct({ account: valid(behaviour({ day: few })) }),
      client(),
      0.99,
      'score_deny',
    ],
    ['a score, and its like fail', conduct({}, cohort), client(), 0.99, 'score_deny'],
    [
      'a score, and more requests than a person makes',
      conduct({ client: valid(behaviour({ hour: { requests: 500 } })) }),
      client(),
      0.99,
      'score_deny',
    ],
    [
      'a flood',
      conduct({ client: valid(behaviour({ minute: { requests: 1_300 } })) }),
      client(),
      0,
      'client_flood',
    ],
  ]

  it.each(CASES)('%s', (_what, seen, looks, abuse, rule) => {
    expect(verdictOf(login({ conduct: seen, client: looks }), abuse).rule).toBe(rule)
  })

  it('a listed address stays listed', () => {
    const listed = client({ listed: [{ kind: 'prefix', entry: '203.0.113.0/24', note: 'a botnet' }] })
    expect(verdictOf(login({ client: listed })).rule).toBe('listed_prefix')
  })
})

describe('what is missing of a proof', () => {
  const required = match({ channel: 'mobile', app: 'required' })

  it.each(['login', 'payment', 'account', 'other'] as const)(
    'because our own memory is away closes a %s route, in a row of its own',
    (sensitivity) => {
      const proof = { ...NOTHING_PROVEN, app: unavailable('attestation_store_failed') } as const
      const evidence = login({ match: match({ channel: 'mobile', app: 'required', sensitivity }), proof })
      expect(verdictOf(evidence)).toMatchObject({ action: 'deny', rule: `app_unavailable_${sensitivity}` })
      const optional = { ...evidence, match: match({ channel: 'mobile', app: 'optional', sensitivity }) }
      expect(verdictOf(optional)).toMatchObject({ action: 'flag', rule: 'app_noted' })
    },
  )

  it.each([
    ['app_key_unknown', 'app_key_unknown'],
    ['assertion_replayed', 'app_replayed'],
    ['integrity_token_replayed', 'app_replayed'],
    ['assertion_signature_wrong', 'app_refused'],
    ['device_refused', 'app_refused'],
  ] as const)('because of %s is the rule %s', (reason, rule) => {
    const proof = { ...NOTHING_PROVEN, app: { state: 'invalid', reason } } as const
    expect(verdictOf(login({ match: required, proof }))).toMatchObject({ action: 'deny', rule, reason })
  })
})
