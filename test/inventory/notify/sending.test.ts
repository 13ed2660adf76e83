import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { delayAfter } from '../../../src/inventory/notify/backoff.ts'
import { retryAfter, send } from '../../../src/inventory/notify/sending.ts'
import { readKey, signedHeaders } from '../../../src/inventory/notify/signature.ts'
import { addressFor, readSecrets } from '../../../src/inventory/notify/webhook-secrets.ts'
import { AT } from '../risk/landscape.ts'
import { notice, TARGET } from './news.ts'

const KEY = new Uint8Array(32).fill(7)
const SECRET = { url: 'https://hooks.example/services/T0/B0/secret', keys: [KEY] }

describe('a webhook is signed', () => {
  /** The receiver's side, as the specification words it. */
  function verify(body: string, headers: Headers, key: Uint8Array): boolean {
    const signed = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`
    const expected = createHmac('sha256', key).update(signed).digest('base64')
    const signatures = headers.get('webhook-signature')?.split(' ') ?? []
    return signatures.some((one) => one === `v1,${expected}`)
  }

  it('over id, time and body, as Standard Webhooks does it', () => {
    // Computed with Python's hmac.
    const key = readKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    expect(key).toBeDefined()
    const body = '{"test": 2432232314}'
    const at = 1_614_265_330_000
    const headers = signedHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body },
      key === undefined ? [] : [key],
    )
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('by every key, so that a receiver may change its own', () => {
    const other = new Uint8Array(32).fill(9)
    const headers = new Headers(signedHeaders({ id: 'a-1', at: AT, body: '{}' }, [KEY, other]))
    expect(verify('{}', headers, KEY)).toBe(true)
    expect(verify('{}', headers, other)).toBe(true)
    expect(verify('{ }', headers, KEY)).toBe(false)
    headers.set('webhook-timestamp', '1')
    expect(verify('{}', headers, KEY)).toBe(false)
  })

  it.each([
    ['without its prefix', randomBytes(32).toString('base64')],
    ['shorter than 24 bytes', `whsec_${randomBytes(23).toString('base64')}`],
    ['longer than 64 bytes', `whsec_${randomBytes(65).toString('base64')}`],
    ['in another alphabet', `whsec_${'-'.repeat(44)}`],
  ])('and not by a key %s', (_what, text) => {
    expect(readKey(text)).toBeUndefined()
  })
})

describe('addresses and keys', () => {
  const key = `whsec_${randomBytes(32).toString('base64')}`

  it('are read from the secret', () => {
    const text = JSON.stringify({ security: { url: 'https://hooks.example/x', keys: [key] } })
    expect(readSecrets(text).get('security')).toMatchObject({ url: 'https://hooks.example/x' })
  })

  it.each([
    ['nothing', undefined],
    ['no JSON', '{'],
    ['another shape', '[1]'],
    ['no keys', JSON.stringify({ security: { url: 'https://hooks.example/x', keys: [] } })],
    [
      'one bad key among good ones',
      JSON.stringify({ security: { url: 'https://hooks.example/x', keys: [key, 'x'] } }),
    ],
  ])('and where there is %s there is no target', (_what, text) => {
    expect(readSecrets(text).size).toBe(0)
  })

  it.each([
    ['http://hooks.example/x', 'plain HTTP'],
    ['https://hooks.example:8443/x', 'another port'],
    ['https://other.example/x', 'a host that the configuration does not name'],
    ['https://hooks.example.evil.example/x', 'a host that only looks like it'],
    ['https://hooks.example@evil.example/x', 'a user who looks like the host'],
    ['https://evil.example/#@hooks.example', 'a fragment'],
    ['javascript:alert(1)', 'no web address'],
    ['hooks.example', 'no address at all'],
  ])('%s is not written to: %s', (url) => {
    expect(addressFor(TARGET, { ...SECRET, url })).toBeUndefined()
  })
})

describe('a notice is sent', () => {
  const answer =
    (status: number, headers: Record<string, string> = {}) =>
    async () =>
      new Response(status === 204 ? null : 'x'.repeat(10), { status, headers })

  it('once, to its address, with nothing that follows a redirect', async () => {
    const requests: Request[] = []
    const fetch = async (request: Request) => {
      requests.push(request)
      return new Response(null, { status: 204 })
    }
    const sent = await send(notice(), TARGET, SECRET, { fetch, now: AT })
    expect(sent.outcome).toEqual({ ok: true, value: true })
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ method: 'POST', url: SECRET.url, redirect: 'manual' })
    expect(await requests[0]?.json()).toMatchObject({ type: 'finding.raised', id: notice().id })
  })

  it.each<[number, string]>([
    [301, 'redirect_refused'],
    [307, 'redirect_refused'],
    [400, 'status_refused'],
    [401, 'status_refused'],
    [404, 'status_refused'],
    [410, 'gone'],
    [429, 'throttled'],
    [500, 'server_failed'],
    [503, 'server_failed'],
  ])('%i is no delivery: %s', async (status, reason) => {
    const sent = await send(notice(), TARGET, SECRET, { fetch: answer(status), now: AT })
    expect(sent.outcome).toEqual({ ok: false, reason })
  })

  it('and a receiver that throws, or has no secret here, is a value', async () => {
    const fetch = () => Promise.reject(new Error(`refused: ${SECRET.url}`))
    const thrown = await send(notice(), TARGET, SECRET, { fetch, now: AT })
    expect(thrown.outcome).toEqual({ ok: false, reason: 'fetch_failed' })
    const missing = await send(notice(), TARGET, undefined, { fetch, now: AT })
    expect(missing.outcome).toEqual({ ok: false, reason: 'secret_missing' })
    const elsewhere = { ...SECRET, url: 'https://elsewhere.example/' }
    const refused = await send(notice(), TARGET, elsewhere, { fetch, now: AT })
    expect(refused.outcome).toEqual({ ok: false, reason: 'address_refused' })
  })

  it.each<[string | null, number | undefined]>([
    ['120', 120_000],
    ['Sat, 21 Nov 2026 12:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2020 12:01:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('Retry-After %s asks for %s ms', (value, ms) => {
    expect(retryAfter(value, AT)).toBe(ms)
  })
})

describe('a notice is tried again', () => {
  it('after longer and longer, for about three days, and then no more', () => {
    const delays = Array.from({ length: 10 }, (_, attempt) => delayAfter(attempt + 1, undefined, 0))
    expect(delays.slice(0, 3)).toEqual([5_000, 300_000, 1_800_000])
    expect(delays.at(-1)).toBeUndefined()
    expect(delays.reduce<number>((sum, delay) => sum + (delay ?? 0), 0)).toBe((75 * 60 + 35) * 60_000 + 5_000)
  })

  it('not all at the same moment, and not before the receiver wants it', () => {
    expect(delayAfter(2, undefined, 1)).toBe(360_000)
    expect(delayAfter(1, 60_000, 0)).toBe(60_000)
    // A receiver may ask for patience, not for silence.
    expect(delayAfter(1, 10 ** 12, 0)).toBe(1.2 * 86_400_000)
  })
})
