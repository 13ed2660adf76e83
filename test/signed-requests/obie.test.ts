// UK Open Banking: who signs a payment gets it through, and everybody else the code that the standard has for it.
import { describe, expect, it } from 'vitest'
import { NOW } from '../fixtures/scene.ts'
import {
  DIRECTORY_ID,
  keySet,
  OB_IAT,
  OB_ISS,
  OB_TAN,
  type ObieWish,
  obieSignature,
  oldObieSignature,
  pair,
} from '../fixtures/signers.ts'
import {
  type BankWish,
  bank,
  KEYS_URL,
  ORGANISATION,
  OTHER,
  OTHERS_QWAC,
  routesWith,
  type Sent,
  tell,
} from './scene.ts'

const KEY = await pair('PS256')
const STRANGER = await pair('PS256')
const CURVE = await pair('ES256')
const SETS = { [KEYS_URL]: await keySet({ 'key-1': KEY, 'key-ec': CURVE }) }
const SIGNERS = [{ organisation: ORGANISATION, keys: KEYS_URL, issuers: [DIRECTORY_ID] }]
const BODY = '{"Data":{"Initiation":{"InstructedAmount":{"Amount":"1.00","Currency":"GBP"}}},"Risk":{}}'
const PAYMENTS = '/open-banking/v4.0/pisp/domestic-payments'

const PISP = {
  ...{ id: 'obie-pisp', methods: ['GET', 'POST', 'PUT', 'PATCH'], pattern: '/open-banking/v4.0/pisp/*' },
  ...{ dialect: 'obie-4.0', channel: 'tpp', certificate: 'required', sensitivity: 'payment' },
  signature: 'required',
}

function gate(route: object = {}, wish: BankWish = {}) {
  return bank({
    sets: SETS,
    ...wish,
    bindings: { ROUTES: routesWith({ ...PISP, ...route }), SIGNERS, ...wish.bindings },
  })
}

let keys = 0
async function signed(wish: Partial<ObieWish> = {}, sent: Partial<Sent> = {}): Promise<Sent> {
  keys += 1
  return {
    path: PAYMENTS,
    body: wish.body ?? BODY,
    ...sent,
    headers: {
      'content-type': 'application/json',
      'x-idempotency-key': `key-${keys}`,
      'x-jws-signature': await obieSignature({ key: KEY, body: BODY, iat: NOW / 1_000, ...wish }),
      ...sent.headers,
    },
  }
}

const codeOf = (body: unknown): unknown =>
  (body as { readonly Errors?: readonly { readonly ErrorCode: string }[] })?.Errors?.[0]?.ErrorCode
const pathOf = (body: unknown): unknown =>
  (body as { readonly Errors?: readonly { readonly Path: string }[] })?.Errors?.[0]?.Path

describe('a signed payment', () => {
  it('gets through, and its signature is a fact with the age of its key and the skew of its clock', async () => {
    const house = gate()
    const told = await tell(house, await signed({ iat: NOW / 1_000 - 2.5 }))
    expect(told).toMatchObject({ status: 200, reason: 'unremarkable' })
    const { proof, replay } = house.records[0]?.evidence ?? {}
    expect(proof?.signature).toMatchObject({
      state: 'valid',
      value: {
        keyId: 'key-1',
        algorithm: 'PS256',
        keyAge: undefined,
        skew: 2_500,
        sealUnknownSince: undefined,
      },
    })
    expect(proof?.signing).toEqual({ profile: 'obie-4.0', fault: '', place: '', failures: 0 })
    expect(replay).toEqual({ state: 'valid', value: { retry: false } })
  })

  it('arrives at the bank byte for byte, with its signature', async () => {
    const body = '\n{ "z" : 1 ,\t"a":"\\u00e9é\u{1f600}" ,"n":1.0}\r\n '
    const house = gate()
    const sent = await signed({ body })
    expect((await tell(house, sent)).status).toBe(200)
    const [request] = house.forwarded
    expect(await request?.text()).toBe(body)
    expect(request?.headers.get('x-jws-signature')).toBe(sent.headers?.['x-jws-signature'])
  })
})

describe('a payment that is not rightly signed is refused with 400', () => {
  const iat = NOW / 1_000
  const CASES: readonly (readonly [
    what: string,
    sent: () => Promise<Sent>,
    code: string,
    path: string | undefined,
    reason: string,
  ])[] = [
    [
      'without a signature',
      async () => ({ path: PAYMENTS, body: BODY }),
      'U019',
      undefined,
      'signature_missing',
    ],
    [
      'with one byte of its body changed',
      async () => ({ ...(await signed()), body: BODY.replace('1.00', '9.00') }),
      'U015',
      undefined,
      'signature_wrong',
    ],
    ['by another key of that name', () => signed({ key: STRANGER }), 'U015', undefined, 'signature_wrong'],
    ['by a key that nobody publishes', () => signed({ kid: 'key-9' }), 'U016', 'kid', 'signing_key_unknown'],
    ['without kid', () => signed({ change: { kid: undefined } }), 'U017', 'kid', 'signature_claim_missing'],
    [
      'without iat',
      () => signed({ change: { [OB_IAT]: undefined }, crit: [OB_ISS, OB_TAN] }),
      'U017',
      OB_IAT,
      'signature_claim_missing',
    ],
    [
      'without tan',
      () => signed({ change: { [OB_TAN]: undefined }, crit: [OB_IAT, OB_ISS] }),
      'U017',
      OB_TAN,
      'signature_claim_missing',
    ],
    [
      'with an iat that is text',
      () => signed({ change: { [OB_IAT]: String(iat) } }),
      'U016',
      OB_IAT,
      'signature_claim_invalid',
    ],
    ['made a minute ahead of us', () => signed({ iat: iat + 60 }), 'U016', OB_IAT, 'signature_from_future'],
    ['made six minutes ago', () => signed({ iat: iat - 360 }), 'U016', OB_IAT, 'signature_stale'],
    [
      'with the subject of nobody in iss',
      () => signed({ iss: 'nobody' }),
      'U016',
      OB_ISS,
      'signature_claim_invalid',
    ],
    [
      'in the name of another third party',
      () => signed({ iss: '0015800001AAAAAAAA/4nHGK3mP8sQ2tVwXyZ7aBc' }),
      'U016',
      OB_ISS,
      'signature_of_another',
    ],
    [
      'from a directory that is not ours',
      () => signed({ change: { [OB_TAN]: 'elsewhere.example' } }),
      'U016',
      OB_TAN,
      'signature_claim_invalid',
    ],
    [
      'with b64, which is over since 3.1.4',
      () => signed({ change: { b64: true }, crit: [OB_IAT, OB_ISS, OB_TAN] }),
      'U016',
      'b64',
      'signature_claim_invalid',
    ],
    [
      'with a typ that is none',
      () => signed({ change: { typ: 'JWT' } }),
      'U016',
      'typ',
      'signature_claim_invalid',
    ],
    [
      'with a member besides',
      () => signed({ change: { jku: 'https://keys.evil.example/' } }),
      'U016',
      'jku',
      'signature_claim_invalid',
    ],
    [
      'with ES256',
      () => signed({ key: CURVE, kid: 'key-ec', change: { alg: 'ES256' } }),
      'U016',
      'alg',
      'signature_algorithm_refused',
    ],
    [
      'with the payload attached',
      async () => withSignature(await signed(), (text) => text.replace('..', '.e30.')),
      'U018',
      undefined,
      'signature_malformed',
    ],
    [
      'with padding that two readers read differently',
      async () => withSignature(await signed(), (text) => `${text}=`),
      'U018',
      undefined,
      'signature_malformed',
    ],
    [
      'with something else',
      async () => withSignature(await signed(), () => 'none'),
      'U018',
      undefined,
      'signature_malformed',
    ],
  ]

  it.each(CASES)('%s: %s %s %s', async (_what, make, code, path, reason) => {
    const house = gate()
    const told = await tell(house, await make())
    expect({
      status: told.status,
      code: codeOf(told.body),
      path: pathOf(told.body),
      reason: told.reason,
    }).toEqual({
      status: 400,
      code,
      path,
      reason,
    })
    expect(house.forwarded).toHaveLength(0)
    expect(house.records[0]?.evidence.replay).toEqual({ state: 'absent' })
  })

  function withSignature(sent: Sent, change: (text: string) => string): Sent {
    const text = change(sent.headers?.['x-jws-signature'] ?? '')
    return { ...sent, headers: { ...sent.headers, 'x-jws-signature': text } }
  }

  it('by a third party with another’s keys: keys are looked up under the one that the connection proves', async () => {
    const house = gate()
    const told = await tell(house, await signed({}, { certificate: OTHERS_QWAC }))
    expect([codeOf(told.body), told.reason]).toEqual(['U016', 'signing_key_refused'])
    expect(house.asked).toEqual([])
  })

  it('each failure is counted for its signer, and told with the next one', async () => {
    const house = gate()
    for (let at = 0; at < 3; at += 1) await tell(house, await signed({ key: STRANGER }))
    expect(house.records.map(({ evidence }) => evidence.proof.signing?.failures)).toEqual([0, 1, 2])
  })
})

describe('which operations are signed', () => {
  it.each([
    ['POST', '/domestic-payments', 'U019'],
    ['POST', '/domestic-payment-consents', 'U019'],
    ['POST', '/file-payment-consents/1/file', 'U019'],
    ['PUT', '/domestic-vrp-consents/1', 'U019'],
    ['PATCH', '/domestic-vrp-consents/1', 'U019'],
    ['POST', '/domestic-vrp-consents/1/funds-confirmation', 'U019'],
    ['POST', '/DOMESTIC-PAYMENTS', 'U019'],
    ['POST', '/something-new', 'U019'],
    ['GET', '/domestic-payments/1', undefined],
    ['GET', '/domestic-payment-consents/1/funds-confirmation', undefined],
  ])('%s %s without a signature: %s', async (method, path, code) => {
    const house = gate()
    const body = method === 'GET' ? undefined : '{}'
    const told = await tell(house, { method, path: `/open-banking/v4.0/pisp${path}`, body })
    expect(codeOf(told.body)).toBe(code)
  })

  it('a signature where the standard has none is unexpected', async () => {
    const told = await tell(
      gate(),
      await signed({ body: '' }, { method: 'GET', path: `${PAYMENTS}/1`, body: undefined }),
    )
    expect([told.status, codeOf(told.body), told.reason]).toEqual([400, 'U020', 'signature_unexpected'])
  })

  it('where the route leaves it to the sender, none is missed and a wrong one is refused', async () => {
    const house = gate({ signature: 'optional' })
    expect((await tell(house, { path: PAYMENTS, body: BODY })).status).toBe(200)
    expect((await tell(house, await signed())).status).toBe(200)
    expect(codeOf((await tell(house, await signed({ key: STRANGER }))).body)).toBe('U015')
  })

  it('where the route ignores signatures, nothing is verified and nothing refuted', async () => {
    const house = gate({ signature: 'ignored' })
    expect((await tell(house, await signed({ key: STRANGER }))).status).toBe(200)
    expect(house.records[0]?.evidence.proof).toMatchObject({
      signature: { state: 'absent' },
      signing: undefined,
    })
  })
})

describe('versions 3.1', () => {
  const route = (profile?: string) => ({
    ...{ id: 'obie-v3', pattern: '/open-banking/v3.1/pisp/*', dialect: 'obie-3.1' },
    ...(profile === undefined ? {} : { signing: { profile } }),
  })
  const path = '/open-banking/v3.1/pisp/domestic-payments'
  const wish = { key: KEY, body: BODY, iat: NOW / 1_000 }

  it.each([
    ['obie-3.1.3', oldObieSignature, 200],
    ['obie-3.1.3', obieSignature, 400],
    ['obie-3.1.4', obieSignature, 200],
    ['obie-3.1.4', oldObieSignature, 400],
    [undefined, obieSignature, 200],
  ] as const)('%s: %o is %i', async (profile, make, status) => {
    const headers = { 'x-jws-signature': await make(wish) }
    expect((await tell(gate(route(profile)), { path, body: BODY, headers })).status).toBe(status)
  })

  it('has the codes of its names', async () => {
    const told = await tell(gate(route()), { path, body: BODY })
    expect([codeOf(told.body), (told.body as { Code: string }).Code]).toEqual([
      'UK.OBIE.Signature.Missing',
      '400 BadRequest',
    ])
  })
})

describe('what one bank has differently', () => {
  it.each([
    ['a longer age', { maxAgeSeconds: 600 }, () => signed({ iat: NOW / 1_000 - 500 }), 200],
    ['a shorter age', { maxAgeSeconds: 60 }, () => signed({ iat: NOW / 1_000 - 100 }), 400],
    [
      'another algorithm',
      { algorithms: ['ES256'] },
      () => signed({ key: CURVE, kid: 'key-ec', change: { alg: 'ES256' } }),
      200,
    ],
    [
      'its own directory',
      { directories: ['directory.example'] },
      () => signed({ change: { [OB_TAN]: 'directory.example' } }),
      200,
    ],
    ['methods of its own', { methods: ['PUT'] }, async () => ({ path: PAYMENTS, body: BODY }), 200],
  ] as const)('%s', async (_what, signing, make, status) => {
    expect((await tell(gate({ signing }), await make())).status).toBe(status)
  })
})

describe('keys', () => {
  it('that cannot be read close the door: 503, and nothing is said of the signature', async () => {
    const house = gate({}, { sets: {} })
    const told = await tell(house, await signed())
    expect([told.status, told.reason, told.rule]).toEqual([
      503,
      'key_source_unavailable',
      'signature_unavailable',
    ])
  })

  it('come from the directory where an organisation has no place of its own', async () => {
    const url = `https://directory.example/${ORGANISATION}/keys`
    const bindings = { KEY_DIRECTORY: 'https://directory.example/{organisation}/keys', SIGNERS: [] }
    const house = gate({}, { sets: { [url]: SETS[KEYS_URL] ?? '' }, bindings })
    expect((await tell(house, await signed())).status).toBe(200)
    expect(house.asked).toEqual([url])
  })

  it('an organisation whose registration is not the directory’s may sign under the names that are registered for it', async () => {
    const bindings = { SIGNERS: [{ organisation: OTHER, keys: KEYS_URL, issuers: [DIRECTORY_ID] }] }
    expect((await tell(gate({}, { bindings }), await signed({}, { certificate: OTHERS_QWAC }))).status).toBe(
      200,
    )
  })
})
