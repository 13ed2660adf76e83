import { existsSync, readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import openapi from '../../../local/bank/openapi.json' with { type: 'json' }
import { demo } from '../../../local/bank/routes/demo.ts'
import { requireReal } from '../../real.ts'
import { at, customer, openBranch } from './branch.ts'
import { departures, resolve } from './conformance.ts'
import { operations } from './document.ts'
import { AISP, authorise, CBPII, clientToken, openAccess, PISP } from './third-party.ts'

/** Method and path with every parameter alike: `GET /accounts/{}`. */
const shape = (method: string, path: string) => `${method} ${path.replaceAll(/\{[^}]+\}|:[^/]+/g, '{}')}`

async function served(): Promise<Set<string>> {
  const { app } = await openBranch()
  const mirrors = new Hono().route(
    '/demo',
    demo(async () => undefined),
  )
  const routes = [...app.routes, ...mirrors.routes].filter(({ method }) => method !== 'ALL')
  return new Set(routes.map(({ method, path }) => shape(method, path)))
}

describe('the document', () => {
  it('is served by the bank itself', async () => {
    const reply = await (await openBranch()).call('GET', '/openapi.json')
    expect(reply).toMatchObject({ status: 200, json: openapi, departures: [] })
  })

  it('says everything that is served but the one endpoint that it leaves out on purpose', async () => {
    const documented = new Set(operations.map(({ method, template }) => shape(method, template)))
    const undocumented = [...(await served())].filter((route) => !documented.has(route))
    expect(undocumented).toEqual(['GET /api/internal/export'])
  })

  it('says nothing that is not served', async () => {
    const routes = await served()
    const missing = operations
      .filter(({ template }) => !template.startsWith('/demo/echo'))
      .filter(({ method, template }) => !routes.has(shape(method, template)))
    expect(missing).toEqual([])
  })

  it('calls one operation deprecated, and it is still served', () => {
    const deprecated = operations.filter((operation) => operation.deprecated)
    expect(deprecated.map(({ template }) => template)).toEqual(['/open-banking/v3.1/aisp/accounts'])
  })

  it('names every operation once', () => {
    const names = JSON.stringify(openapi.paths).match(/"operationId":"[^"]+"/g) ?? []
    expect(new Set(names).size).toBe(operations.length)
  })
})

describe('the endpoint that nobody documented', () => {
  it('answers whoever asks, with counts and no person', async () => {
    const reply = await (await openBranch()).call('GET', '/api/internal/export')
    expect(reply).toMatchObject({ status: 200, json: { customers: 200, accounts: 500 } })
    expect(reply.text).not.toContain(customer(0).name)
  })
})

describe('a path that nobody serves', () => {
  it('is answered with a problem (RFC 9457)', async () => {
    const reply = await (await openBranch()).call('GET', '/nothing')
    expect(reply).toMatchObject({ status: 404, json: { type: 'about:blank', status: 404 } })
    expect(reply.headers.get('content-type')).toBe('application/problem+json')
  })
})

const SPECS = new URL('../../../../shared/specs/', import.meta.url)

/** Schema of the 2xx answer, in the published document of OBIE. */
function published(file: string, path: string, method: string) {
  const document: unknown = JSON.parse(readFileSync(new URL(file, SPECS), 'utf8'))
  const get = (value: unknown, name: string) => resolve(document, value)[name]
  const operation = get(get(get(document, 'paths'), path), method)
  const answer = get(get(operation, 'responses'), method === 'post' ? '201' : '200')
  return { document, schema: get(get(get(answer, 'content'), 'application/json'), 'schema') }
}

describe.runIf(requireReal('the OBIE documents', existsSync(SPECS)))('OBIE Read/Write 4.0.0', () => {
  const ACCOUNTS = 'obie-4.0.0-account-info.json'
  const Permissions = [
    'ReadAccountsDetail',
    'ReadBalances',
    'ReadTransactionsDetail',
    'ReadTransactionsDebits',
  ]
  const account = customer(0).accounts[0]
  const id = account?.accountId

  it.each([
    ['/accounts', '/accounts'],
    ['/accounts/{AccountId}', `/accounts/${id}`],
    ['/accounts/{AccountId}/transactions', `/accounts/${id}/transactions`],
    ['/accounts/{AccountId}/balances', `/accounts/${id}/balances`],
  ])('would take our answer to GET %s for its own', async (template, path) => {
    const bank = await openBranch()
    const { token } = await openAccess(bank, { Permissions })
    const { json } = await bank.call('GET', `${AISP}${path}`, { token })
    const { document, schema } = published(ACCOUNTS, template, 'get')
    expect(departures(document, schema, json)).toEqual([])
  })

  it('would take our consents and payments for its own', async () => {
    const bank = await openBranch()
    const token = await clientToken(bank)
    const headers = { 'x-idempotency-key': 'k-1' }
    const Initiation = {
      InstructionIdentification: 'I-1',
      EndToEndIdentification: 'E-1',
      InstructedAmount: { Amount: '1.00', Currency: 'GBP' },
      CreditorAccount: { SchemeName: 'UK.OBIE.IBAN', Identification: 'GB00DEMO', Name: 'Halyard Works' },
    }
    const DebtorAccount = { SchemeName: 'UK.OBIE.IBAN', Identification: account?.iban }
    const check = async (file: string, path: string, url: string, bearer: string, json: object) => {
      const reply = await bank.call('POST', url, { token: bearer, headers, json })
      const { document, schema } = published(file, path, 'post')
      expect(departures(document, schema, reply.json), path).toEqual([])
      return reply
    }
    const access = '/account-access-consents'
    await check(ACCOUNTS, access, AISP + access, token, { Data: { Permissions }, Risk: {} })
    const payments = 'obie-4.0.0-payment-initiation.json'
    const ask = '/domestic-payment-consents'
    const asked = await check(payments, ask, PISP + ask, token, { Data: { Initiation }, Risk: {} })
    const ConsentId = at(asked.json, 'Data', 'ConsentId')
    const payer = await authorise(bank, ConsentId)
    const order = { Data: { ConsentId, Initiation }, Risk: {} }
    await check(payments, '/domestic-payments', `${PISP}/domestic-payments`, payer, order)
    const funds = '/funds-confirmation-consents'
    await check('obie-4.0.0-confirmation-funds.json', funds, CBPII + funds, token, {
      Data: { DebtorAccount },
    })
  })

  it('would take our refusals for its own', async () => {
    const bank = await openBranch()
    const { document } = published(ACCOUNTS, '/accounts', 'get')
    const { json } = await bank.call('POST', `${AISP}/account-access-consents`, {
      token: await clientToken(bank),
      json: {},
    })
    const schema = { $ref: '#/components/schemas/OBErrorResponse1' }
    expect(departures(document, schema, json)).toEqual([])
  })
})
