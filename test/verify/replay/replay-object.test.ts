import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { replayFrom } from '../../../src/verify/replay/replay.ts'
import { newReplayStore } from '../../../src/verify/replay/replay-store.ts'
import type { Claims, ClaimsAnswer, Replay } from '../../../src/verify/replay/types.ts'
import { question as sample } from './question.ts'

const MINUTE = 60_000

/** Fresh in real time: objects have the machine's clock. */
function question(changes: Parameters<typeof sample>[0] = {}) {
  const at = Date.now()
  return sample({ at, until: at + 5 * MINUTE, idempotencyUntil: at + 24 * 60 * MINUTE, ...changes })
}

function claims(name: string, changes: Partial<Claims['claims'][number]> = {}, requestId = 'r1'): Claims {
  const claim = {
    name,
    owner: '',
    exclusive: false,
    until: Date.now() + MINUTE,
    taken: 'request_replayed' as const,
    ...changes,
  }
  return { requestId, organisation: 'o', leaseMs: 5_000, claims: [claim] }
}

/** Storage lasts for the whole file: every test signs something of its own. */
function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

const later: Promise<unknown>[] = []
function port(shards = 8): Replay {
  return replayFrom(env.REPLAY, {
    shards,
    budgetMs: 5_000,
    waitUntil: (work) => later.push(work),
    report: () => {},
  })
}
async function told(): Promise<void> {
  await Promise.all(later.splice(0))
}

describe('the Replay object', () => {
  it('remembers through an eviction what it has answered for', async () => {
    const stub = env.REPLAY.getByName('evicted')
    expect(await stub.reserve(claims('n'))).toBe('fresh')
    await evictDurableObject(stub)
    expect(await stub.reserve(claims('n', {}, 'r2'))).toBe('request_replayed')
  })

  it('touches no storage until there is something to remember', async () => {
    const stub = env.REPLAY.getByName('untouched')
    await stub.release(['n'], 'r1')
    await stub.fly(['n'], 'r1', 0)
    const tables = await runInDurableObject(stub, (_instance, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'reservations'").toArray(),
    )
    expect(tables).toEqual([])
  })

  it('takes all of the claims of a call or none of them', async () => {
    const stub = env.REPLAY.getByName('atomic')
    await stub.reserve(claims('taken'))
    const [free, taken] = [claims('free').claims, claims('taken').claims]
    const both = { ...claims('free', {}, 'r2'), claims: [...free, ...taken] }
    expect(await stub.reserve(both)).toBe('request_replayed')
    expect(await stub.reserve(claims('free', {}, 'r3'))).toBe('fresh')
  })

  it('gives back what was reserved for a request that was refused, and nothing that another reserved', async () => {
    const stub = env.REPLAY.getByName('released')
    await stub.reserve(claims('n'))
    await stub.release(['n'], 'another request')
    expect(await stub.reserve(claims('n', {}, 'r2'))).toBe('request_replayed')
    await stub.release(['n'], 'r1')
    expect(await stub.reserve(claims('n', {}, 'r2'))).toBe('fresh')
  })

  it('takes nothing from under a retry, however late the first try is refused', async () => {
    const stub = env.REPLAY.getByName('late refusal')
    const shared = { owner: 'o', exclusive: true }
    expect(await stub.reserve({ ...claims('n', shared), leaseMs: 0 })).toBe('fresh')
    expect(await stub.reserve(claims('n', shared, 'r2'))).toBe('retry')
    await stub.release(['n'], 'r1')
    expect(await stub.reserve(claims('n', shared, 'r3'))).toBe('retry_in_flight')
  })

  it('forgets what is over, and is given back whole when nothing is left', async () => {
    const stub = env.REPLAY.getByName('swept')
    await stub.reserve(claims('short', { until: Date.now() - 1 }))
    expect(await stub.reserve(claims('short', { until: Date.now() - 1 }, 'r2'))).toBe('fresh')
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    await runDurableObjectAlarm(stub)
    const left = await runInDurableObject(stub, (_instance, { storage }) => newReplayStore(storage).isEmpty())
    expect(left).toBe(true)
    expect(await stub.reserve(claims('again'))).toBe('fresh')
  })

  it('returns a fault instead of throwing', async () => {
    const stub = env.REPLAY.getByName('fault')
    const broken = { ...claims('n'), claims: undefined } as unknown as Claims // what a caller's bug would send
    expect(await stub.reserve(broken)).toEqual({ fault: expect.stringMatching(/^TypeError at /) })
  })
})

describe('the replay port', () => {
  it('lets exactly one of a thousand simultaneous copies through', async () => {
    const replay = port()
    const copies = Array.from({ length: 1_000 }, (_, at) =>
      replay.reserve(question({ requestId: `copy-${at}` })),
    )
    const facts = await Promise.all(copies)
    expect(facts.filter(({ state }) => state === 'valid').length).toBe(1)
    expect(facts.filter((fact) => 'reason' in fact && fact.reason === 'request_replayed').length).toBe(999)
  })

  it('lets one of a thousand simultaneous retries in at a time, and the next when it is done', async () => {
    const replay = port()
    const own = { signingInput: bytes('retried'), body: bytes('retried'), idempotencyKey: 'retries' }
    const retry = (at: number) => question({ requestId: `retry-${at}`, ...own })
    const round = async (first: number) => {
      const questions = Array.from({ length: 500 }, (_, at) => retry(first + at))
      const facts = await Promise.all(questions.map((one) => replay.reserve(one)))
      const [flying, ...more] = questions.filter((_, at) => facts[at]?.state === 'valid')
      expect(more).toEqual([])
      for (const [at, one] of questions.entries()) if (facts[at]?.state !== 'valid') replay.release(one)
      await told()
      if (flying !== undefined) await replay.during(flying, Promise.resolve())
      await told()
      return facts.find(({ state }) => state === 'valid')
    }
    expect(await round(0)).toEqual({ state: 'valid', value: { retry: false } })
    expect(await round(500)).toEqual({ state: 'valid', value: { retry: true } })
    // Two and a half seconds where nothing else runs; a thousand writes on a busy machine have taken more than five.
  }, 30_000)

  it('holds the idempotency key for as long as the bank works, and after its failure lets a retry in', async () => {
    const replay = port()
    const own = { signingInput: bytes('slow'), body: bytes('slow'), idempotencyKey: 'slow' }
    const first = question(own)
    await replay.reserve(first)
    let fail = (_: Error): void => {}
    const bank = new Promise<never>((_, reject) => {
      fail = reject
    })
    const answer = replay.during(first, bank)
    const second = question({ requestId: 'r2', ...own })
    expect(await replay.reserve(second)).toEqual({ state: 'invalid', reason: 'retry_in_flight' })
    fail(new Error('the bank is down'))
    await expect(answer).rejects.toThrow('the bank is down')
    await told()
    expect(await replay.reserve(second)).toEqual({ state: 'valid', value: { retry: true } })
  })

  it('consumes nothing for a request that is refused after all', async () => {
    const replay = port()
    const refused = question({ signingInput: bytes('refused'), singles: [{ kind: 'nonce', value: 'x' }] })
    await replay.reserve(refused)
    replay.release(refused)
    await told()
    expect(await replay.reserve({ ...refused, requestId: 'r2' })).toMatchObject({ state: 'valid' })
  })

  it('gives the request back when its nonce was used before', async () => {
    const replay = port()
    const singles = [{ kind: 'nonce' as const, value: 'used' }]
    await replay.reserve(question({ signingInput: bytes('first of two'), singles }))
    const second = question({ requestId: 'r2', signingInput: bytes('second of two'), singles })
    expect(await replay.reserve(second)).toEqual({ state: 'invalid', reason: 'request_replayed' })
    await told()
    expect(await replay.reserve({ ...second, requestId: 'r3', singles: [] })).toMatchObject({
      state: 'valid',
    })
  })

  const OUTAGES: readonly (readonly [string, () => Promise<ClaimsAnswer | string>, string])[] = [
    ['throws', () => Promise.reject(new Error('down')), 'replay_store_failed'],
    ['hangs', () => new Promise(() => {}), 'replay_store_timeout'],
    ['answers something else', () => Promise.resolve('yes'), 'replay_store_failed'],
    ['is full', () => Promise.resolve('full'), 'replay_store_full'],
  ]
  it.each(OUTAGES)('says that it could not tell when the object %s', async (_how, reserve, reason) => {
    const object = { reserve, release: async () => true, fly: async () => true }
    const replay = replayFrom(
      { getByName: () => object },
      { shards: 1, budgetMs: 20, waitUntil: () => {}, report: () => {} },
    )
    expect(await replay.reserve(question())).toEqual({ state: 'unavailable', reason })
  })
})
