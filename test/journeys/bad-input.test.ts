/** What honest software never sends, and attackers do: each gets one clear answer, and the next person is served. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import { dial, exchange, statusOf } from '../local/edge/harness.ts'
import { halfClosed, halfClosedTls, type Sent, send, somebody } from './client.ts'
import { complaints, type Gate, referenceIn, startGate, WATCHED } from './gate.ts'
import { expectRefusal, type Speech } from './refusal.ts'

let gate: Gate
beforeAll(async () => {
  gate = await startGate({ entry: WATCHED })
})
afterAll(() => gate.close())

const FORM = ['Content-Type', 'application/x-www-form-urlencoded']
const JSON_TYPE = ['Content-Type', 'application/json']

function form(body: Uint8Array | string, more: Partial<Sent> = {}): Sent {
  return { method: 'POST', path: '/login', headers: FORM, body, ...more }
}

function json(body: Uint8Array | string, more: Partial<Sent> = {}): Sent {
  return { method: 'POST', path: '/mobile/v1/login', headers: JSON_TYPE, body, ...more }
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')
const LOGIN = '{"username":"a","password":"b"}'
const nested = (depth: number): string => `{"username":${'['.repeat(depth)}${']'.repeat(depth)}}`

const multipart: Sent = {
  method: 'POST',
  path: '/login',
  headers: ['Content-Type', 'multipart/form-data; boundary=x'],
  body: '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\na\r\n--x--\r\n',
}

describe.concurrent('a body on a login route that cannot be read whole and in one way', () => {
  it.each<[string, Sent, number, Speech, string]>([
    ['is longer than the route allows', form(`username=${'a'.repeat(5_000)}`), 413, 'page', 'body_too_large'],
    [
      'grows too long in chunks',
      form(`username=${'a'.repeat(5_000)}`, { chunkBytes: 512 }),
      413,
      'page',
      'body_too_large',
    ],
    ['is padded beyond what is inspected', json(LOGIN + ' '.repeat(5_000)), 413, 'problem', 'body_too_large'],
    [
      'has bytes that are no UTF-8',
      form(latin1('username=caf\xe9&password=b')),
      400,
      'page',
      'body_not_utf8',
    ],
    ['has triplets that are no UTF-8', form('username=caf%E9&password=b'), 400, 'page', 'form_malformed'],
    ['is UTF-16', json(utf16(LOGIN)), 415, 'problem', 'charset_refused'],
    ['is UTF-16 without saying so', json(Buffer.from(LOGIN, 'utf16le')), 415, 'problem', 'charset_refused'],
    [
      'says that it is UTF-16',
      json(LOGIN, { headers: ['Content-Type', 'application/json; charset=utf-16'] }),
      415,
      'problem',
      'charset_refused',
    ],
    ['begins with a byte order mark', json(`\ufeff${LOGIN}`), 400, 'problem', 'json_malformed'],
    [
      'is compressed',
      json(gzipSync(LOGIN), { headers: [...JSON_TYPE, 'Content-Encoding', 'gzip'] }),
      415,
      'problem',
      'content_encoding_refused',
    ],
    [
      'says that it is compressed',
      json(LOGIN, { headers: [...JSON_TYPE, 'Content-Encoding', 'br'] }),
      415,
      'problem',
      'content_encoding_refused',
    ],
    ['is multipart', multipart, 415, 'page', 'media_type_refused'],
    [
      'has another type',
      json(LOGIN, { headers: ['Content-Type', 'text/plain'] }),
      415,
      'problem',
      'media_type_refused',
    ],
    ['has no type', json(LOGIN, { headers: [] }), 415, 'problem', 'media_type_refused'],
    [
      'has two types',
      json(LOGIN, { headers: [...JSON_TYPE, 'Content-Type', 'text/plain'] }),
      415,
      'problem',
      'media_type_refused',
    ],
    [
      'is a form where JSON is due',
      json('username=a&password=b', { headers: FORM }),
      415,
      'problem',
      'media_type_refused',
    ],
    [
      'is JSON where a form is due',
      form(LOGIN, { headers: JSON_TYPE }),
      415,
      'problem',
      'media_type_refused',
    ],
    ['is a bomb of depth', json(nested(1_000)), 400, 'problem', 'json_too_deep'],
    ['has a member twice', json('{"username":"a","username":"b"}'), 400, 'problem', 'json_duplicate_member'],
    [
      'has a member twice, spelt in two ways',
      json('{"username":"a","usern\\u0061me":"b"}'),
      400,
      'problem',
      'json_duplicate_member',
    ],
    [
      'has a list where a name is due',
      json('{"username":["a"],"password":"b"}'),
      400,
      'problem',
      'json_malformed',
    ],
    ['is cut off', json('{"username":"a"'), 400, 'problem', 'json_malformed'],
    ['has half a character', json('{"username":"\\ud800"}'), 400, 'problem', 'json_malformed'],
    ['has a field twice', form('username=a&username=b&password=c'), 400, 'page', 'form_duplicate_field'],
    ['has a field twice, in two cases', form('username=a&UserName=b'), 400, 'page', 'form_duplicate_field'],
    [
      'has a field in the query, too',
      form('username=a&password=b', { path: '/login?username=c' }),
      400,
      'page',
      'form_duplicate_field',
    ],
    ['parts its fields as nobody should', form('username=a;password=b'), 400, 'page', 'form_malformed'],
    ['has more fields than any form', form('a=1&'.repeat(300)), 400, 'page', 'form_malformed'],
  ])('that %s is refused', async (_what, sent, status, dialect, reason) => {
    await expectRefusal(gate, sent, status, dialect, reason)
  })
})

/** A request line and header, as far as they go: the test ends the connection, or the body, where it likes. */
function head(path: string, ...fields: readonly string[]): string {
  return [`POST ${path} HTTP/1.1`, 'Host: bank.example', 'Connection: close', ...fields, '', ''].join('\r\n')
}

const FORM_LINE = 'Content-Type: application/x-www-form-urlencoded'

const CHUNKED = 'Transfer-Encoding: chunked'

async function expectTruncated(answer: string): Promise<void> {
  expect(statusOf(answer)).toBe(400)
  const decision = await gate.decision(referenceIn(answer) ?? '')
  expect(decision).toMatchObject({ reason: 'body_truncated', upstream: 'refused' })
}

describe('a body that ends before its end', () => {
  describe.each([
    ['through the edge', halfClosedTls],
    ['past the edge', halfClosed],
  ])('%s', (_where, say) => {
    it.each([
      ['its length', 'Content-Length: 100', 'username=a'],
      ['all of it', 'Content-Length: 100', ''],
      ['its last chunk', CHUNKED, '64\r\nusername=a'],
    ])('is refused for want of %s, and nothing of it reaches the bank', async (_what, framing, body) => {
      await expectTruncated(await say(gate, head('/login', FORM_LINE, framing) + body))
    })
  })

  it.each([
    ['a size that is none', '2x\r\nab\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\nab\r\n0\r\n\r\n'],
    ['a size beyond all numbers', 'fffffffffffffffff\r\nab\r\n0\r\n\r\n'],
    ['bare line feeds', 'a\nusername=a\n0\n\n'],
  ])('is refused where its chunks have %s', async (_what, body) => {
    // Nobody closes here: the client waits for an answer.
    await expectTruncated(await exchange(gate, head('/login', FORM_LINE, CHUNKED) + body))
  })

  it('because its client is gone leaves the gate serving', async () => {
    for (const body of ['', 'username=a']) {
      const socket = await dial(gate)
      socket.write(head('/login', FORM_LINE, 'Content-Length: 100') + body)
      await new Promise((later) => setTimeout(later, 50))
      socket.destroy()
    }
    expect((await send(gate, { path: '/login' })).status).toBe(200)
  })

  it('is not waited for where its declared length says enough', async () => {
    const answer = await exchange(gate, head('/login', FORM_LINE, 'Content-Length: 10000000000'))
    expect(statusOf(answer)).toBe(413)
    expect(await gate.decision(referenceIn(answer) ?? '')).toMatchObject({ reason: 'body_too_large' })
  })
})

/** Not the software of whoever sent the bodies above: that one is suspected by now, and rightly. */
const APP = [...JSON_TYPE, 'User-Agent', 'DemoBank/5.1 (Android 16) okhttp/5.3.0', 'Accept-Encoding', 'gzip']

describe('a body that is odd and can be read', () => {
  it.each([
    ['a number beyond all numbers', `{"username":1e400,"password":${'9'.repeat(3_000)}}`],
    ['numbers by the hundred', `{"username":[],"n":[${'1,'.repeat(300)}1]}`.replace('[]', '"a"')],
    ['no member that counts', '{}'],
    ['nothing', ''],
  ])("with %s is the bank's to answer", async (_what, body) => {
    const reply = await send(gate, json(body, { headers: APP, from: somebody() }))
    expect({ status: reply.status, json: JSON.parse(reply.text) }).toEqual({
      status: 400,
      json: { error: expect.stringMatching(/^(invalid|malformed)$/) },
    })
  })
})

describe('after all this', () => {
  it('an honest customer logs in, and the gate has complained of nothing', async () => {
    const [person] = customers
    const body = JSON.stringify({ username: person?.username, password: person?.password })
    const reply = await send(gate, json(body, { headers: APP, from: somebody() }))
    expect({ status: reply.status, text: reply.text }).toEqual({
      status: 200,
      text: expect.stringContaining('token'),
    })
    expect(complaints(gate)).toEqual([])
  })
})
