import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import type { Footprint } from '../../src/evidence.ts'
import { known } from '../../src/lib/fact.ts'
import { type LedgerNamespace, type LedgerObject, ledgerFrom, newPostings } from '../../src/observe/ledger.ts'
import { received, type Settlement } from '../../src/observe/wire.ts'
import { footprintOf, NOON } from '../fixtures/facts.ts'

interface Stage {
  readonly options: Parameters<typeof ledgerFrom>[1]
  readonly outlived: Promise<unknown>[]
  readonly faults: string[]
}

function stage(budgetMs = 200): Stage {
  const outlived: Promise<unknown>[] = []
  const faults: string[] = []
  return {
    outlived,
    faults,
    options: {
      shards: 16,
      organisationShards: 4,
      budgetMs,
      postings: newPostings(),
      waitUntil: (work) => outlived.push(work),
      report: (fault) => faults.push(fault),
    },
  }
}

function namespaceOf(object: Partial<LedgerObject>): LedgerNamespace {
  return { getByName: () => ({ observe: async () => undefined, settle: async () => undefined, ...object }) }
}

const LOGIN_KINDS = ['account', 'client', 'address', 'prefix'] as const

describe('the ledger over real objects', () => {
  it('counts, and feeds the outcome back before long', async () => {
    // The first call loads the whole Worker into an object: seconds, on a busy machine.
    const { options, outlived } = stage(30_000)
    const ledger = ledgerFrom(env.LEDGER, options)
    const attempt = (n: number): Footprint => footprintOf({ at: NOON + n, requestId: `real-${n}` })
    for (let n = 0; n < 5; n += 1) {
      await ledger.observe(attempt(n))
      ledger.settle(attempt(n), 'failure', NOON + n)
    }
    await Promise.all(outlived)
    const { keys } = await ledger.observe(attempt(9))
    for (const kind of LOGIN_KINDS) {
      expect(known(keys[kind])?.minute, kind).toMatchObject({
        requests: 5,
        attempts: 5,
        failures: 5,
        accounts: 1,
      })
    }
    expect(keys.tpp).toEqual({ state: 'absent' })
    expect([options.postings.urgent.held, options.postings.urgent.lost]).toEqual([0, 0])
  }, 40_000)

  it('learns how long answers were, and what was in them, without a call of its own', async () => {
    const { options } = stage(5_000)
    // An object learns nothing of a request that is long over.
    const now = Date.now()
    const ledger = ledgerFrom(env.LEDGER, options)
    const keys = [{ kind: 'token' as const, id: 'rider', standing: 'claimed' as const }]
    const print = (n: number) => footprintOf({ keys, requestId: `rider-${n}`, at: now + n, attempt: false })
    await ledger.observe(print(1))
    ledger.settle(print(1), 'served', now + 1, { status: 200, bytes: 4_000 })
    ledger.learn(print(1), { records: 25 }, now + 1)
    expect([options.postings.urgent.held, options.postings.riders.held]).toEqual([0, 2])
    const told = await ledger.observe(print(2))
    expect(known(told.keys.token)?.day).toMatchObject({ requests: 1, bytes: 4_000, records: 25 })
    expect(options.postings.riders.held).toBe(0)
  })

  it('keeps what would have ridden with a call that failed', async () => {
    const { options } = stage(5_000)
    const print = (n: number) => footprintOf({ requestId: `stay-${n}`, at: NOON + n, attempt: false })
    const broken = ledgerFrom(namespaceOf({ observe: () => Promise.reject(new Error('broken')) }), options)
    broken.settle(print(1), 'served', NOON + 1, { bytes: 4_000 })
    await broken.observe(print(2))
    expect(options.postings.riders.held).toBe(2)
  })

  it('is exact under a hundred concurrent requests on one key', async () => {
    const { options } = stage(10_000)
    const ledger = ledgerFrom(env.LEDGER, options)
    const keys = [{ kind: 'address' as const, id: '198.51.100.1/32', standing: 'claimed' as const }]
    const seen = await Promise.all(
      Array.from({ length: 100 }, (_, n) => ledger.observe(footprintOf({ requestId: `c-${n}`, keys }))),
    )
    const counts = seen
      .map(({ keys: { address } }) => known(address)?.day.requests ?? Number.NaN)
      .sort((a, b) => a - b)
    expect(counts).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })
})

describe('the ledger while a new version is put out', () => {
  const stub = () => env.LEDGER.getByName('of-the-version-before')
  /** A text has no keys and no settlements: an object of the version before makes a fault of it. */
  const before = namespaceOf({
    observe: async (message) =>
      typeof message === 'string' ? { fault: 'TypeError at shard.ts:1' } : stub().observe(message),
    settle: async (message) =>
      typeof message === 'string' ? { fault: 'TypeError at core.ts:1' } : stub().settle(message),
  })
  const unattended = {
    ...{ resources: ['k1.accounts'], page: false, pages: 0, limit: 4, accepted: 'agreed' as const },
    ...{ since: NOON - 86_400_000, endsAt: undefined },
  }
  const ask = { kind: 'use' as const, data: true, account: undefined, listing: undefined, unattended }
  const print = (n: number): Footprint =>
    footprintOf({
      ...{ requestId: `skew-${n}`, at: NOON + n, attempt: false, asks: { consent: ask } },
      keys: [{ kind: 'consent', id: 'k1.skew', standing: 'claimed' }],
    })

  it('counts a quota, and gives it back, in an object that is still of the version before', async () => {
    const { options, outlived } = stage(30_000)
    const ledger = ledgerFrom(before, options)
    const used = async (n: number) => known((await ledger.observe(print(n))).consent)?.quota?.used
    expect([await used(1), await used(2)]).toEqual([0, 1])
    ledger.settle(print(2), 'origin_error', NOON + 2, { status: 503 })
    await Promise.all(outlived)
    expect(await used(3)).toBe(1)
    expect([options.postings.urgent.held, options.postings.urgent.lost]).toEqual([0, 0])
  }, 40_000)

  it('reads the numbers of an object that is still of the version before, which counted no strangers', async () => {
    // Of each of five windows ten numbers, then four of the key.
    const one = [...Array.from({ length: 50 }, (_, place) => 100 + place), NOON - 5_000, Number.NaN, 0.25, 7]
    const object = { observe: async () => Float64Array.from([...one, ...one]) }
    const keys = [
      { kind: 'address', id: 'a', standing: 'claimed' },
      { kind: 'prefix', id: 'p', standing: 'claimed' },
    ] as const
    const told = await ledgerFrom(namespaceOf(object), stage(5_000).options).observe(footprintOf({ keys }))
    for (const kind of ['address', 'prefix'] as const) {
      const behaviour = known(told.keys[kind])
      expect(behaviour?.tenSeconds).toMatchObject({ requests: 100, resources: 109, strangers: 0 })
      expect(behaviour?.day).toMatchObject({ requests: 140, resources: 149, strangers: 0 })
      expect(behaviour).toMatchObject({ firstSeenAt: NOON - 5_000, regularity: 0.25, pages: 7 })
    }
  })

  it('is answered in its own form where the gate is still of the version before', async () => {
    const asked = { asks: { consent: ask }, asked: { consent: 'consent:k1.former-gate' } }
    const request = { id: 'former-gate', at: NOON, attempt: false, page: false, account: undefined }
    const answer = await stub().observe({
      ...request,
      ...{ client: 'fp', keys: ['consent:k1.former-gate'] },
      ...asked,
    })
    expect(answer).toMatchObject({ annexes: { consent: { quota: { granted: true } } } })
  })
})

describe('the ledger over an object that misbehaves', () => {
  const NEVER = () => new Promise<never>(() => {})

  it.each([
    ['rejects', { observe: () => Promise.reject(new Error('broken')) }, 'ledger_failed'],
    [
      'throws at once',
      {
        observe: () => {
          throw new Error('no such object')
        },
      },
      'ledger_failed',
    ],
    ['hangs', { observe: NEVER }, 'ledger_timeout'],
    ['answers nothing', { observe: async () => undefined }, 'ledger_failed'],
    ['answers text', { observe: async () => 'behaviour' }, 'ledger_failed'],
    ['answers for too few keys', { observe: async () => new Float64Array(24) }, 'ledger_failed'],
    ['answers for too many', { observe: async () => new Float64Array(1_000) }, 'ledger_failed'],
  ])('calls every key of an object that %s unavailable', async (_how, object, reason) => {
    const { options } = stage(20)
    const { keys } = await ledgerFrom(namespaceOf(object), options).observe(footprintOf())
    for (const kind of LOGIN_KINDS) expect(keys[kind]).toEqual({ state: 'unavailable', reason })
    expect(keys.tpp).toEqual({ state: 'absent' })
  })

  it('calls the keys unavailable when there is not even a stub', async () => {
    const { options } = stage()
    const gone = {
      getByName: () => {
        throw new Error('binding removed')
      },
    }
    const { keys } = await ledgerFrom(gone, options).observe(footprintOf())
    expect(keys.address).toEqual({ state: 'unavailable', reason: 'ledger_failed' })
  })

  it('keeps what one object answered when the other does not', async () => {
    const { options } = stage(2_000)
    const halves: LedgerNamespace = {
      getByName: (name) =>
        name === 'claimed-3-of-16' ? env.LEDGER.getByName(name) : { observe: NEVER, settle: NEVER },
    }
    const { keys } = await ledgerFrom(halves, { ...options, budgetMs: 500 }).observe(footprintOf())
    expect(keys.account).toEqual({ state: 'unavailable', reason: 'ledger_timeout' })
    expect(keys.address.state).toBe('valid')
  })

  it('lets a late call go on, and its failure is nobody’s unhandled rejection', async () => {
    const { options, outlived } = stage(10)
    let counted = 0
    const slow = {
      observe: async () => {
        await new Promise((resolve) => setTimeout(resolve, 40))
        counted += 1
        throw new Error('too late to matter')
      },
    }
    await ledgerFrom(namespaceOf(slow), options).observe(footprintOf())
    expect(counted).toBe(0)
    await Promise.all(outlived)
    expect(counted).toBe(2)
  })

  it('reports a bug inside an object, which is no neighbour’s outage', async () => {
    const { options, faults } = stage()
    const buggy = { observe: async () => ({ fault: 'TypeError at shard.ts:1' }) }
    await ledgerFrom(namespaceOf(buggy), options).observe(footprintOf())
    expect(faults).toEqual(['TypeError at shard.ts:1', 'TypeError at shard.ts:1'])
  })
})

describe('feeding outcomes back', () => {
  it('sends one call per object for many requests, from the request that flushes', async () => {
    vi.useFakeTimers()
    const calls: (readonly [string, readonly Settlement[]])[] = []
    const { options } = stage()
    const namespace: LedgerNamespace = {
      getByName: (name) => ({
        observe: async () => undefined,
        settle: async (text) => {
          const settlements = received<readonly Settlement[]>(text)
          calls.push([name, settlements])
          return settlements.length
        },
      }),
    }
    for (let n = 0; n < 10; n += 1) {
      ledgerFrom(namespace, options).settle(footprintOf({ requestId: `r${n}` }), 'failure', NOON + n)
    }
    await vi.advanceTimersByTimeAsync(250)
    vi.useRealTimers()
    expect(calls.map(([name, settlements]) => [name, settlements.length])).toEqual([
      [expect.stringMatching(/^claimed-\w-of-16$/), 10],
      ['claimed-3-of-16', 10],
    ])
  })

  it('sends nothing that the ledger would not count', () => {
    const { options } = stage()
    const ledger = ledgerFrom(namespaceOf({}), options)
    ledger.settle(footprintOf(), 'served', NOON)
    ledger.settle(footprintOf(), 'refused', NOON)
    expect(options.postings.urgent.held).toBe(0)
  })

  it.each([
    ['does not acknowledge', async () => undefined],
    ['acknowledges another number', async () => 999],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('tries twice where an object %s, then counts the loss', async (_how, settle) => {
    vi.useFakeTimers()
    const { options } = stage()
    const ledger = ledgerFrom(namespaceOf({ settle }), options)
    ledger.settle(footprintOf(), 'failure', NOON)
    await vi.advanceTimersByTimeAsync(250)
    expect([options.postings.urgent.held, options.postings.urgent.lost]).toEqual([2, 0])
    ledger.settle(footprintOf(), 'failure', NOON + 300)
    await vi.advanceTimersByTimeAsync(250)
    vi.useRealTimers()
    expect([options.postings.urgent.held, options.postings.urgent.lost]).toEqual([2, 2])
  })
})
