// Access tokens that somebody vouches for, and that only their owner can show: RFC 9068, RFC 7662, RFC 8705, RFC 9449.
import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { memoryReplay } from '../../src/verify/replay/memory-replay.ts'
import type { Replay } from '../../src/verify/replay/types.ts'
import { NOW } from '../fixtures/scene.ts'
import { encode, keySet, type Pair, pair, sha256, sign } from '../fixtures/signers.ts'
import {
  type BankWish,
  bank,
  KEYS_URL,
  ORGANISATION,
  OTHERS_QWAC,
  QWAC,
  routesWith,
  type Sent,
  tell,
} from './scene.ts'

const ISSUER = 'https://as.bank.example'
const AS_KEYS = 'https://as.bank.example/jwks'
const SERVER = await pair('PS256')
const STRANGER = await pair('PS256')
const OWNER = await pair('ES256')
const OTHER_OWNER = await pair('ES256')
const SETS = { [AS_KEYS]: await keySet({ 'as-1': SERVER }), [KEYS_URL]: await keySet({ owner: OWNER }) }
const JKT = await calculateJwkThumbprint(await exportJWK(OWNER.publicKey))
const SECONDS = NOW / 1_000
const x5t = (der: string): string =>
  createHash('sha256').update(Buffer.from(der, 'base64')).digest('base64url')

const ROUTE = {
  ...{ id: 'api', methods: ['GET', 'POST', 'DELETE'], pattern: '/api/*', dialect: 'fapi-2', channel: 'tpp' },
  ...{ sensitivity: 'account', token: 'required' },
}
const TOKEN_ISSUERS = [
  { issuer: ISSUER, keys: AS_KEYS, audiences: ['https://api.bank.example'], algorithms: ['PS256'] },
]

function gate(bindings: object = {}, wish: BankWish = {}, route: object = {}) {
  return bank({
    sets: SETS,
    ...wish,
    bindings: { ROUTES: routesWith({ ...ROUTE, ...route }), TOKEN_ISSUERS, ...bindings },
  })
}

interface TokenWish {
  readonly key?: Pair
  readonly kid?: string
  readonly typ?: string | undefined
  readonly claims?: Readonly<Record<string, unknown>>
}

async function tokenOf({
  key = SERVER,
  kid = 'as-1',
  typ = 'at+jwt',
  claims = {},
}: TokenWish = {}): Promise<string> {
  const all = {
    ...{ iss: ISSUER, aud: 'https://api.bank.example', sub: 'somebody', client_id: 'client-1', jti: 'j' },
    ...{ iat: SECONDS, exp: SECONDS + 300, ...claims },
  }
  return new SignJWT(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
    .setProtectedHeader({ alg: 'PS256', kid, ...(typ === '' ? {} : { typ }) })
    .sign(key.privateKey)
}

const bearer = (token: string, sent: Partial<Sent> = {}): Sent => ({
  method: 'GET',
  path: '/api/accounts?page=2',
  ...sent,
  headers: { authorization: `Bearer ${token}`, ...sent.headers },
})

let proofs = 0
async function dpop(
  token: string | undefined,
  wish: { key?: Pair; claims?: Readonly<Record<string, unknown>>; header?: object } = {},
): Promise<string> {
  const { key = OWNER, claims = {}, header = {} } = wish
  proofs += 1
  const all = {
    ...{ htm: 'GET', htu: 'https://bank.example/api/accounts', iat: SECONDS, jti: `proof-${proofs}` },
    ...(token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') }),
    ...claims,
  }
  return new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(key.publicKey), ...header })
    .sign(key.privateKey)
}

const shown = async (token: string, wish: Parameters<typeof dpop>[1] = {}): Promise<Sent> =>
  bearer(token, { headers: { authorization: `DPoP ${token}`, dpop: await dpop(token, wish) } })

describe('a token that is a JWT', () => {
  it('is vouched for by its issuer’s signature', async () => {
    const house = gate()
    expect((await tell(house, bearer(await tokenOf()))).status).toBe(200)
    expect(house.records[0]?.evidence.proof.token).toMatchObject({
      state: 'valid',
      value: { kind: 'jwt', vouching: { by: 'issuer', boundTo: undefined, client: 'client-1' } },
    })
  })

  it.each<[string, TokenWish, string]>([
    ['signed by somebody else', { key: STRANGER }, 'token_forged'],
    ['under a key of nobody', { kid: 'as-2' }, 'token_forged'],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }, 'token_refused'],
    ['for another audience', { claims: { aud: 'https://other.example' } }, 'token_refused'],
    ['that is an ID token', { typ: 'JWT' }, 'token_refused'],
    ['without a type', { typ: '' }, 'token_refused'],
    ['without the client that it is for', { claims: { client_id: undefined } }, 'token_refused'],
    ['that is over', { claims: { exp: SECONDS - 61, iat: SECONDS - 400 } }, 'token_expired'],
  ])('%s is refused: %s', async (_what, wish, reason) => {
    const house = gate()
    const told = await tell(house, bearer(await tokenOf(wish)))
    expect([told.status, told.reason, house.forwarded.length]).toEqual([401, reason, 0])
    expect(told.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('closes the door where its issuer’s keys cannot be read', async () => {
    const told = await tell(gate({}, { sets: {} }), bearer(await tokenOf()))
    expect([told.status, told.reason]).toEqual([503, 'key_source_unavailable'])
  })

  it('is only well formed and in date where nobody is configured to vouch', async () => {
    const house = gate({ TOKEN_ISSUERS: [] })
    expect((await tell(house, bearer(await tokenOf({ key: STRANGER })))).status).toBe(200)
    const { token } = house.records[0]?.evidence.proof ?? {}
    expect(token).toMatchObject({ state: 'valid' })
    expect(token).not.toHaveProperty('value.vouching')
  })
})

describe('a token that names the consent for which it stands', () => {
  const path = '/api/accounts/7/balances'
  const obie = () => gate({}, {}, { dialect: 'obie-4.0', certificate: 'required' })
  const read = async (consent: string | undefined, jti: string) =>
    bearer(await tokenOf({ claims: { openbanking_intent_id: consent, jti } }), { path })

  it('is that consent: a new token does not begin with nothing used', async () => {
    const house = obie()
    const statuses: number[] = []
    for (const jti of ['1', '2', '3', '4', '5']) {
      statuses.push((await tell(house, await read('aac-0123456789', jti))).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429])
    expect((await tell(house, await read('aac-another', '6'))).status).toBe(200)
    // Where the server names none, the token is all that there is.
    expect((await tell(house, await read(undefined, '7'))).status).toBe(200)
  })

  it('ends with it', async () => {
    const house = obie()
    const customer = { 'x-fapi-customer-ip-address': '81.2.69.142' }
    const ending = { method: 'DELETE', path: '/api/account-access-consents/aac-0123456789' }
    const reading = async (jti: string) => {
      const sent = await read('aac-0123456789', jti)
      return tell(house, { ...sent, headers: { ...sent.headers, ...customer } })
    }
    expect((await reading('1')).status).toBe(200)
    expect((await tell(house, bearer(await tokenOf(), ending))).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 2))
    expect((await reading('2')).rule).toBe('consent_ended')
  })
})

describe('a token that is bound to a certificate', () => {
  const cnf = { 'x5t#S256': x5t(QWAC.der) }

  it('is good in the hands of its holder', async () => {
    const house = gate()
    expect((await tell(house, bearer(await tokenOf({ claims: { cnf } })))).status).toBe(200)
    expect(house.records[0]?.evidence.proof.token).toMatchObject({
      value: { vouching: { boundTo: 'certificate' } },
    })
  })

  it('is refused in anybody else’s', async () => {
    const token = await tokenOf({ claims: { cnf } })
    const told = await tell(gate(), bearer(token, { certificate: OTHERS_QWAC }))
    expect([told.status, told.reason]).toEqual([401, 'token_of_another'])
  })

  it('may be required: a mere bearer token is then refused', async () => {
    const bindings = { TOKEN_ISSUERS: TOKEN_ISSUERS.map((one) => ({ ...one, bound: 'required' })) }
    expect((await tell(gate(bindings), bearer(await tokenOf()))).reason).toBe('token_unbound')
    expect((await tell(gate(bindings), bearer(await tokenOf({ claims: { cnf } })))).status).toBe(200)
  })
})

describe('a token that is bound to a key', () => {
  const claims = { cnf: { jkt: JKT } }

  it('is good beside a proof by that key', async () => {
    const house = gate()
    expect((await tell(house, await shown(await tokenOf({ claims })))).status).toBe(200)
    expect(house.records[0]?.evidence).toMatchObject({
      proof: {
        token: { value: { vouching: { boundTo: 'key' } } },
        dpop: { state: 'valid', value: { keyThumbprint: JKT, algorithm: 'ES256' } },
      },
      replay: { state: 'valid', value: { retry: false } },
    })
  })

  it.each<[string, () => Promise<Sent>, string]>([
    ['as a bearer token', async () => bearer(await tokenOf({ claims })), 'token_of_another'],
    [
      'as a bearer token beside its proof',
      async () => {
        const token = await tokenOf({ claims })
        return bearer(token, { headers: { dpop: await dpop(token) } })
      },
      'token_scheme_refused',
    ],
    [
      'without a proof',
      async () => bearer('', { headers: { authorization: `DPoP ${await tokenOf({ claims })}` } }),
      'dpop_missing',
    ],
    [
      'with a proof by another key',
      async () => shown(await tokenOf({ claims }), { key: OTHER_OWNER }),
      'token_of_another',
    ],
    [
      'with a proof for another method',
      async () => shown(await tokenOf({ claims }), { claims: { htm: 'POST' } }),
      'dpop_mismatch',
    ],
    [
      'with a proof for another address',
      async () => shown(await tokenOf({ claims }), { claims: { htu: 'https://bank.example/api/payments' } }),
      'dpop_mismatch',
    ],
    [
      'with a proof for another token',
      async () => shown(await tokenOf({ claims }), { claims: { ath: sha256('x') } }),
      'dpop_mismatch',
    ],
    [
      'with a proof of two minutes ago',
      async () => shown(await tokenOf({ claims }), { claims: { iat: SECONDS - 120 } }),
      'dpop_stale',
    ],
    [
      'with a proof that is another JWT',
      async () => shown(await tokenOf({ claims }), { header: { typ: 'JWT' } }),
      'dpop_malformed',
    ],
    [
      'with two proofs',
      async () => {
        const token = await tokenOf({ claims })
        return bearer(token, {
          headers: { authorization: `DPoP ${token}`, dpop: `${await dpop(token)}, ${await dpop(token)}` },
        })
      },
      'dpop_malformed',
    ],
  ])('%s is refused: %s', async (_what, make, reason) => {
    const house = gate()
    const told = await tell(house, await make())
    expect([told.status, told.reason, house.forwarded.length]).toEqual([401, reason, 0])
    const scheme = reason.startsWith('dpop')
      ? 'DPoP error="invalid_dpop_proof"'
      : 'Bearer error="invalid_token"'
    expect(told.headers.get('www-authenticate')).toBe(scheme)
  })

  it('a proof is good once', async () => {
    const house = gate()
    const sent = await shown(await tokenOf({ claims }))
    expect((await tell(house, sent)).status).toBe(200)
    expect((await tell(house, sent)).reason).toBe('request_replayed')
    const token = await tokenOf({ claims })
    const again = (iat: number) => shown(token, { claims: { jti: 'the-same', iat } })
    expect((await tell(house, await again(SECONDS))).status).toBe(200)
    expect((await tell(house, await again(SECONDS - 1))).reason).toBe('request_replayed')
  })

  // Strangers could fill the memory of used proofs with their own, and it was full for the clients of the bank too.
  it('a proof takes up room in its client’s name, and in nobody’s where nobody vouches for one', async () => {
    const memory = memoryReplay()
    const names: string[] = []
    const replay: Replay = {
      ...memory,
      reserve(question) {
        names.push(question.organisation)
        return memory.reserve(question)
      },
    }
    const house = gate({}, { replay }, { token: 'optional' })
    expect((await tell(house, await shown(await tokenOf({ claims })))).status).toBe(200)
    const { authorization: _token, ...stranger } = (await shown('unused')).headers ?? {}
    await tell(house, { method: 'GET', path: '/api/accounts', headers: stranger })
    expect(names).toEqual(['client client-1', 'dpop'])
  })
})

describe('an opaque token', () => {
  const INTROSPECTION = { url: 'https://as.bank.example/introspect' }
  const INTROSPECTION_CREDENTIALS = 'gate:a-secret-of-the-tests'
  const asking = (answer: () => Response, seen: Request[] = []) => ({
    bindings: {
      ROUTES: routesWith(ROUTE),
      TOKEN_ISSUERS: [],
      INTROSPECTION,
      INTROSPECTION_CREDENTIALS,
    },
    fetch: (request: Request) => {
      seen.push(request.clone())
      return Promise.resolve(answer())
    },
  })
  const active = (claims: object = {}) =>
    Response.json({ active: true, client_id: 'client-1', exp: SECONDS + 60, ...claims })

  it('is asked about once for as long as the answer holds, with the gate’s own credentials', async () => {
    const seen: Request[] = []
    const house = bank(asking(active, seen))
    for (let time = 0; time < 3; time += 1)
      expect((await tell(house, bearer('opaque-token'))).status).toBe(200)
    expect(seen).toHaveLength(1)
    expect(await seen[0]?.text()).toBe('token=opaque-token&token_type_hint=access_token')
    expect(seen[0]?.headers.get('authorization')).toBe(`Basic ${btoa(INTROSPECTION_CREDENTIALS)}`)
    expect(house.records[0]?.evidence.proof.token).toMatchObject({ value: { vouching: { by: 'server' } } })
  })

  it.each<[string, () => Response, number, string]>([
    ['its server calls inactive', () => Response.json({ active: false }), 401, 'token_inactive'],
    ['is over', () => active({ exp: SECONDS - 1 }), 401, 'token_expired'],
    [
      'is bound to another certificate',
      () => active({ cnf: { 'x5t#S256': x5t(OTHERS_QWAC.der) } }),
      401,
      'token_of_another',
    ],
    ['nobody answers for', () => new Response('down', { status: 500 }), 503, 'introspection_unavailable'],
    [
      'somebody else answers for',
      () => new Response('<html>', { status: 200 }),
      503,
      'introspection_unavailable',
    ],
  ])('that %s is refused', async (_what, answer, status, reason) => {
    const told = await tell(bank(asking(answer)), bearer('opaque-token'))
    expect([told.status, told.reason]).toEqual([status, reason])
  })
})

describe('a stranger', () => {
  it('who is refused for want of a certificate makes the gate ask nobody about guessed tokens', async () => {
    const house = gate({}, {}, { certificate: 'required' })
    const told = await tell(house, bearer(await tokenOf(), { certificate: { ...QWAC, chain: [] } }))
    expect(told.reason).toBe('certificate_untrusted')
    expect(house.asked).toEqual([])
  })
})

describe('a client without a certificate', () => {
  const route = { signature: 'required', signing: { tag: 'fapi-2-request' } }
  const bindings = { SIGNERS: [{ organisation: ORGANISATION, keys: KEYS_URL, clients: ['client-1'] }] }

  async function signed(token: string, proof: string | undefined): Promise<Sent> {
    const headers: Record<string, string> = {
      authorization: `${proof === undefined ? 'Bearer' : 'DPoP'} ${token}`,
      ...(proof === undefined ? {} : { dpop: proof }),
    }
    const names = ['@method', '@target-uri', ...Object.keys(headers)]
    const parameters = `(${names.map((name) => `"${name}"`).join(' ')});created=${SECONDS};keyid="owner";tag="fapi-2-request"`
    const values: Record<string, string> = {
      ...headers,
      '@method': 'GET',
      '@target-uri': 'https://bank.example/api/accounts?page=2',
    }
    const base = [
      ...names.map((name) => `"${name}": ${values[name]}`),
      `"@signature-params": ${parameters}`,
    ].join('\n')
    const signature = Buffer.from(await sign(OWNER.privateKey, encode(base))).toString('base64')
    const all = { ...headers, 'signature-input': `sig=${parameters}`, signature: `sig=:${signature}:` }
    // Presented, and of an authority that this gate does not know.
    return bearer(token, { headers: all, certificate: { ...QWAC, chain: [] } })
  }

  it('that a bound token stands for may sign with the keys of its organisation', async () => {
    const token = await tokenOf({ claims: { cnf: { jkt: JKT } } })
    const house = gate(bindings, {}, route)
    expect(await tell(house, await signed(token, await dpop(token)))).toMatchObject({ status: 200 })
    const { proof } = house.records[0]?.evidence ?? {}
    expect([proof?.certificate.state, proof?.signature.state]).toEqual(['invalid', 'valid'])
  })

  it('a mere bearer token stands for nobody: whoever stole it could sign with keys of his own', async () => {
    const token = await tokenOf()
    expect((await tell(gate(bindings, {}, route), await signed(token, undefined))).reason).toBe(
      'signer_unproven',
    )
  })
})
