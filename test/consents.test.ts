/**
 * A third party reads a customer's accounts with the customer's consent: as often as it likes while the customer asks for
 * it, and four times a day otherwise. Everything else that the gate knows of a consent, the bank itself has told.
 */
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { PresentedCertificate } from '../src/evidence.ts'
import { guard } from '../src/guard.ts'
import { ledgerFrom, newPostings } from '../src/observe/ledger.ts'
import type { Ledger } from '../src/ports.ts'
import { NO_LEDGER } from './fixtures/dropped-ledger.ts'
import { type HouseWish, type TestHouse, testHouse } from './fixtures/house.ts'
import { holder, testAuthority } from './fixtures/pki.ts'
import { NOW } from './fixtures/scene.ts'

const AUTHORITY = await testAuthority()
const LARK = await holder(AUTHORITY)
const FINCH = await holder(AUTHORITY, { organisation: 'PSDGB-FCA-111222' })
const HOUR = 3_600_000
/** Of a machine with other things to do: less than another question takes. */
const SLACK_MS = 200
const CONSENT = 'c0ffee00-0000-4000-8000-000000000001'
const CUSTOMER = '81.2.69.142'

type Answer = (request: Request) => Response

interface Call {
  readonly method?: string
  readonly path?: string
  readonly consent?: string
  readonly customer?: string
  readonly certificate?: PresentedCertificate
  readonly token?: string
  readonly body?: unknown
}

function presented({ der, chain }: PresentedCertificate): object {
  return {
    certPresented: '1',
    certVerified: 'SUCCESS',
    certRevoked: '0',
    certRFC9440: `:${der}:`,
    certRFC9440TooLarge: false,
    certChainRFC9440: chain.map((item) => `:${item}:`).join(', '),
    certChainRFC9440TooLarge: false,
  }
}

function request(call: Call): Request {
  const { method = 'GET', path = '/psd2/v1/accounts', certificate = LARK, body } = call
  const headers = new Headers({
    'cf-connecting-ip': '198.51.100.7',
    'x-request-id': crypto.randomUUID(),
  })
  if (call.token !== '') headers.set('authorization', `Bearer ${call.token ?? 'a'.repeat(43)}`)
  if (call.consent !== '') headers.set('consent-id', call.consent ?? CONSENT)
  if (call.customer !== undefined) {
    headers.set('psu-ip-address', call.customer)
    headers.set('x-fapi-customer-ip-address', call.customer)
  }
  if (body !== undefined) headers.set('content-type', 'application/json')
  return new Request(`https://bank.example${path}`, {
    ...{ method, headers, body: body === undefined ? null : JSON.stringify(body) },
    cf: { httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.3', asn: 64_500, tlsClientAuth: presented(certificate) },
  })
}

interface Gate {
  readonly house: TestHouse
  /** Answers with a status, and lets what was learnt arrive. */
  call(call?: Call): Promise<Response>
  later(milliseconds: number): void
  rule(): string | undefined
}

function gate(answer: Answer = json({ accounts: [] }), wish: HouseWish = {}): Gate {
  let at = NOW
  const house = testHouse({ anchors: AUTHORITY.anchors }, answer, { ...wish, now: () => at })
  return {
    house,
    async call(call = {}) {
      const response = await guard(request(call), house)
      await new Promise((resolve) => setTimeout(resolve, 2))
      at += 1
      return response
    },
    later(milliseconds) {
      at += milliseconds
    },
    rule: () => house.records.at(-1)?.verdict.rule,
  }
}

function json(body: unknown, status = 200): Answer {
  return () => Response.json(body, { status })
}

async function statuses(at: Gate, calls: readonly Call[]): Promise<readonly number[]> {
  const all: number[] = []
  for (const call of calls) all.push((await at.call(call)).status)
  return all
}

const five = (call: Call = {}) => Array.from({ length: 5 }, () => call)

describe('a customer who is away', () => {
  it('is read four times a day, and the fifth is told in the dialect when to come again', async () => {
    const at = gate()
    expect(await statuses(at, five())).toEqual([200, 200, 200, 200, 429])
    const refused = await at.call()
    expect(await refused.json()).toMatchObject({
      tppMessages: [{ category: 'ERROR', code: 'ACCESS_EXCEEDED' }],
    })
    const seconds = Number(refused.headers.get('retry-after'))
    at.later((seconds - 1) * 1_000)
    expect((await at.call()).status).toBe(429)
    at.later(2_000)
    expect((await at.call()).status).toBe(200)
  })

  it('is counted for each account and each kind of data apart', async () => {
    const at = gate()
    const paths = ['accounts/1/balances', 'accounts/1/transactions', 'accounts/2/balances']
    for (const path of paths) {
      const calls = five({ path: `/psd2/v1/${path}` })
      expect(await statuses(at, calls)).toEqual([200, 200, 200, 200, 429])
    }
  })

  it('is counted by the token where a standard has no header for the consent, and refused without a body', async () => {
    const at = gate(json({ Data: {} }))
    const path = '/open-banking/v4.0/aisp/accounts/7/balances'
    expect(await statuses(at, five({ path, consent: '' }))).toEqual([200, 200, 200, 200, 429])
    const refused = await at.call({ path, consent: '' })
    expect(await refused.text()).toBe('')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await at.call({ path, consent: '', token: 'b'.repeat(43) })).status).toBe(200)
  })

  it('is not read at all for whoever asks without a consent and without a token, where the route asks for one', async () => {
    const at = gate(json({ Data: {} }))
    const path = '/open-banking/v4.0/aisp/accounts/7/balances'
    expect(await statuses(at, five({ path, consent: '', token: '' }))).toEqual([401, 401, 401, 401, 401])
    expect(at.rule()).toBe('token_missing')
    expect(at.house.forwarded).toHaveLength(0)
  })

  it('is the bank’s to refuse without either where the standard leaves tokens to it, and no consent loses an access', async () => {
    const at = gate(json({ tppMessages: [{ category: 'ERROR', code: 'CONSENT_UNKNOWN' }] }, 403))
    expect(await statuses(at, five({ consent: '', token: '' }))).toEqual([403, 403, 403, 403, 403])
    expect(at.house.forwarded).toHaveLength(5)
    expect(at.house.records.at(-1)?.evidence).toMatchObject({ consent: { counted: false } })
    expect(await statuses(at, five())).toEqual([403, 403, 403, 403, 429])
  })

  it('may be asked for consents as often as somebody likes: to propose one reads nothing', async () => {
    const at = gate()
    expect(at.house.config.consents.perDay).toBe(4)
    const calls = Array.from({ length: 6 }, () => ({ method: 'POST', path: '/psd2/v1/consents', body: {} }))
    expect(new Set(await statuses(at, calls))).toEqual(new Set([200]))
  })

  it('costs nothing where the gate refuses or the bank fails: a licensed reader must not lose its four', async () => {
    let up = false
    const at = gate(() => new Response(null, { status: up ? 200 : 503 }))
    expect(await statuses(at, five())).toEqual([503, 503, 503, 503, 503])
    up = true
    expect(await statuses(at, five({ path: '/psd2/v1//accounts' }))).toEqual([400, 400, 400, 400, 400])
    expect(await statuses(at, five())).toEqual([200, 200, 200, 200, 429])
  })

  it('costs an access where the bank answers that it has nothing: it was asked', async () => {
    const at = gate(() => new Response(null, { status: 404 }))
    expect(await statuses(at, five())).toEqual([404, 404, 404, 404, 429])
  })

  it('has pages of one answer counted as one, as far as their parameter is known', async () => {
    const at = gate()
    const page = (number: number): Call => ({ path: `/psd2/v1/accounts/1/transactions?page=${number}` })
    const pages = Array.from({ length: 9 }, (_, number) => page(number))
    expect(new Set(await statuses(at, pages))).toEqual(new Set([200]))
    expect(await statuses(at, five(page(0)))).toEqual([200, 200, 200, 429, 429])
    at.later(HOUR)
    expect((await at.call(page(1))).status).toBe(429)
  })

  it('is one consent and one account in every spelling: an id in capitals is not read four times more', async () => {
    const at = gate()
    const [consent, path] = [CONSENT, '/psd2/v1/accounts/3dc3d5b3-7023-4848-9853-f5400a64e80f/balances']
    const spelt = [
      { consent, path },
      { consent: consent.toUpperCase(), path: `${path}/` },
      { consent: `{${consent}}`, path: path.replace('3dc3', '3DC3') },
      { consent: consent.replaceAll('-', ''), path: path.replace('balances', 'Balances'), method: 'HEAD' },
      { consent, path: `${path}?x=1` },
      { consent, path: path.toUpperCase().replace('/PSD2/V1/ACCOUNTS', '/psd2/v1/accounts') },
    ]
    expect(await statuses(at, spelt)).toEqual([200, 200, 200, 200, 429, 429])
  })

  it('is read four times where a rule about the consent only watches: what is wrong with it opens no quota', async () => {
    const watched = { bindings: { POLICY: { rules: { consent_ended: { posture: 'observe' } } } } }
    const at = gate(({ method }) => new Response(null, { status: method === 'DELETE' ? 204 : 200 }), watched)
    await at.call({ method: 'DELETE', path: `/psd2/v1/consents/${CONSENT}`, consent: '' })
    expect(await statuses(at, five())).toEqual([200, 200, 200, 200, 429])
  })

  it('waits for nobody’s guess: a memory that does not answer lets nothing through uncounted', async () => {
    const at = gate()
    const house = { ...at.house, ledger: NO_LEDGER }
    const refused = await guard(request({}), house)
    expect(refused.status).toBe(503)
    expect(at.rule()).toBe('consent_unavailable')
    expect((await guard(request({ customer: CUSTOMER }), house)).status).toBe(200)
  })

  it('is read as often as the bank’s own route says', async () => {
    const bindings = { CONSENTS: { perDay: 0 } }
    const at = gate(json({}), { bindings })
    expect(new Set(await statuses(at, five()))).toEqual(new Set([200]))
  })
})

describe('hundreds of requests at once, through the gate and the real object', () => {
  it('reach the bank four times', async () => {
    // A machine that is busy with all of them takes longer than the usual quarter of a second.
    const at = gate(json({}), { bindings: { LEDGER_BUDGET_MS: 2_500 } })
    const ledger = ledgerFrom(env.LEDGER, {
      ...{ shards: 4, organisationShards: 4, budgetMs: 10, postings: newPostings() },
      waitUntil() {},
      report(fault) {
        throw new Error(fault)
      },
    })
    const house = { ...at.house, ledger }
    const path = '/psd2/v1/accounts/at-once/balances'
    const answers = await Promise.all(Array.from({ length: 400 }, () => guard(request({ path }), house)))
    const passed = answers.filter(({ status }) => status === 200)
    expect(house.forwarded).toHaveLength(4)
    expect(passed).toHaveLength(4)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]))
  }, 30_000)
})

describe('a customer who is there', () => {
  it('is read as often as asked for', async () => {
    const at = gate()
    const calls = Array.from({ length: 12 }, () => ({ customer: CUSTOMER }))
    expect(new Set(await statuses(at, calls))).toEqual(new Set([200]))
    expect(await statuses(at, five())).toEqual([200, 200, 200, 200, 429])
  })

  const DOUBTFUL = ['192.168.8.78', '198.51.100.7', 'not an address'] as const
  it.each(DOUBTFUL)('is believed and noted where the address is implausible: %s', async (customer) => {
    const at = gate()
    expect(new Set(await statuses(at, five({ customer })))).toEqual(new Set([200]))
    expect(at.house.records.at(-1)?.verdict).toMatchObject({ action: 'flag', rule: 'presence_implausible' })
  })

  it('is not believed with an implausible address where the policy says so', async () => {
    const at = gate(json({}), { bindings: { CONSENTS: { implausiblePresence: 'unattended' } } })
    expect(await statuses(at, five({ customer: '10.0.0.1' }))).toEqual([200, 200, 200, 200, 429])
    expect((await at.call({ customer: CUSTOMER })).status).toBe(200)
  })
})

const TERMS = { recurringIndicator: true, validUntil: '2026-12-31', consentStatus: 'valid', access: {} }

function proposing(frequencyPerDay: number): Call {
  const body = { access: {}, recurringIndicator: true, validUntil: '2026-12-31', frequencyPerDay }
  return { method: 'POST', path: '/psd2/v1/consents', consent: '', body }
}

describe('what the bank tells of a consent', () => {
  it('lowers the number to what was asked for, and raises it only by the bank’s own word', async () => {
    let told: unknown = { consentId: CONSENT, consentStatus: 'received' }
    const at = gate(() => Response.json(told))
    await at.call(proposing(2))
    expect(await statuses(at, five())).toEqual([200, 200, 429, 429, 429])
    told = { ...TERMS, frequencyPerDay: 6 }
    expect((await at.call({ path: `/psd2/v1/consents/${CONSENT}`, consent: '' })).status).toBe(200)
    expect(await statuses(at, five())).toEqual([200, 200, 200, 200, 429])
  })

  it('does not raise it to what was asked for, unless the bank has it so', async () => {
    const answer = json({ consentId: CONSENT, consentStatus: 'received' })
    const usual = gate(answer)
    await usual.call(proposing(5))
    expect(await statuses(usual, five())).toEqual([200, 200, 200, 200, 429])
    const agreed = gate(answer, { bindings: { CONSENTS: { accepted: 'agreed' } } })
    await agreed.call(proposing(5))
    expect(await statuses(agreed, [...five(), {}])).toEqual([200, 200, 200, 200, 200, 429])
  })

  it('ends it: data is refused, and whoever asks about the consent itself is answered', async () => {
    let told: unknown = { ...TERMS, frequencyPerDay: 4 }
    const at = gate(() => Response.json(told))
    expect((await at.call()).status).toBe(200)
    told = { consentStatus: 'revokedByPsu' }
    await at.call({ path: `/psd2/v1/consents/${CONSENT}/status`, consent: '' })
    const refused = await at.call({ customer: CUSTOMER })
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ tppMessages: [{ code: 'CONSENT_INVALID' }] })
    expect((await at.call({ path: `/psd2/v1/consents/${CONSENT}`, consent: '' })).status).toBe(200)
  })

  it('ends it where the third party withdraws it', async () => {
    const at = gate(({ method }) => new Response(null, { status: method === 'DELETE' ? 204 : 200 }))
    expect((await at.call({ customer: CUSTOMER })).status).toBe(200)
    await at.call({ method: 'DELETE', path: `/psd2/v1/consents/${CONSENT}`, consent: '' })
    expect((await at.call({ customer: CUSTOMER })).status).toBe(401)
  })

  it('dates it: on the last day it holds, at the bank’s midnight it does not', async () => {
    const at = gate(
      json({ ...TERMS, frequencyPerDay: 4, validUntil: new Date(NOW).toISOString().slice(0, 10) }),
    )
    await at.call({ path: `/psd2/v1/consents/${CONSENT}`, consent: '' })
    expect((await at.call({ customer: CUSTOMER })).status).toBe(200)
    at.later(24 * HOUR)
    const refused = await at.call({ customer: CUSTOMER })
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ tppMessages: [{ code: 'CONSENT_EXPIRED' }] })
  })

  it('gives it to one organisation: another’s use of it is refused before the bank is asked', async () => {
    const at = gate(json({ consentId: CONSENT, consentStatus: 'received' }))
    await at.call(proposing(4))
    const before = at.house.forwarded.length
    const refused = await at.call({ certificate: FINCH, customer: CUSTOMER })
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ tppMessages: [{ code: 'CONSENT_UNKNOWN' }] })
    expect((await at.call({ certificate: FINCH, customer: CUSTOMER })).status).toBe(403)
    expect(at.house.forwarded).toHaveLength(before)
    expect((await at.call({ customer: CUSTOMER })).status).toBe(200)
  })

  it('lists its accounts: an account that is not on a complete list of today is refused, and no other', async () => {
    let accounts = ['1', '2']
    const at = gate(() => Response.json({ accounts: accounts.map((resourceId) => ({ resourceId })) }))
    const read = (account: string): Call => ({
      path: `/psd2/v1/accounts/${account}/balances`,
      customer: CUSTOMER,
    })
    expect(await statuses(at, [read('1'), read('3')])).toEqual([200, 200])
    await at.call({ customer: CUSTOMER })
    expect(await statuses(at, [read('1'), read('2'), read('3')])).toEqual([200, 200, 401])
    expect(at.rule()).toBe('consent_account_outside')
    accounts = ['1', '2', '3']
    await at.call({ customer: CUSTOMER })
    expect(await statuses(at, [read('3'), read('4')])).toEqual([200, 401])
    at.later(25 * HOUR)
    expect(await statuses(at, [read('4')])).toEqual([200])
  })

  it('accuses nobody while a newer list is on its way, or where a list is not whole', async () => {
    let body: unknown = { accounts: [{ resourceId: '1' }] }
    const at = gate(() => Response.json(body))
    const two: Call = { path: '/psd2/v1/accounts/2/balances', customer: CUSTOMER }
    await at.call({ customer: CUSTOMER })
    expect((await at.call(two)).status).toBe(401)
    const [, meanwhile] = await Promise.all([
      guard(request({ customer: CUSTOMER }), at.house),
      guard(request(two), at.house),
    ])
    expect(meanwhile.status).toBe(200)
    body = { accounts: [{ resourceId: '1' }], _links: { next: { href: '/psd2/v1/accounts?page=2' } } }
    await at.call({ customer: CUSTOMER })
    expect((await at.call(two)).status).toBe(200)
  })

  it('accuses nobody by the last page of a list, or by a part that was asked for', async () => {
    const at = gate(json({ accounts: [{ resourceId: '1' }] }))
    const two: Call = { path: '/psd2/v1/accounts/2/balances', customer: CUSTOMER }
    await at.call({ customer: CUSTOMER })
    expect((await at.call(two)).status).toBe(401)
    await at.call({ path: '/psd2/v1/accounts?page=2', customer: CUSTOMER })
    expect((await at.call(two)).status).toBe(200)
    await at.call({ path: '/psd2/v1/accounts?withBalance=true', customer: CUSTOMER })
    expect((await at.call(two)).status).toBe(401)
  })

  it('passes its answer on, byte for byte, whatever is read in it', async () => {
    const text = `{"accounts":[{"resourceId":"1"}], "note":"${'x'.repeat(200_000)}"}`
    const at = gate(() => new Response(text, { headers: { 'content-type': 'application/json' } }))
    expect(await (await at.call({ customer: CUSTOMER })).text()).toBe(text)
    const broken = gate(
      () => new Response('{"accounts":', { headers: { 'content-type': 'application/json' } }),
    )
    expect(await (await broken.call({ customer: CUSTOMER })).text()).toBe('{"accounts":')
  })
})

describe('a third party with a quota', () => {
  const QUOTAS = [{ organisation: 'PSDGB-FCA-765432', requests: 6, seconds: 60 }]

  it('is told after so many requests of any kind when its next window begins, and nobody else is', async () => {
    const at = gate(json({}), { bindings: { QUOTAS } })
    const calls = Array.from({ length: 8 }, (_, n) => ({ consent: `c${n % 3}`, customer: CUSTOMER }))
    expect(await statuses(at, calls)).toEqual([200, 200, 200, 200, 200, 200, 429, 429])
    const refused = await at.call({ method: 'POST', path: '/psd2/v1/consents', body: {} })
    expect(await refused.json()).toMatchObject({ tppMessages: [{ code: 'ACCESS_EXCEEDED' }] })
    expect(at.rule()).toBe('tpp_quota')
    expect((await at.call({ certificate: FINCH, customer: CUSTOMER })).status).toBe(200)
    at.later(Number(refused.headers.get('retry-after')) * 1_000)
    expect((await at.call({ customer: CUSTOMER })).status).toBe(200)
  })

  it('is not stopped by a memory that does not answer: that is no word about its requests', async () => {
    const at = gate(json({}), { bindings: { QUOTAS } })
    const house = { ...at.house, ledger: NO_LEDGER }
    expect((await guard(request({ customer: CUSTOMER }), house)).status).toBe(200)
  })

  // It waited 2.2 seconds, as often as it came in another second: each question that followed another had a budget of its own.
  it('that is used up waits once for a memory that takes nearly all its time, whatever more there is to ask', async () => {
    const began = Date.now()
    const now = () => NOW + Date.now() - began
    const house = testHouse({ anchors: AUTHORITY.anchors }, json({}), { bindings: { QUOTAS }, now })
    for (let n = 0; n < 7; n += 1) await guard(request({ customer: CUSTOMER }), house)
    expect(house.records.at(-1)?.verdict.rule).toBe('tpp_quota')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const { budgetMs } = house.config.ledger
    const slow: Ledger = {
      ...house.ledger,
      async observe(print) {
        await new Promise((resolve) => setTimeout(resolve, budgetMs - 10))
        return house.ledger.observe(print)
      },
    }
    // A consent that nobody knows: whose it is is asked besides.
    const response = await guard(request({ customer: CUSTOMER, consent: 'unheard' }), {
      ...house,
      ledger: slow,
    })
    const last = house.records.at(-1)
    expect(response.status).toBe(200)
    expect(last?.evidence.conduct.quota).toEqual({ state: 'unavailable', reason: 'ledger_timeout' })
    expect(last?.ledgerMs).toBeLessThan(budgetMs + SLACK_MS)
  })
})

describe('on its first day the gate', () => {
  it('knows no consent, and refuses nobody for that', async () => {
    const at = gate(json({ accounts: [] }))
    const calls = ['1', '2', '3'].flatMap((account): readonly Call[] => [
      { path: `/psd2/v1/accounts/${account}/balances`, consent: `consent-${account}`, customer: CUSTOMER },
      { path: `/psd2/v1/consents/consent-${account}`, consent: '' },
      { path: `/psd2/v1/consents/consent-${account}/status`, consent: '', certificate: FINCH },
    ])
    expect(new Set(await statuses(at, calls))).toEqual(new Set([200]))
  })
})
