import { describe, expect, it } from 'vitest'
import type { ContentProblem, Credentials, Route } from '../../src/evidence.ts'
import { readContent } from '../../src/exchange/content.ts'
import { receive } from '../../src/exchange/receive.ts'
import { LOGIN } from '../fixtures/facts.ts'

const CLOCK = { now: () => 0, id: () => 'ref-1' }
const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

const formRoute: Route = {
  ...LOGIN,
  fields: { user: ['username'], password: ['password'], card: ['card'] },
  mediaTypes: [FORM],
  maxBodyBytes: 4_096,
}
const jsonRoute: Route = {
  ...LOGIN,
  fields: { user: ['/username'], password: ['/password'], card: ['/card/number'] },
  mediaTypes: [JSON_TYPE],
  maxBodyBytes: 4_096,
}
const plainRoute: Route = { ...LOGIN, fields: { user: [], password: [], card: [] }, maxBodyBytes: 4_096 }

interface Sent {
  readonly route?: Route
  readonly body?: string | Uint8Array | ReadableStream | null
  readonly headers?: Record<string, string>
  readonly method?: string
  readonly query?: string
}

function read({ route = jsonRoute, body = null, headers, method = 'POST', query = '' }: Sent) {
  const type = route === formRoute ? FORM : JSON_TYPE
  const request = new Request(`https://bank.example/login${query}`, {
    method,
    body,
    headers: headers ?? { 'content-type': type },
  })
  return readContent(receive(request, CLOCK), route)
}

async function problem(sent: Sent): Promise<string> {
  const content = await read(sent)
  return content.state === 'invalid' ? content.reason : content.state
}

async function credentials(sent: Sent): Promise<Credentials | string> {
  const content = await read(sent)
  if (content.state === 'valid') return content.value.credentials
  return content.state === 'invalid' ? content.reason : content.state
}

function twice(name: string): Sent {
  return { route: formRoute, body: `username=a&password=b&${name}=c` }
}

function streamOf(...chunks: readonly string[]): ReadableStream {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk))
      controller.close()
    },
  })
}

describe('readContent(): the bytes', () => {
  it('keeps exactly what came, on a route that inspects and on one that does not', async () => {
    const body = ' {"username":"Alice",\t"password":"p"}\r\n'
    for (const route of [jsonRoute, plainRoute]) {
      const content = await read({ route, body })
      expect(content.state === 'valid' && new TextDecoder().decode(content.value.bytes)).toBe(body)
      expect(content.state === 'valid' && content.value.streamed).toBe(false)
    }
  })

  it('passes on bytes of any kind where nothing is inspected', async () => {
    const body = Uint8Array.of(0, 255, 254, 123)
    const content = await read({ route: plainRoute, body, headers: { 'content-encoding': 'gzip' } })
    expect(content.state === 'valid' && content.value.bytes).toEqual(body)
  })

  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])('has none for %s without a body', async (method) => {
    expect(await read({ method })).toEqual({
      state: 'valid',
      value: { bytes: undefined, streamed: false, credentials: {} },
    })
  })

  it('asks nothing of an empty body', async () => {
    expect(await credentials({ body: '', headers: {} })).toEqual({})
  })

  it('does not touch a streamed body', async () => {
    const route = { ...plainRoute, streamed: true, maxBodyBytes: 1 }
    const request = new Request('https://bank.example/upload', { method: 'PUT', body: 'large' })
    const content = await readContent(receive(request, CLOCK), route)
    expect(content).toEqual({ state: 'valid', value: { bytes: undefined, streamed: true, credentials: {} } })
    expect(await request.text()).toBe('large')
  })

  it('inspects where a route says both inspected and streamed', async () => {
    expect(await problem({ route: { ...jsonRoute, streamed: true }, body: '{' })).toBe('json_malformed')
  })

  it('puts a body together that comes in pieces', async () => {
    const body = streamOf('{"user', 'name":"al', 'ice"}')
    expect(await credentials({ body })).toEqual({ user: 'alice' })
  })
})

describe('readContent(): bounds', () => {
  const declared = (length: string) => ({ 'content-type': JSON_TYPE, 'content-length': length })

  it('takes a body of exactly the bound and refuses one byte more', async () => {
    expect(await problem({ route: plainRoute, body: 'x'.repeat(4_096) })).toBe('valid')
    expect(await problem({ route: plainRoute, body: 'x'.repeat(4_097) })).toBe('body_too_large')
  })

  it('counts a chunked body as it comes, and listens to what is too much for four megabytes and no longer', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    expect(await problem({ route: plainRoute, body: endless })).toBe('body_too_large')
    expect(pulled).toBeGreaterThan(50)
    expect(pulled).toBeLessThan(80)
  })

  it.each(['8', '12'])('refuses ten bytes that call themselves %s', async (length) => {
    expect(await problem({ body: '{"a":"bc"}', headers: declared(length) })).toBe('body_truncated')
    expect(await problem({ body: streamOf('{"a":', '"bc"}'), headers: declared(length) })).toBe(
      'body_truncated',
    )
  })

  it.each(['abc', '-1', '10, 10', ''])('refuses a body whose length is "%s"', async (length) => {
    expect(await problem({ body: '{"a":"bc"}', headers: declared(length) })).toBe('body_truncated')
  })

  it('refuses a body that is announced and does not come', async () => {
    expect(await problem({ method: 'GET', headers: { 'content-length': '5' } })).toBe('body_truncated')
  })

  it('refuses by its declared length what it then need not read', async () => {
    expect(await problem({ body: 'x', headers: declared('4097') })).toBe('body_too_large')
  })

  it('takes a client that goes away for a truncated body', async () => {
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"username":'))
      },
      pull(controller) {
        controller.error(new Error('Network connection lost'))
      },
    })
    expect(await problem({ body: broken })).toBe('body_truncated')
  })
})

describe('readContent(): an inspected route never forwards what was not understood', () => {
  const LOGIN_JSON = '{"username":"alice","password":"p"}'
  const utf16 = (text: string, bom: boolean): Uint8Array =>
    Uint8Array.from([...(bom ? [0xff, 0xfe] : []), ...[...text].flatMap((c) => [c.charCodeAt(0), 0])])

  it.each<[what: string, problem: ContentProblem, sent: Sent]>([
    [
      'gzip',
      'content_encoding_refused',
      { headers: { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' } },
    ],
    [
      'identity twice over',
      'content_encoding_refused',
      { headers: { 'content-type': JSON_TYPE, 'content-encoding': 'identity, br' } },
    ],
    ['no media type', 'media_type_refused', { headers: { 'x-a': '1' } }],
    ['text', 'media_type_refused', { headers: { 'content-type': 'text/plain' } }],
    ['a form where JSON is inspected', 'media_type_refused', { headers: { 'content-type': FORM } }],
    [
      'multipart',
      'media_type_refused',
      { route: formRoute, headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    ],
    [
      'multipart, even where a route lists it',
      'media_type_refused',
      {
        route: { ...formRoute, mediaTypes: ['multipart/form-data'] },
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      },
    ],
    ['two media types', 'media_type_refused', { headers: { 'content-type': `${JSON_TYPE}, ${FORM}` } }],
    [
      'a broken media type',
      'media_type_refused',
      { headers: { 'content-type': 'application/json; charset' } },
    ],
    ['UTF-16 by name', 'charset_refused', { headers: { 'content-type': `${JSON_TYPE}; charset=utf-16` } }],
    [
      'UTF-7 behind UTF-8',
      'charset_refused',
      { headers: { 'content-type': `${JSON_TYPE};charset=utf-8; Charset="utf-7"` } },
    ],
    ['UTF-16 by its mark', 'charset_refused', { body: utf16(LOGIN_JSON, true) }],
    ['UTF-16 without one', 'charset_refused', { body: utf16(LOGIN_JSON, false) }],
    ['octets that are no UTF-8', 'body_not_utf8', { body: Uint8Array.of(0x22, 0xc0, 0xaf, 0x22) }],
    ['a byte order mark', 'json_malformed', { body: `\ufeff${LOGIN_JSON}` }],
    ['half a document', 'json_malformed', { body: '{"username":"alice"' }],
    ['a comment', 'json_malformed', { body: '{/**/"username":"alice"}' }],
    ['33 levels', 'json_too_deep', { body: '['.repeat(33) + ']'.repeat(33) }],
    ['a name twice', 'json_duplicate_member', { body: '{"username":"decoy","username":"alice"}' }],
    ['a name in two cases', 'json_duplicate_member', { body: '{"username":"decoy","Username":"alice"}' }],
    ['a user name in a list', 'json_malformed', { body: '{"username":["alice"]}' }],
    ['a query for a password', 'json_malformed', { body: '{"username":"a","password":{"$ne":""}}' }],
    ['a stray percent sign', 'form_malformed', { route: formRoute, body: 'username=al%ice' }],
    ['an overlong letter', 'form_malformed', { route: formRoute, body: 'username=%C1%A1lice' }],
    ['a semicolon', 'form_malformed', { route: formRoute, body: 'username=decoy;username=alice' }],
    ['a field twice', 'form_duplicate_field', { route: formRoute, body: 'username=decoy&username=alice' }],
    ['a field in two cases', 'form_duplicate_field', { route: formRoute, body: 'username=a&UserName=b' }],
    // Each was a second user name to the bank, and none to the gate.
    ['a field with a blank before it', 'form_duplicate_field', twice('+username')],
    ['a field with a tab after it', 'form_duplicate_field', twice('username%09')],
    ['a field with a no-break space', 'form_duplicate_field', twice('username%C2%A0')],
    ['a field with a NUL after it', 'form_duplicate_field', twice('username%00')],
    ['a field with a blank, a NUL and more', 'form_duplicate_field', twice('username+%00x')],
    ['a field with a NUL before it', 'form_duplicate_field', twice('%00username')],
    ['a field as a list', 'form_duplicate_field', twice('username[]')],
    ['a field as a list, in capitals', 'form_duplicate_field', twice('UserName%5B0%5D')],
    ['a field as an open list', 'form_duplicate_field', twice('username[')],
    [
      'a member with a NUL after it',
      'json_duplicate_member',
      { body: '{"username":"a","username\\u0000":"c"}' },
    ],
    [
      'a list in the query',
      'form_duplicate_field',
      { route: formRoute, body: 'username=decoy&password=p', query: '?username[]=alice' },
    ],
    [
      'a field in the query, where servlets read it first',
      'form_duplicate_field',
      { route: formRoute, body: 'username=decoy&password=p', query: '?user%6eame=alice' },
    ],
    [
      'a login in the query alone',
      'form_duplicate_field',
      { route: formRoute, body: '', query: '?username=alice&password=p' },
    ],
    ['a query that is no form', 'form_malformed', { route: formRoute, query: '?a=%zz' }],
  ])('%s', async (_what, reason, sent) => {
    expect(await problem({ body: sent.route === undefined ? LOGIN_JSON : 'username=alice', ...sent })).toBe(
      reason,
    )
  })

  it.each([
    `${JSON_TYPE}; charset=utf-8`,
    `${JSON_TYPE};charset="UTF-8"`,
    'Application/JSON ;',
    `${JSON_TYPE}; profile=x; charset=utf8`,
  ])('understands %s', async (type) => {
    expect(await problem({ body: LOGIN_JSON, headers: { 'content-type': type } })).toBe('valid')
  })

  it('takes an encoding of identity for none', async () => {
    const headers = { 'content-type': JSON_TYPE, 'content-encoding': 'Identity' }
    expect(await problem({ body: LOGIN_JSON, headers })).toBe('valid')
  })

  it('takes any type in which its places can be, where the route lists none', async () => {
    const route = { ...jsonRoute, mediaTypes: [] }
    const headers = { 'content-type': 'application/vnd.bank+json' }
    expect(await credentials({ route, body: LOGIN_JSON, headers })).toEqual({ user: 'alice', password: 'p' })
  })
})

describe('readContent(): what a body claims', () => {
  it.each([
    'Alice@Example.com',
    '  alice@example.com\t',
    'ALICE@EXAMPLE.COM',
    '\uff21\uff4c\uff49\uff43\uff45@example.com',
  ])('takes "%s" for one account', async (username) => {
    const user = 'alice@example.com'
    expect(await credentials({ body: JSON.stringify({ username }) })).toEqual({ user })
    const form = new URLSearchParams({ username }).toString()
    expect(await credentials({ route: formRoute, body: form })).toEqual({ user })
  })

  it.each([
    ['4111 1111 1111 1111', '4111111111111111'],
    ['4111-1111-1111-1111', '4111111111111111'],
    [4111111111111111, '4111111111111111'],
    ['411111111111', '411111111111'],
    ['4111111111111111111', '4111111111111111111'],
    ['41111111111', undefined],
    ['41111111111111111111', undefined],
    ['4111x1111111x1111', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads the card number %s as %s', async (number, card) => {
    const found = await credentials({ body: JSON.stringify({ card: { number } }) })
    expect(found).toEqual(card === undefined ? {} : { card })
  })

  it('keeps a password as it was typed', async () => {
    const password = ' Pass\u0301 WORD '
    expect(await credentials({ body: JSON.stringify({ password }) })).toEqual({ password })
  })

  it('takes the first of a route’s places that is filled', async () => {
    const fields = { user: ['/email', '/login/name', '/username'], password: [], card: [] }
    const body = '{"username":"third","login":{"name":"second"}}'
    expect(await credentials({ route: { ...jsonRoute, fields }, body })).toEqual({ user: 'second' })
  })

  it('claims nothing where nothing is filled in', async () => {
    expect(await credentials({ body: '{"username":"  ","password":"","other":1}' })).toEqual({})
    expect(await credentials({ body: '[]' })).toEqual({})
    expect(await credentials({ route: formRoute, body: 'username=&x=1' })).toEqual({})
  })

  it('takes a name that some reader folds for the name, where it stands alone', async () => {
    const body = '+username=alice&password%00=p&card[]=4111111111111111'
    const claimed = { user: 'alice', password: 'p', card: '4111111111111111' }
    expect(await credentials({ route: formRoute, body })).toEqual(claimed)
  })

  it('tells fields of one group apart', async () => {
    const fields = { user: ['user[email]'], password: ['user[password]'], card: [] }
    const [route, headers] = [{ ...formRoute, fields }, { 'content-type': FORM }]
    const body = 'user[email]=alice&user[password]=p&user[remember]=0&user[remember]=1&commit=x'
    expect(await credentials({ route, headers, body })).toEqual({ user: 'alice', password: 'p' })
    expect(await problem({ route, headers, body: `${body}&user[email][]=bob` })).toBe('form_duplicate_field')
  })

  it('is not misled by names that every object has', async () => {
    const fields = { user: ['/constructor', '/__proto__/name'], password: ['/toString'], card: [] }
    expect(await credentials({ route: { ...jsonRoute, fields }, body: '{}' })).toEqual({})
    const body = '{"__proto__":{"name":"alice"}}'
    expect(await credentials({ route: { ...jsonRoute, fields }, body })).toEqual({ user: 'alice' })
  })
})
