// A person was forgotten, and a quarter of a second later the isolates told how that person's last requests had ended.
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Asks } from '../../src/observe/annex.ts'
import { eraseFromLedger } from '../../src/observe/erase.ts'
import { newErasures } from '../../src/observe/erasures.ts'
import { ledgerFrom, newPostings } from '../../src/observe/ledger.ts'
import type { Arrival, Settlement } from '../../src/observe/wire.ts'
import { footprintOf } from '../fixtures/facts.ts'

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
  const erasures = newErasures(NOW - 3_600_000)
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

  it('leaves everybody else the former names that are his own', () => {
    const formerly = [['account:k0.alice'], ['account:k0.bob']]
    const other = settlement(NOW - 100, { keys: [ACCOUNT, 'account:k1.bob'], formerly, asked: {} })
    expect(erased().settlementsLeft([other], NOW)).toEqual([
      { ...other, keys: ['account:k1.bob'], formerly: [['account:k0.bob']] },
    ])
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
    expect(newErasures(NOW).settlementsLeft([lesson], NOW + 60_000)).toHaveLength(1)
    expect(newErasures(NOW).settlementsLeft([lesson], NOW + 60_001)).toEqual([])
    const before = settlement(NOW - 1, { lesson: { records: 3 } })
    const forgotten = erased()
    forgotten.settlementsLeft([], NOW + 60_001)
    expect(forgotten.settlementsLeft([before], NOW + 60_001)).toEqual([])
  })

  it('is learnt however late where nothing was erased: a list of accounts waits for the next request', () => {
    const list = settlement(NOW, { lesson: { news: { walk: { collection: 'accounts', complete: [1] } } } })
    expect(newErasures(NOW - 3_600_000).settlementsLeft([list], NOW + 600_000)).toHaveLength(1)
    const others = erased()
    const later = settlement(NOW + 2_000, { lesson: { records: 3 } })
    others.settlementsLeft([], NOW + 60_001)
    expect(others.settlementsLeft([later], NOW + 600_000)).toHaveLength(1)
  })
})

describe('a Ledger object', () => {
  it('keeps nothing of how a sign-in ended that was told after the person was erased', async () => {
    const outlived: Promise<unknown>[] = []
    const waitUntil = (work: Promise<unknown>) => void outlived.push(work)
    const shards = { shards: 4, organisationShards: 2 }
    const ledger = ledgerFrom(env.LEDGER, {
      ...{ ...shards, budgetMs: 30_000, postings: newPostings(), waitUntil },
      report: (fault) => expect(fault).toBeUndefined(),
    })
    const asks: Asks = { history: { subject: 'account', traits: { software: 7, prefix: 8 }, attempt: true } }
    const signIn = (at: number) => footprintOf({ at, asks })
    const historyOf = async () => (await ledger.observe(signIn(Date.now()))).history

    const before = signIn(Date.now())
    await ledger.observe(before)
    ledger.settle(before, 'success', Date.now(), { status: 303 })
    const ever = { ...shards, shardsBefore: [], organisationShardsBefore: [] }
    await eraseFromLedger(env.LEDGER, { kind: 'account', names: ['k1.alice'] }, ever, waitUntil)
    await Promise.all(outlived)
    expect(await historyOf()).toEqual({ state: 'absent' })

    // The person is back: what is told of a sign-in after the erasure counts.
    const back = signIn(Date.now() + 2_000)
    await ledger.observe(back)
    ledger.settle(back, 'success', Date.now(), { status: 303 })
    await Promise.all(outlived)
    expect(await historyOf()).toMatchObject({ value: { successes: 1 } })
  }, 40_000)
})
