import { describe, expect, it } from 'vitest'
import { at, customer, openBranch } from './branch.ts'
import { AISP, authorise, clientToken, openAccess } from './third-party.ts'

const ALL = ['ReadAccountsDetail', 'ReadBalances', 'ReadTransactionsDetail']

describe('a token for a third party', () => {
  it.each([
    ['an unknown client', { grant_type: 'client_credentials', client_id: 'nobody' }, 401, 'invalid_client'],
    ['another grant', { grant_type: 'password', client_id: 'budget-lark' }, 400, 'unsupported_grant_type'],
    [
      'an unknown scope',
      { grant_type: 'client_credentials', client_id: 'budget-lark', scope: 'everything' },
      400,
      'invalid_scope',
    ],
    ['no client', { grant_type: 'client_credentials' }, 400, 'invalid_request'],
  ])('is not given for %s', async (_, form, status, error) => {
    const reply = await (await openBranch()).call('POST', '/oauth2/token', { form })
    expect(reply).toMatchObject({ status, json: { error }, departures: [] })
  })
})

describe('an account access consent', () => {
  it('waits, is authorised by a customer, and is given back', async () => {
    const bank = await openBranch()
    const token = await clientToken(bank)
    const asked = await bank.call('POST', `${AISP}/account-access-consents`, {
      token,
      json: { Data: { Permissions: ALL }, Risk: {} },
    })
    expect(asked).toMatchObject({ status: 201, departures: [], json: { Data: { Status: 'AWAU' } } })
    const id = at(asked.json, 'Data', 'ConsentId')
    const path = `${AISP}/account-access-consents/${id}`
    await authorise(bank, id)
    const authorised = await bank.call('GET', path, { token })
    expect(authorised).toMatchObject({ status: 200, departures: [], json: { Data: { Status: 'AUTH' } } })
    expect(await bank.call('DELETE', path, { token })).toMatchObject({ status: 204, departures: [] })
    expect((await bank.call('GET', path, { token })).json).toMatchObject({ Data: { Status: 'CANC' } })
  })

  it('is authorised once: a second customer cannot take it over', async () => {
    const bank = await openBranch()
    const { consentId } = await openAccess(bank, { Permissions: ALL })
    const { username, password } = customer(1)
    const reply = await bank.call('POST', `/demo/consents/${consentId}/authorise`, {
      json: { username, password },
    })
    expect(reply).toMatchObject({ status: 409, departures: [] })
  })

  it('is not authorised with a wrong password, and does not tell whether it exists', async () => {
    const bank = await openBranch()
    const reply = await bank.call('POST', '/demo/consents/unknown/authorise', {
      json: { username: customer(0).username, password: 'wrong' },
    })
    expect(reply).toMatchObject({ status: 401, json: { error: 'invalid_credentials' }, departures: [] })
  })

  it('is unknown to another third party', async () => {
    const bank = await openBranch()
    const { consentId } = await openAccess(bank, { Permissions: ALL })
    const reply = await bank.call('GET', `${AISP}/account-access-consents/${consentId}`, {
      token: await clientToken(bank, 'ledger-wren'),
    })
    expect(reply).toMatchObject({ status: 400, json: { Errors: [{ ErrorCode: 'U011' }] }, departures: [] })
  })

  it.each([
    ['an unknown permission', { Data: { Permissions: ['ReadAll'] }, Risk: {} }, 'Data.Permissions.0'],
    ['an undeclared member', { Data: { Permissions: ALL, Extra: 1 }, Risk: {} }, 'Data.Extra'],
    ['no risk', { Data: { Permissions: ALL } }, 'Risk'],
    [
      'no date',
      { Data: { Permissions: ALL, ExpirationDateTime: 'soon' }, Risk: {} },
      'Data.ExpirationDateTime',
    ],
  ])('is refused with %s, and the answer says where', async (_, json, Path) => {
    const bank = await openBranch()
    const token = await clientToken(bank)
    const reply = await bank.call('POST', `${AISP}/account-access-consents`, { token, json })
    expect(reply).toMatchObject({
      status: 400,
      departures: [],
      json: { Errors: [{ ErrorCode: 'U002', Path }] },
    })
  })

  it('is refused when it would have expired already', async () => {
    const bank = await openBranch()
    const reply = await bank.call('POST', `${AISP}/account-access-consents`, {
      token: await clientToken(bank),
      json: { Data: { Permissions: ALL, ExpirationDateTime: '2026-11-20T11:00:00Z' }, Risk: {} },
    })
    expect(reply).toMatchObject({ status: 400, json: { Errors: [{ ErrorCode: 'U003' }] }, departures: [] })
  })

  it.each([
    ['no token', {}, 401],
    ['a body that is not JSON', { body: 'x', headers: { 'content-type': 'application/json' } }, 400],
    ['another media type', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
    ['a body beyond the bound', { json: { pad: 'x'.repeat(70_000) } }, 413],
  ])('is refused with %s', async (_, call, status) => {
    const bank = await openBranch()
    const token = status === 401 ? {} : { token: await clientToken(bank) }
    const reply = await bank.call('POST', `${AISP}/account-access-consents`, { ...token, ...call })
    expect(reply).toMatchObject({ status, departures: [] })
  })

  it('plays the interaction id back', async () => {
    const bank = await openBranch()
    const id = '93bac548-d2de-4546-b106-880a5018460d'
    const headers = { 'x-fapi-interaction-id': id }
    expect(
      (await bank.call('GET', `${AISP}/accounts`, { headers })).headers.get('x-fapi-interaction-id'),
    ).toBe(id)
    const forged = { 'x-fapi-interaction-id': 'not-a-uuid' }
    const reply = await bank.call('GET', `${AISP}/accounts`, { headers: forged })
    expect(reply.headers.get('x-fapi-interaction-id')).not.toBe('not-a-uuid')
  })
})
