import { describe, expect, it } from 'vitest'
import { BERLIN_GROUP_CONSENTS } from '../../src/dialects/consents/berlin-group.ts'
import type { ConsentUse } from '../../src/dialects/consents/consent-rules.ts'
import { consentNamed } from '../../src/dialects/consents/naming.ts'
import { OBIE_CONSENTS } from '../../src/dialects/consents/obie.ts'
import { STET_CONSENTS } from '../../src/dialects/consents/stet.ts'

const ROWS = { berlin: BERLIN_GROUP_CONSENTS, obie: OBIE_CONSENTS, stet: STET_CONSENTS } as const

function data(resource: string, account?: string, listing = false): ConsentUse {
  return { kind: 'data', resource, account, listing }
}

const OBIE = '/open-banking/v4.0/aisp'

describe('what a path has to do with a consent', () => {
  const USES: readonly (readonly [
    row: keyof typeof ROWS,
    method: string,
    path: string,
    use: ConsentUse | undefined,
  ])[] = [
    ['berlin', 'GET', '/psd2/v1/accounts', data('accounts', undefined, true)],
    ['berlin', 'GET', '/psd2/v1/accounts/', data('accounts', undefined, true)],
    ['berlin', 'HEAD', '/psd2/v1/Accounts', data('accounts', undefined, true)],
    ['berlin', 'GET', '/psd2/v1/accounts/A%2D1/Balances', data('accounts/A-1/balances', 'A-1')],
    ['berlin', 'GET', '/v1/card-accounts/7/transactions', data('card-accounts/7/transactions', '7')],
    ['berlin', 'GET', '/v1/accounts/7/transactions/42', data('accounts/7/transactions/42', '7')],
    ['berlin', 'POST', '/psd2/v1/consents', { kind: 'create' }],
    ['berlin', 'GET', '/psd2/v1/consents/c1', { kind: 'manage', consent: 'c1', ends: false }],
    ['berlin', 'DELETE', '/psd2/v1/consents/c1', { kind: 'manage', consent: 'c1', ends: true }],
    ['berlin', 'PUT', '/v1/consents/c1/authorisations/a', { kind: 'manage', consent: 'c1', ends: false }],
    ['berlin', 'POST', '/psd2/v1/payments/sepa-credit-transfers', undefined],
    ['berlin', 'POST', '/psd2/v1/accounts', undefined],
    ['berlin', 'GET', '/psd2/v1/consents', undefined],
    ['obie', 'GET', `${OBIE}/accounts`, data('accounts', undefined, true)],
    ['obie', 'GET', `${OBIE}/accounts/7/standing-orders`, data('accounts/7/standing-orders', '7')],
    ['obie', 'GET', `${OBIE}/transactions`, data('transactions')],
    ['obie', 'POST', `${OBIE}/account-access-consents`, { kind: 'create' }],
    ['obie', 'GET', `${OBIE}/account-access-consents/c1`, { kind: 'manage', consent: 'c1', ends: false }],
    ['obie', 'GET', '/open-banking/v4.0/pisp/domestic-payment-consents/c1', undefined],
    ['obie', 'GET', '/open-banking/v4.0/pisp/domestic-scheduled-payments/1', undefined],
    ['stet', 'GET', '/stet/psd2/v1.4/accounts/7/balances', data('accounts/7/balances', '7')],
    ['stet', 'PUT', '/stet/psd2/v1.4/consents', undefined],
  ]
  it.each(USES)('%s: %s %s', (row, method, path, use) => {
    expect(ROWS[row].use(method, path)).toEqual(use)
  })

  it('keeps two accounts apart that differ in case, and one resource together that does not', () => {
    const of = (path: string) => BERLIN_GROUP_CONSENTS.use('GET', path)
    expect(of('/v1/accounts/Ab/balances')).not.toEqual(of('/v1/accounts/aB/balances'))
    expect(of('/v1/accounts/Ab/BALANCES')).toEqual(of('/v1/accounts/Ab/balances'))
  })
})

describe('which consent a request names', () => {
  const named = (row: keyof typeof ROWS, path: string, headers: Record<string, string>) => {
    const use = ROWS[row].use('GET', path)
    return use && consentNamed(ROWS[row], use, new Headers(headers))
  }
  it('is in the header, in the path, or in neither', () => {
    expect(named('berlin', '/v1/accounts', { 'Consent-ID': 'c1' })).toBe('c1')
    expect(named('berlin', '/v1/consents/c2', { 'Consent-ID': 'c1' })).toBe('c2')
    expect(named('berlin', '/v1/accounts', {})).toBeUndefined()
    expect(named('obie', `${OBIE}/accounts`, { 'consent-id': 'c1' })).toBeUndefined()
  })
  it('is nothing where it could not be one', () => {
    expect(named('berlin', '/v1/accounts', { 'Consent-ID': 'c'.repeat(129) })).toBeUndefined()
    expect(named('berlin', '/v1/accounts', { 'Consent-ID': 'two words' })).toBeUndefined()
    expect(named('berlin', '/v1/accounts', { 'Consent-ID': '' })).toBeUndefined()
  })
})

describe('what the bank’s answer tells of a consent', () => {
  it('is told by Berlin Group in so many members', () => {
    const body = {
      consentId: 'c1',
      consentStatus: 'valid',
      validUntil: '2026-12-31',
      frequencyPerDay: 4,
      access: {},
    }
    expect(BERLIN_GROUP_CONSENTS.terms(body)).toEqual({
      consent: 'c1',
      status: 'authorised',
      until: { date: '2026-12-31' },
      perDay: 4,
    })
    expect(BERLIN_GROUP_CONSENTS.asked({ frequencyPerDay: 2 })).toBe(2)
  })

  it('is told by UK Open Banking below Data', () => {
    const Data = { ConsentId: 'c1', Status: 'AWAU', ExpirationDateTime: '2026-12-31T00:00:00+01:00' }
    expect(OBIE_CONSENTS.terms({ Data })).toEqual({
      consent: 'c1',
      status: 'pending',
      until: { time: Date.UTC(2026, 11, 30, 23) },
    })
  })

  const OVER: readonly (readonly [keyof typeof ROWS, object])[] = [
    ...['rejected', 'revokedByPsu', 'expired', 'terminatedByTpp'].map(
      (consentStatus) => ['berlin', { consentStatus }] as const,
    ),
    ...['RJCT', 'CANC', 'EXPD', 'Revoked', 'Rejected'].map(
      (Status) => ['obie', { Data: { Status } }] as const,
    ),
  ]
  it.each(OVER)('%s: %j is over', (row, body) => {
    expect(ROWS[row].terms(body as never).status).toBe('over')
  })

  const DOUBTFUL: readonly (readonly [keyof typeof ROWS, unknown])[] = [
    ['berlin', null],
    ['berlin', 'text'],
    ['berlin', []],
    ['berlin', { frequencyPerDay: 0, validUntil: 'soon', consentStatus: 'aBanksOwn', consentId: 7 }],
    ['berlin', { frequencyPerDay: 2.5, validUntil: 20261231, consentStatus: ['valid'], consentId: '' }],
    ['obie', { Data: { ExpirationDateTime: '2026-12-31T00:00:00', Status: 'SUSP' } }],
    ['obie', { Data: [{ ConsentId: 'c1' }] }],
  ]
  it.each(DOUBTFUL)('%s: nothing is learnt from %j', (row, body) => {
    expect(ROWS[row].terms(body as never)).toEqual({})
  })

  it('has no member of its prototype taken for the bank’s', () => {
    expect(BERLIN_GROUP_CONSENTS.terms(JSON.parse('{"__proto__":{"frequencyPerDay":9}}'))).toEqual({})
  })
})

describe('a list of accounts', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => ({ resourceId: `${at}` }))
  it('is whole where nothing says that it goes on', () => {
    expect(BERLIN_GROUP_CONSENTS.accounts({ accounts: many(2) })).toEqual({ ids: ['0', '1'], complete: true })
    expect(BERLIN_GROUP_CONSENTS.accounts({ cardAccounts: many(1) })).toMatchObject({ ids: ['0'] })
    const Data = { Account: [{ AccountId: 'a' }] }
    expect(OBIE_CONSENTS.accounts({ Data, Meta: { TotalPages: 1 } })).toEqual({ ids: ['a'], complete: true })
    expect(OBIE_CONSENTS.accounts({ Data, Meta: { TotalPages: 2 } })).toMatchObject({ complete: false })
    expect(OBIE_CONSENTS.accounts({ Data, Links: { Next: '/2' } })).toMatchObject({ complete: false })
    expect(STET_CONSENTS.accounts({ accounts: many(1), _links: { next: {} } })).toMatchObject({
      complete: false,
    })
  })

  it('is none where one account of it cannot be named, or where there are too many', () => {
    expect(BERLIN_GROUP_CONSENTS.accounts({ accounts: [...many(1), { iban: 'DE1' }] })).toBeUndefined()
    expect(BERLIN_GROUP_CONSENTS.accounts({ accounts: many(257) })).toBeUndefined()
    expect(OBIE_CONSENTS.accounts({ Data: { Account: {} } })).toBeUndefined()
    expect(OBIE_CONSENTS.accounts(null)).toBeUndefined()
  })
})
