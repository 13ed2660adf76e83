// What may be used once is used once; a retry under its idempotency key passes, one at a time; what we refuse consumes nothing.
import { describe, expect, it } from 'vitest'
import { guard } from '../../src/guard.ts'
import { memoryReplay, NO_REPLAY } from '../../src/verify/replay/memory-replay.ts'
import type { Replay } from '../../src/verify/replay/types.ts'
import { NOW } from '../fixtures/scene.ts'
import { keySet, type ObieWish, obieSignature, pair } from '../fixtures/signers.ts'
import {
  type BankWish,
  bank,
  KEYS_URL,
  ORGANISATION,
  OTHER,
  OTHERS_QWAC,
  requestOf,
  routesWith,
  type Sent,
  tell,
} from './scene.ts'

const KEY = await pair('PS256')
const BODY = '{"Data":{},"Risk":{}}'
const PATH = '/open-banking/v4.0/pisp/domestic-payments'
const SETS = { [KEYS_URL]: await keySet({ 'key-1': KEY }) }
const SIGNERS = [
  { organisation: ORGANISATION, keys: KEYS_URL },
  { organisation: OTHER, keys: KEYS_URL, issuers: ['0015800001HQQrZAAX/4nHGK3mP8sQ2tVwXyZ7aBc'] },
]

const PISP = {
  ...{ id: 'obie-pisp', methods: ['GET', 'POST'], pattern: '/open-banking/v4.0/pisp/*', dialect: 'obie-4.0' },
  ...{ channel: 'tpp', certificate: 'required', sensitivity: 'payment', signature: 'required' },
}

function gate(wish: BankWish = {}, route: object = {}) {
  return bank({
    sets: SETS,
    ...wish,
    bindings: { ROUTES: routesWith({ ...PISP, ...route }), SIGNERS, ...wish.bindings },
  })
}

async function payment(
  key: string | undefined,
  wish: Partial<ObieWish> = {},
  sent: Partial<Sent> = {},
): Promise<Sent> {
  const body = wish.body ?? BODY
  return {
    path: PATH,
    body,
    ...sent,
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'x-idempotency-key': key }),
      'x-jws-signature': await obieSignature({ key: KEY, body, iat: NOW / 1_000, ...wish }),
    },
  }
}

const codes = async (
  house: ReturnType<typeof gate>,
  ...all: readonly Sent[]
): Promise<readonly unknown[]> => {
  const told = []
  for (const sent of all) {
    const { status, reason } = await tell(house, sent)
    told.push([status, reason])
  }
  return told
}

describe('a signed request that comes again', () => {
  it('without an idempotency key is a replay, and does not reach the bank', async () => {
    const house = gate()
    const sent = await payment(undefined)
    expect(await codes(house, sent, sent)).toEqual([
      [200, 'unremarkable'],
      [400, 'request_replayed'],
    ])
    expect(house.forwarded).toHaveLength(1)
  })

  it('under its idempotency key is a retry, and reaches the bank to be told apart there', async () => {
    const house = gate()
    const sent = await payment('key-1')
    expect(await codes(house, sent, sent)).toEqual([
      [200, 'unremarkable'],
      [200, 'unremarkable'],
    ])
    expect(house.records[1]?.evidence.replay).toEqual({ state: 'valid', value: { retry: true } })
  })

  it('signed anew under its idempotency key is a retry too', async () => {
    const house = gate()
    const later = await payment('key-1', { iat: NOW / 1_000 - 1 })
    expect(await codes(house, await payment('key-1'), later)).toEqual([
      [200, 'unremarkable'],
      [200, 'unremarkable'],
    ])
  })

  it('under another idempotency key, or without, is a replay: the key is not signed, the body is', async () => {
    const house = gate()
    const sent = await payment('key-1')
    const { 'x-idempotency-key': _key, ...without } = sent.headers ?? {}
    const relabelled = { ...sent, headers: { ...sent.headers, 'x-idempotency-key': 'key-2' } }
    expect(await codes(house, sent, relabelled, { ...sent, headers: without })).toEqual([
      [200, 'unremarkable'],
      [400, 'request_replayed'],
      [400, 'request_replayed'],
    ])
  })

  it('under its idempotency key and to another place is a replay: the body is signed, the path is not', async () => {
    const house = gate()
    const sent = await payment('key-1')
    const elsewhere = {
      ...sent,
      path: `${PATH.replace('domestic-payments', 'file-payment-consents')}/9/file`,
    }
    expect(await codes(house, sent, elsewhere, { ...sent, path: `${PATH}?again` }, sent)).toEqual([
      [200, 'unremarkable'],
      [400, 'request_replayed'],
      [400, 'request_replayed'],
      [200, 'unremarkable'],
    ])
  })

  it('and changes nothing is a replay under its idempotency key too: nobody would tell copies of a reading apart', async () => {
    const house = gate({}, { signing: { methods: ['GET', 'POST'] } })
    const { body: _body, ...sent } = await payment('key-1', { body: '' }, { method: 'GET' })
    expect(await codes(house, sent, sent)).toEqual([
      [200, 'unremarkable'],
      [400, 'request_replayed'],
    ])
  })

  it('in another spelling of its signature is the same request', async () => {
    const house = gate()
    const sent = await payment(undefined)
    const [head = '', signature = ''] = (sent.headers?.['x-jws-signature'] ?? '').split('..')
    // RSASSA-PSS is salted: the same content signed again is another signature, and another iat would be another request.
    const again = await payment(undefined)
    expect(again.headers?.['x-jws-signature']).not.toBe(`${head}..${signature}`)
    expect(await codes(house, sent, again)).toEqual([
      [200, 'unremarkable'],
      [400, 'request_replayed'],
    ])
  })
})

describe('an idempotency key', () => {
  it('with another body is refused, and the header is named', async () => {
    const house = gate()
    await tell(house, await payment('key-1'))
    const told = await tell(house, await payment('key-1', { body: '{"Data":{"other":1}}' }))
    expect([told.status, told.reason]).toEqual([400, 'idempotency_key_reused'])
    expect(told.body).toMatchObject({ Errors: [{ ErrorCode: 'U006', Path: 'x-idempotency-key' }] })
  })

  it('of one organisation with its body in the hands of another is refused', async () => {
    const house = gate()
    await tell(house, await payment('key-1'))
    const told = await tell(house, await payment('key-1', {}, { certificate: OTHERS_QWAC }))
    expect([told.status, told.reason]).toEqual([400, 'idempotency_key_reused'])
  })

  it('lets one try in at a time: the second is told to come again, and when', async () => {
    const answers: (() => void)[] = []
    const answer = () =>
      new Promise<Response>((resolve) => {
        answers.push(() => resolve(Response.json({ paid: true })))
      })
    const house = gate({ answer })
    const sent = await payment('key-1')
    const first = guard(requestOf(sent), house)
    while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    const second = await tell(house, sent)
    expect([second.status, second.reason, second.headers.get('retry-after')]).toEqual([
      429,
      'retry_in_flight',
      '2',
    ])
    answers[0]?.()
    expect((await first).status).toBe(200)
    const third = guard(requestOf(sent), house)
    while (answers.length === 1) await new Promise((resolve) => setTimeout(resolve, 1))
    answers[1]?.()
    expect((await third).status).toBe(200)
    expect(house.forwarded).toHaveLength(2)
  })

  it('has no meaning where the bank says so: every signed request is used up', async () => {
    const house = gate({}, { signing: { idempotency: false } })
    const sent = await payment('key-1')
    expect(await codes(house, sent, sent)).toEqual([
      [200, 'unremarkable'],
      [400, 'request_replayed'],
    ])
  })
})

describe('a request that we refuse', () => {
  it('consumes nothing: refused for its role, it passes once the bank has changed its mind', async () => {
    const replay = memoryReplay()
    const sent = await payment(undefined)
    const refused = gate({ replay }, { roles: ['PSP_AS'] })
    expect((await tell(refused, sent)).reason).toBe('role_missing')
    expect(refused.records[0]?.evidence.replay).toEqual({ state: 'valid', value: { retry: false } })
    expect((await tell(gate({ replay }), sent)).status).toBe(200)
  })

  it('consumes nothing either where the memory wrote it down and answered too late', async () => {
    const memory = memoryReplay()
    const late: Replay = {
      ...memory,
      async reserve(question) {
        await memory.reserve(question)
        return { state: 'unavailable', reason: 'replay_store_timeout' }
      },
    }
    const sent = await payment(undefined)
    expect((await tell(gate({ replay: late }), sent)).status).toBe(503)
    expect((await tell(gate({ replay: memory }), sent)).status).toBe(200)
  })

  it('because its signature is wrong reserves nothing at all', async () => {
    const replay = memoryReplay()
    const house = gate({ replay })
    const sent = await payment(undefined)
    await tell(house, { ...sent, body: `${BODY} ` })
    expect((await tell(house, sent)).status).toBe(200)
  })
})

describe('a memory of used requests that does not answer', () => {
  it('closes the door, unless the bank has said otherwise', async () => {
    const sent = await payment('key-1')
    const told = await tell(gate({ replay: NO_REPLAY }), sent)
    expect([told.status, told.rule, told.reason]).toEqual([503, 'replay_unavailable', 'replay_store_failed'])
    const bindings = { POLICY: { rules: { replay_unavailable: { action: 'flag' } } } }
    expect((await tell(gate({ replay: NO_REPLAY, bindings }), sent)).status).toBe(200)
  })
})

describe('a route that only observes', () => {
  it('lets a replay through and says that it is one', async () => {
    const house = gate({}, { posture: 'observe' })
    const sent = await payment(undefined)
    expect(await codes(house, sent, sent)).toEqual([
      [200, 'unremarkable'],
      [200, 'request_replayed'],
    ])
  })
})
