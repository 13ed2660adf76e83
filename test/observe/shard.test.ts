import { describe, expect, it } from 'vitest'
import { newShard } from '../../src/observe/shard.ts'
import type { Arrival, Settlement } from '../../src/observe/wire.ts'
import { NOON } from '../fixtures/facts.ts'

function arrival(id: string, keys: readonly string[], at = NOON): Arrival {
  return { id, at, attempt: true, page: false, account: `k1.${id}`, client: 'fp', keys }
}

function settlement(
  id: string,
  keys: readonly string[],
  outcome: Settlement['outcome'] = 'failure',
): Settlement {
  return { id, at: NOON, attempt: true, outcome, keys }
}

describe('a shard', () => {
  it('answers for every key of a request with what was there before it', () => {
    const shard = newShard()
    shard.observe(arrival('r1', ['address:a', 'prefix:p']))
    const [address, prefix] = shard.observe(arrival('r2', ['address:b', 'prefix:p']))
    expect(address?.hour.requests).toBe(0)
    expect(prefix?.hour).toMatchObject({ requests: 1, attempts: 1, accounts: 1 })
  })

  it('counts a retry of one request once, and answers it', () => {
    const shard = newShard()
    shard.observe(arrival('r1', ['address:a']))
    expect(shard.observe(arrival('r1', ['address:a']))[0]?.day.requests).toBe(1)
    expect(shard.observe(arrival('r2', ['address:a']))[0]?.day.requests).toBe(1)
  })

  it('settles a request once, however often its outcome is sent', () => {
    const shard = newShard()
    shard.observe(arrival('r1', ['address:a']))
    shard.settle(settlement('r1', ['address:a']))
    shard.settle(settlement('r1', ['address:a']))
    expect(shard.observe(arrival('r2', ['address:a']))[0]?.day.failures).toBe(1)
  })

  it('settles it once more, and once, where another of its keys is known under a former name alone', () => {
    const shard = newShard()
    shard.observe(arrival('r1', ['address:a']))
    expect([1, 2].map(() => shard.settle(settlement('r1', ['address:a'])))).toEqual([true, false])
    expect([1, 2].map(() => shard.settle(settlement('r1', [])))).toEqual([true, false])
  })

  it('makes no key out of an outcome', () => {
    const shard = newShard()
    shard.settle(settlement('r1', ['address:never-seen']))
    expect(shard.size).toBe(0)
  })

  it('names what changed once, and again what could not be written', () => {
    const shard = newShard({ persisted: true })
    shard.observe(arrival('r1', ['address:a', 'prefix:p']))
    const changed = shard.takeChanged()
    expect([...changed.keys()]).toEqual(['address:a', 'prefix:p'])
    expect(shard.takeChanged().size).toBe(0)
    shard.putBack(changed)
    expect([...shard.takeChanged().keys()]).toEqual(['address:a', 'prefix:p'])
  })

  it('keeps a key that was evicted before it was written', () => {
    const shard = newShard({ persisted: true, maxKeys: 4 })
    for (let n = 0; n < 100; n += 1) shard.observe(arrival(`r${n}`, [`address:${n}`]))
    expect(shard.size).toBe(4)
    expect(shard.missing(['address:0'])).toEqual([])
    expect(shard.observe(arrival('again', ['address:0']))[0]?.day.requests).toBe(1)
  })

  it('forgets on request, and forgets what was not touched', () => {
    const shard = newShard({ persisted: true })
    shard.observe(arrival('r1', ['account:k1.alice', 'address:a']))
    shard.observe(arrival('r2', ['address:b'], NOON + 60_000))
    shard.forget(['account:k1.alice'])
    expect([...shard.takeChanged().keys()]).toEqual(['address:a', 'address:b'])
    shard.forgetBefore(NOON + 1)
    expect(shard.missing(['account:k1.alice', 'address:a', 'address:b'])).toEqual([
      'account:k1.alice',
      'address:a',
    ])
  })
})

describe('a full shard', () => {
  it('keeps busy keys while single-use keys flood it', () => {
    const shard = newShard({ maxKeys: 256 })
    for (let n = 0; n < 64 * 10; n += 1)
      shard.observe(arrival(`busy${n}`, [`address:busy${n % 64}`], NOON + n))
    for (let n = 0; n < 20_000; n += 1) {
      shard.observe(arrival(`flood${n}`, [`address:flood${n}`], NOON + 10_000 + n))
    }
    expect(shard.size).toBe(256)
    const busy = Array.from({ length: 64 }, (_, n) => `address:busy${n}`)
    expect(shard.missing(busy)).toEqual([])
  })

  it('makes an attacker pay with more requests per key than an honest key has', () => {
    const shard = newShard({ maxKeys: 256 })
    for (let n = 0; n < 64 * 3; n += 1) shard.observe(arrival(`h${n}`, [`address:h${n % 64}`], NOON + n))
    for (let n = 0; n < 20_000; n += 1) {
      shard.observe(arrival(`f${n}`, [`address:f${n - (n % 2)}`], NOON + 10_000 + n))
    }
    const honest = Array.from({ length: 64 }, (_, n) => `address:h${n}`)
    expect(shard.missing(honest)).toEqual([])
  })

  it('holds no more than it may of what could not be written, however long storage fails', () => {
    const shard = newShard({ maxKeys: 16, persisted: true })
    for (let second = 0; second < 20; second += 1) {
      for (let n = 0; n < 30; n += 1) {
        const id = `${second}.${n}`
        shard.observe(arrival(id, [`address:${id}`], NOON + second * 1_000 + n))
      }
      shard.putBack(shard.takeChanged())
    }
    expect(shard.takeChanged().size).toBe(32)
  })
})
