/** Header lines that no honest software sends: the bank gets what it may believe, and the operator hears of the rest. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askRaw, statusOf } from '../local/edge/harness.ts'
import { echo, halfClosed, send, somebody } from './client.ts'
import { complaints, type Gate, startGate, WATCHED } from './gate.ts'

let gate: Gate
beforeAll(async () => {
  gate = await startGate({ entry: WATCHED })
})
afterAll(() => gate.close())

function mirror(...headers: readonly string[]) {
  return echo(gate, { path: '/demo/echo', headers, from: somebody() })
}

describe('headers at their limits', () => {
  it('reach the bank, two hundred of them', async () => {
    const many = Array.from({ length: 200 }, (_, at) => [`x-field-${at}`, `value ${at}`] as const)
    const seen = await mirror(...many.flat())
    expect(seen.headers).toEqual(expect.arrayContaining(many))
  })

  it('reach the bank, a long name and a long value', async () => {
    const [name, value] = [`x-${'n'.repeat(8_000)}`, 'v'.repeat(30_000)]
    expect((await mirror(name, value)).header(name)).toBe(value)
  })

  it('reach the bank with every octet that a value may have', async () => {
    const value = String.fromCharCode(...Array.from({ length: 94 }, (_, at) => 0x21 + at))
    expect((await mirror('X-Odd', value)).header('x-odd')).toBe(value)
  })

  it('are answered by the edge beyond them', async () => {
    const answer = await askRaw(gate, ['GET /login HTTP/1.1', 'Host: a', `X-Long: ${'x'.repeat(140_000)}`])
    expect(statusOf(answer)).toBe(431)
  })
})

describe('Host and User-Agent', () => {
  it.each([
    ['no Host', []],
    ['two', ['Host: a.example', 'Host: b.example']],
    ['one that is none', ['Host: a b']],
  ])('a request with %s ends at the edge, and past the edge at the gate', async (_what, hosts) => {
    expect(statusOf(await askRaw(gate, ['GET /login HTTP/1.1', ...hosts]))).toBe(400)
    const lines = ['GET /login HTTP/1.1', ...hosts, 'Connection: close', '', '']
    expect(statusOf(await halfClosed(gate, lines.join('\r\n')))).toBe(400)
  })

  it('nobody needs a User-Agent, and its absence is remembered', async () => {
    const from = somebody()
    expect((await send(gate, { path: '/login', from })).status).toBe(200)
    const prefix = from.replace(/\d+$/, '0/24')
    expect(await gate.newest((entry) => entry.prefix === prefix)).toMatchObject({ family: 'none' })
  })

  it('a second User-Agent speaks against whoever claims to be a browser', async () => {
    const from = somebody()
    const chrome =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
    const reply = await send(gate, {
      path: '/login',
      from,
      headers: ['User-Agent', chrome, 'User-Agent', 'curl/8.0'],
    })
    expect([200, 403]).toContain(reply.status)
    const prefix = from.replace(/\d+$/, '0/24')
    const decision = await gate.newest((entry) => entry.prefix === prefix)
    expect(decision.contradictions).toContain('user_agent_duplicated')
  })
})

describe('what only an edge or the gate may say', () => {
  const FORGED = [
    ...['Client-Cert', ':AAAA:', 'Client-Cert-Chain', ':AAAA:', 'client_cert', ':AAAA:'],
    ...[
      'X-SSL-Client-Verify',
      'SUCCESS',
      'X-SSL-Client-S-DN',
      'CN=forged',
      'X-Forwarded-Client-Cert',
      'Hash=forged',
    ],
    ...[
      'Cf-Client-Cert-Der-Base64',
      'forged',
      'CF-Connecting-IP',
      '203.0.113.9',
      'True-Client-IP',
      '203.0.113.9',
    ],
    ...['X-Real-IP', '203.0.113.9', 'X-Forwarded-For', '203.0.113.9', 'Forwarded', 'for=203.0.113.9'],
    ...['X-Original-URL', '/forged', 'X-HTTP-Method-Override', 'FORGED', 'MF-CF-Blob', '{"asn":1}'],
    ...[
      'Portcullis-Risk',
      'verdict=forged',
      'Portcullis-Organisation',
      '"forged"',
      'Portcullis-Roles',
      'forged',
    ],
    ...['Portcullis-Request-Id', 'forged', 'Portcullis-Reference', 'forged', 'portcullis_risk', 'forged'],
  ]

  it.each(['GET', 'POST'])(
    'never reaches the bank by a %s, and is held against nobody but its sender',
    async (method) => {
      const from = somebody()
      const body = method === 'POST' ? { body: 'hello' } : {}
      const seen = await echo(gate, { method, path: '/demo/echo', headers: FORGED, from, ...body })
      expect(JSON.stringify(seen.headers)).not.toMatch(/forged|AAAA|203\.0|SUCCESS|FORGED/)
      expect(seen.header('cf-connecting-ip')).toBe(from)
      expect(seen.header('x-forwarded-for')).toBe(from)
      expect(seen.header('portcullis-risk')).toMatch(/verdict=flag, rule=spoofed_headers/)
      const decision = await gate.decision(seen.header('portcullis-request-id') ?? '')
      expect(decision).toMatchObject({ action: 'flag', rule: 'spoofed_headers' })
      expect(decision.prefix).toBe(from.replace(/\d+$/, '0/24'))
    },
  )

  it('cannot be taken off by naming it in Connection, as other headers are', async () => {
    const options = 'close, X-Hop, Portcullis-Risk, Cookie'
    const seen = await mirror('Connection', options, 'X-Hop', '1', 'Cookie', 'a=1')
    expect(seen.header('x-hop')).toBeUndefined()
    expect(seen.header('portcullis-risk')).toMatch(/verdict=/)
    expect(seen.header('cookie')).toBe('a=1')
  })
})

describe('after all this', () => {
  it('the gate serves, and has complained of nothing', async () => {
    expect((await send(gate, { path: '/login', from: somebody() })).status).toBe(200)
    expect(complaints(gate)).toEqual([])
  })
})
