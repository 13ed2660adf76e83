// The bank's apps prove themselves on the way through the gate, and what does not is refused, with a reason for the operator.
import { describe, expect, it } from 'vitest'
import type { ListHit } from '../../src/evidence.ts'
import { toBase64url } from '../../src/lib/base64.ts'
import { memoryReplay } from '../../src/verify/replay/memory-replay.ts'
import { NOW } from '../fixtures/scene.ts'
import { APP, build, type Device, newDevice } from '../verify/attestation/apple.ts'
import { PACKAGE } from '../verify/attestation/play.ts'
import { asserted, BODY, bank, enrolled, LOGIN, type Sent, tell, tokened } from './scene.ts'

const EVIDENCE = ['app-key-id', 'app-assertion', 'app-time', 'app-challenge', 'play-integrity-token']

describe('a login that an app on iOS asserts', () => {
  it('gets through, whole, and the bank is told which app it is', async () => {
    const house = bank()
    const device = await enrolled(house)
    const told = await tell(house, await asserted(device))
    expect(told).toMatchObject({ status: 200, action: 'allow', reason: 'unremarkable' })
    const [request] = house.forwarded
    expect(request?.headers.get('portcullis-app')).toBe(
      `platform=apple, id="${APP}", version="1.0", category=4, environment=production, key="${toBase64url(device.keyId)}"`,
    )
    expect(await request?.text()).toBe(BODY)
    expect(house.records[0]?.evidence.proof.app).toMatchObject({
      state: 'valid',
      value: { platform: 'apple', counter: 1, previousCounter: 0 },
    })
  })

  it('arrives without its evidence, and without what it says of itself', async () => {
    const house = bank()
    const device = await enrolled(house)
    const sent = await asserted(device)
    const headers = { ...sent.headers, 'portcullis-app': 'platform=apple, id="another"' }
    expect((await tell(house, { ...sent, headers })).status).toBe(200)
    const forwarded = house.forwarded[0]?.headers
    expect(EVIDENCE.filter((name) => forwarded?.has(name))).toEqual([])
    expect(forwarded?.get('portcullis-app')).toContain(APP)
  })

  it('is about the target as it was sent, spelling and query included', async () => {
    const house = bank()
    const device = await enrolled(house)
    const path = `${LOGIN}?lang=en&b=%7e`
    const sent = await asserted(device, { path })
    expect((await tell(house, { ...sent, path: `${LOGIN}?lang=en&b=~` })).reason).toBe(
      'assertion_signature_wrong',
    )
    expect((await tell(house, sent)).status).toBe(200)
    expect(house.forwarded[0]?.url).toBe(`https://bank.example${path}`)
  })

  it('passes once: of twenty simultaneous copies one reaches the bank', async () => {
    const house = bank()
    const sent = await asserted(await enrolled(house))
    const told = await Promise.all(Array.from({ length: 20 }, () => tell(house, sent)))
    expect(told.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(house.forwarded).toHaveLength(1)
  })
})

describe('a login that an app on Android proves', () => {
  it('gets through, and the bank is told what Google says of the device', async () => {
    const house = bank()
    expect((await tell(house, await tokened())).status).toBe(200)
    expect(house.forwarded[0]?.headers.get('portcullis-app')).toBe(
      `platform=google, id="${PACKAGE}", version="42", device="MEETS_BASIC_INTEGRITY MEETS_DEVICE_INTEGRITY", licensing="LICENSED"`,
    )
  })

  it('that the gate refuses for another reason may come again with its token', async () => {
    const replay = memoryReplay()
    const listed: ListHit = { kind: 'address', entry: '203.0.113.61', note: 'a test' }
    const closed = { ...bank({}, { replay }), lists: { malicious: () => [listed], hosting: () => false } }
    const sent = await tokened()
    expect(await tell(closed, sent)).toMatchObject({ status: 403, rule: 'listed_address' })
    expect(closed.records[0]?.evidence.proof.app.state).toBe('valid')
    const open = bank({}, { replay })
    expect((await tell(open, sent)).status).toBe(200)
    expect(await tell(open, sent)).toMatchObject({
      status: 403,
      rule: 'app_replayed',
      reason: 'integrity_token_replayed',
    })
  })
})

describe('a login whose proof does not hold is refused with 403', () => {
  type Make = (device: Device) => Promise<Sent>
  const CASES: readonly (readonly [what: string, make: Make, rule: string, reason: string, told: string])[] =
    [
      ['with none', async () => ({}), 'app_missing', 'app_missing', 'missing'],
      [
        'with another body',
        async (device) => ({ ...(await asserted(device)), body: BODY.replace('hers', 'mine') }),
        'app_refused',
        'assertion_signature_wrong',
        'refused',
      ],
      [
        'under a key that nobody attested',
        async () => asserted(await newDevice()),
        'app_key_unknown',
        'app_key_unknown',
        'key_unknown',
      ],
      [
        'that was made two minutes ago',
        (device) => asserted(device, {}, {}, NOW - 120_000),
        'app_refused',
        'time_stale',
        'refused',
      ],
      [
        'that was made half a minute ahead',
        (device) => asserted(device, {}, {}, NOW + 30_000),
        'app_refused',
        'time_from_future',
        'refused',
      ],
      [
        'of a copy from elsewhere than the App Store',
        (device) => asserted(device, {}, { extensions: build(3) }),
        'app_refused',
        'app_category_refused',
        'refused',
      ],
      [
        'of both platforms',
        async (device) => ({
          headers: { ...(await asserted(device)).headers, ...(await tokened()).headers },
        }),
        'app_refused',
        'app_evidence_ambiguous',
        'refused',
      ],
      [
        'with a challenge that nobody gave',
        async (device) => {
          const { 'app-time': _time, ...headers } = { ...(await asserted(device)).headers }
          const challenge = `a1.test.tn8000.random-random-random.${'A'.repeat(22)}`
          return { headers: { ...headers, 'app-challenge': challenge } }
        },
        'app_refused',
        'challenge_forged',
        'refused',
      ],
      [
        'for another request of the same app on Android',
        async () => ({ ...(await tokened()), body: '{"username":"b","password":"c"}' }),
        'app_refused',
        'integrity_request_mismatch',
        'refused',
      ],
      [
        'of a device with signs of an attack',
        () => tokened({}, { deviceIntegrity: {} }),
        'app_refused',
        'device_refused',
        'refused',
      ],
    ]

  it.each(CASES)('%s', async (_what, make, rule, reason, said) => {
    const house = bank()
    const told = await tell(house, await make(await enrolled(house)))
    expect(told).toMatchObject({ status: 403, action: 'deny', rule, reason })
    expect(told.response.headers.get('portcullis-app-proof')).toBe(said)
    expect(await told.response.json()).not.toHaveProperty('reason')
    expect(house.forwarded).toHaveLength(0)
  })

  it('a second time, and below a count that passed', async () => {
    const house = bank()
    const device = await enrolled(house)
    const early = await asserted(device, {}, { counter: 1 })
    const late = await asserted(device, {}, { counter: 2 })
    expect((await tell(house, late)).status).toBe(200)
    for (const sent of [late, early]) {
      expect(await tell(house, sent)).toMatchObject({
        status: 403,
        rule: 'app_replayed',
        reason: 'assertion_replayed',
      })
    }
  })
})

describe('where the route does not insist', () => {
  it('nobody misses a proof that did not come', async () => {
    const { status, rule } = await tell(bank({ app: 'optional' }))
    expect(status).toBe(200)
    expect(rule).not.toMatch(/^app_/)
  })

  it('one that does not hold is noted, and the bank is told of no app', async () => {
    const house = bank({ app: 'optional' })
    const sent = await asserted(await newDevice())
    expect(await tell(house, sent)).toMatchObject({
      status: 200,
      action: 'flag',
      rule: 'app_noted',
      reason: 'app_key_unknown',
    })
    const forwarded = house.forwarded[0]?.headers
    expect([...EVIDENCE, 'portcullis-app'].filter((name) => forwarded?.has(name))).toEqual([])
  })

  it('one that holds is evidence, and is used up', async () => {
    const house = bank({ app: 'optional' })
    const sent = await asserted(await enrolled(house))
    expect(await tell(house, sent)).toMatchObject({ status: 200, action: 'allow' })
    expect(house.forwarded[0]?.headers.has('portcullis-app')).toBe(true)
    expect(await tell(house, sent)).toMatchObject({ action: 'flag', reason: 'assertion_replayed' })
  })

  it('where it ignores them, the bank gets what came, and nothing is used up', async () => {
    const device = await enrolled(bank())
    const sent = await asserted(device)
    const ignoring = bank({ app: 'ignored' })
    expect(await tell(ignoring, sent)).toMatchObject({ status: 200, action: 'allow' })
    expect(ignoring.forwarded[0]?.headers.get('app-key-id')).toBe(device.keyIdText)
    expect(ignoring.records[0]?.evidence.proof.app).toEqual({ state: 'absent' })
    expect((await tell(bank(), sent)).status).toBe(200)
  })

  it('where it only observes, the operator reads what it would have been', async () => {
    const house = bank({ posture: 'observe' })
    expect(await tell(house)).toMatchObject({ status: 200, action: 'flag', rule: 'app_missing' })
    expect(house.records[0]?.verdict.intended).toBe('deny')
  })
})

describe('while the memory of keys is away', () => {
  const away = () => Promise.resolve({ state: 'unavailable', reason: 'attestation_store_timeout' } as const)
  const attestation = { keep: away, find: away, forget: away, raise: away }

  it('the door stays closed, as a row of policy that a bank may change', async () => {
    const sent = await asserted(await newDevice())
    const told = await tell(bank({}, { attestation }), sent)
    expect(told).toMatchObject({
      status: 503,
      rule: 'app_unavailable_login',
      reason: 'attestation_store_timeout',
    })
    const POLICY = { rules: { app_unavailable_login: { action: 'flag' } } }
    const open = bank({}, { attestation, bindings: { POLICY } })
    expect(await tell(open, sent)).toMatchObject({ status: 200, action: 'flag' })
  })

  it('who sends no proof is refused all the same', async () => {
    expect((await tell(bank({}, { attestation }))).rule).toBe('app_missing')
  })
})

describe('what a proven app is spared', () => {
  /** A page inside an app: names a browser, and lacks what that browser sends. */
  const WEB_VIEW =
    'Mozilla/5.0 (Linux; Android 16; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/146.0.0.0 Mobile Safari/537.36'
  const LIBRARY = 'python-requests/2.32'

  async function visited(): Promise<ReturnType<typeof bank>> {
    const house = bank({ app: 'optional' })
    // A score holds nobody against a route that nobody uses.
    for (let person = 1; person <= 30; person += 1) {
      const body = JSON.stringify({ username: `person-${person}`, password: 'right' })
      await tell(house, { body, headers: { 'cf-connecting-ip': `198.51.100.${person}` } })
    }
    return house
  }

  it('an app that names a browser and is none is stopped for it without its proof, and not with it', async () => {
    const house = await visited()
    const headers = { 'user-agent': WEB_VIEW }
    expect((await tell(house, { headers })).status).not.toBe(200)
    const sent = await asserted(await enrolled(house), { headers })
    // The score has not heard of the proof: it says what it thinks, and stops nobody.
    expect(await tell(house, sent)).toMatchObject({ status: 200, rule: 'score_flag' })
  })

  it('an app that names a library is noted for it without its proof, and not with it', async () => {
    const house = await visited()
    const headers = { 'user-agent': LIBRARY }
    expect(await tell(house, { headers })).toMatchObject({ status: 200, action: 'flag' })
    const sent = await asserted(await enrolled(house), { headers })
    expect((await tell(house, sent)).rule).not.toBe('declared_automation')
  })

  it('never what it did: a list of leaked passwords is refused, proof or none', async () => {
    const house = bank()
    const refuse = { ...house, upstream: { forward: unauthorised } }
    const device = await enrolled(house)
    const rules: string[] = []
    for (let counter = 1; counter <= 12; counter += 1) {
      const body = JSON.stringify({ username: `nobody-${counter}`, password: 'leaked' })
      rules.push((await tell(refuse, await asserted(device, { body }, { counter }))).rule)
    }
    expect(rules.slice(0, 5)).not.toContain('client_many_accounts')
    expect(rules.slice(6).every((rule) => rule === 'client_many_accounts')).toBe(true)
  })

  const unauthorised = () =>
    Promise.resolve({ state: 'valid', value: new Response('{}', { status: 401 }) } as const)
})

describe('a method that the path does not list', () => {
  it('is asked for the same proof', async () => {
    const balance = {
      ...{ id: 'balance', methods: ['GET'], pattern: '/mobile/v1/balance', dialect: 'problem' },
      ...{ channel: 'mobile', sensitivity: 'account', app: 'required' },
    }
    const told = await tell(bank({}, { bindings: { ROUTES: [balance] } }), {
      ...{ method: 'PATCH', path: '/mobile/v1/balance' },
    })
    expect(told).toMatchObject({ status: 403, rule: 'app_missing' })
  })
})
