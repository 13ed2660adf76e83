/** The gate in the middle changes nothing: what a client sends is what the bank gets, and what the bank says is what comes back. */
import { createHash } from 'node:crypto'
import { request } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import type { Json } from '../../local/workerd.ts'
import { echo, send, somebody } from './client.ts'
import { complaints, type Gate, startGate, WATCHED } from './gate.ts'

let gate: Gate
beforeAll(async () => {
  gate = await startGate({ entry: WATCHED, vars: { ROUTES: routes() } })
})
afterAll(() => gate.close())

/** The demo bank's routes, and two that are inspected as logins are, whose origin tells what arrived. */
function routes(): Json {
  // Vars of wrangler.toml may be any JSON; these are an array.
  const known = readConfig({ config: 'wrangler.toml' }).vars.ROUTES as Json[]
  const inspected = { methods: ['POST'], dialect: 'problem', channel: 'mobile', maxBodyBytes: 65_536 }
  return [
    ...known,
    {
      ...inspected,
      id: 'echo-json',
      pattern: '/demo/echo/json',
      user: ['/username'],
      mediaTypes: [JSON_TYPE],
    },
    { ...inspected, id: 'echo-form', pattern: '/demo/echo/form', user: ['username'], mediaTypes: [FORM] },
  ]
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const JSON_TYPE = 'application/json'
const FORM = 'application/x-www-form-urlencoded'
const EVERY_OCTET = Uint8Array.from({ length: 512 }, (_, at) => at % 256)

describe('every byte of a body reaches the bank', () => {
  it.each<[string, string, string, string | Uint8Array]>([
    ['with odd spaces', '/demo/echo/json', JSON_TYPE, '\r\n\t{ "password" :\n"b" ,"username":  "a"}  \n\n'],
    [
      'with its keys in their order',
      '/demo/echo/json',
      JSON_TYPE,
      '{"z":1,"username":"a","a":2,"10":3,"9":4}',
    ],
    [
      'with its numbers as they are written',
      '/demo/echo/json',
      JSON_TYPE,
      '{"a":1.0,"b":1e2,"c":-0,"d":12345678901234567890}',
    ],
    [
      'with its escapes as they are written',
      '/demo/echo/json',
      JSON_TYPE,
      '{"username":"\\u0061\\/\\u00e9","b":"\\ud83d\\ude00"}',
    ],
    ['with characters beyond ASCII', '/demo/echo/json', JSON_TYPE, '{"username":"zo\u00eb","b":"\u{1f600}"}'],
    ['as a form with everything encoded', '/demo/echo/form', FORM, 'username=%61%7e%2B+x&&b=&c&=d'],
    ['as every octet there is', '/demo/echo', 'application/octet-stream', EVERY_OCTET],
    ['as 64 kB', '/demo/echo', 'application/octet-stream', new Uint8Array(65_536).fill(7)],
    ['as none', '/demo/echo', 'text/plain', ''],
  ])('%s', async (_how, path, type, body) => {
    const [from, headers] = [somebody(), ['Content-Type', type]]
    const whole = await echo(gate, { method: 'POST', path, headers, body, from })
    const chunked = await echo(gate, { method: 'POST', path, headers, body, chunkBytes: 7, from })
    expect([whole.sha256, chunked.sha256]).toEqual([sha256(body), sha256(body)])
    expect(whole.header('content-type')).toBe(type)
    expect(whole.header('content-length')).toBe(String(Buffer.byteLength(body)))
  })

  it('and every character of the target that has one reading', async () => {
    const path = "/demo/echo/a-b_c~d.e/$&'()*+,=:@!/%C3%A9?q=%2f&&b=%7e&c=a+b;d=[1]&e=../x//y"
    const seen = await echo(gate, { path, from: somebody() })
    expect(new URL(seen.url).href.slice(new URL(seen.url).origin.length)).toBe(path)
  })

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('and the method %s', async (method) => {
    expect((await echo(gate, { method, path: '/demo/echo', from: somebody() })).method).toBe(method)
  })
})

describe('every answer of the bank comes back', () => {
  it.each([200, 201, 204, 205, 302, 304, 404, 418, 429, 500, 503, 599])('with status %i', async (status) => {
    const reply = await send(gate, { path: `/demo/status/${status}`, from: somebody() })
    const empty = [204, 205, 304].includes(status)
    expect({ status: reply.status, text: reply.text }).toEqual({
      status,
      text: empty ? '' : JSON.stringify({ status }),
    })
    expect(reply.header('portcullis-reference')).toBe('')
  })

  it('as the redirect that it is', async () => {
    const reply = await send(gate, { path: '/demo/redirect', from: somebody() })
    expect([reply.status, reply.header('location')]).toEqual([302, '/demo/echo'])
  })

  it.each(['/login', '/demo/status/404', '/demo/redirect', '/demo/stream?bytes=1000'])(
    'to HEAD with the header of a GET and no body: %s',
    async (path) => {
      const from = somebody()
      const get = await send(gate, { path, from })
      const head = await send(gate, { method: 'HEAD', path, from })
      expect({ status: head.status, type: head.header('content-type'), bytes: head.body.length }).toEqual({
        status: get.status,
        type: get.header('content-type'),
        bytes: 0,
      })
    },
  )

  it('as a stream of ten megabytes, every byte in its place', async () => {
    const reply = await send(gate, { path: '/demo/stream?bytes=10000000', from: somebody() })
    expect(sha256(reply.body)).toBe(sha256(Uint8Array.from({ length: 10_000_000 }, (_, at) => at % 251)))
  })

  it('when it is ready, and not when somebody loses patience', async () => {
    const reply = await send(gate, { path: '/demo/slow?ms=1200', from: somebody() })
    expect(JSON.parse(reply.text)).toEqual({ waitedMs: 1_200 })
  })
})

const UPLOAD_BYTES = 100_000_000

/** Sends a hundred megabytes without ever holding them, and resolves to what the bank measured. */
function upload(): Promise<unknown> {
  const chunk = new Uint8Array(1_000_000).fill(1)
  return new Promise((done, fail) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: gate.edge.port,
      localAddress: somebody(),
      rejectUnauthorized: false,
      method: 'POST',
      path: '/demo/upload',
      headers: { 'content-type': 'application/octet-stream', 'content-length': UPLOAD_BYTES },
      signal: AbortSignal.timeout(45_000),
    })
    outgoing.on('response', (incoming) => {
      let text = ''
      incoming.on('data', (part) => {
        text += String(part)
      })
      incoming.on('end', () => done(JSON.parse(text)))
    })
    outgoing.on('error', fail)
    let left = UPLOAD_BYTES
    const more = (): void => {
      while (left > 0) {
        left -= chunk.length
        if (!outgoing.write(chunk)) return void outgoing.once('drain', more)
      }
      outgoing.end()
    }
    more()
  })
}

describe('a route that streams', () => {
  it('takes a hundred megabytes, and the bank gets each of them', async () => {
    const expected = createHash('sha256')
    for (let sent = 0; sent < UPLOAD_BYTES; sent += 1_000_000)
      expected.update(new Uint8Array(1_000_000).fill(1))
    expect(await upload()).toEqual({ bytes: UPLOAD_BYTES, sha256: expected.digest('hex') })
  })

  it('is the only kind that does: elsewhere a body has a bound', async () => {
    const body = new Uint8Array(65_537)
    const reply = await send(gate, { method: 'POST', path: '/demo/echo', body, from: somebody() })
    expect(reply.status).toBe(413)
  })

  it('says so to a client that is still sending, and does not break its connection', async () => {
    const tries = Array.from({ length: 20 }, async (_, at) => {
      const body = new Uint8Array(1_000_000 + at)
      const { status } = await send(gate, { method: 'POST', path: '/demo/echo', body, from: somebody() })
      return status
    })
    expect(new Set(await Promise.all(tries))).toEqual(new Set([413]))
  })
})

describe('after all this', () => {
  it('the gate has complained of nothing', () => expect(complaints(gate)).toEqual([]))
})
