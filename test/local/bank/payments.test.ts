import { describe, expect, it } from 'vitest'
import { minorUnits } from '../../../local/bank/accounts.ts'
import { at, type Branch, customer, openBranch, type Reply } from './branch.ts'
import { authorise, clientToken, PISP } from './third-party.ts'

const person = customer(0)
const debtor = person.accounts[0]

function initiation(Amount = '12.50') {
  return {
    InstructionIdentification: 'I-1',
    EndToEndIdentification: 'E-1',
    InstructedAmount: { Amount, Currency: 'GBP' },
    DebtorAccount: {
      SchemeName: 'UK.OBIE.SortCodeAccountNumber',
      Identification: debtor?.sortCodeAccountNumber,
    },
    CreditorAccount: { SchemeName: 'UK.OBIE.IBAN', Identification: 'GB00DEMO', Name: 'Halyard Works' },
  }
}

interface Order {
  readonly client: string
  readonly consentId: string
  readonly token: string
}

async function order(bank: Branch, Initiation: object = initiation(), person = customer(0)): Promise<Order> {
  const client = await clientToken(bank, 'pay-heron')
  const reply = await bank.call('POST', `${PISP}/domestic-payment-consents`, {
    token: client,
    headers: { 'x-idempotency-key': crypto.randomUUID() },
    json: { Data: { Initiation }, Risk: {} },
  })
  expect(reply).toMatchObject({ status: 201, departures: [] })
  const consentId = at(reply.json, 'Data', 'ConsentId')
  return { client, consentId, token: await authorise(bank, consentId, person) }
}

function pay(bank: Branch, { token, consentId }: Order, key: string, Initiation: object = initiation()) {
  return bank.call('POST', `${PISP}/domestic-payments`, {
    token,
    headers: { 'x-idempotency-key': key },
    json: { Data: { ConsentId: consentId, Initiation }, Risk: {} },
  })
}

async function balance(bank: Branch): Promise<number> {
  const { username, password } = person
  const { json } = await bank.call('POST', '/mobile/v1/login', { json: { username, password } })
  const reply = await bank.call('GET', '/mobile/v1/accounts', { token: at(json, 'token') })
  return Number(at(reply.json, 'accounts', 0, 'balance'))
}

const paymentId = (reply: Reply) => at(reply.json, 'Data', 'DomesticPaymentId')

describe('a domestic payment', () => {
  it('moves the money, uses the consent up and can be asked about', async () => {
    const bank = await openBranch()
    const before = await balance(bank)
    const ordered = await order(bank)
    const paid = await pay(bank, ordered, 'k-1')
    expect(paid).toMatchObject({ status: 201, departures: [], json: { Data: { Status: 'ACSC' } } })
    expect(await balance(bank)).toBeCloseTo(before - 12.5, 2)
    const consent = await bank.call('GET', `${PISP}/domestic-payment-consents/${ordered.consentId}`, {
      token: ordered.client,
    })
    expect(consent).toMatchObject({ status: 200, departures: [], json: { Data: { Status: 'COND' } } })
    const payment = await bank.call('GET', `${PISP}/domestic-payments/${paymentId(paid)}`, {
      token: ordered.client,
    })
    expect(payment).toMatchObject({ status: 200, departures: [] })
  })

  it('is made once, however often and however simultaneously it is asked for under one key', async () => {
    const bank = await openBranch()
    const before = await balance(bank)
    const ordered = await order(bank)
    const replies = await Promise.all(Array.from({ length: 5 }, () => pay(bank, ordered, 'k-1')))
    expect(new Set(replies.map(paymentId)).size).toBe(1)
    expect(await balance(bank)).toBeCloseTo(before - 12.5, 2)
  })

  it('is not made twice from one consent under two keys', async () => {
    const bank = await openBranch()
    const ordered = await order(bank)
    await pay(bank, ordered, 'k-1')
    expect(await pay(bank, ordered, 'k-2')).toMatchObject({
      status: 400,
      json: { Errors: [{ ErrorCode: 'U009' }] },
      departures: [],
    })
  })

  it('is refused when its key came before with another body', async () => {
    const bank = await openBranch()
    await pay(bank, await order(bank), 'k-1')
    expect(await pay(bank, await order(bank), 'k-1')).toMatchObject({
      status: 400,
      json: { Errors: [{ ErrorCode: 'U006' }] },
      departures: [],
    })
  })

  it.each([
    ['another amount', initiation('9000.00'), 'Data.Initiation'],
    ['a member more', { ...initiation(), LocalInstrument: 'UK.OBIE.FPS' }, 'Data.Initiation'],
  ])('is refused when it differs from its consent in %s', async (_, changed, Path) => {
    const bank = await openBranch()
    expect(await pay(bank, await order(bank), 'k-1', changed)).toMatchObject({
      status: 400,
      json: { Errors: [{ ErrorCode: 'U008', Path }] },
      departures: [],
    })
  })

  it('does not mind in which order the members come', async () => {
    const bank = await openBranch()
    const reversed = Object.fromEntries(Object.entries(initiation()).reverse())
    expect((await pay(bank, await order(bank), 'k-1', reversed)).status).toBe(201)
  })

  it("is refused with another consent's token", async () => {
    const bank = await openBranch()
    const mine = await order(bank)
    const other = await order(bank)
    expect(await pay(bank, { ...mine, token: other.token }, 'k-1')).toMatchObject({
      status: 400,
      json: { Errors: [{ ErrorCode: 'U008', Path: 'Data.ConsentId' }] },
      departures: [],
    })
  })

  it.each([
    ['the account cannot cover it', initiation('99999999.00'), person],
    ['the account belongs to somebody else', initiation(), customer(1)],
  ])('exists but is rejected, and moves nothing, when %s', async (_, ordered, payer) => {
    const bank = await openBranch()
    const before = await balance(bank)
    const paid = await pay(bank, await order(bank, ordered, payer), 'k-1', ordered)
    expect(paid).toMatchObject({ status: 201, departures: [], json: { Data: { Status: 'RJCT' } } })
    expect(await balance(bank)).toBe(before)
  })

  it('needs an idempotency key', async () => {
    const bank = await openBranch()
    expect(await pay(bank, await order(bank), '')).toMatchObject({
      status: 400,
      json: { Errors: [{ ErrorCode: 'U007', Path: 'x-idempotency-key' }] },
      departures: [],
    })
  })
})

describe('amounts', () => {
  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12.50', 1250],
    ['12.50000', 1250],
    ['0.01', 1],
    ['0.005', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['9999999999999', undefined],
  ])('%s are %s minor units', (text, minor) => {
    expect(minorUnits(text)).toBe(minor)
  })
})
