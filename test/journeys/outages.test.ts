/** The bank fails, or whoever configured the gate did. Everybody gets a clear answer, and nobody is blamed for it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { send, somebody } from './client.ts'
import { complaints, eventually, type Gate, startGate, WATCHED } from './gate.ts'
import { type Mood, type Origin, startOrigin } from './origin.ts'
import { expectSpeech, type Speech } from './refusal.ts'
import { gateBefore, WAYS } from './ways.ts'

const TIMEOUT_MS = 500

describe.each(WAYS)('a bank behind %s', (way) => {
  let gate: Gate
  let origin: Origin
  beforeAll(async () => {
    origin = await startOrigin()
    gate = await gateBefore(origin, way, TIMEOUT_MS)
  })
  afterEach(() => {
    origin.mood = 'serves'
  })
  afterAll(async () => {
    await gate.close()
    await origin.stop()
  })

  const ROUTES: readonly (readonly [string, Speech])[] = [
    ['/login', 'page'],
    ['/mobile/v1/accounts', 'problem'],
    ['/open-banking/v4.0/aisp/account-access-consents/1', 'obie'],
    ['/psd2/v1/consents/1', 'berlinGroup'],
  ]

  /** One request in each dialect, all at once; resolves to the references of the refusals. */
  function askAll(status: number): Promise<readonly string[]> {
    return Promise.all(
      ROUTES.map(async ([path, speech]) =>
        expectSpeech(await send(gate, { path, from: somebody() }), status, speech),
      ),
    )
  }

  it.each<[Mood, number, string]>([
    ['slow', 504, 'origin_timeout'],
    ['resets', 502, 'origin_unreachable'],
    ['babbles', 502, 'origin_unreachable'],
  ])('that %s is a %i in every dialect, and the record says why', async (mood, status, upstream) => {
    origin.mood = mood
    const began = Date.now()
    const references = await askAll(status)
    expect(Date.now() - began).toBeLessThan(TIMEOUT_MS + 1_000)
    for (const reference of references) {
      const decision = await gate.decision(reference)
      expect(decision).toMatchObject({ upstream, outcome: 'origin_error', originStatus: null })
    }
  })

  it('that is not there is a 502, and served from again as soon as it is back', async () => {
    await origin.stop()
    for (const reference of await askAll(502)) {
      expect(await gate.decision(reference)).toMatchObject({ upstream: 'origin_unreachable' })
    }
    await origin.start()
    const reply = await send(gate, { path: '/login', from: somebody() })
    expect({ status: reply.status, text: reply.text }).toEqual({ status: 200, text: 'served' })
  })

  it.each<Mood>(['cuts', 'cuts_chunks'])('that breaks off (%s) never looks whole', async (mood) => {
    origin.mood = mood
    const from = somebody()
    await expect(send(gate, { path: '/login', from })).rejects.toThrow()
    const prefix = from.replace(/\d+$/, '0/24')
    const decision = await gate.newest((entry) => entry.prefix === prefix)
    expect(decision).toMatchObject({ upstream: 'forwarded', originStatus: 200 })
  })

  it('that has begun to answer is waited for', async () => {
    origin.mood = 'trickles'
    const reply = await send(gate, { path: '/login', from: somebody() })
    expect({ status: reply.status, text: reply.text }).toEqual({ status: 200, text: 'first last' })
  })

  it('that failed is not held against who was there at the time', async () => {
    const from = somebody()
    const headers = [
      'Content-Type',
      'application/json',
      'User-Agent',
      'DemoBank/5.1 (Android 16) okhttp/5.3.0',
    ]
    const body = JSON.stringify({ username: 'person-of-no-bank', password: 'unseen' })
    const logIn = () => send(gate, { method: 'POST', path: '/mobile/v1/login', headers, body, from })
    origin.mood = 'resets'
    for (let tries = 0; tries < 4; tries += 1) expect((await logIn()).status).toBe(502)
    origin.mood = 'serves'
    // Outcomes reach the ledger within a quarter of a second.
    await new Promise((later) => setTimeout(later, 600))
    expect((await logIn()).status).toBe(200)
    const prefix = from.replace(/\d+$/, '0/24')
    const { conduct } = await gate.newest((entry) => entry.prefix === prefix && entry.outcome === 'success')
    expect(conduct.address).toMatchObject({ failures: 0, attempts: 0 })
  })

  it('and nothing was dropped in any of this', () => {
    expect(complaints(gate)).toEqual([])
  })
})

describe('a gate whose configuration is broken', () => {
  const SECRET = 'a-secret-that-is-short'
  let gate: Gate
  beforeAll(async () => {
    gate = await startGate({
      entry: WATCHED,
      secrets: { GATE_KEYS: `k1:${SECRET}`, OPERATOR_TOKEN: SECRET },
      vars: {
        ORIGIN_TIMEOUT_MS: 'soon',
        ORIGIN_PROOF: 'a promise',
        POLICY: { thresholds: { deny: 7 } },
        ROUTES: [{ id: 'Login', methods: ['post'], pattern: 'login', dialect: 'page', channel: 'fax' }],
      },
    })
  })
  afterAll(() => gate.close())

  it('serves nothing: 503 with a reference, for people, programs and the operator alike', async () => {
    for (const path of [
      '/login',
      '/open-banking/v4.0/aisp/accounts',
      '/_portcullis/',
      '/_portcullis/health',
    ]) {
      const reply = await send(gate, { path })
      expect({ path, status: reply.status, json: JSON.parse(reply.text) }).toEqual({
        path,
        status: 503,
        json: {
          title: 'Service Unavailable',
          status: 503,
          instance: expect.stringMatching(/^urn:uuid:[\da-f-]{36}$/),
        },
      })
    }
  })

  it('lists every mistake in the log, under the reference that the caller has, and no secret', async () => {
    const { instance } = JSON.parse((await send(gate, { path: '/login' })).text)
    const reference = String(instance).replace('urn:uuid:', '')
    const lines = await eventually('the mistakes', async () => {
      const found = gate.log.filter(({ message }) => message.includes(reference))
      return found.length === 0 ? undefined : found.map(({ message }) => JSON.parse(message))
    })
    const named = lines.map(({ event, binding }) => `${event} ${binding}`)
    for (const binding of [
      'GATE_KEYS',
      'OPERATOR_TOKEN',
      'ORIGIN_TIMEOUT_MS',
      'ORIGIN_PROOF',
      'POLICY',
      'ROUTES',
    ]) {
      expect(named).toContain(`configuration_mistake ${binding}`)
    }
    // Id, method, pattern and channel: a route is not one mistake.
    expect(named.filter((name) => name.endsWith('ROUTES')).length).toBeGreaterThanOrEqual(4)
    for (const line of lines)
      expect(line).toMatchObject({ found: expect.any(String), allowed: expect.any(String) })
    expect(JSON.stringify(gate.log)).not.toContain(SECRET)
    expect(complaints(gate)).toEqual([])
  })
})
