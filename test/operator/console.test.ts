import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { edgeProperties } from '../../src/identify/edge.ts'
import { networkFrom } from '../../src/identify/network.ts'
import { keysFrom } from '../../src/keys.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { type Desk, operatorConsole } from '../../src/operator/console.ts'
import { signInFailures } from '../../src/operator/failures.ts'
import type { JournalEntry } from '../../src/record/entry.ts'

const TOKEN = 'a-long-operator-token-of-tests'
const AT = Date.UTC(2026, 10, 21, 9, 30)

const ENTRY: JournalEntry = {
  type: 'decision',
  reference: '0b7c1f9e-0000-4000-8000-000000000001',
  at: AT - 60_000,
  route: 'login-form',
  method: 'POST',
  pattern: '/login',
  channel: 'browser',
  sensitivity: 'login',
  prefix: '198.51.100.0/24',
  asn: 64_510,
  country: 'US',
  ja4: 't13d<script>alert(1)</script>',
  fingerprint: 'f00d',
  family: 'chrome',
  major: 83,
  contradictions: ['tls_unlike_claim', 'fetch_metadata_missing'],
  targetDifferences: [],
  listed: [],
  organisation: '',
  proof: {
    certificate: 'invalid:certificate_path_invalid',
    revocation: 'absent',
    registration: 'absent',
    blocking: 'absent',
    trust: 'absent',
    token: 'absent',
    dpop: 'absent',
    signature: 'absent',
    agent: 'absent',
    app: 'absent',
    pass: 'absent',
  },
  signature: null,
  app: {
    ...{ platform: 'apple', app: 'TEAM123456.com.example.bank', version: '5.<i>1</i>' },
    ...{ verdict: 'production category 4', ageMs: 2_000, keyAgeMs: 172_800_000, counted: 1 },
  },
  replay: 'absent',
  certificate: {
    thumbprint: 'ab'.repeat(32),
    organisation: 'PSDGB-FCA-<b>1</b>',
    kind: 'qwac',
    fault: 'path_length_exceeded',
    warnings: [],
  },
  content: 'valid',
  action: 'deny',
  intended: 'deny',
  posture: 'enforce',
  rule: 'forged_browser',
  reason: 'forged_browser',
  counterfactual: 'with one layer that agrees, this would have been challenged',
  score: 'valid',
  intent: 'credential_stuffing',
  abuse: 0.998,
  margin: 6.1,
  model: 'abcdef0123456789',
  probabilities: { credential_stuffing: 0.99, benign_person: 0.002 },
  contributions: [
    { feature: 'tlsUnlikeClaim', value: 1, effect: 2.5, words: 'yes: TLS of another software' },
  ],
  rest: 3.6,
  nearest: 'TLS of another software: no instead of yes: abuse 0.2',
  shadow: { model: 'beef'.repeat(16), intent: 'scraping', abuse: 0.4, agrees: false },
  vector: '',
  conduct: {
    client: {
      requests: 4,
      attempts: 4,
      attemptsMinute: 4,
      failures: 3,
      failuresDay: 3,
      misses: 0,
      accounts: 4,
      clients: 1,
      regularity: null,
    },
    account: 'unavailable:ledger_timeout',
  },
  outcome: 'refused',
  upstream: 'refused',
  originStatus: null,
  ledgerMs: 1,
  originMs: 0,
}

const counts = {
  total: 1,
  action: { deny: 1 },
  rule: { forged_browser: 1 },
  intent: { credential_stuffing: 1 },
}

function consoleWith(change: Partial<Desk> = {}) {
  const desk: Desk = {
    journal: {
      recent: ({ verdict }) =>
        Promise.resolve(valid(verdict === undefined || verdict === 'deny' ? [ENTRY] : [])),
      find: (reference) => Promise.resolve(valid(reference === ENTRY.reference ? ENTRY : undefined)),
      counts: () => Promise.resolve(valid(counts)),
    },
    keys: keysFrom({ gateKeys: [{ id: 'k1', bytes: new Uint8Array(32).fill(1) }], signatureKey: undefined }),
    clock: { now: () => AT, id: () => 'id' },
    token: TOKEN,
    failures: signInFailures(),
    refused: () => {},
    prefixOf: (request) =>
      networkFrom(request.headers.get('cf-connecting-ip') ?? '', edgeProperties(request)).prefix,
    explain: (reason) => `The sentence for ${reason}.`,
    ...change,
  }
  const app = new Hono({ strict: false }).route(
    '/_portcullis',
    operatorConsole(() => desk),
  )
  return (path: string, init?: RequestInit) => app.request(`https://gate.example/_portcullis${path}`, init)
}

const bearer = { headers: { authorization: `Bearer ${TOKEN}` } }

describe('the operator console', () => {
  it('tells its health to anybody and nothing else', async () => {
    const ask = consoleWith()
    expect(await (await ask('/health')).json()).toEqual({ status: 'ok' })
    for (const path of ['/', '/decisions?reference=x', '/api/decisions', '/api/counts', '/api/decisions/x']) {
      expect((await ask(path)).status).toBe(401)
    }
  })

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['a token of another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an invented session', { cookie: `__Secure-portcullis-operator=k1.9999999999.${'A'.repeat(43)}` }],
    ['a broken session', { cookie: '__Secure-portcullis-operator=x' }],
  ])('refuses %s', async (_what, headers) => {
    expect((await consoleWith()('/api/decisions', { headers })).status).toBe(401)
  })

  it('lets a browser in with the token and out again', async () => {
    const ask = consoleWith()
    const form = new URLSearchParams({ token: TOKEN }).toString()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(form.length),
    }
    const signedIn = await ask('/sign-in', { method: 'POST', headers, body: form })
    expect(signedIn.status).toBe(303)
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(signedIn.headers.get('set-cookie')).toMatch(/; Secure; HttpOnly; SameSite=Strict$/)
    // A cookie for the whole host would go on to the bank with every page.
    expect(signedIn.headers.get('set-cookie')).toContain('; Path=/_portcullis;')
    expect(cookie).not.toContain(TOKEN)
    expect((await ask('/', { headers: { cookie } })).status).toBe(200)
    const late = consoleWith({ clock: { now: () => AT + 9 * 3_600_000, id: () => 'id' } })
    expect((await late('/', { headers: { cookie } })).status).toBe(401)
    expect((await ask('/sign-out', { method: 'POST' })).headers.get('set-cookie')).toContain('Max-Age=0')
  })

  it.each(['/sign-in', '/sign-out'])('takes no %s from another site', async (path) => {
    const body = new URLSearchParams({ token: TOKEN }).toString()
    const length = { 'content-length': String(body.length) }
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const answer = await consoleWith()(path, { method: 'POST', headers: { ...length, ...headers }, body })
      expect(answer.status).toBe(403)
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
  })

  it('lets its own forms say where they come from: under no-referrer a browser sends `Origin: null`', async () => {
    expect((await consoleWith()('/health')).headers.get('referrer-policy')).toBe('same-origin')
  })

  it('leaves a trace of a wrong token, with the network that sent it and without the token', async () => {
    const traces: unknown[] = []
    const ask = consoleWith({ refused: (...trace) => traces.push(trace) })
    const from = { 'cf-connecting-ip': '198.51.100.7' }
    const form = { method: 'POST', headers: { ...from, 'content-length': '11' }, body: 'token=wrong' }
    const answers = [
      await ask('/sign-in', form),
      await ask('/api/counts', { headers: { ...from, authorization: 'Bearer wrong' } }),
      // Who shows nothing has tried nothing.
      await ask('/api/counts', { headers: from }),
    ]
    expect(answers.map(({ headers }) => headers.get('portcullis-reference'))).toEqual(['id', 'id', null])
    expect(traces).toEqual([
      ['id', '198.51.100.0/24'],
      ['id', '198.51.100.0/24'],
    ])
  })

  it('makes who guesses the token wait, even with the right one, and leaves sessions alone', async () => {
    const ask = consoleWith()
    const form = new URLSearchParams({ token: TOKEN }).toString()
    const right = { method: 'POST', headers: { 'content-length': String(form.length) }, body: form }
    const cookie = (await ask('/sign-in', right)).headers.get('set-cookie')?.split(';')[0] ?? ''
    for (let tried = 0; tried < 10; tried += 1) {
      expect((await ask('/api/counts', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    }
    for (const answer of [await ask('/sign-in', right), await ask('/api/counts', bearer)]) {
      expect(answer.status).toBe(429)
      expect(answer.headers.get('retry-after')).toBe('60')
    }
    expect((await ask('/', { headers: { cookie } })).status).toBe(200)
    const elsewhere = { headers: { ...bearer.headers, 'cf-connecting-ip': '203.0.113.9' } }
    expect((await ask('/api/counts', elsewhere)).status).toBe(200)
  })

  it('ends every session with the token that it was opened with', async () => {
    const form = new URLSearchParams({ token: TOKEN }).toString()
    const headers = { 'content-length': String(form.length) }
    const signedIn = await consoleWith()('/sign-in', { method: 'POST', headers, body: form })
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    const renewed = consoleWith({ token: `${TOKEN}-renewed` })
    expect((await renewed('/', { headers: { cookie } })).status).toBe(401)
  })

  it.each([
    ['a wrong token', 'token=wrong', 401],
    ['a form that is too long', `token=${'x'.repeat(5_000)}`, 413],
  ])('does not sign in with %s', async (_what, body, status) => {
    const answer = await consoleWith()('/sign-in', {
      method: 'POST',
      headers: { 'content-length': String(body.length) },
      body,
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('lists the last decisions with reasons and counts, and escapes what came from a request', async () => {
    const answer = await consoleWith()('/', bearer)
    const text = await answer.text()
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('cache-control')).toBe('no-store')
    for (const word of ['forged_browser', ENTRY.reference, '198.51.100.0/24', 'AS64510'])
      expect(text).toContain(word)
    expect(text).not.toContain('<script>')
  })

  it('filters by verdict, and ignores a verdict that does not exist', async () => {
    const ask = consoleWith()
    const listed = async (query: string) => {
      const { decisions } = await (await ask(`/api/decisions${query}`, bearer)).json<{
        decisions: unknown[]
      }>()
      return decisions.length
    }
    expect([
      await listed('?verdict=deny'),
      await listed('?verdict=allow'),
      await listed("?verdict='--"),
    ]).toEqual([1, 0, 1])
  })

  it('explains one decision: sentence, evidence, contributions, and what would have changed it', async () => {
    const text = await (await consoleWith()(`/decisions?reference=${ENTRY.reference}`, bearer)).text()
    for (const part of [
      'The sentence for forged_browser.',
      'With one layer that agrees, this would have been challenged.',
      'tls_unlike_claim, fetch_metadata_missing',
      'tlsUnlikeClaim',
      'yes: TLS of another software',
      'It would have been below the thresholds with TLS of another software: no instead of yes: abuse 0.2.',
      'disagrees: abuse 0.4, likeliest intent scraping',
      'unavailable:ledger_timeout',
      'path_length_exceeded',
      'invalid:certificate_path_invalid',
      'PSDGB-FCA-&lt;b&gt;1&lt;/b&gt;',
      'TEAM123456.com.example.bank 5.&lt;i&gt;1&lt;/i&gt; (apple)',
      'production category 4',
      '2.0 days before',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('says that a reference is unknown', async () => {
    expect((await consoleWith()('/decisions?reference=nope', bearer)).status).toBe(404)
    expect((await consoleWith()('/api/decisions/nope', bearer)).status).toBe(404)
  })

  it('says that the journal cannot be read, and why', async () => {
    const outage = () => Promise.resolve(unavailable('journal_timeout' as const))
    const ask = consoleWith({ journal: { recent: outage, find: outage, counts: outage } })
    for (const path of ['/', `/decisions?reference=${ENTRY.reference}`, '/api/decisions', '/api/counts']) {
      const answer = await ask(path, bearer)
      expect(answer.status).toBe(503)
      expect(await answer.text()).toContain('journal_timeout')
    }
  })
})
