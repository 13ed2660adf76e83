// A person was forgotten, and a quarter of a second later the isolates told how that person's last requests had ended.
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Asks } from '../../src/observe/annex.ts'
import { newErasures } from '../../src/observe/erasures.ts'
import type { Arrival, Settlement, Told } from '../../src/observe/wire.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const ACCOUNT = 'account:k1.alice'
const IN_NETWORK = 'account_network:k1.alice@AS64500'
const ALIKE = [{ begins: 'account_network:k1.alice@', ends: '' }]

function settlement(at: number, changes: Partial<Settlement> = {}): Settlement {
  return {
    ...{ id: `r${at}`, at, attempt: true, outcome: 'success', keys: [ACCOUNT, IN_NETWORK] },
    asked: { history: ACCOUNT },
    ...changes,
  }
}

function arrival(at: number, changes: Partial<Arrival> = {}): Arrival {
  const request = { id: `r${at}`, at, attempt: true, page: false, account: 'k1.alice', client: 'c' }
  return { ...request, keys: [ACCOUNT, IN_NETWORK], ...changes }
}

function erased() {
  const erasures = newErasures()
  erasures.add([ACCOUNT], ALIKE, NOW)
  return erasures
}

describe('what is on its way about a person who was erased', () => {
  it('is taken for nobody, and what comes later is', () => {
    const left = (at: number) => erased().settlementsLeft([settlement(at)], NOW + 250)
    expect(left(NOW - 100)).toEqual([])
    // The isolate's clock may be ahead of the object's.
    expect(left(NOW + 900)).toEqual([])
    expect(left(NOW + 1_100)).toHaveLength(1)
  })

  it('is taken for everybody else who was in the same call', () => {
    const other = settlement(NOW - 100, {
      keys: ['account:k1.bob', ACCOUNT],
      asked: { order: 'account:k1.bob' },
    })
    expect(erased().settlementsLeft([other], NOW)).toEqual([{ ...other, keys: ['account:k1.bob'] }])
  })

  it('does not ride along with a later request either', () => {
    const later = arrival(NOW + 5_000, { riders: [settlement(NOW - 10)] })
    expect(erased().arrivalLeft(later, NOW + 5_000)).toEqual({ ...later, riders: [] })
  })

  it('makes no key of a request that came before the erasure and was counted after it', () => {
    expect(erased().arrivalLeft(arrival(NOW - 1), NOW).readOnly).toBe(true)
    expect(erased().arrivalLeft(arrival(NOW), NOW).readOnly).toBeUndefined()
    expect(erased().arrivalLeft(arrival(NOW - 1, { keys: ['account:k1.bob'] }), NOW).readOnly).toBeUndefined()
  })

  it('is known for a minute, and of a thousand erasures at the most', () => {
    const erasures = erased()
    expect(erasures.settlementsLeft([settlement(NOW - 100)], NOW + 60_000)).toEqual([])
    expect(erasures.settlementsLeft([settlement(NOW - 100)], NOW + 60_001)).toHaveLength(1)
    const flooded = erased()
    for (let index = 0; index < 1_024; index += 1) flooded.add([`account:k1.${index}`], [], NOW)
    expect(flooded.settlementsLeft([settlement(NOW - 100)], NOW)).toHaveLength(1)
  })

  it('is learnt from no answer whose request is longer ago than erasures are known', () => {
    const lesson = settlement(NOW, { lesson: { records: 3 } })
    expect(newErasures().settlementsLeft([lesson], NOW + 60_000)).toHaveLength(1)
    expect(newErasures().settlementsLeft([lesson], NOW + 60_001)).toEqual([])
  })
})

describe('a Ledger object', () => {
  it('keeps nothing of how a sign-in ended that was told after the person was erased', async () => {
    const object = env.LEDGER.getByName('erasures')
    const traits = { software: 7, prefix: 8 }
    const asks: Asks = { history: { subject: 'account', traits, attempt: true } }
    const asked = { history: ACCOUNT }
    const at = Date.now()
    const request = (id: string, when: number) => arrival(when, { id, asks, asked })
    const ending = (id: string, when: number) => settlement(when, { id, asks, asked, status: 200 })
    await object.observe(request('before', at))
    await object.erase([ACCOUNT], ALIKE)
    await object.settle([ending('before', at)])
    const history = async (id: string) => {
      const told = await object.observe(request(id, Date.now()))
      if (!('annexes' in told)) throw new Error('the object tells what its annexes say')
      const { annexes } = told as Told // what crossed a boundary has the type of any fault, too
      return annexes.history
    }
    expect(await history('after')).toBeNull()
    expect(await object.erase([ACCOUNT], ALIKE)).toBe(2)
    // The person is back: what is told of a request after the erasure counts.
    await object.settle([ending('back', Date.now() + 2_000)])
    expect(await history('again')).not.toBeNull()
  })
})
