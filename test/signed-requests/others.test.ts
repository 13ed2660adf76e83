// STET, Polish API, FAPI 2.0 and plain RFC 9421, each through the whole pipeline by its own route.
import { describe, expect, it } from 'vitest'
import { NOW } from '../fixtures/scene.ts'
import {
  cavageSignature,
  encode,
  keySet,
  type Pair,
  pair,
  plainJws,
  sha256,
  sign,
} from '../fixtures/signers.ts'
import { type BankWish, bank, KEYS_URL, ORGANISATION, routesWith, type Sent, tell } from './scene.ts'

const RSA = await pair('RS256')
const CURVE = await pair('ES256')
const EDWARDS = await pair('Ed25519')
const STRANGER = await pair('ES256')
const CERTIFICATE = 'ab'.repeat(32)
const SETS = {
  [KEYS_URL]: await keySet({ rsa: RSA, curve: CURVE, edwards: EDWARDS, [CERTIFICATE]: RSA }),
}
const SIGNERS = [{ organisation: ORGANISATION, keys: KEYS_URL, hosts: ['seals.tpp.example'] }]
const BODY = '{"paymentInformationId":"1"}'

function gate(dialect: string, route: object = {}, wish: BankWish = {}) {
  const own = {
    ...{ id: 'signed', methods: ['GET', 'POST', 'DELETE'], pattern: '/signed/*', dialect },
    ...{ channel: 'tpp', certificate: 'required', sensitivity: 'payment', signature: 'required' },
    ...route,
  }
  return bank({ sets: SETS, ...wish, bindings: { ROUTES: routesWith(own), SIGNERS, ...wish.bindings } })
}

let requests = 0
function requestId(): string {
  requests += 1
  return `99391c7e-ad88-49ec-a2ad-${String(requests).padStart(12, '0')}`
}

describe('STET', () => {
  const TARGET = '/signed/payment-requests?a=1'
  const COVERED = ['(request-target)', 'digest', 'date', 'x-request-id', 'content-type', 'psu-ip-address']

  async function signed(
    wish: {
      keyId?: string
      covered?: readonly string[]
      more?: Readonly<Record<string, string>>
      key?: Pair
    } = {},
  ): Promise<Sent> {
    const headers = {
      'content-type': 'application/json',
      'x-request-id': requestId(),
      date: new Date(NOW).toUTCString(),
      digest: `SHA-256=${sha256(BODY)}`,
      'psu-ip-address': '192.0.2.9',
      ...wish.more,
    }
    const signature = await cavageSignature({
      key: (wish.key ?? RSA).privateKey,
      keyId: wish.keyId ?? `https://seals.tpp.example/seal_${CERTIFICATE}`,
      ...{ method: 'POST', target: TARGET, headers, covered: wish.covered ?? COVERED },
    })
    return { path: TARGET, body: BODY, headers: { ...headers, signature } }
  }

  it('takes a key that is named by a registered place, and fetches nothing from there', async () => {
    const house = gate('stet-1.4')
    expect(await tell(house, await signed())).toMatchObject({ status: 200, reason: 'unremarkable' })
    expect(house.asked).toEqual([KEYS_URL])
  })

  it.each([
    ['a place that is not registered', { keyId: 'https://evil.example/seal.pem' }, 'signing_key_refused'],
    ['a place that is no URL', { keyId: 'seal' }, 'signing_key_refused'],
    ['an address on the inside', { keyId: 'https://127.0.0.1/seal.pem' }, 'signing_key_refused'],
    ['a PSU header that is not signed', { more: { 'psu-device-id': 'x' } }, 'signature_uncovered'],
    ['no target', { covered: COVERED.slice(1) }, 'signature_uncovered'],
    ['no date', { covered: COVERED.filter((name) => name !== 'date') }, 'signature_uncovered'],
    ['a date of yesterday', { more: { date: new Date(NOW - 86_400_000).toUTCString() } }, 'signature_stale'],
  ] as const)('refuses %s', async (_what, wish, reason) => {
    const house = gate('stet-1.4')
    const told = await tell(house, await signed(wish))
    expect([told.status, told.reason]).toEqual([401, reason])
    expect(told.body).toMatchObject({ status: 401, error: 'Unauthorized', path: '/signed/payment-requests' })
    expect(house.asked.filter((url) => url !== KEYS_URL)).toEqual([])
  })

  it('signs every request, those without a body too', async () => {
    const told = await tell(gate('stet-1.4'), { method: 'GET', path: TARGET })
    expect([told.status, told.reason]).toEqual([401, 'signature_missing'])
  })
})

describe('Polish API', () => {
  const bodyOf = (id: string, sentAt: string): string =>
    JSON.stringify({ requestHeader: { requestId: id, sendDate: sentAt, tppId: 'x' }, amount: '1.00' })
  const at = (ms: number): string => new Date(NOW + ms).toISOString()

  async function signed(
    wish: {
      key?: Pair
      alg?: string
      kid?: string
      sentAt?: string
      id?: string
      field?: string
      body?: string
    } = {},
  ): Promise<Sent> {
    const id = wish.id ?? requestId()
    const body = wish.body ?? bodyOf(id, wish.sentAt ?? at(0))
    const header = { alg: wish.alg ?? 'RS256', kid: wish.kid ?? 'rsa' }
    const signature = await plainJws((wish.key ?? RSA).privateKey, header, body)
    return {
      path: '/signed/v3_0.1/payments/v3_0.1/domestic',
      body,
      headers: {
        'content-type': 'application/json',
        'x-request-id': wish.field ?? id,
        'x-jws-signature': signature,
      },
    }
  }

  it('takes a detached JWS whose time and id stand in the body', async () => {
    expect(await tell(gate('polish-api-3'), await signed())).toMatchObject({
      status: 200,
      reason: 'unremarkable',
    })
  })

  it.each([
    ['without a signature', async () => ({ path: '/signed/x', body: BODY }), 'signature_missing'],
    ['by another key', () => signed({ key: STRANGER, alg: 'ES256', kid: 'curve' }), 'signature_wrong'],
    ['of ten minutes ago', () => signed({ sentAt: at(-600_000) }), 'signature_stale'],
    ['of the next minute', () => signed({ sentAt: at(60_000) }), 'signature_from_future'],
    ['with another id in its header', () => signed({ field: requestId() }), 'signature_claim_invalid'],
    ['without a header in its body', () => signed({ body: '{"amount":"1.00"}' }), 'signature_claim_missing'],
    ['with a local time', () => signed({ sentAt: '2026-11-21T09:30:00' }), 'signature_claim_invalid'],
    ['with a body that is no JSON', () => signed({ body: 'a=1' }), 'signature_claim_invalid'],
  ] as const)('refuses one %s', async (_what, make, reason) => {
    expect((await tell(gate('polish-api-3'), await make())).reason).toBe(reason)
  })

  it('takes an id once, whatever else is signed with it', async () => {
    const house = gate('polish-api-3')
    const id = requestId()
    expect((await tell(house, await signed({ id }))).status).toBe(200)
    expect((await tell(house, await signed({ id: id.toUpperCase(), sentAt: at(1_000) }))).reason).toBe(
      'request_replayed',
    )
  })
})

interface MessageWish {
  readonly key?: Pair
  readonly keyid?: string
  readonly components?: readonly string[]
  readonly parameters?: string
  readonly label?: string
  readonly body?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
}

/** RFC 9421 section 2.5, written for the tests alone. */
async function message(wish: MessageWish): Promise<Sent> {
  const { key = CURVE, keyid = 'curve', label = 'sig1', method = 'POST' } = wish
  const body = 'body' in wish ? wish.body : BODY
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { 'content-digest': `sha-256=:${sha256(body)}:` }),
    ...wish.headers,
  }
  const path = '/signed/messages?x=1'
  const derived: Record<string, string> = {
    '@method': method,
    '@target-uri': `https://bank.example${path}`,
    '@authority': 'bank.example',
    '@path': '/signed/messages',
    '@query': '?x=1',
  }
  const components = wish.components ?? [
    '@method',
    '@target-uri',
    ...(body === undefined ? [] : ['content-digest']),
  ]
  const list = `(${components.map((name) => `"${name}"`).join(' ')})`
  const parameters = `${list}${wish.parameters ?? `;created=${NOW / 1_000}`};keyid="${keyid}"`
  const lines = components.map((name) => `"${name}": ${derived[name] ?? headers[name] ?? ''}`)
  const base = [...lines, `"@signature-params": ${parameters}`].join('\n')
  const signature = Buffer.from(await sign(key.privateKey, encode(base))).toString('base64')
  return {
    method,
    path,
    body,
    headers: {
      ...headers,
      'signature-input': `${label}=${parameters}`,
      signature: `${label}=:${signature}:`,
    },
  }
}

describe('plain RFC 9421', () => {
  it.each<[string, MessageWish]>([
    ['ES256', {}],
    ['Ed25519', { key: EDWARDS, keyid: 'edwards' }],
    [
      'the parts of the target',
      { components: ['@method', '@authority', '@path', '@query', 'content-digest'] },
    ],
    ['no body', { method: 'GET', body: undefined }],
  ])('takes %s', async (_what, wish) => {
    expect(await tell(gate('problem'), await message(wish))).toMatchObject({
      status: 200,
      reason: 'unremarkable',
    })
  })

  it.each<[string, MessageWish, number, string]>([
    ['that covers nothing (vector B.2.1)', { components: [] }, 401, 'signature_uncovered'],
    ['that leaves the body out', { components: ['@method', '@target-uri'] }, 401, 'signature_digest_wrong'],
    [
      'that leaves the method out',
      { components: ['@target-uri', 'content-digest'] },
      401,
      'signature_uncovered',
    ],
    [
      'that leaves the token out, where there is one',
      { headers: { authorization: 'Bearer abc' } },
      401,
      'signature_uncovered',
    ],
    ['without its time', { parameters: '' }, 400, 'signature_claim_missing'],
    ['of ten minutes ago', { parameters: `;created=${NOW / 1_000 - 600}` }, 401, 'signature_stale'],
    ['under another label', { label: 'other' }, 400, 'signature_claim_missing'],
    ['by a key of nobody', { key: STRANGER }, 401, 'signature_wrong'],
    ['by a key that is not published', { keyid: 'none' }, 401, 'signing_key_unknown'],
  ])('refuses one %s', async (_what, wish, status, reason) => {
    const house = gate('problem')
    const told = await tell(house, await message(wish))
    expect([told.status, told.reason, house.forwarded.length]).toEqual([status, reason, 0])
  })

  it('takes a nonce once, and a request once', async () => {
    const house = gate('problem')
    const nonce = (more: string) =>
      message({ parameters: `;created=${NOW / 1_000 - Number(more)};nonce="n-1"` })
    expect((await tell(house, await nonce('0'))).status).toBe(200)
    expect((await tell(house, await nonce('1'))).reason).toBe('request_replayed')
    const sent = await message({})
    expect((await tell(house, sent)).status).toBe(200)
    expect((await tell(house, sent)).reason).toBe('request_replayed')
  })

  it('takes another label, or a tag, where the bank says so', async () => {
    expect(
      (await tell(gate('problem', { signing: { label: 'bank' } }), await message({ label: 'bank' }))).status,
    ).toBe(200)
    const tagged = await message({ label: 'x', parameters: `;created=${NOW / 1_000};tag="bank"` })
    expect((await tell(gate('problem', { signing: { tag: 'bank' } }), tagged)).status).toBe(200)
  })
})

describe('FAPI 2.0', () => {
  const token = { authorization: 'Bearer abc.def' }
  const wish: MessageWish = {
    headers: token,
    components: ['@method', '@target-uri', 'authorization', 'content-digest'],
    parameters: `;created=${NOW / 1_000};tag="fapi-2-request"`,
  }

  it('takes a message with its tag, over method, target, token and digest', async () => {
    expect(await tell(gate('fapi-2'), await message(wish))).toMatchObject({
      status: 200,
      reason: 'unremarkable',
    })
  })

  it.each<[string, MessageWish, string]>([
    ['another tag', { parameters: `;created=${NOW / 1_000};tag="other"` }, 'signature_claim_missing'],
    [
      'no token under the signature',
      { components: ['@method', '@target-uri', 'content-digest'] },
      'signature_uncovered',
    ],
    [
      'two minutes of age',
      { parameters: `;created=${NOW / 1_000 - 120};tag="fapi-2-request"` },
      'signature_stale',
    ],
    [
      'a proof of possession beside the signature',
      { headers: { ...token, dpop: 'x' } },
      'signature_uncovered',
    ],
  ])('refuses %s, in the words of OAuth', async (_what, change, reason) => {
    const told = await tell(gate('fapi-2'), await message({ ...wish, ...change }))
    expect(told.reason).toBe(reason)
    expect(told.body).toMatchObject({ error: 'invalid_request', error_description: expect.any(String) })
  })

  it('FDX has the same profile and its own error', async () => {
    const told = await tell(gate('fdx-6'), { method: 'GET', path: '/signed/accounts' })
    expect([told.status, told.body]).toMatchObject([401, { code: '602', message: expect.any(String) }])
  })
})
