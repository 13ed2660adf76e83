import { describe, expect, it } from 'vitest'
import { consentRules, withConsent } from '../../../src/consents.ts'
import { DIALECTS } from '../../../src/dialects/table.ts'
import type { Route } from '../../../src/evidence.ts'
import { valid } from '../../../src/lib/fact.ts'
import { footprint } from '../../../src/observe/footprint.ts'
import { ownerHash } from '../../../src/observe/walk/identifier.ts'
import { testHouse } from '../../fixtures/house.ts'
import { client, exchange, LICENSED, match } from '../../fixtures/scene.ts'

const { keys } = testHouse({})
const TOKEN = valid({ kind: 'opaque' as const, thumbprint: 'token-1', expiresAt: undefined })
const BERLIN = { channel: 'tpp', sensitivity: 'account', dialect: 'berlin-group-1.3' } as const
const OBIE = { ...BERLIN, dialect: 'obie-4.0' } as const
const CONSENT = 'c0ffee00-0000-4000-8000-000000000001'

/** The account of a request as its third party's. */
function accountOf(
  target: string,
  like: Partial<Route>,
  proof = { ...LICENSED, token: TOKEN },
): number | undefined {
  const matched = match(like)
  const sent = exchange({ method: 'GET', target, headers: { 'consent-id': CONSENT } })
  const claims = withConsent({}, consentRules({ dialects: DIALECTS }, matched), sent, proof, keys)
  const seen = { exchange: sent, client: client(), match: matched, claims, proof }
  return footprint(seen, 16).actor?.account
}

describe('the account that a third party reads', () => {
  it.each([
    ['/psd2/v1/accounts/acc-17/balances', BERLIN, 'acc-17'],
    ['/psd2/v1/card-accounts/acc-17/transactions?dateFrom=2026-01-01', BERLIN, 'acc-17'],
    ['/psd2/v1/accounts/acc-17/transactions/9001', BERLIN, 'acc-17'],
    ['/open-banking/v4.0/aisp/accounts/22289/statements/3001/file', OBIE, '22289'],
    ['/fdx/v6/accounts/10001/transactions', { ...BERLIN, dialect: 'fdx-6' }, '10001'],
  ])('is what %s names', (target, like, account) => {
    expect(accountOf(target, like)).toBe(ownerHash(account))
  })

  it.each([
    ['names none', '/psd2/v1/accounts', BERLIN],
    ['asks about a consent', `/psd2/v1/consents/${CONSENT}/status`, BERLIN],
    ['asks about a payment', '/psd2/v1/payments/sepa-credit-transfers/990011', BERLIN],
    ['pays', '/pay/accounts/10001', { ...BERLIN, sensitivity: 'payment', dialect: 'fdx-6' }],
    [
      'is on no channel of third parties',
      '/mobile/v1/accounts/10001',
      { channel: 'mobile', sensitivity: 'account' },
    ],
  ] as const)('is none where the request %s', (_, target, like) => {
    expect(accountOf(target, like)).toBeUndefined()
  })

  it('is none without a consent or a token: breadth is so many of each', () => {
    const target = '/open-banking/v4.0/aisp/accounts/22289/balances'
    expect(
      accountOf(target, { ...OBIE, dialect: 'fdx-6' }, LICENSED as typeof LICENSED & { token: typeof TOKEN }),
    ).toBeUndefined()
  })
})
