import { describe, expect, it } from 'vitest'
import { at, type Branch, type Call, customer, openBranch } from './branch.ts'
import { authorise, clientToken } from './third-party.ts'

const V1 = '/psd2/v1'
const euro = customer(0).accounts.find(({ currency }) => currency === 'EUR')
const ids = { 'x-request-id': '99391c7e-ad88-49ec-a2ad-99ddcb1f7721' }
const everything = { accounts: [], balances: [], transactions: [] }

function request(access: object, validUntil = '2026-12-31') {
  return {
    access,
    recurringIndicator: true,
    validUntil,
    frequencyPerDay: 4,
    combinedServiceIndicator: false,
  }
}

interface Access {
  readonly client: string
  readonly consentId: string
  /** What every call on accounts carries. */
  readonly call: Call
}

async function open(bank: Branch, access: object = everything, validUntil?: string): Promise<Access> {
  const client = await clientToken(bank)
  const reply = await bank.call('POST', `${V1}/consents`, {
    token: client,
    headers: ids,
    json: request(access, validUntil),
  })
  expect(reply).toMatchObject({ status: 201, departures: [], json: { consentStatus: 'received' } })
  const consentId = at(reply.json, 'consentId')
  const token = await authorise(bank, consentId)
  return { client, consentId, call: { token, headers: { ...ids, 'consent-id': consentId } } }
}

const code = (name: string) => ({ tppMessages: [{ category: 'ERROR', code: name }] })

describe('a Berlin Group consent', () => {
  it('is received, authorised and valid', async () => {
    const bank = await openBranch()
    const { client: token, consentId } = await open(bank)
    const consent = await bank.call('GET', `${V1}/consents/${consentId}`, { token, headers: ids })
    expect(consent).toMatchObject({ status: 200, departures: [], json: { consentStatus: 'valid' } })
    const status = await bank.call('GET', `${V1}/consents/${consentId}/status`, { token, headers: ids })
    expect(status).toMatchObject({ status: 200, departures: [], json: { consentStatus: 'valid' } })
    expect(status.headers.get('x-request-id')).toBe(ids['x-request-id'])
  })

  it.each([
    ['no request id', { headers: {} }, 400, 'FORMAT_ERROR'],
    ['no token', { headers: ids }, 401, 'TOKEN_UNKNOWN'],
  ])('is refused with %s', async (_, call, status, name) => {
    const reply = await (await openBranch()).call('POST', `${V1}/consents`, { ...call, json: request({}) })
    expect(reply).toMatchObject({ status, json: code(name), departures: [] })
  })

  it.each([
    ['no day', { ...request({}), validUntil: 'later' }, 'validUntil'],
    ['a day that is past', request({}, '2026-11-19'), 'validUntil'],
    ['an undeclared member', { ...request({}), extra: 1 }, 'extra'],
    ['no frequency', { ...request({}), frequencyPerDay: 0 }, 'frequencyPerDay'],
  ])('is refused with %s, and the answer says where', async (_, json, path) => {
    const bank = await openBranch()
    const token = await clientToken(bank)
    const reply = await bank.call('POST', `${V1}/consents`, { token, headers: ids, json })
    expect(reply).toMatchObject({
      status: 400,
      json: { tppMessages: [{ code: 'FORMAT_ERROR', path }] },
      departures: [],
    })
  })

  it('is unknown to another third party', async () => {
    const bank = await openBranch()
    const { consentId } = await open(bank)
    const token = await clientToken(bank, 'ledger-wren')
    const reply = await bank.call('GET', `${V1}/consents/${consentId}`, { token, headers: ids })
    expect(reply).toMatchObject({ status: 403, json: code('CONSENT_UNKNOWN'), departures: [] })
  })
})

describe('reading accounts the Berlin Group way', () => {
  it('gives accounts, one account, balances and transactions', async () => {
    const bank = await openBranch()
    const { call } = await open(bank)
    const account = `${V1}/accounts/${euro?.accountId}`
    for (const path of [
      `${V1}/accounts`,
      account,
      `${account}/balances`,
      `${account}/transactions?bookingStatus=booked`,
      `${account}/transactions?bookingStatus=both`,
    ]) {
      expect(await bank.call('GET', path, call), path).toMatchObject({ status: 200, departures: [] })
    }
  })

  it('gives only what the consent names', async () => {
    const bank = await openBranch()
    const { call } = await open(bank, { balances: [{ iban: euro?.iban }] })
    const list = await bank.call('GET', `${V1}/accounts`, call)
    expect(list.text.split('"resourceId"').length - 1).toBe(1)
    const account = `${V1}/accounts/${euro?.accountId}`
    expect((await bank.call('GET', `${account}/balances`, call)).status).toBe(200)
    expect(await bank.call('GET', `${account}/transactions?bookingStatus=booked`, call)).toMatchObject({
      status: 401,
      json: code('CONSENT_INVALID'),
      departures: [],
    })
  })

  it('needs the consent id that the token belongs to', async () => {
    const bank = await openBranch()
    const mine = await open(bank)
    const other = await open(bank)
    for (const consentId of ['', other.consentId]) {
      const headers = { ...ids, 'consent-id': consentId }
      const reply = await bank.call('GET', `${V1}/accounts`, { ...mine.call, headers })
      expect(reply).toMatchObject({ status: 403, json: code('CONSENT_UNKNOWN'), departures: [] })
    }
  })

  it('ends with the day that the consent names', async () => {
    const bank = await openBranch()
    const { client: token, consentId, call } = await open(bank, everything, '2026-11-20')
    bank.pass(50 * 60 * 1000)
    expect((await bank.call('GET', `${V1}/accounts`, call)).status).toBe(200)
    bank.pass(12 * 60 * 60 * 1000)
    const again = await clientToken(bank)
    const status = await bank.call('GET', `${V1}/consents/${consentId}/status`, {
      token: again,
      headers: ids,
    })
    expect(status.json).toEqual({ consentStatus: 'expired' })
    expect((await bank.call('GET', `${V1}/accounts`, { ...call, token })).status).toBe(401)
  })

  it.each([
    ["another customer's account", `/accounts/${customer(1).accounts[0]?.accountId}/balances`, 404],
    ['no booking status', `/accounts/${euro?.accountId}/transactions`, 400],
  ])('refuses %s', async (_, path, status) => {
    const bank = await openBranch()
    const { call } = await open(bank)
    expect(await bank.call('GET', `${V1}${path}`, call)).toMatchObject({ status, departures: [] })
  })
})

describe('a SEPA credit transfer', () => {
  const transfer = {
    debtorAccount: { iban: euro?.iban },
    instructedAmount: { currency: 'EUR', amount: '10.00' },
    creditorAccount: { iban: 'DE00DEMO' },
    creditorName: 'Halyard Works',
  }

  it('is received and can be asked about', async () => {
    const bank = await openBranch()
    const token = await clientToken(bank, 'pay-heron')
    const call = { token, headers: ids }
    const path = `${V1}/payments/sepa-credit-transfers`
    const reply = await bank.call('POST', path, { ...call, json: transfer })
    expect(reply).toMatchObject({ status: 201, departures: [], json: { transactionStatus: 'RCVD' } })
    const status = await bank.call('GET', `${path}/${at(reply.json, 'paymentId')}/status`, call)
    expect(status).toMatchObject({ status: 200, departures: [] })
    expect(await bank.call('GET', `${path}/unknown/status`, call)).toMatchObject({
      status: 404,
      departures: [],
    })
  })

  it('is refused with an amount that is none', async () => {
    const bank = await openBranch()
    const token = await clientToken(bank)
    const json = { ...transfer, instructedAmount: { currency: 'EUR', amount: '-5' } }
    const path = `${V1}/payments/sepa-credit-transfers`
    expect(await bank.call('POST', path, { token, headers: ids, json })).toMatchObject({
      status: 400,
      departures: [],
    })
  })
})
