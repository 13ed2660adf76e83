import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Answer,
  askHttp2 as ask,
  askRaw,
  bodyOf,
  dialHttp2,
  exchange,
  header,
  type Seen,
  type Stack,
  seenIn,
  startStack,
  statusOf,
} from './harness.ts'

let stack: Stack
let session: ClientHttp2Session
beforeAll(async () => {
  stack = await startStack()
  session = dialHttp2(stack)
})
afterAll(async () => {
  session.destroy()
  await stack.close()
})

const askHttp2 = (headers: OutgoingHttpHeaders, body?: string): Promise<Answer> => ask(session, headers, body)

async function seenOverHttp2(headers: OutgoingHttpHeaders, body?: string): Promise<Seen> {
  return seenIn((await askHttp2(headers, body)).body)
}

async function seenRaw(...lines: string[]): Promise<Seen> {
  return seenIn(bodyOf(await askRaw(stack, [lines[0] ?? '', 'Host: bank.example', ...lines.slice(1)])))
}

const own = ['host', 'connection', 'accept-encoding', 'x-forwarded-proto', 'x-real-ip']

/** What the client sent, without what the edge says. */
function clients(seen: Seen): (readonly [string, string])[] {
  return seen.headers.filter(([name]) => !own.includes(name) && !name.startsWith('cf-'))
}

describe('what a client sends', () => {
  it('reaches the gate and nothing else does, over HTTP/1.1', async () => {
    const seen = await seenRaw('GET /echo HTTP/1.1', 'X-One: 1', 'x-two:  2 ', 'X-Empty:', 'TE: trailers')
    expect(clients(seen)).toEqual([
      ['te', 'trailers'],
      ['x-empty', ''],
      ['x-one', '1'],
      ['x-two', '2'],
    ])
  })

  it('reaches the gate and nothing else does, over HTTP/2', async () => {
    expect(clients(await seenOverHttp2({ 'x-one': '1', te: 'trailers' }))).toEqual([
      ['te', 'trailers'],
      ['x-one', '1'],
    ])
  })

  it.each(['/a/./b/../c', '/%2e%2e/%63', '//x;y=1/z', '/a\\b', '/a%00b%zz', '/?q=../%2f&r=%'])(
    'keeps its raw target: %s',
    async (target) => {
      const seen = await seenRaw(`GET ${target} HTTP/1.1`)
      expect(seen.url).toBe(`https://bank.example${Buffer.from(target, 'latin1').toString()}`)
    },
  )
  it('keeps a raw target over HTTP/2', async () => {
    const seen = await seenOverHttp2({ ':path': '/a/./b/%2e%2e//c;d?e', ':authority': 'Bank.Example:444' })
    expect(seen.url).toBe('https://Bank.Example:444/a/./b/%2e%2e//c;d?e')
  })

  it('has its duplicates joined by the Worker and not by the edge', async () => {
    const seen = await seenRaw('GET /echo HTTP/1.1', 'User-Agent: a', 'User-Agent: b')
    expect(header(seen, 'user-agent')).toBe('a, b')
  })

  it('has several Cookie lines joined as cookies are, because to a bank a comma parts none', async () => {
    const seen = await seenRaw(
      'GET /echo HTTP/1.1',
      'cookie: a=1',
      'X-One: 1',
      'Cookie: b=2; c=3',
      'COOKIE: d=4',
    )
    expect(header(seen, 'cookie')).toBe('a=1; b=2; c=3; d=4')
    expect(header(seen, 'x-one')).toBe('1')
  })

  it('has its cookie crumbs joined, into which HTTP/2 cuts them', async () => {
    const seen = await seenOverHttp2({ cookie: ['a=1', 'b=2', 'c=3'] })
    expect(header(seen, 'cookie')).toBe('a=1; b=2; c=3')
  })

  it('keeps its accept-encoding only in request.cf', async () => {
    const seen = await seenRaw('GET /echo HTTP/1.1', 'Accept-Encoding: deflate;q=0.5, zstd')
    expect(header(seen, 'accept-encoding')).toBe('br, gzip')
    expect(seen.cf.clientAcceptEncoding).toBe('deflate;q=0.5, zstd')
    expect((await seenRaw('GET /echo HTTP/1.1')).cf).not.toHaveProperty('clientAcceptEncoding')
  })

  it('brings its body with a length, in chunks, and over HTTP/2', async () => {
    const start = ['POST /echo HTTP/1.1', 'Host: a', 'Connection: close']
    const whole = [...start, 'Content-Length: 5', '', 'hello'].join('\r\n')
    expect(seenIn(bodyOf(await exchange(stack, whole)))).toMatchObject({ method: 'POST', body: 'hello' })
    const chunks = ['Transfer-Encoding: chunked', '', '5', 'hello', '0', 'X-Trailer: 1', '', '']
    expect(seenIn(bodyOf(await exchange(stack, [...start, ...chunks].join('\r\n'))))).toMatchObject({
      body: 'hello',
    })
    expect(await seenOverHttp2({ ':method': 'POST' }, 'hello')).toMatchObject({ body: 'hello' })
    expect(await seenOverHttp2({ ':method': 'PUT', 'content-length': 5 }, 'hello')).toMatchObject({
      body: 'hello',
    })
  })

  it('may be a POST without a body or a length', async () => {
    const seen = await seenRaw('POST /echo HTTP/1.1')
    expect(seen).toMatchObject({ method: 'POST', body: '' })
    expect(header(seen, 'transfer-encoding')).toBeUndefined()
    expect(await seenOverHttp2({ ':method': 'POST' })).toMatchObject({ method: 'POST', body: '' })
  })

  it('may ask for a WebSocket, which the gate gets to see', async () => {
    const answer = await askRaw(stack, [
      'GET /echo HTTP/1.1',
      'Host: bank.example',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
    ])
    expect(header(seenIn(bodyOf(answer)), 'upgrade')).toBe('websocket')
  })
})

describe('what a client may not say', () => {
  const spoofed = [
    'CF-Connecting-IP: 203.0.113.9',
    'cf-connecting-ip: 203.0.113.8',
    'X-Real-IP: 203.0.113.9',
    'CF-IPCountry: CH',
    'CF-Ray: mine',
    'CF-Visitor: {"scheme":"http"}',
    'CF-Worker: evil.example',
    'X-Forwarded-Proto: http',
    'MF-CF-Blob: {"asn":1,"botManagement":{"ja4":"mine"}}',
    'mf-cf-blob: {"asn":2}',
    'MF-Anything: 1',
  ]

  it('is said by the edge instead', async () => {
    const seen = await seenRaw('GET /echo HTTP/1.1', ...spoofed)
    expect(Object.fromEntries(seen.headers)).toMatchObject({
      'cf-connecting-ip': '127.0.0.1',
      'x-real-ip': '127.0.0.1',
      'cf-ipcountry': 'GB',
      'cf-ray': expect.stringMatching(/^[0-9a-f]{16}-LCL$/),
      'cf-visitor': '{"scheme":"https"}',
      'x-forwarded-proto': 'https',
    })
    expect(seen.cf.asn).toBe(64_500)
    expect(JSON.stringify(seen)).not.toMatch(/mine|evil|mf-|203\.0/i)
  })

  it('is said by the edge instead over HTTP/2', async () => {
    const headers = Object.fromEntries(spoofed.map((line) => line.toLowerCase().split(': ', 2)))
    const seen = await seenOverHttp2(headers)
    expect(seen.cf.asn).toBe(64_500)
    expect(JSON.stringify(seen)).not.toMatch(/mine|evil|mf-|203\.0/i)
  })

  it('does not include X-Forwarded-For, which Cloudflare leaves as it came', async () => {
    expect(header(await seenRaw('GET /echo HTTP/1.1', 'X-Forwarded-For: 1.2.3.4'), 'x-forwarded-for')).toBe(
      '1.2.3.4',
    )
  })
})

describe('a request that two readers could read in two ways', () => {
  it.each([
    ['names no Host', ['GET / HTTP/1.1']],
    ['names two', ['GET / HTTP/1.1', 'Host: a.example', 'Host: b.example']],
    ['names one twice', ['GET / HTTP/1.1', 'Host: a.example', 'host: a.example']],
    ['names none but spaces', ['GET / HTTP/1.1', 'Host:  ']],
    ['names one that is none', ['GET / HTTP/1.1', 'Host: a b']],
    ['names a port that is none', ['GET / HTTP/1.1', 'Host: a.example:70000']],
    ['hides a user in Host', ['GET / HTTP/1.1', 'Host: user@a.example']],
    ['asks for another host than Host', ['GET http://b.example/ HTTP/1.1', 'Host: a.example']],
    ['has bytes beyond ASCII in its target', ['GET /caf\xc3\xa9 HTTP/1.1', 'Host: a.example']],
    ['asks for *', ['OPTIONS * HTTP/1.1', 'Host: a.example']],
    ['has a fragment', ['GET /echo#x HTTP/1.1', 'Host: a.example']],
    ['has an empty fragment', ['GET /echo?x=1# HTTP/1.1', 'Host: a.example']],
    ['has a fragment behind its authority', ['GET http://a.example#x HTTP/1.1', 'Host: a.example']],
    ['gives its length twice', ['POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 2']],
    [
      'gives its length and chunks',
      ['POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Transfer-Encoding: chunked'],
    ],
  ])('is refused when it %s', async (_name, lines) => {
    expect(statusOf(await askRaw(stack, lines))).toBe(400)
  })

  it('passes when an absolute target repeats Host', async () => {
    const answer = await askRaw(stack, ['GET http://a.example/echo?x HTTP/1.1', 'Host: A.example'])
    expect(seenIn(bodyOf(answer)).url).toBe('https://a.example/echo?x')
  })

  it('is refused over HTTP/2 when Host contradicts :authority', async () => {
    expect((await askHttp2({ ':authority': 'a.example', host: 'b.example' })).status).toBe(400)
    expect((await askHttp2({ ':authority': 'a.example', host: 'A.example' })).status).toBe(200)
  })

  it.each([
    ['has a fragment', { ':path': '/echo#x' }],
    ['has bytes beyond ASCII in its target', { ':path': '/caf\u00e9' }],
    ['has a scheme that is neither of the Web', { ':scheme': 'evil' }],
  ])('is refused over HTTP/2 when it %s', async (_name, headers) => {
    expect(await askHttp2(headers)).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^(Malformed target|Unknown scheme)\n$/),
    })
  })

  it.each([
    ['TRACE', '/echo'],
    ['CONNECT', '/echo'],
    ['CONNECT', 'a.example:443'],
  ])('is refused when it is a %s %s', async (method, target) => {
    expect(statusOf(await askRaw(stack, [`${method} ${target} HTTP/1.1`, 'Host: a.example']))).toBe(405)
  })

  it('is refused over HTTP/2 when it is a CONNECT', async () => {
    const connecting = session.request({ ':method': 'CONNECT', ':authority': 'a.example:443' })
    const status = await new Promise((done) => connecting.once('response', (h) => done(h[':status'])))
    connecting.destroy()
    expect(status).toBe(405)
  })

  it('is refused when it codes its body in more than chunks', async () => {
    const lines = ['POST /echo HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked', 'Connection: close']
    const answer = await exchange(stack, [...lines, '', '0', '', ''].join('\r\n'))
    expect([400, 501]).toContain(statusOf(answer))
  })

  it('is refused over HTTP/2 with a method that is none', async () => {
    expect((await askHttp2({ ':method': 'FETCH' })).status).toBe(501)
  })
})
