import { describe, expect, it } from 'vitest'
import { at, customer, openBranch } from './branch.ts'
import { AISP, authorise, CBPII, clientToken, openAccess } from './third-party.ts'

const ALL = [
  'ReadAccountsDetail',
  'ReadBalances',
  'ReadTransactionsDetail',
  'ReadTransactionsCredits',
  'ReadTransactionsDebits',
]
const account = customer(0).accounts[0]
const accountPath = `${AISP}/accounts/${account?.accountId}`

describe('reading with a consent', () => {
  it('gives the accounts of the customer who authorised it', async () => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, { Permissions: ALL })
    const reply = await bank.call('GET', `${AISP}/accounts`, { token })
    expect(reply).toMatchObject({ status: 200, departures: [] })
    expect(at(reply.json, 'Data', 'Account', 0, 'AccountId')).toBe(account?.accountId)
    expect(await bank.call('GET', accountPath, { token })).toMatchObject({ status: 200, departures: [] })
  })

  it('shows identification only with the permission for detail', async () => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, { Permissions: ['ReadAccountsBasic'] })
    const { text } = await bank.call('GET', `${AISP}/accounts`, { token })
    expect(text).not.toContain(account?.sortCodeAccountNumber)
  })

  it('sends an internal score that the document does not declare, and nothing else of that sort', async () => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, { Permissions: ALL })
    const reply = await bank.call('GET', `${accountPath}/balances`, { token })
    expect(reply.status).toBe(200)
    expect(reply.departures).toEqual(['/Data/Balance/0/InternalScore is not declared'])
  })

  it.each([
    ['all', ['ReadTransactionsCredits', 'ReadTransactionsDebits'], '', 24],
    ['credits alone', ['ReadTransactionsCredits'], '', 4],
    ['debits alone', ['ReadTransactionsDebits'], '', 20],
    ['neither', [], '', 0],
    ['a span without any', ['ReadTransactionsDebits'], '?fromBookingDateTime=2026-11-01T00:00:00Z', 0],
  ])('gives the transactions that the permissions and the query allow: %s', async (_, more, query, count) => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, { Permissions: ['ReadTransactionsBasic', ...more] })
    const reply = await bank.call('GET', `${accountPath}/transactions${query}`, { token })
    expect(reply).toMatchObject({ status: 200, departures: [] })
    expect(reply.text.split('"TransactionId"').length - 1).toBe(count)
  })

  it('gives no transaction outside the span of the consent, whatever the query says', async () => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, {
      Permissions: ALL,
      TransactionToDateTime: '2026-01-01T00:00:00Z',
    })
    const reply = await bank.call(
      'GET',
      `${accountPath}/transactions?toBookingDateTime=2030-01-01T00:00:00Z`,
      {
        token,
      },
    )
    expect(reply.json).toMatchObject({ Data: { Transaction: [] } })
  })

  it.each([
    ['accounts', ['ReadBalances'], `${AISP}/accounts`],
    ['balances', ['ReadAccountsBasic'], `${accountPath}/balances`],
    ['transactions', ['ReadAccountsBasic'], `${accountPath}/transactions`],
  ])('gives no %s without the permission', async (_, Permissions, path) => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, { Permissions })
    expect(await bank.call('GET', path, { token })).toMatchObject({ status: 403, departures: [] })
  })

  it('ends when the consent is given back, when it expires, and when the token does', async () => {
    const bank = await openBranch()
    const soon = { Permissions: ALL, ExpirationDateTime: '2026-11-20T12:30:00Z' }
    const revoked = await openAccess(bank, soon)
    const expiring = await openAccess(bank, soon)
    const path = `${AISP}/account-access-consents/${revoked.consentId}`
    await bank.call('DELETE', path, { token: revoked.client })
    const read = (token: string) => bank.call('GET', `${AISP}/accounts`, { token })
    expect(await read(revoked.token)).toMatchObject({ status: 403, departures: [] })
    expect((await read(expiring.token)).status).toBe(200)
    bank.pass(31 * 60 * 1000)
    expect(await read(expiring.token)).toMatchObject({ status: 403, departures: [] })
    bank.pass(31 * 60 * 1000)
    expect(await read(expiring.token)).toMatchObject({ status: 401, text: '', departures: [] })
  })

  it("does not open another customer's account", async () => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, { Permissions: ALL })
    const other = `${AISP}/accounts/${customer(1).accounts[0]?.accountId}`
    expect(await bank.call('GET', other, { token })).toMatchObject({ status: 400, departures: [] })
  })

  it("is not possible with the third party's own token, nor with none", async () => {
    const bank = await openBranch()
    const token = await clientToken(bank)
    expect(await bank.call('GET', `${AISP}/accounts`, { token })).toMatchObject({
      status: 403,
      departures: [],
    })
    expect(await bank.call('GET', `${AISP}/accounts`)).toMatchObject({
      status: 401,
      text: '',
      departures: [],
    })
  })

  it('still works at the deprecated version', async () => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, { Permissions: ALL })
    const reply = await bank.call('GET', '/open-banking/v3.1/aisp/accounts', { token })
    expect(reply).toMatchObject({ status: 200, departures: [] })
    expect(reply.text).toContain('"AccountSubType":"CurrentAccount"')
  })
})

describe('confirmation of funds', () => {
  it.each([
    ['enough', '1.00', true],
    ['not enough', '999999999.00', false],
  ])('says yes or no and never how much: %s', async (_, Amount, FundsAvailable) => {
    const bank = await openBranch()
    const asked = await bank.call('POST', `${CBPII}/funds-confirmation-consents`, {
      token: await clientToken(bank, 'tally-finch'),
      json: {
        Data: {
          DebtorAccount: {
            SchemeName: 'UK.OBIE.SortCodeAccountNumber',
            Identification: account?.sortCodeAccountNumber,
          },
        },
      },
    })
    expect(asked).toMatchObject({ status: 201, departures: [] })
    const ConsentId = at(asked.json, 'Data', 'ConsentId')
    const reply = await bank.call('POST', `${CBPII}/funds-confirmations`, {
      token: await authorise(bank, ConsentId),
      json: { Data: { ConsentId, Reference: 'R-1', InstructedAmount: { Amount, Currency: 'GBP' } } },
    })
    expect(reply).toMatchObject({ status: 201, departures: [], json: { Data: { FundsAvailable } } })
  })
})
