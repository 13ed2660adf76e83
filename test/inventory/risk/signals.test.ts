import { describe, expect, it } from 'vitest'
import type { Conduct, Proof, Route, Verdict } from '../../../src/evidence.ts'
import { MAX_COUNTS, newSignalCounts, signalsOf } from '../../../src/inventory/risk/signals.ts'
import { invalid, valid } from '../../../src/lib/fact.ts'
import type { Order } from '../../../src/observe/order/types.ts'
import { clientOf, evidenceOf, matchOf, NO_PROOF } from '../../fixtures/facts.ts'
import { DENIED } from '../../fixtures/records.ts'

interface Seen {
  readonly verdict?: Partial<Verdict>
  readonly proof?: Partial<Proof>
  readonly route?: Partial<Route>
  readonly signed?: boolean
  readonly listed?: boolean
  readonly conduct?: Partial<Conduct>
}

function signals({ verdict, proof, route, signed, listed = false, conduct }: Seen): readonly string[] {
  const client = clientOf({ listed: listed ? [{ kind: 'asn', entry: 'AS64510', note: 'bots' }] : [] })
  const match = { ...matchOf(route), ...(signed === undefined ? {} : { signed }) }
  const base = evidenceOf()
  const evidence = {
    ...{ proof: { ...NO_PROOF, ...proof }, client, match },
    conduct: { ...base.conduct, ...conduct },
  }
  return Array.from(signalsOf({ verdict: { ...DENIED, ...verdict }, evidence }))
}

const QUOTA = { limit: 4, used: 1, granted: true, page: false, retryAfter: undefined } as const
const CONSENT = {
  quota: undefined,
  until: undefined,
  perDay: undefined,
  unknown: false,
  due: false,
  learnt: true,
} as const
const ORDER: Order = {
  operation: 'read',
  ...{ previous: undefined, sincePrevious: undefined, seen: [], missing: undefined, skips: 0 },
}

const TOKEN = { thumbprint: 'x'.repeat(22), expiresAt: 1, kind: 'jwt' } as const

describe('what the gate has seen is one word', () => {
  it.each<[readonly string[], string, Seen]>([
    [[], 'a refusal that says nothing of the API', {}],
    [['role_missing'], 'a licence for something else', { verdict: { reason: 'role_missing' } }],
    [
      ['certificate_revoked'],
      'a revoked certificate, whatever decided',
      { proof: { certificate: invalid('certificate_revoked') } },
    ],
    [['token_of_another'], 'a token of another', { proof: { token: invalid('token_of_another') } }],
    [
      ['token_without_expiry'],
      'a token without an end',
      { proof: { token: valid({ ...TOKEN, expiresAt: undefined }) } },
    ],
    [
      ['token_unbound'],
      'a token that its issuer vouches for and that is bound to nothing',
      {
        proof: {
          token: valid({ ...TOKEN, vouching: { by: 'issuer', boundTo: undefined, client: undefined } }),
        },
      },
    ],
    [[], 'a token that nobody has vouched for', { proof: { token: valid(TOKEN) } }],
    [
      ['signature_missing'],
      'no signature where one is required',
      { signed: true, route: { signature: 'required' } },
    ],
    [[], 'no signature where one may be', { signed: true, route: { signature: 'optional' } }],
    [
      [],
      'no signature on an operation that is not signed',
      { signed: false, route: { signature: 'required' } },
    ],
    [
      ['signature_invalid'],
      'a wrong signature, also where none is required',
      {
        signed: true,
        route: { signature: 'optional' },
        proof: { signature: invalid('signature_wrong') },
      },
    ],
    [['caller_listed'], 'a listed network', { listed: true }],
    [
      ['rate_exceeded'],
      'too many requests, also where nothing is enforced',
      { verdict: { intended: 'throttle' } },
    ],
    [
      ['object_never_issued'],
      'an account that the consent does not have',
      { conduct: { consent: invalid('consent_account_outside') } },
    ],
    [[], 'a consent that has expired', { conduct: { consent: invalid('consent_expired') } }],
    [
      ['consent_quota_exceeded'],
      'an access more than a consent has for a day',
      { conduct: { consent: valid({ ...CONSENT, quota: { ...QUOTA, granted: false } }) } },
    ],
    [[], 'an access that it has', { conduct: { consent: valid({ ...CONSENT, quota: QUOTA }) } }],
    [
      ['flow_out_of_order'],
      'a step whose forerunner is missing',
      { conduct: { order: valid({ ...ORDER, missing: 'authorisation' }) } },
    ],
    [[], 'a step of which nobody knows what was before', { conduct: { order: valid(ORDER) } }],
  ])('%j: %s', (expected, _what, seen) => {
    expect(signals(seen)).toEqual(expected)
  })
})

describe('counts of an isolate', () => {
  it('add up until they are taken, and begin anew', () => {
    const counts = newSignalCounts()
    counts.add('GET /a', new Set(['role_missing', 'caller_listed']), true, 1_000)
    counts.add('GET /a', new Set(['role_missing']), false, 2_000)
    expect(counts.take()).toEqual([
      {
        operation: 'GET /a',
        signal: 'role_missing',
        requests: 2,
        accepted: 1,
        firstAt: 1_000,
        lastAt: 2_000,
      },
      {
        operation: 'GET /a',
        signal: 'caller_listed',
        requests: 1,
        accepted: 1,
        firstAt: 1_000,
        lastAt: 1_000,
      },
    ])
    expect(counts.take()).toEqual([])
  })

  it('are bounded, and say how much they left out', () => {
    const counts = newSignalCounts()
    for (let index = 0; index < MAX_COUNTS + 5; index++)
      counts.add(`GET /${index}`, new Set(['caller_listed']), false, 0)
    expect(counts.dropped).toBe(5)
    expect(counts.take()).toHaveLength(MAX_COUNTS)
  })
})
