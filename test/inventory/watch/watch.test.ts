/** What the gate notes of an exchange, against the demo bank's own document, and what it leaves alone. */
import { describe, expect, it } from 'vitest'
import type { Answer, Content, Evidence, Exchange } from '../../../src/evidence.ts'
import type { AnswerFacts, BodyFacts, ExchangeFacts } from '../../../src/inventory/learn/types.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import { conformanceOf } from '../../../src/inventory/specs/conformance.ts'
import { embeddedSpecification } from '../../../src/inventory/specs/embedded.ts'
import type { WithholdCause } from '../../../src/inventory/types.ts'
import { watchFrom } from '../../../src/inventory/watch/watch.ts'
import { ABSENT, valid } from '../../../src/lib/fact.ts'
import { clientOf, evidenceOf } from '../../fixtures/facts.ts'
import { recordOf } from '../../fixtures/records.ts'
import { exchange, LICENSED, NOTHING_PROVEN, route } from '../../fixtures/scene.ts'

const conformance = conformanceOf(embeddedSpecification())
const SIGNALS = {
  ...{ undocumented: false, methodUndeclared: false, objects: 0, usualObjects: undefined, carries: [] },
}
const ACCOUNTS = '/mobile/v1/accounts'

interface Scene {
  readonly exchange?: Exchange
  readonly mode?: 'observe' | 'enforce'
  readonly body?: unknown
  readonly answer?: Response
  readonly upstream?: Answer['upstream']
  readonly sample?: number
  readonly fails?: boolean
  readonly withhold?: readonly WithholdCause[]
  readonly evidence?: Partial<Evidence>
}

async function watched(scene: Scene = {}) {
  const observed: (readonly [ExchangeFacts, AnswerFacts])[] = []
  const remarks: BodyFacts[] = []
  const reported: unknown[] = []
  const later: Promise<unknown>[] = []
  const counted: string[] = []
  const watch = watchFrom({
    conformance,
    inventory: {
      observe(seen, told) {
        if (scene.fails) throw new Error('a bug of ours')
        observed.push([seen, told])
      },
      remark: (_seen, _told, body) => void remarks.push(body),
      signals: () => SIGNALS,
    },
    access: DEFAULT_SETTINGS.access,
    limits: DEFAULT_SETTINGS.requests,
    sample: scene.sample ?? 1,
    plaintextOrigin: false,
    count: (operation, signals) => void counted.push(`${operation} ${[...signals]}`),
    waitUntil: (work) => void later.push(work),
    report: (error) => void reported.push(error),
  })
  const sent = scene.exchange ?? exchange({ method: 'GET', target: ACCOUNTS })
  const written = typeof scene.body === 'string' ? scene.body : JSON.stringify(scene.body)
  const bytes = scene.body === undefined ? undefined : new TextEncoder().encode(written)
  const content = valid<Content>({ bytes, streamed: false, credentials: {} })
  const match = {
    route: route({
      channel: 'mobile',
      ...(scene.mode === undefined ? {} : { conformance: scene.mode }),
      ...(scene.withhold === undefined ? {} : { withhold: scene.withhold }),
    }),
    ...{ parameters: {}, roles: [] },
  }
  const look = watch.look(sent, match, content)
  const origin = scene.answer ?? Response.json({ accounts: [] })
  const reply = await look
    .upstream({ forward: async () => valid(origin) })
    .forward(new Request('https://a/'), 'whole')
  const answer = reply.state === 'valid' ? reply.value : new Response('none', { status: 502 })
  const withheld = reply.state === 'valid' ? 'forwarded' : 'answer_withheld'
  const upstream = scene.upstream ?? withheld
  const passed = look.answered(
    recordOf({
      evidence: { ...evidenceOf({ exchange: sent, content, client: clientOf(), ...scene.evidence }), match },
      answer: {
        ...{ response: answer, outcome: 'served', upstream },
        originStatus: upstream === 'forwarded' ? answer.status : undefined,
      },
    }),
  )
  const text = await passed.clone().text()
  await Promise.all(later)
  return { look, passed, text, observed, remarks, reported, counted, answer }
}

describe('a route that leaves conformance alone', () => {
  it('is counted all the same, and its answers go out as they came', async () => {
    const { look, passed, answer, observed, remarks } = await watched({
      answer: Response.json({ secret: 1 }),
    })
    expect(look.conformance).toBeUndefined()
    expect(passed).toBe(answer)
    expect(remarks).toEqual([])
    expect(observed).toMatchObject([
      [
        { path: ACCOUNTS, match: { kind: 'operation' }, requestBytes: 0, authentication: [] },
        { status: 200, refused: false, mediaType: 'application/json' },
      ],
    ])
  })
})

describe('a route that observes conformance', () => {
  it('has nothing to remark where everything is as it should be', async () => {
    const { look, remarks, text } = await watched({ mode: 'observe' })
    expect(look.conformance).toEqual({ findings: [], refused: undefined })
    expect(remarks).toEqual([])
    expect(text).toBe('{"accounts":[]}')
  })

  it('finds in an answer what nobody declared, and what should not be there, without its value', async () => {
    const account = { accountId: 'a-1', nickname: '4111 1111 1111 1111', currency: 'GBP', balance: '1.00' }
    const { remarks, text } = await watched({
      mode: 'observe',
      answer: Response.json({ accounts: [{ ...account, score: 7 }] }),
    })
    expect(remarks).toMatchObject([
      {
        departures: [{ side: 'response', rule: 'additional_properties' }],
        data: [{ class: 'pan', pointer: '/accounts/*/nickname', standing: 'unexpected' }],
      },
    ])
    expect(text).toContain('4111')
    expect(JSON.stringify(remarks)).not.toContain('4111')
  })

  it('looks at no answer that is not in the sample', async () => {
    const { remarks, passed, answer } = await watched({
      ...{ mode: 'observe', sample: 0, answer: Response.json({ odd: 1 }) },
    })
    expect(remarks).toEqual([])
    expect(passed).toBe(answer)
  })

  it('says what it would refuse, and remarks on it when the bank took it', async () => {
    const sent = exchange({
      ...{ method: 'POST', target: '/mobile/v1/login', headers: { 'content-type': 'application/json' } },
    })
    const { look, remarks } = await watched({
      ...{ mode: 'observe', exchange: sent, body: { username: 7, password: 'x' }, sample: 0 },
    })
    expect(look.conformance?.refused).toMatchObject({ rule: 'type', pointer: '/username' })
    expect(remarks).toMatchObject([{ departures: [{ side: 'request', rule: 'type', field: '/username' }] }])
  })

  it('remarks on nothing that the gate refused: the bank has neither taken nor answered it', async () => {
    const sent = exchange({ method: 'POST', target: '/mobile/v1/login' })
    const { remarks, observed } = await watched({
      ...{ mode: 'enforce', exchange: sent, body: {}, upstream: 'refused' },
      answer: new Response('no', { status: 400 }),
    })
    expect(remarks).toEqual([])
    expect(observed).toMatchObject([[{}, { status: undefined, refused: true, weaknesses: [] }]])
  })
})

describe('a route that withholds answers', () => {
  const ACCOUNT = { accountId: 'a-1', nickname: 'Bills', currency: 'GBP', balance: '1.00' }

  it('lets out what conforms, and remarks on everything, whatever the sample is', async () => {
    const { text, remarks, observed } = await watched({
      ...{
        mode: 'observe',
        withhold: ['refused'],
        sample: 0,
        answer: Response.json({ accounts: [ACCOUNT] }),
      },
    })
    expect(text).toContain('Bills')
    expect(remarks).toEqual([])
    expect(observed).toMatchObject([[{}, { status: 200 }]])
  })

  it('holds back what departs; the inventory knows what the bank said all the same', async () => {
    const { text, remarks, observed } = await watched({
      ...{ mode: 'observe', withhold: ['refused'], sample: 0 },
      answer: Response.json({ accounts: [{ ...ACCOUNT, score: 7 }] }),
    })
    expect(text).toBe('none')
    expect(observed).toMatchObject([[{}, { status: 200, mediaType: 'application/json', weaknesses: [] }]])
    expect(remarks).toMatchObject([{ departures: [{ side: 'response', rule: 'additional_properties' }] }])
  })

  it('is the bank itself where nothing is withheld', async () => {
    const { passed, answer } = await watched({ answer: Response.json({ odd: 1 }) })
    expect(passed).toBe(answer)
  })
})

describe('what requests carry', () => {
  const sent = (target: string, type: string, origin = 'https://bank.example') =>
    exchange({ method: 'POST', target, origin, headers: { 'content-type': type } })
  const JSON_TYPE = 'application/json; charset=utf-8'

  it('is looked through like an answer, and told with its hop', async () => {
    const { remarks } = await watched({
      ...{ mode: 'observe', exchange: sent('/mobile/v1/login', JSON_TYPE, 'http://bank.example') },
      body: { username: 'x', password: 'y', note: '4111 1111 1111 1111' },
    })
    expect(remarks[0]?.data).toMatchObject([
      { class: 'pan', place: 'request_body', pointer: '/note', plaintext: true, count: 1 },
    ])
    expect(JSON.stringify(remarks)).not.toContain('4111')
  })

  it('is looked through in forms as well, where an at sign is written with a percent', async () => {
    const { remarks } = await watched({
      ...{ mode: 'observe', exchange: sent('/unknown', 'application/x-www-form-urlencoded') },
      body: 'mail=ann%40example.org&card=4111111111111111',
    })
    expect(remarks[0]?.data.map((one) => `${one.class} ${one.place} ${one.pointer}`).toSorted()).toEqual([
      'email request_body /mail',
      'pan request_body /card',
    ])
  })

  it('is counted where it tries something that no schema rules out', async () => {
    const { counted } = await watched({
      ...{ mode: 'observe', exchange: sent('/mobile/v1/login', JSON_TYPE) },
      body: { username: 'x', password: 'y', avatar: 'http://169.254.169.254/latest' },
    })
    expect(counted).toEqual(['POST /mobile/v1/login url_target_refused'])
  })
})

it('counts answers that tell what software failed', async () => {
  const { counted } = await watched({
    mode: 'observe',
    answer: Response.json({ error: 'at org.bank.Account.find(Account.java:42)' }, { status: 500 }),
  })
  expect(counted).toEqual(['GET /mobile/v1/accounts error_detail'])
})

describe('the callers', () => {
  it.each([
    ['nobody', {}, NOTHING_PROVEN, []],
    ['a bearer of a token', { authorization: 'Bearer abc' }, NOTHING_PROVEN, ['bearer']],
    ['somebody with a password', { authorization: 'Basic abc' }, NOTHING_PROVEN, ['basic']],
    ['a session of the bank', { cookie: 'sid=1; __Host-portcullis=2' }, NOTHING_PROVEN, ['cookie']],
    ['a pass of the gate alone', { cookie: '__Host-portcullis-pass=2' }, NOTHING_PROVEN, []],
    ['a third party', { authorization: 'Bearer abc' }, LICENSED, ['bearer', 'client_certificate']],
  ])('%s: %o', async (_who, headers, proof, authentication) => {
    const sent = exchange({ method: 'GET', target: ACCOUNTS, headers })
    const { observed } = await watched({ exchange: sent, evidence: { proof } })
    expect(observed[0]?.[0].authentication).toEqual(authentication)
    const organisation = proof === LICENSED ? 'PSDGB-FCA-765432' : undefined
    expect(observed[0]?.[0].caller).toMatchObject({ proven: proof === LICENSED, organisation })
  })
})

it('gives the answer to its caller, whatever breaks behind it', async () => {
  const { text, reported } = await watched({ fails: true })
  expect(text).toBe('{"accounts":[]}')
  expect(reported).toHaveLength(1)
})

it('counts what the gate itself saw of a published operation', async () => {
  const token = { state: 'invalid', reason: 'token_unbound' } as const
  const { counted } = await watched({
    evidence: { proof: { ...NOTHING_PROVEN, token, certificate: ABSENT } },
  })
  expect(counted).toEqual(['GET /mobile/v1/accounts token_unbound'])
})
