/** The bank where it really runs: in workerd, its memory in a Durable Object, behind a Worker that only passes on. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorkers, type Workers } from '../../../local/workerd.ts'
import { at, customer } from './branch.ts'

const PASS_ON = fileURLToPath(new URL('../../fixtures/pass-on.toml', import.meta.url))
const { username, password, customerId } = customer(41)

let folder: string
let workers: Workers

async function open(): Promise<void> {
  workers = await startWorkers({ configPath: PASS_ON, persistTo: folder })
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://${workers.gate.host}:${workers.gate.port}${path}`, { redirect: 'manual', ...init })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-bank-'))
  await open()
})
afterAll(async () => {
  await workers.close()
  await rm(folder, { recursive: true })
})

describe('the bank in workerd', () => {
  it('shows its login page', async () => {
    const response = await ask('/login')
    expect(response.status).toBe(200)
    expect(response.headers.get('set-cookie')).toContain('bank_visit=')
    expect(await response.text()).toContain('<form method="post" action="/login">')
  })

  it('remembers a session, also after a restart', async () => {
    const login = await ask('/login', { method: 'POST', body: new URLSearchParams({ username, password }) })
    expect(login.status).toBe(303)
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    const account = () => ask('/account', { headers: { cookie } })
    expect((await account()).status).toBe(200)
    await workers.close()
    await open()
    expect(await (await account()).text()).toContain(customer(41).name)
  })

  it('logs in from a script and refuses a wrong password', async () => {
    const login = (secret: string) =>
      ask('/api/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: secret }),
      })
    expect(await (await login(password)).json()).toMatchObject({ customerId })
    expect((await login('wrong')).status).toBe(401)
  })

  it('goes the whole way of a third party', async () => {
    const json = { 'content-type': 'application/json' }
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'budget-lark' })
    const client = at(
      await (await ask('/oauth2/token', { method: 'POST', body: form })).json(),
      'access_token',
    )
    const consent = await ask('/open-banking/v4.0/aisp/account-access-consents', {
      method: 'POST',
      headers: { ...json, ...bearer(client) },
      body: JSON.stringify({ Data: { Permissions: ['ReadAccountsDetail'] }, Risk: {} }),
    })
    const id = at(await consent.json(), 'Data', 'ConsentId')
    const authorised = await ask(`/demo/consents/${id}/authorise`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ username, password }),
    })
    const token = at(await authorised.json(), 'access_token')
    const accounts = await ask('/open-banking/v4.0/aisp/accounts', { headers: bearer(token) })
    expect(accounts.status).toBe(200)
    expect(await accounts.text()).toContain(customer(41).accounts[0]?.accountId)
  })

  it('hashes a long upload as it passes', async () => {
    const body = new Uint8Array(5_000_000).fill(9)
    const response = await ask('/demo/upload', { method: 'POST', body })
    const sha256 = createHash('sha256').update(body).digest('hex')
    expect(await response.json()).toEqual({ bytes: body.length, sha256 })
  })

  it('streams a long answer whole', async () => {
    const bytes = new Uint8Array(await (await ask('/demo/stream?bytes=5000000')).arrayBuffer())
    expect(bytes).toHaveLength(5_000_000)
    expect(bytes.every((byte, place) => byte === place % 251)).toBe(true)
  })

  it.each([204, 205, 304, 404, 503])('answers with status %i', async (status) => {
    expect((await ask(`/demo/status/${status}`)).status).toBe(status)
  })

  it.each(['HEAD', 'OPTIONS', 'PROPFIND'])('echoes %s too', async (method) => {
    const response = await ask('/demo/echo/a?b=c', { method })
    expect(response.status).toBe(200)
    const text = await response.text()
    if (method !== 'HEAD') expect(JSON.parse(text)).toMatchObject({ method })
  })

  it('answers a path that nobody serves', async () => {
    for (const path of ['/nothing', '/demo/nothing']) expect((await ask(path)).status).toBe(404)
  })
})
