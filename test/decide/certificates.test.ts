/** What a bank does about certificates: each row of policy, when it applies, what the caller is told, what would have changed it. */
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/decide/policy.ts'
import { refusalFor } from '../../src/decide/reasons.ts'
import type { Evidence, Proof, Route, TppRole, Verdict } from '../../src/evidence.ts'
import { ABSENT, invalid, unavailable, valid } from '../../src/lib/fact.ts'
import {
  behaviour,
  client,
  conduct,
  LICENSED,
  match,
  NOTHING_PROVEN,
  NOW,
  person,
  score,
  tpp,
} from '../fixtures/scene.ts'

const HOUR_MS = 3_600_000
const API: Partial<Route> = {
  channel: 'tpp',
  sensitivity: 'payment',
  certificate: 'required',
  dialect: 'obie-4.0',
}

interface Given {
  readonly proof?: Proof
  readonly route?: Partial<Route>
  readonly roles?: readonly (readonly TppRole[])[]
  readonly policy?: Policy
  readonly rest?: Partial<Evidence>
}

function decided({
  proof = LICENSED,
  route = API,
  roles = [],
  policy = DEFAULT_POLICY,
  rest = {},
}: Given): Verdict {
  const evidence = person({ proof, match: { ...match(route), roles }, claims: {}, ...rest })
  return decide(evidence, valid(score(0.02)), policy)
}

const refused = (reason: Extract<Proof['certificate'], { state: 'invalid' }>['reason']): Proof => ({
  ...NOTHING_PROVEN,
  certificate: invalid(reason),
})
const unknownFor = (ms: number): Proof => ({
  ...LICENSED,
  revocation: valid({ age: undefined, unknownSince: NOW - ms, why: 'overdue' }),
})
const staleFor = (ms: number): Proof => ({
  ...LICENSED,
  trust: valid({ version: '', staleSince: NOW - ms, withdrawnAt: undefined }),
})
const registered = (status: 'authorised' | 'unlisted', age = 0): Proof => ({
  ...LICENSED,
  registration: valid({ status, roles: undefined, age }),
})

describe('on a route that requires a certificate', () => {
  const rows: readonly (readonly [what: string, proof: Proof, action: string, rule: string, told: string])[] =
    [
      ['none', NOTHING_PROVEN, 'deny', 'certificate_missing', 'certificate_missing'],
      [
        'one of nobody',
        refused('certificate_untrusted'),
        'deny',
        'certificate_refused',
        'certificate_invalid',
      ],
      [
        'an expired one',
        refused('certificate_expired'),
        'deny',
        'certificate_refused',
        'certificate_expired',
      ],
      ['a revoked one', refused('certificate_revoked'), 'deny', 'certificate_revoked', 'certificate_revoked'],
      ['a blocked one', refused('certificate_blocked'), 'deny', 'certificate_blocked', 'certificate_blocked'],
      [
        'one whose holder lost its licence',
        refused('organisation_withdrawn'),
        'deny',
        'organisation_withdrawn',
        'certificate_blocked',
      ],
      [
        'one whose holder is in no register',
        registered('unlisted'),
        'deny',
        'organisation_unlisted',
        'certificate_blocked',
      ],
      [
        'one that nobody can prove, for want of anchors',
        { ...NOTHING_PROVEN, certificate: unavailable('anchors_unavailable') },
        'deny',
        'certificate_unavailable_payment',
        'unavailable',
      ],
      [
        'one that nobody has vouched for in 72 hours',
        unknownFor(72 * HOUR_MS),
        'deny',
        'revocation_unknown',
        'unavailable',
      ],
      ['one that nobody vouches for yet', unknownFor(0), 'flag', 'revocation_overdue', ''],
      [
        'one whose revocation our own memory does not tell',
        { ...LICENSED, revocation: unavailable('revocation_unknown') },
        'flag',
        'revocation_unavailable',
        '',
      ],
      [
        'one of a list a week out of date',
        staleFor(168 * HOUR_MS),
        'deny',
        'trust_list_expired',
        'unavailable',
      ],
      ['one of a list that is out of date', staleFor(1), 'flag', 'trust_list_stale', ''],
      [
        'one whose issuer lost its status since',
        { ...LICENSED, trust: valid({ version: '', staleSince: undefined, withdrawnAt: NOW - HOUR_MS }) },
        'flag',
        'service_withdrawn',
        '',
      ],
      [
        'one held against an old register',
        registered('authorised', 48 * HOUR_MS),
        'flag',
        'register_stale',
        '',
      ],
      [
        'one held against no register that we could reach',
        { ...LICENSED, registration: unavailable('register_unavailable') },
        'flag',
        'register_unavailable',
        '',
      ],
      [
        'one held against an old block list',
        { ...LICENSED, blocking: valid({ age: 15 * 60_000 }) },
        'flag',
        'block_list_stale',
        '',
      ],
      [
        'one held against no block list that we could reach',
        { ...LICENSED, blocking: unavailable('block_list_unavailable') },
        'flag',
        'block_list_unavailable',
        '',
      ],
      ['a good one', LICENSED, 'allow', 'default', ''],
      ['one held against a register of today', registered('authorised', HOUR_MS), 'allow', 'default', ''],
    ]
  it.each(rows)('%s', (_what, proof, action, rule, told) => {
    const verdict = decided({ proof })
    expect([verdict.action, verdict.rule]).toEqual([action, rule])
    if (action === 'deny') expect(refusalFor(verdict)).toBe(told)
  })

  it('says how near it was where a limit decides', () => {
    expect(decided({ proof: unknownFor(73 * HOUR_MS) }).counterfactual).toBe(
      'with knowledge under 72 hours old (it was 73.0), this would have been allowed with a flag',
    )
  })

  it.each([
    ['an unknown revocation refused at once', { revocation_unknown: { limit: 0 } }, unknownFor(0), 'deny'],
    [
      'a revocation only observed',
      { certificate_revoked: { posture: 'observe' } },
      refused('certificate_revoked'),
      'flag',
    ],
    [
      'a withdrawn service refused',
      { service_withdrawn: { action: 'deny' } },
      { ...LICENSED, trust: valid({ version: '', staleSince: undefined, withdrawnAt: NOW }) },
      'deny',
    ],
  ] as const)('is tuned: %s', (_what, rules, proof, action) => {
    expect(decided({ proof, policy: { ...DEFAULT_POLICY, rules } }).action).toBe(action)
  })
})

describe('on a route that asks for no certificate', () => {
  const open: Partial<Route> = { ...API, certificate: 'optional', sensitivity: 'other' }

  it.each(['certificate_untrusted', 'certificate_revoked', 'organisation_withdrawn'] as const)(
    'one that does not hold (%s) proves nobody and is noted',
    (reason) => {
      expect(decided({ proof: refused(reason), route: open })).toMatchObject({
        action: 'flag',
        rule: 'certificate_noted',
        reason,
      })
    },
  )

  it('whom the bank blocks is refused all the same: that is the bank’s own word', () => {
    expect(decided({ proof: refused('certificate_blocked'), route: open })).toMatchObject({
      action: 'deny',
      rule: 'certificate_blocked',
    })
  })

  it('one that nobody has vouched for in 72 hours buys nothing: it is refused', () => {
    expect(decided({ proof: unknownFor(80 * HOUR_MS), route: open }).rule).toBe('revocation_unknown')
  })
})

describe('roles', () => {
  const holding = (...roles: readonly TppRole[]): Proof => ({
    ...LICENSED,
    certificate: valid(tpp({ roles })),
  })
  const PAY = [['PSP_PI']] as const
  const READ = [['PSP_AI']] as const

  it.each([
    ['an AISP may read', ['PSP_AI'], READ, 'allow'],
    ['an AISP may not pay', ['PSP_AI'], PAY, 'deny'],
    ['a PISP may not read accounts', ['PSP_PI'], READ, 'deny'],
    ['a CBPII may not read accounts', ['PSP_IC'], READ, 'deny'],
    ['a holder of both may do both', ['PSP_AI', 'PSP_PI'], PAY, 'allow'],
    ['any one of several suffices', ['PSP_PI'], [['PSP_AI', 'PSP_PI']], 'allow'],
    ['a path that reads as two operations needs both', ['PSP_AI'], [['PSP_AI'], ['PSP_PI']], 'deny'],
    ['a holder of no role may nothing', [], READ, 'deny'],
    ['and everything where none is needed', [], [], 'allow'],
  ] as const)('%s', (_what, roles, needed, action) => {
    const verdict = decided({ proof: holding(...roles), roles: needed })
    expect(verdict.action).toBe(action)
    if (action === 'deny')
      expect([verdict.rule, refusalFor(verdict)]).toEqual(['role_missing', 'role_missing'])
  })

  it('a bank that holds PSP_AS alone is refused, unless policy lets it act', () => {
    const given = { proof: holding('PSP_AS'), roles: PAY }
    expect(decided(given)).toMatchObject({ action: 'deny', rule: 'role_missing_institution' })
    const rules = { role_missing_institution: { action: 'flag' } } as const
    expect(decided({ ...given, policy: { ...DEFAULT_POLICY, rules } }).action).toBe('flag')
  })

  it('ask nobody who has proven nothing: that a certificate is required is another row', () => {
    expect(
      decided({ proof: NOTHING_PROVEN, roles: PAY, route: { ...API, certificate: 'optional' } }).action,
    ).toBe('allow')
  })
})

describe('a third party at the customers’ door (RTS article 33)', () => {
  const automation: Partial<Evidence> = {
    client: client({
      claim: {
        family: 'chrome',
        major: 120,
        platform: 'linux',
        mobile: false,
        declaresAutomation: true,
        attackTool: false,
      },
      contradictions: [
        'tls_unlike_claim',
        'protocol_unlike_claim',
        'client_hints_missing',
        'fetch_metadata_missing',
      ],
      hosting: true,
    }),
    conduct: conduct({ client: valid(behaviour()) }),
    claims: { account: 'k1.account', password: 'k1.aa' },
  }
  const login: Partial<Route> = {}

  it('is refused without its certificate, as any automation that poses as a browser', () => {
    expect(decided({ proof: NOTHING_PROVEN, route: login, rest: automation }).rule).toBe('forged_browser')
  })

  it('is let in with it, whatever its software looks like, and is not even noted for being what it is', () => {
    expect(decided({ proof: LICENSED, route: login, rest: automation })).toMatchObject({
      action: 'allow',
      rule: 'default',
    })
  })

  it('is slowed for guessing all the same: credentials that customers gave it work', () => {
    const guessing = valid(behaviour({ hour: { attempts: 60, failures: 58, accounts: 50 } }))
    const rest = { ...automation, conduct: conduct({ tpp: guessing }) }
    expect(decided({ proof: LICENSED, route: login, rest })).toMatchObject({
      action: 'throttle',
      rule: 'tpp_many_accounts',
    })
  })

  it('gains nothing from a certificate that does not hold', () => {
    expect(decided({ proof: refused('certificate_revoked'), route: login, rest: automation }).action).toBe(
      'deny',
    )
    expect(
      decided({ proof: { ...NOTHING_PROVEN, certificate: ABSENT }, route: login, rest: automation }).action,
    ).toBe('deny')
  })
})
