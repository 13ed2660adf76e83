import { describe, expect, it } from 'vitest'
import type { OutcomeKind, UpstreamOutage } from '../../src/evidence.ts'
import { invalid } from '../../src/lib/fact.ts'
import { respond } from '../../src/respond/respond.ts'
import { exchange, match, NOTHING_PROVEN, WITH_PASS } from '../fixtures/scene.ts'
import { bank, FRESH_PASS, input } from './room.ts'

type Changes = Parameters<typeof input>[0]

async function answered(reply: Response, changes: Changes = {}) {
  return respond(input(changes), bank(reply).tools)
}

describe("the bank's answer", () => {
  it('comes back with its status, its words and its headers', async () => {
    const reply = new Response('teapot', {
      status: 418,
      statusText: 'I am a teapot',
      headers: { 'x-bank': '1', etag: '"a"' },
    })
    const { response, originStatus, upstream } = await answered(reply)
    expect(response.status).toBe(418)
    expect(response.statusText).toBe('I am a teapot')
    expect(response.headers.get('etag')).toBe('"a"')
    expect(await response.text()).toBe('teapot')
    expect({ originStatus, upstream }).toEqual({ originStatus: 418, upstream: 'forwarded' })
  })

  it('loses the headers of the connection, those named in Connection too', async () => {
    const reply = new Response('x', {
      headers: { connection: 'close, x-hop', 'x-hop': '1', 'keep-alive': '5', 'x-kept': '1' },
    })
    const { response } = await answered(reply)
    expect([...response.headers.keys()].sort()).toEqual(['content-type', 'x-kept'])
  })

  it('keeps every Set-Cookie for itself', async () => {
    const headers = new Headers({ connection: 'close' })
    for (const value of ['a=1; Path=/', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT'])
      headers.append('set-cookie', value)
    const { response } = await answered(new Response('x', { headers }))
    expect(response.headers.getSetCookie()).toEqual([
      'a=1; Path=/',
      'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    ])
  })

  it.each([204, 205, 304])('%i has no body, and does not throw for it', async (status) => {
    const { response } = await answered(new Response(null, { status, headers: { connection: 'close' } }))
    expect(response.status).toBe(status)
    expect(response.body).toBeNull()
  })

  it.each([301, 302, 303, 307, 308])('%i is passed on, and not followed', async (status) => {
    const reply = new Response(null, {
      status,
      headers: { location: 'https://elsewhere.example/', connection: 'close' },
    })
    const { response } = await answered(reply)
    expect(response.status).toBe(status)
    expect(response.headers.get('location')).toBe('https://elsewhere.example/')
  })

  it('to a HEAD has the headers and no body', async () => {
    const reply = new Response(null, { headers: { 'content-length': '1234', connection: 'close' } })
    const { response } = await answered(reply, { exchange: exchange({ method: 'HEAD' }) })
    expect(response.headers.get('content-length')).toBe('1234')
    expect(response.body).toBeNull()
  })

  it('is streamed: its head is there before its end', async () => {
    let end = () => {}
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('first '))
        end = () => {
          controller.enqueue(new TextEncoder().encode('last'))
          controller.close()
        }
      },
    })
    const { response } = await answered(new Response(stream, { headers: { connection: 'close' } }))
    expect(response.status).toBe(200)
    end()
    expect(await response.text()).toBe('first last')
  })

  it('goes through untouched where there is nothing to take off', async () => {
    const reply = new Response('x')
    expect((await answered(reply)).response).toBe(reply)
  })
})

describe('a pass', () => {
  const page = (headers: Record<string, string> = {}, status = 200) =>
    new Response('<p>', {
      status,
      headers: { 'content-type': 'text/html; charset=utf-8', 'set-cookie': 'sid=1', ...headers },
    })
  const visitor: Changes = {
    exchange: exchange({ method: 'GET', target: '/login' }),
    match: match({ sensitivity: 'other' }),
    proof: NOTHING_PROVEN,
    attempt: false,
  }

  it('is handed out with a page, beside the cookies of the bank', async () => {
    const { response } = await answered(page(), visitor)
    expect(response.headers.getSetCookie()).toEqual(['sid=1', FRESH_PASS])
    expect(await response.text()).toBe('<p>')
  })

  it.each(['pass_expired', 'pass_forged', 'pass_malformed', 'pass_of_another_client'] as const)(
    'is handed out anew to who shows one that is %s',
    async (problem) => {
      const { response } = await answered(page(), {
        ...visitor,
        proof: { ...NOTHING_PROVEN, pass: invalid(problem) },
      })
      expect(response.headers.getSetCookie()).toContain(FRESH_PASS)
    },
  )

  const cached = (headers: Record<string, string>): Changes => ({
    ...visitor,
    exchange: exchange({ method: 'GET', target: '/login', headers: new Headers(headers) }),
  })

  it.each([
    ['by Fetch Metadata', { 'sec-fetch-mode': 'navigate', accept: 'text/html' }],
    ['by what it accepts', { accept: 'text/html,application/xhtml+xml' }],
  ])('is handed out with a page that the browser has kept, told %s', async (_how, headers) => {
    const kept = new Response(null, { status: 304, headers: { etag: '"a"' } })
    const { response } = await answered(kept, cached(headers))
    expect(response.status).toBe(304)
    expect(response.headers.getSetCookie()).toContain(FRESH_PASS)
    expect(response.headers.get('cache-control')).toBe('private')
  })

  const without: readonly (readonly [what: string, reply: Response, changes: Changes])[] = [
    ['to who has one', page(), { ...visitor, proof: WITH_PASS }],
    ['with a form that was sent', page(), { ...visitor, exchange: exchange({ method: 'POST' }) }],
    ['with a page that is not there', page({}, 404), visitor],
    ['with a redirect', page({ location: '/' }, 302), visitor],
    [
      'with a picture that was kept',
      new Response(null, { status: 304 }),
      cached({ accept: 'image/avif,*/*' }),
    ],
    [
      'with a part of a page that a script asked for and that was kept',
      new Response(null, { status: 304 }),
      cached({ 'sec-fetch-mode': 'cors', accept: 'text/html' }),
    ],
    ['with data', new Response('{}', { headers: { 'content-type': 'application/json' } }), visitor],
    ['with what says nothing of its type', new Response(new Uint8Array(1)), visitor],
    ['on a channel of programs', page(), { ...visitor, match: match({ channel: 'tpp' }) }],
    ['on the mobile channel', page(), { ...visitor, match: match({ channel: 'mobile' }) }],
  ]
  it.each(without)('is not handed out %s', async (_what, reply, changes) => {
    const { response } = await answered(reply, changes)
    expect(response.headers.getSetCookie()).not.toContain(FRESH_PASS)
  })

  it.each([
    ['nothing', undefined, 'private'],
    ['public, max-age=600', 'public, max-age=600', 'private, max-age=600'],
    [
      's-maxage=60, stale-while-revalidate=5',
      's-maxage=60, stale-while-revalidate=5',
      'private, stale-while-revalidate=5',
    ],
    ['no-store', 'no-store', 'no-store'],
    ['private, no-cache', 'private, no-cache', 'private, no-cache'],
    ['no-cache', 'no-cache', 'private, no-cache'],
  ])('is never stored for others: Cache-Control %s', async (_what, sent, expected) => {
    const { response } = await answered(page(sent === undefined ? {} : { 'cache-control': sent }), visitor)
    expect(response.headers.get('cache-control')).toBe(expected)
  })

  it('is never stored by the caches that have headers of their own', async () => {
    const { response } = await answered(
      page({ 'cdn-cache-control': 'max-age=60', 'surrogate-control': 'max-age=60' }),
      visitor,
    )
    expect(response.headers.has('cdn-cache-control')).toBe(false)
    expect(response.headers.has('surrogate-control')).toBe(false)
  })

  it('leaves the cacheability of pages alone once it is there', async () => {
    const { response } = await answered(page({ 'cache-control': 'public, max-age=600' }), {
      ...visitor,
      proof: WITH_PASS,
    })
    expect(response.headers.get('cache-control')).toBe('public, max-age=600')
  })
})

describe('what came of it', () => {
  const cases: readonly (readonly [
    status: number,
    attempt: boolean,
    location: string | undefined,
    outcome: OutcomeKind,
  ])[] = [
    [200, true, undefined, 'success'],
    [302, true, '/account', 'success'],
    [302, true, '/login', 'failure'],
    [303, true, '/login?error=1', 'failure'],
    [302, true, 'https://bank.example/login', 'failure'],
    [302, true, 'login?again', 'failure'],
    [302, true, 'http://[', 'success'],
    [200, true, '/login', 'success'],
    [401, true, undefined, 'failure'],
    [403, true, undefined, 'failure'],
    [404, true, undefined, 'failure'],
    [500, true, undefined, 'origin_error'],
    [503, false, undefined, 'origin_error'],
    [200, false, undefined, 'served'],
    [304, false, undefined, 'served'],
    [400, false, undefined, 'served'],
    [403, false, undefined, 'miss'],
    [404, false, undefined, 'miss'],
    [401, false, undefined, 'failure'],
  ]
  it.each(cases)(
    'status %i (attempt: %s, Location: %s) is %s',
    async (status, attempt, location, outcome) => {
      const headers: Record<string, string> = location === undefined ? {} : { location }
      const reply = new Response(status === 304 ? null : 'x', { status, headers })
      expect((await answered(reply, { attempt })).outcome).toBe(outcome)
    },
  )

  it.each([
    ['origin_unreachable', 502],
    ['origin_timeout', 504],
    ['origin_not_configured', 503],
    ['answer_withheld', 502],
  ] as const)(
    '%s is answered in the dialect with %i, and is no fault of the client',
    async (outage: UpstreamOutage, status) => {
      const answer = await respond(
        input({ match: match({ channel: 'tpp' }) }),
        bank(outage, {}, 'berlin-group-1.3').tools,
      )
      expect(answer.response.status).toBe(status)
      expect(await answer.response.json()).toMatchObject({ tppMessages: [{ code: 'SERVICE_UNAVAILABLE' }] })
      expect(answer).toMatchObject({ outcome: 'origin_error', originStatus: undefined, upstream: outage })
    },
  )
})
