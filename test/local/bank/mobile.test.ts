import { describe, expect, it } from 'vitest'
import { testCards } from '../../../local/bank/routes/cards.ts'
import { at, type Branch, customer, openBranch } from './branch.ts'

const person = customer(1)
const { username, password } = person

async function token(bank: Branch): Promise<string> {
  const reply = await bank.call('POST', '/mobile/v1/login', { json: { username, password } })
  return at(reply.json, 'token')
}

describe('the mobile application', () => {
  it('logs in and reads accounts and transactions', async () => {
    const bank = await openBranch()
    const bearer = await token(bank)
    const accounts = await bank.call('GET', '/mobile/v1/accounts', { token: bearer })
    expect(accounts).toMatchObject({ status: 200, departures: [] })
    const id = at(accounts.json, 'accounts', 0, 'accountId')
    expect(id).toBe(person.accounts[0]?.accountId)
    const path = `/mobile/v1/accounts/${id}/transactions`
    expect(await bank.call('GET', path, { token: bearer })).toMatchObject({ status: 200, departures: [] })
  })

  it('shows a balance that is the opening amount and every transaction since', async () => {
    const bank = await openBranch()
    const bearer = await token(bank)
    const accounts = await bank.call('GET', '/mobile/v1/accounts', { token: bearer })
    const id = at(accounts.json, 'accounts', 0, 'accountId')
    const { json } = await bank.call('GET', `/mobile/v1/accounts/${id}/transactions`, { token: bearer })
    let minor = person.accounts[0]?.openingMinor ?? 0
    for (let row = 0; row < 24; row += 1)
      minor += Math.round(100 * Number(at(json, 'transactions', row, 'amount')))
    expect(at(accounts.json, 'accounts', 0, 'balance')).toBe((minor / 100).toFixed(2))
  })

  it('is told no with a wrong password', async () => {
    const reply = await (await openBranch()).call('POST', '/mobile/v1/login', {
      json: { username, password: 'wrong' },
    })
    expect(reply).toMatchObject({ status: 401, json: { error: 'invalid_credentials' }, departures: [] })
  })

  it.each([
    ['no token', {}],
    ['an invented token', { token: 'A'.repeat(43) }],
    ['a token of odd length', { token: 'short' }],
    ['another scheme', { headers: { authorization: 'Basic eDp5' } }],
  ])('reads nothing with %s', async (_, call) => {
    const reply = await (await openBranch()).call('GET', '/mobile/v1/accounts', call)
    expect(reply).toMatchObject({ status: 401, departures: [] })
    expect(reply.headers.get('www-authenticate')).toBe('Bearer')
  })

  it("finds another customer's account as unknown as one that never was", async () => {
    const bank = await openBranch()
    const bearer = await token(bank)
    const others = await bank.call(
      'GET',
      `/mobile/v1/accounts/${customer(2).accounts[0]?.accountId}/transactions`,
      { token: bearer },
    )
    const nobodys = await bank.call('GET', '/mobile/v1/accounts/acc-00000000/transactions', { token: bearer })
    expect(others).toMatchObject({ status: 404, departures: [] })
    expect(others.text).toBe(nobodys.text)
  })

  it("does not take a browser's session for a token", async () => {
    const bank = await openBranch()
    const { headers } = await bank.call('POST', '/api/login', { json: { username, password } })
    const session = /bank_session=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? ''
    expect((await bank.call('GET', '/mobile/v1/accounts', { token: session })).status).toBe(401)
  })
})

describe('a card top-up', () => {
  const pay = async (card: object, amount: unknown = 25) =>
    (await openBranch()).call('POST', '/api/cards/top-up', { json: { card, amount } })

  it.each(testCards)('accepts test card %#', async (number) => {
    const reply = await pay({ number, expiry: '12/30', cvv: '123' })
    expect(reply).toMatchObject({ status: 200, json: { status: 'accepted' }, departures: [] })
  })

  it.each([
    ['a card that is in no table', { number: '4000000000000002', expiry: '12/30', cvv: '123' }],
    ['a test card that has expired', { number: testCards[0], expiry: '10/26', cvv: '123' }],
  ])('declines %s', async (_, card) => {
    expect(await pay(card)).toMatchObject({ status: 402, json: { status: 'declined' }, departures: [] })
  })

  it('accepts a card until the end of the month that it names', async () => {
    expect((await pay({ number: testCards[0], expiry: '11/26', cvv: '123' })).status).toBe(200)
  })

  it.each([
    ['letters in the number', { number: '4111x', expiry: '12/30', cvv: '123' }, 25],
    ['a thirteenth month', { number: testCards[0], expiry: '13/30', cvv: '123' }, 25],
    ['no amount', { number: testCards[0], expiry: '12/30', cvv: '123' }, null],
    ['a negative amount', { number: testCards[0], expiry: '12/30', cvv: '123' }, -1],
  ])('refuses %s', async (_, card, amount) => {
    expect(await pay(card, amount)).toMatchObject({ status: 400, departures: [] })
  })
})
