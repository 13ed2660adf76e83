import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { ABSENT, invalid, unavailable, valid } from '../../src/lib/fact.ts'
import { respond } from '../../src/respond/respond.ts'
import { exchange, LICENSED, match, person, type Sent, score, WITH_PASS } from '../fixtures/scene.ts'
import { ALLOW, bank, input } from './room.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const body = (text: string) => valid({ bytes: bytes(text), streamed: false, credentials: {} })

async function forwarded(
  sent: Sent,
  changes: Parameters<typeof input>[0] = {},
  tools: Parameters<typeof bank>[1] = {},
) {
  const { requests, tools: all } = bank(undefined, tools)
  const answer = await respond(input({ exchange: exchange(sent), ...changes }), all)
  return { request: requests[0], answer }
}

describe('the request that the bank gets', () => {
  it('has the target exactly as it came: query order, encodings and empty parts included', async () => {
    const target = '/open-banking/v4.0/accounts;v=1//x?b=2&a=%2F&a=&&c=%7e?d'
    const { request } = await forwarded({ method: 'GET', target })
    expect(request?.url).toBe(`https://bank.example${target}`)
  })

  it('has the method and the bytes exactly as they came, with odd spaces, key order and no newline', async () => {
    const text = '{ "b" :1,\t"a":"\\u00e9" , "é":0.10}'
    const { request } = await forwarded({ method: 'PATCH' }, { content: body(text) })
    expect(request?.method).toBe('PATCH')
    expect(new Uint8Array((await request?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(bytes(text))
  })

  it.each([
    ['among others', 'a=1; __Host-portcullis=v1.x; b="2"', 'a=1; b="2"'],
    ['first', '__Host-portcullis=v1.x; a=1', 'a=1'],
    ["the operator's last", 'a=1;b=2;__Secure-portcullis-operator=k1.1.x', 'a=1;b=2'],
    ['two of two headers', '__Host-portcullis=v1.x, a=1; __Host-portcullis-ask=1', 'a=1'],
    ['alone', '__Host-portcullis=v1.x', null],
    [
      'none',
      'a=1;; b = 2 ;x__Host-portcullis=1; __host-portcullis=1',
      'a=1;; b = 2 ;x__Host-portcullis=1; __host-portcullis=1',
    ],
  ])("has the client's cookies without the gate's own: %s", async (_what, cookie, expected) => {
    const { request } = await forwarded({ method: 'GET', headers: { cookie } })
    expect(request?.headers.get('cookie')).toBe(expected)
  })

  it('follows no redirect: those are for the client', async () => {
    const { request } = await forwarded({ method: 'GET' })
    expect(request?.redirect).toBe('manual')
  })

  it('goes to the origin that is configured, with the host that the client asked for beside it', async () => {
    const origin = { url: 'https://origin.bank.example', proof: 'mtls', timeoutMs: 1 } as const
    const { request } = await forwarded(
      { method: 'GET', target: '/a?b' },
      {},
      { config: { origin, apps: undefined } },
    )
    expect(request?.url).toBe('https://origin.bank.example/a?b')
    expect(request?.headers.get('x-forwarded-host')).toBe('bank.example')
  })

  it.each([
    ['a target that is no path', { method: 'OPTIONS', target: '*' }],
    ['a target without a host', { method: 'GET', origin: 'https://bank.example', target: 'x' }],
  ])('is not made from %s', async (_what, sent) => {
    const { request, answer } = await forwarded(sent)
    expect(request).toBeUndefined()
    expect(answer.response.status).toBe(400)
    expect(answer).toMatchObject({ outcome: 'refused', upstream: 'refused' })
  })

  it('cannot leave for another host, whatever the target says', async () => {
    for (const target of ['//evil.example/x', '/\\evil.example', '/@evil.example/', '/../../evil.example']) {
      const { request } = await forwarded({ method: 'GET', target })
      expect(new URL(request?.url ?? '').host, target).toBe('bank.example')
    }
  })

  it('is not made without its body, when that could not be read whole and in one way', async () => {
    const { request, answer } = await forwarded({}, { content: invalid('json_malformed') })
    expect(request).toBeUndefined()
    expect(answer.response.status).toBe(400)
  })

  it('is not made of a GET with content, which has no fetch: refused, not thrown', async () => {
    const { request, answer } = await forwarded({ method: 'GET' }, { content: body('x') })
    expect(request).toBeUndefined()
    expect(answer.response.status).toBe(400)
  })

  it('has no body where there was none, and an empty one where there was an empty one', async () => {
    const none = await forwarded({ method: 'GET' }, { content: body('') })
    expect(none.request?.body).toBeNull()
    const empty = await forwarded({ method: 'POST' }, { content: body('') })
    expect((await empty.request?.arrayBuffer())?.byteLength).toBe(0)
  })

  it('streams an upload that need not be inspected', async () => {
    const chunks = 64
    let read = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        read += 1
        controller.enqueue(new Uint8Array(16_384).fill(read))
        if (read === chunks) controller.close()
      },
    })
    const content = valid({ bytes: undefined, streamed: true, credentials: {} })
    const { request } = await forwarded({ method: 'PUT', body: stream }, { content })
    expect(read).toBeLessThan(chunks)
    expect((await request?.arrayBuffer())?.byteLength).toBe(chunks * 16_384)
  })
})

describe('the headers that the bank gets', () => {
  it('are those that came, but for the ones of the connection (RFC 9110 7.6.1)', async () => {
    const headers = {
      accept: 'text/html',
      cookie: 'a=1; b=2',
      'x-custom': 'kept',
      connection: 'close, X-Hop, X-Other',
      'x-hop': '1',
      'x-other': '2',
      'keep-alive': 'timeout=5',
      te: 'trailers',
      'proxy-connection': 'keep-alive',
      trailer: 'x',
      'transfer-encoding': 'chunked',
      upgrade: 'h2c',
      expect: '100-continue',
    }
    const { request } = await forwarded({ method: 'GET', headers })
    const names = [...(request?.headers.keys() ?? [])].filter((name) => !name.startsWith('portcullis-'))
    expect(names).toEqual(['accept', 'cookie', 'x-custom', 'x-forwarded-for'])
    expect(request?.headers.get('cookie')).toBe('a=1; b=2')
  })

  it('keep what a client would have removed by naming it in Connection: two requests in one is a way in', async () => {
    const headers = {
      connection:
        'Authorization, Content-Type, Cookie, Portcullis-Risk, X-Forwarded-For, Client-Cert, Signature',
      authorization: 'Bearer x',
      'content-type': 'application/json',
      cookie: 'a=1',
      signature: 'sig1=:AA==:',
    }
    const { request } = await forwarded({ headers }, { content: body('{}') })
    for (const name of [
      'authorization',
      'content-type',
      'cookie',
      'portcullis-risk',
      'x-forwarded-for',
      'signature',
    ]) {
      expect(request?.headers.has(name), name).toBe(true)
    }
  })

  it.each([
    'digest',
    'dpop',
    'x-jws-signature',
    'consent-id',
    'idempotency-key',
    'x-idempotency-key',
    'x-request-id',
    'psu-ip-address',
    'tpp-signature-certificate',
    'x-fapi-customer-ip-address',
  ])('keep %s, which the gate reads: the bank must not be asked without it', async (name) => {
    const { request } = await forwarded({ headers: { connection: `close, ${name}`, [name]: 'x' } })
    expect(request?.headers.get(name)).toBe('x')
  })

  it.each([
    ['an HTTP message signature', '"x-region";sf'],
    ['a signature of the draft by Cavage', 'X-Region'],
  ])('keep what %s covers, whatever it is called, and lose what it does not', async (_what, identifier) => {
    const signature = valid({
      ...{ keyId: 'k', algorithm: 'ed25519', keyThumbprint: 't', covered: ['"@method"', identifier] },
      ...{ keyAge: undefined, skew: undefined, sealUnknownSince: undefined },
    })
    const headers = { connection: 'X-Region, X-Other', 'x-region': 'GB', 'x-other': '1' }
    const { request } = await forwarded({ headers }, { proof: { ...LICENSED, signature } })
    expect(request?.headers.get('x-region')).toBe('GB')
    expect(request?.headers.has('x-other')).toBe(false)
  })

  it('survive a Connection header that is no list', async () => {
    const { request } = await forwarded({ method: 'GET', headers: { connection: ',,;= ,"x", (a), \u00e9' } })
    expect(request).toBeDefined()
  })

  it('say the address that the edge saw, and nothing that the client says of itself', async () => {
    const { request } = await forwarded({
      method: 'GET',
      headers: { 'x-forwarded-for': '10.0.0.1, 10.0.0.2' },
    })
    expect(request?.headers.get('x-forwarded-for')).toBe('203.0.113.7')
    const past = exchange({ method: 'GET', headers: { 'x-forwarded-for': '10.0.0.1' } }, { address: '' })
    const { requests, tools } = bank()
    await respond(input({ exchange: past }), tools)
    expect(requests[0]?.headers.has('x-forwarded-for')).toBe(false)
  })

  it('name the third party that its certificate proves', async () => {
    const { request } = await forwarded({ method: 'GET' }, { proof: LICENSED })
    expect(request?.headers.get('client-cert')).toBe(':MIIB:')
    expect(request?.headers.get('portcullis-organisation')).toBe('"PSDGB-FCA-765432"')
    expect(request?.headers.get('portcullis-roles')).toBe('PSP_AI, PSP_PI')
    expect(request?.headers.get('portcullis-request-id')).toBe('7f9c24e8-3b12-4fef-91e0-000000000001')
  })

  it.each([
    ['absent', ABSENT],
    ['invalid', invalid('certificate_untrusted')],
    ['unavailable', unavailable('verifier_failed')],
  ] as const)(
    'name nobody whose certificate is %s, even where a client sent such headers',
    async (_state, certificate) => {
      const headers = {
        'client-cert': ':AAAA:',
        'portcullis-organisation': '"PSDGB-FCA-000001"',
        'portcullis-roles': 'PSP_PI',
        'portcullis-risk': 'abuse=0.0',
      }
      const { request } = await forwarded(
        { method: 'GET', headers },
        { proof: { ...WITH_PASS, certificate } },
      )
      expect(request?.headers.has('client-cert')).toBe(false)
      expect(request?.headers.has('portcullis-organisation')).toBe(false)
      expect(request?.headers.has('portcullis-roles')).toBe(false)
      expect(request?.headers.get('portcullis-risk')).not.toBe('abuse=0.0')
    },
  )

  it('say what the gate thinks, as a structured field', async () => {
    const verdict = {
      ...ALLOW,
      action: 'flag',
      intended: 'deny',
      posture: 'observe',
      rule: 'forged_browser',
      reason: 'forged_browser',
    } as const
    const { request } = await forwarded({ method: 'GET' }, { verdict, score: valid(score(0.9375)) })
    expect(request?.headers.get('portcullis-risk')).toBe(
      'abuse=0.938, intent=credential_stuffing, verdict=flag, intended=deny, rule=forged_browser, reason=forged_browser',
    )
    const blind = await forwarded({ method: 'GET' }, { score: unavailable('model_absent') })
    expect(blind.request?.headers.get('portcullis-risk')).toBe(
      'verdict=allow, rule=default, reason=unremarkable',
    )
  })
})

describe('through a real service binding', () => {
  it('target, bytes and headers arrive as they were sent', async () => {
    const { tools } = bank()
    const upstream = {
      forward: async (request: Request) => valid(await env.BANK.fetch(request)),
    }
    const text = '{ "b" :1,\t"a":"\\u00e9"}'
    const target = '/psd2/v1/payments/x;y=1?b=2&a=%2F&&c=%7e'
    const sent = exchange({ target, headers: { 'content-type': 'application/json', 'x-request-id': 'a' } })
    const answer = await respond(
      {
        ...input({ exchange: sent, content: body(text) }),
        ...{ match: match({ channel: 'tpp' }) },
        proof: person().proof,
      },
      { ...tools, upstream },
    )
    const arrived: { url: string; method: string; headers: [string, string][]; body: string } =
      await answer.response.json()
    expect(arrived.url).toBe(`https://bank.example${target}`)
    expect(arrived.body).toBe(text)
    const headers = new Map(arrived.headers)
    expect(headers.get('content-length')).toBe(String(text.length))
    expect(headers.get('x-request-id')).toBe('a')
    expect(headers.get('portcullis-risk')).toContain('verdict=allow')
  })
})
