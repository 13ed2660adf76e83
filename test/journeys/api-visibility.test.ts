/**
 * What the gate sees of the APIs behind it. Through the real edge, over real TLS, people and programs use the demo bank as
 * its document says; then they touch what is wrong with it on purpose (local/bank/README.md). Each fault is found once, by
 * its own check, and told to a receiver on this machine; nothing else is.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Response as MiniflareResponse, fetch as miniflareFetch } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import type { TppName } from '../../local/tpp/cast.ts'
import type { Json } from '../../local/workerd.ts'
import type { Finding } from '../../src/inventory/risk/finding-types.ts'
import { complaints, eventually } from './gate.ts'
import { watchedRoutes } from './routes.ts'
import { startTppGate, type TppGate } from './third-parties.ts'

const HOST = 'hooks.example'
const KEY = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
/** Homes of different networks (local/edge/networks.ts). */
const HOMES = ['127.0.10.1', '127.1.20.1', '127.3.30.1', '127.128.40.1', '127.129.50.1']

interface Call {
  readonly method?: string
  readonly from?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly token?: string
  /** Whose certificate it shows. */
  readonly as?: TppName
}

interface Reply {
  readonly status: number
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

function call(gate: TppGate, path: string, options: Call = {}): Promise<Reply> {
  const { from = HOMES[0] ?? '', json, form, token } = options
  const body = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json)
  const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json'
  const headers = {
    'user-agent': 'okhttp/4.12.0',
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
    ...options.headers,
  }
  const method = options.method ?? (body === undefined ? 'GET' : 'POST')
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port: gate.edge.port, servername: 'localhost', localAddress: from },
        ...{ method, path, headers: { host: `localhost:${gate.edge.port}`, ...headers } },
        ...{ ca: readFileSync(gate.identity.authorityPath), agent: false },
        ...(options.as === undefined ? {} : identity(gate, options.as)),
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => {
          const status = answer.statusCode ?? 0
          // A journey that the gate stops has touched nothing, and would find nothing.
          if (status === 429 || status === 403) reject(new Error(`${path} is answered ${status}: ${text}`))
          else resolve({ status, text, json: parsed(text) })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function identity(gate: TppGate, name: TppName) {
  const { certificate, key } = gate.tpps.transport(name)
  return { cert: readFileSync(certificate), key: readFileSync(key) }
}

function parsed(text: string): Reply['json'] {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
const person = (index: number) => {
  const found = customers.at(index)
  if (found === undefined) throw new Error(`Cannot find customer ${index}`)
  return found
}

const AISP = '/open-banking/v4.0/aisp'

/** A third party that reads what a person has let it read. */
async function thirdParty(gate: TppGate, index: number, from: string, as: TppName): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: 'budget-lark', scope: 'accounts' }
  const client = await call(gate, '/oauth2/token', { form, from, as })
  const Permissions = [
    'ReadAccountsDetail',
    'ReadBalances',
    'ReadTransactionsDetail',
    'ReadTransactionsDebits',
  ]
  const consent = await call(gate, `${AISP}/account-access-consents`, {
    ...{ json: { Data: { Permissions }, Risk: {} }, token: String(client.json.access_token), from, as },
  })
  const id = /"ConsentId":"([^"]+)"/.exec(consent.text)?.[1]
  const { username, password } = person(index)
  const granted = await call(gate, `/demo/consents/${id}/authorise`, { json: { username, password }, from })
  return String(granted.json.access_token)
}

async function mobile(gate: TppGate, index: number, from: string): Promise<string> {
  const { username, password } = person(index)
  const { json } = await call(gate, '/mobile/v1/login', { json: { username, password }, from })
  return String(json.token)
}

/** As the document says. */
async function usual(gate: TppGate): Promise<void> {
  for (const [at, from] of HOMES.entries()) {
    const account = person(at).accounts[0]?.accountId
    const as = at % 2 === 0 ? 'aisp' : 'all-roles'
    await call(gate, '/login', { from, headers: { accept: 'text/html' } })
    await call(gate, '/nothing-here', { from })
    const token = await mobile(gate, at, from)
    await call(gate, '/mobile/v1/accounts', { from, token })
    await call(gate, `/mobile/v1/accounts/${account}/transactions`, { from, token })
    await call(gate, '/mobile/v1/accounts', { from })
    const access = await thirdParty(gate, at, from, as)
    await call(gate, `${AISP}/accounts`, { from, as, token: access })
    await call(gate, `${AISP}/accounts/${account}/transactions`, { from, as, token: access })
  }
}

/** What is wrong with the bank. */
async function planted(gate: TppGate): Promise<void> {
  for (const [at, from] of HOMES.entries()) {
    const account = person(at).accounts[0]?.accountId
    const as = at % 2 === 0 ? 'aisp' : 'all-roles'
    await call(gate, '/api/internal/export', { from })
    const access = await thirdParty(gate, at, from, as)
    await call(gate, '/open-banking/v3.1/aisp/accounts', { from, as, token: access })
    await call(gate, `${AISP}/accounts/${account}/balances`, { from, as, token: access })
    const token = await mobile(gate, at, from)
    const headers = { accept: 'application/xml' }
    await call(gate, `/mobile/v1/accounts/${account}/transactions`, { from, token, headers })
  }
  const access = await thirdParty(gate, -1, HOMES[0] ?? '', 'aisp')
  const leaking = person(-1).accounts[0]?.accountId
  await call(gate, `${AISP}/accounts/${leaking}/transactions`, { token: access, as: 'aisp' })
}

/** Of all routes, those of consents take nothing that the document rules out, and those of accounts let nothing out that it rules out. */
function guarded(route: Readonly<Record<string, Json>>): Json {
  if (route.id === 'obie-aisp-consents') return { ...route, conformance: 'enforce' }
  const observed = { ...route, posture: 'observe' }
  return route.id === 'obie-aisp' ? { ...observed, withhold: ['refused'] } : observed
}

const FAULTS = [
  `response_property_undeclared: GET ${AISP}/accounts/{AccountId}/balances /Data/Balance/*/InternalScore`,
  'response_undeclared: GET /mobile/v1/accounts/{accountId}/transactions status_undeclared 406',
  `sensitive_data_unexpected: GET ${AISP}/accounts/{AccountId}/transactions pan response_body /Data/Transaction/*/TransactionInformation`,
  'shadow_operation: GET localhost/api/internal/export',
  'zombie_operation: GET /open-banking/v3.1/aisp/accounts',
]

const named = ({ check, operation, pointer }: Finding) => `${check}: ${operation} ${pointer}`.trim()

describe('an API as its traffic shows it', () => {
  const told: string[] = []
  let gate: TppGate
  let close: () => void

  beforeAll(async () => {
    const receiver = createServer((incoming, answer) => {
      let body = ''
      incoming.on('data', (chunk: Buffer) => {
        body += chunk.toString('utf8')
      })
      incoming.on('end', () => {
        told.push(body)
        answer.writeHead(204).end()
      })
    })
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
    // A server that listens on TCP has one.
    const { port } = receiver.address() as AddressInfo
    gate = await startTppGate({
      vars: {
        // Who a caller seems to be is not what this journey is about; what it sends to one route is.
        ROUTES: watchedRoutes('observe').map(guarded),
        FALLBACK: {
          ...{
            id: 'unmatched',
            dialect: 'problem',
            channel: 'direct',
            conformance: 'observe',
            posture: 'observe',
          },
        },
        CONFORMANCE_SAMPLE: '1',
        RISK: { targets: [{ name: 'security', host: HOST, rules: [{ about: 'traffic' }] }] },
      },
      secrets: { NOTIFY_SECRETS: JSON.stringify({ security: { url: `https://${HOST}/in`, keys: [KEY] } }) },
      internet: async (asked) => {
        const { protocol, hostname } = new URL(asked.url)
        if (protocol !== 'https:' || hostname !== HOST) return new MiniflareResponse(null, { status: 523 })
        return miniflareFetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: await asked.text() })
      },
    })
    close = () => receiver.close()
  })
  afterAll(async () => {
    await gate.close()
    close()
  })

  async function assess(): Promise<readonly Finding[]> {
    const { host, port } = gate.workers.gate
    const headers = { authorization: `Bearer ${gate.token}` }
    const answer = await fetch(`http://${host}:${port}/_portcullis/api/assess`, { method: 'POST', headers })
    expect({ status: answer.status, said: await answer.text() }).toMatchObject({ status: 200 })
    const { json } = await gate.operator('/api/findings?limit=500')
    // The console's own format.
    return (json as { readonly findings: readonly Finding[] }).findings.filter(
      ({ about }) => about === 'traffic',
    )
  }

  it('has no findings as long as everybody does what the document says', async () => {
    await usual(gate)
    await arrived()
    expect((await assess()).map(named)).toEqual([])
    expect(told).toEqual([])
  })

  it('finds each planted fault once, with the right check', async () => {
    await planted(gate)
    const found = await eventually('all faults', async () => {
      const findings = await assess()
      return findings.length >= FAULTS.length ? findings : undefined
    })
    expect(found.map(named).toSorted()).toEqual(FAULTS)
  })

  it('refuses what the document rules out, on the route that enforces it, and says where', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'budget-lark', scope: 'accounts' }
    const { json: granted } = await call(gate, '/oauth2/token', { form, as: 'aisp' })
    const token = String(granted.access_token)
    const json = { Data: { Permissions: ['ReadEverything'] }, Risk: {} }
    const answer = await call(gate, `${AISP}/account-access-consents`, { json, token, as: 'aisp' })
    expect(answer).toMatchObject({
      status: 400,
      json: { Errors: [{ ErrorCode: 'U010', Path: '/Data/Permissions/0' }] },
    })
    expect(await gate.decision(String(answer.json.Id))).toMatchObject({
      rule: 'request_nonconforming',
      counterfactual: expect.stringContaining('without enum (body /Data/Permissions/*)'),
    })
  })

  it('holds back what the document rules out, on the route that withholds, and lets out the rest', async () => {
    const token = await thirdParty(gate, 0, HOMES[0] ?? '', 'aisp')
    const account = person(0).accounts[0]?.accountId
    const ask = (path: string) => call(gate, `${AISP}/accounts${path}`, { token, as: 'aisp' })
    expect(await ask('')).toMatchObject({ status: 200 })
    const withheld = await ask(`/${account}/balances`)
    expect(withheld.status).toBe(502)
    expect(withheld.text).not.toContain('InternalScore')
    expect(withheld.text).not.toContain('Amount')
    expect(await gate.decision(String(withheld.json.Id))).toMatchObject({ upstream: 'answer_withheld' })
  })

  it('tells of each once, however often it is seen and assessed', async () => {
    await planted(gate)
    await arrived()
    await assess()
    await eventually('a notice of each', async () => (told.length >= FAULTS.length ? true : undefined))
    await assess()
    const notices = told.map(
      (body) => JSON.parse(body) as { readonly type: string; readonly data: { readonly finding: Finding } },
    )
    expect(notices.map(({ type, data }) => `${type} ${data.finding.check}`).toSorted()).toEqual(
      FAULTS.map((fault) => `finding.raised ${fault.split(':')[0]}`),
    )
    expect(told.join('')).not.toContain('4111')
    expect(complaints(gate)).toEqual([])
  })
})

/** The isolate's parcels wait two seconds. */
function arrived(): Promise<void> {
  return new Promise((done) => setTimeout(done, 3_000))
}
