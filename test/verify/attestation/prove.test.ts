import { beforeAll, describe, expect, it } from 'vitest'
import { toBase64, toBase64url } from '../../../src/lib/base64.ts'
import { issueChallenge } from '../../../src/verify/attestation/challenge.ts'
import { clientData } from '../../../src/verify/attestation/client-data.ts'
import { enrol } from '../../../src/verify/attestation/enrol.ts'
import { hashOf } from '../../../src/verify/attestation/hash.ts'
import {
  type AppQuestion,
  type AppTools,
  proveApp,
  releaseApp,
} from '../../../src/verify/attestation/prove.ts'
import { APP, build, type DataWish, newDevice, text } from './apple.ts'
import { PACKAGE, type Payload, payload, seal } from './play.ts'
import { appPolicy, attestation, keys, replay, told } from './stores.ts'

/** Objects have the machine's clock. */
const NOW = Date.now()
const TOOLS: AppTools = { policy: appPolicy(), keys, attestation: attestation(), replay: replay() }
const device = await newDevice()
const unknown = await newDevice()

let serial = 0
/** Every request is another one: storage lasts for the whole file. */
function request(changes: Partial<AppQuestion> = {}): AppQuestion {
  serial += 1
  return {
    requestId: `request-${serial}`,
    at: NOW,
    method: 'POST',
    target: `/mobile/v1/payments?n=${serial}`,
    headers: new Headers(),
    body: text('{"amount":"10.00"}'),
    ...changes,
  }
}

function dataOf({ method, target, body }: AppQuestion, time: string): Uint8Array {
  const fresh = { kind: 'time', text: time, madeAt: 0, until: 0 } as const
  return clientData({ method, target, body: body ?? new Uint8Array() }, fresh)
}

let counter = 0
async function asserted(question: AppQuestion, wish: DataWish = {}, from = device): Promise<AppQuestion> {
  counter += 1
  const assertion = await from.assert(dataOf(question, String(NOW)), { counter, ...wish })
  const headers = {
    'app-key-id': from.keyIdText,
    'app-assertion': toBase64(assertion),
    'app-time': String(NOW),
  }
  return { ...question, headers: new Headers(headers) }
}

async function tokened(question: AppQuestion, changes: Payload = {}): Promise<AppQuestion> {
  const nonce = toBase64url(hashOf(dataOf(question, String(NOW))))
  const headers = {
    'play-integrity-token': await seal(payload(nonce, NOW, changes)),
    'app-time': String(NOW),
  }
  return { ...question, headers: new Headers(headers) }
}

beforeAll(async () => {
  const challenge = issueChallenge('random-random-random', NOW, keys)
  const said = {
    keyId: device.keyIdText,
    challenge,
    attestation: toBase64(await device.attest({ challenge })),
  }
  const { policy } = TOOLS
  const fact = await enrol(
    { requestId: 'enrol', at: NOW, body: text(JSON.stringify(said)) },
    { ...TOOLS, policy: policy.apple },
  )
  expect(fact.state).toBe('valid')
})

describe('a request of an app on iOS', () => {
  it('is proven by an assertion under a key that was attested', async () => {
    const question = await asserted(request())
    expect(await proveApp(question, TOOLS)).toEqual({
      state: 'valid',
      value: {
        platform: 'apple',
        app: APP,
        madeAt: NOW,
        keyThumbprint: toBase64url(device.keyId),
        counter,
        previousCounter: counter - 1,
        keyFirstSeenAt: NOW,
        environment: 'production',
        build: { category: 4, bundleVersion: '1.0' },
      },
    })
  })

  it('is proven by a challenge as well as by a time', async () => {
    const question = request()
    const challenge = issueChallenge('another-random-text', NOW, keys)
    const fresh = { kind: 'challenge', text: challenge, madeAt: 0, until: 0 } as const
    counter += 1
    const data = clientData({ ...question, body: question.body ?? new Uint8Array() }, fresh)
    const assertion = toBase64(await device.assert(data, { counter }))
    const headers = new Headers({
      'app-key-id': device.keyIdText,
      'app-assertion': assertion,
      'app-challenge': challenge,
    })
    expect((await proveApp({ ...question, headers }, TOOLS)).state).toBe('valid')
  })

  it('passes once: of a thousand simultaneous copies one', async () => {
    const question = await asserted(request())
    const facts = await Promise.all(Array.from({ length: 1_000 }, () => proveApp(question, TOOLS)))
    expect(facts.filter(({ state }) => state === 'valid').length).toBe(1)
    const replayed = {
      state: 'invalid',
      reason: 'assertion_replayed',
      keyThumbprint: toBase64url(device.keyId),
    }
    expect(facts.filter(({ state }) => state !== 'valid')).toEqual(
      Array.from({ length: 999 }, () => replayed),
    )
  })

  it('does not pass with a count below one that passed', async () => {
    const [early, late] = [await asserted(request()), await asserted(request())]
    expect((await proveApp(late, TOOLS)).state).toBe('valid')
    expect(await proveApp(early, TOOLS)).toMatchObject({ reason: 'assertion_replayed' })
  })

  const CHANGES: readonly (readonly [what: string, change: Partial<AppQuestion>])[] = [
    ['method', { method: 'PUT' }],
    ['target', { target: '/mobile/v1/payments?n=0' }],
    ['body', { body: text('{"amount":"99.00"}') }],
  ]
  it.each(CHANGES)('with another %s is another request, and uses up no count', async (_what, change) => {
    const question = await asserted(request())
    expect(await proveApp({ ...question, ...change }, TOOLS)).toEqual({
      state: 'invalid',
      reason: 'assertion_signature_wrong',
    })
    expect((await proveApp(question, TOOLS)).state).toBe('valid')
  })

  it('under a key that nobody attested is refused', async () => {
    const question = await asserted(request(), {}, unknown)
    expect(await proveApp(question, TOOLS)).toEqual({ state: 'invalid', reason: 'app_key_unknown' })
  })

  it('of a copy that was signed anew counts against its key', async () => {
    const question = await asserted(request(), { extensions: build(3) })
    expect(await proveApp(question, TOOLS)).toEqual({
      state: 'invalid',
      reason: 'app_category_refused',
      keyThumbprint: toBase64url(device.keyId),
    })
  })
})

describe('a request of an app on Android', () => {
  it('is proven by a token that Google made for it', async () => {
    expect(await proveApp(await tokened(request()), TOOLS)).toMatchObject({
      state: 'valid',
      value: { platform: 'google', app: PACKAGE, binding: 'nonce', issuedAt: NOW, madeAt: NOW },
    })
  })

  it('passes once, and again when the gate refused it', async () => {
    const question = await tokened(request())
    const fact = await proveApp(question, TOOLS)
    const copy = { ...question, requestId: 'copy' }
    expect(await proveApp(copy, TOOLS)).toEqual({ state: 'invalid', reason: 'integrity_token_replayed' })
    releaseApp(question, fact, TOOLS)
    await told()
    expect((await proveApp(copy, TOOLS)).state).toBe('valid')
  })

  it('with another body is another request', async () => {
    const question = await tokened(request())
    expect(await proveApp({ ...question, body: text('{}') }, TOOLS)).toEqual({
      state: 'invalid',
      reason: 'integrity_request_mismatch',
    })
  })

  it('from a device that is not good enough is refused', async () => {
    const device = { deviceIntegrity: { deviceRecognitionVerdict: ['MEETS_BASIC_INTEGRITY'] } }
    expect(await proveApp(await tokened(request(), device), TOOLS)).toEqual({
      state: 'invalid',
      reason: 'device_refused',
    })
  })
})

describe('a request', () => {
  it('without evidence has none, whatever else it says', async () => {
    expect(await proveApp(request({ headers: new Headers({ 'app-time': 'x' }) }), TOOLS)).toEqual({
      state: 'absent',
    })
  })

  it.each<[string, Record<string, string>, Partial<AppQuestion>, object]>([
    [
      'both platforms',
      { 'app-key-id': 'a', 'play-integrity-token': 'b' },
      {},
      { reason: 'app_evidence_ambiguous' },
    ],
    ['no time', { 'play-integrity-token': 'b' }, {}, { reason: 'freshness_missing' }],
    [
      'half of it',
      { 'app-key-id': device.keyIdText, 'app-time': String(NOW) },
      {},
      { reason: 'assertion_malformed' },
    ],
    [
      'a key id of another length',
      { 'app-key-id': 'AAAA', 'app-time': String(NOW) },
      {},
      { reason: 'assertion_malformed' },
    ],
    [
      'a long assertion',
      { 'app-assertion': 'A'.repeat(4_097), 'app-time': String(NOW) },
      {},
      { reason: 'assertion_too_large' },
    ],
    [
      'a body that streams past',
      { 'app-key-id': 'a' },
      { body: undefined },
      { state: 'unavailable', reason: 'body_not_read' },
    ],
  ])('with %s is not proven', async (_what, headers, changes, expected) => {
    const tools = { ...TOOLS, attestation: { ...TOOLS.attestation, find: UNKNOWN } }
    const fact = await proveApp(request({ headers: new Headers(headers), ...changes }), tools)
    expect(fact).toMatchObject(expected)
  })

  const UNKNOWN = () => Promise.resolve({ state: 'invalid', reason: 'app_key_unknown' } as const)

  it('of a platform without an app is refused', async () => {
    const tools = { ...TOOLS, policy: appPolicy({ apple: undefined, google: [] }) }
    const refused = { state: 'invalid', reason: 'app_platform_refused' }
    expect(await proveApp(await asserted(request()), tools)).toEqual(refused)
    expect(await proveApp(await tokened(request()), tools)).toEqual(refused)
  })

  it('is neither proven nor refused while the memory is away', async () => {
    const away = { state: 'unavailable', reason: 'attestation_store_timeout' } as const
    const store = { ...TOOLS.attestation, raise: () => Promise.resolve(away) }
    expect(await proveApp(await asserted(request()), { ...TOOLS, attestation: store })).toEqual(away)
    const full = { state: 'unavailable', reason: 'replay_store_full' } as const
    const used = { ...TOOLS.replay, reserve: () => Promise.resolve(full) }
    expect(await proveApp(await tokened(request()), { ...TOOLS, replay: used })).toEqual(full)
  })
})
