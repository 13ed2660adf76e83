// Of ten thousand requests at once as many pass as are left, whatever becomes of the object in between.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { ConsentAsk, ConsentTold } from '../../../src/observe/consent/types.ts'
import type { Ledger } from '../../../src/observe/ledger-object.ts'
import { type Arrival, type Settlement, sent } from '../../../src/observe/wire.ts'

type Stub = DurableObjectStub<Ledger>

const DAY = 86_400_000
const NAME = 'consent:k1.aaaaaaaaaaaaaaaa'

function ask(changes: { readonly since?: number } = {}): ConsentAsk {
  return {
    kind: 'use',
    data: true,
    account: undefined,
    listing: undefined,
    unattended: {
      resources: ['k1.balances'],
      ...{ page: false, pages: 200, limit: 4, accepted: 'up_to_limit', endsAt: undefined },
      since: changes.since ?? Date.now() - DAY,
    },
  }
}

function arrival(id: string): Arrival {
  const request = { id, at: Date.now(), attempt: false, page: false, account: undefined, client: 'fp' }
  return { ...request, keys: [NAME], asks: { consent: ask() }, asked: { consent: NAME } }
}

function settlement(id: string, outcome: Settlement['outcome']): Settlement {
  const request = { id, at: Date.now(), attempt: false, outcome, keys: [NAME] }
  return { ...request, status: 503, asks: { consent: ask() }, asked: { consent: NAME } }
}

async function granted(stub: Stub, id: string): Promise<boolean> {
  const answer = await stub.observe(sent(arrival(id)))
  if (!('annexes' in answer)) throw new Error('Cannot read the answer: no annex was asked')
  // As the annex told it; that it comes over unharmed is what is tested.
  const { consent } = JSON.parse(String(answer.annexes)) as { readonly consent: ConsentTold }
  const { quota } = consent
  return quota?.granted === true
}

async function grantedOf(stub: Stub, ids: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(ids.map((id) => granted(stub, id)))
  return ids.filter((_, at) => answers[at])
}

const requests = (count: number, name = 'r') => Array.from({ length: count }, (_, at) => `${name}${at}`)

describe('a consent in its Ledger object', () => {
  it('lets exactly four of ten thousand concurrent unattended requests pass', async () => {
    const stub = env.LEDGER.getByName('consent at once')
    const passed = await grantedOf(stub, requests(10_000))
    expect(passed).toHaveLength(4)
    expect(await grantedOf(stub, requests(100, 'later'))).toEqual([])
    // A retry of one that passed is the same access, and of one that did not is none.
    expect(await grantedOf(stub, [...passed, 'r9999'])).toEqual(passed)
  }, 60_000)

  it('has it written down before it answers: an eviction at once forgets nothing', async () => {
    const stub = env.LEDGER.getByName('consent evicted')
    for (const id of requests(3)) {
      expect(await granted(stub, id)).toBe(true)
      await evictDurableObject(stub)
    }
    expect(await grantedOf(stub, requests(5, 'more'))).toHaveLength(1)
    await evictDurableObject(stub)
    expect(await granted(stub, 'last')).toBe(false)
    expect(await granted(stub, 'r0')).toBe(true)
  }, 20_000)

  it('gives back what a refused request or a failing bank used, once, over an eviction too', async () => {
    const stub = env.LEDGER.getByName('consent refunded')
    expect(await grantedOf(stub, requests(6))).toHaveLength(4)
    await stub.settle([settlement('r0', 'origin_error'), settlement('r5', 'refused')])
    await evictDurableObject(stub)
    await stub.settle([settlement('r0', 'origin_error')])
    expect(await grantedOf(stub, requests(3, 'again'))).toEqual(['again0'])
  }, 20_000)

  it('uses nothing up for a request that is over already: a late call overtaken by its own refund', async () => {
    const stub = env.LEDGER.getByName('consent overtaken')
    await stub.settle(requests(4).map((id) => settlement(id, 'refused')))
    await grantedOf(stub, requests(4))
    expect(await grantedOf(stub, requests(6, 'in time'))).toHaveLength(4)
  })

  it('refunds no access that was answered', async () => {
    const stub = env.LEDGER.getByName('consent served')
    await grantedOf(stub, requests(4))
    await stub.settle([settlement('r0', 'served'), settlement('r1', 'miss')])
    expect(await granted(stub, 'another')).toBe(false)
  })

  it('writes one row for an access, and none for what it refuses', async () => {
    const stub = env.LEDGER.getByName('consent rows')
    await granted(stub, 'first')
    const written = () =>
      runInDurableObject(stub, (_object, state) => {
        const rows = state.storage.sql.exec<{ rows: number }>('SELECT total_changes() AS rows').one().rows
        return rows
      })
    const before = await written()
    await granted(stub, 'second')
    const after = await written()
    expect(after - before).toBe(1)
    await grantedOf(stub, requests(2, 'fill'))
    const full = await written()
    await grantedOf(stub, requests(50, 'over'))
    expect((await written()) - full).toBe(0)
  })
})
