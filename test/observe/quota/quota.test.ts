// A quota is exact over all objects that share it: never one more, and none refused while a token lies unused elsewhere.
import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Footprint } from '../../../src/evidence.ts'
import { ledgerFrom, newPostings } from '../../../src/observe/ledger.ts'
import { memoryLedger } from '../../../src/observe/memory-ledger.ts'
import { patienceFrom } from '../../../src/observe/patience.ts'
import { askingQuota, type Search, withQuota } from '../../../src/observe/quota/borrow.ts'
import { QUOTA_ANNEX } from '../../../src/observe/quota/quota.ts'
import { organisationName } from '../../../src/observe/shards.ts'
import type { Ledger } from '../../../src/ports.ts'
import { footprintOf, NO_CONDUCT, NOON } from '../../fixtures/facts.ts'

const SHARDS = 4

/** Whoever asks here has all the time there is: what is late is tested beside this (`slow.test.ts`). */
function searching(ledger: Ledger): Search {
  const clock = { now: () => Date.now(), id: () => '' }
  const patience = patienceFrom({}, 20_000, { clock, waitUntil() {} })
  return { ledger, patience, organisationShards: SHARDS }
}

interface Call {
  readonly id: string
  readonly organisation?: string
  readonly spread?: number
  readonly at?: number
}

function print({ id, organisation = 'PSDGB-FCA-1', spread = 0, at = NOON }: Call): Footprint {
  return footprintOf({
    ...{ requestId: id, at, spread, account: undefined },
    keys: [{ kind: 'tpp', id: organisation, standing: 'proven' }],
  })
}

function counter(ledger: Ledger, requests: number, organisation = 'PSDGB-FCA-1', seconds = 3_600) {
  const quotas = [{ organisation, requests, seconds }]
  return async (call: Call): Promise<boolean | undefined> => {
    const asked = askingQuota(print(call), quotas)
    const told = { ...NO_CONDUCT, ...(await ledger.observe(asked)) }
    const { quota } = await withQuota(told, asked, searching(ledger))
    return quota?.state === 'valid' ? quota.value.granted : undefined
  }
}

function inObjects(): Ledger {
  return ledgerFrom(env.LEDGER, {
    ...{ shards: 4, organisationShards: SHARDS, budgetMs: 20_000, postings: newPostings() },
    waitUntil() {},
    report(fault) {
      throw new Error(fault)
    },
  })
}

async function grantedOf(
  ask: (call: Call) => Promise<boolean | undefined>,
  calls: readonly Call[],
): Promise<number> {
  const answers = await Promise.all(calls.map(ask))
  return answers.filter((granted) => granted === true).length
}

const calls = (count: number, more: (at: number) => Partial<Call> = () => ({})): readonly Call[] =>
  Array.from({ length: count }, (_, at) => ({ id: `r${at}`, spread: at, ...more(at) }))

describe('a third party’s quota', () => {
  it('is not there for whoever has none, and is everybody’s own where it is everybody’s', async () => {
    const none = counter(memoryLedger({ organisationShards: SHARDS }), 3, 'PSDGB-FCA-2')
    expect(await none({ id: 'r' })).toBeUndefined()
    const each = counter(memoryLedger({ organisationShards: SHARDS }), 3, '*')
    expect(await grantedOf(each, calls(9))).toBe(3)
    expect(
      await grantedOf(
        each,
        calls(9, () => ({ organisation: 'PSDGB-FCA-2' })),
      ),
    ).toBe(3)
  })

  const SIZES: readonly (readonly [requests: number, asked: number])[] = [
    [1, 20],
    [7, 50],
    [100, 400],
    [1_000, 1_500],
  ]
  it.each(SIZES)(
    'of %i lets exactly so many of %i pass, one after the other, over all objects',
    async (requests, asked) => {
      const ask = counter(memoryLedger({ organisationShards: SHARDS }), requests)
      let granted = 0
      for (const call of calls(asked)) if ((await ask(call)) === true) granted += 1
      expect(granted).toBe(requests)
    },
  )

  it('is there whole for whoever comes by one object alone: what lies elsewhere is called back', async () => {
    const ask = counter(memoryLedger({ organisationShards: SHARDS }), 100)
    for (const call of calls(SHARDS)) expect(await ask(call)).toBe(true)
    let granted = SHARDS
    for (const call of calls(200, (at) => ({ id: `one${at}`, spread: 2 })))
      if ((await ask(call)) === true) granted += 1
    expect(granted).toBe(100)
  })

  it('begins anew with its window', async () => {
    const ask = counter(memoryLedger({ organisationShards: SHARDS }), 5, 'PSDGB-FCA-1', 60)
    expect(await grantedOf(ask, calls(20))).toBe(5)
    expect(
      await grantedOf(
        ask,
        calls(20, (at) => ({ id: `later${at}`, at: NOON + 60_000 })),
      ),
    ).toBe(5)
  })

  // Requests opened before the edge of a window, and held up by slow bodies, passed uncounted after one from behind it.
  it('is no more for requests that were held up over the edge of the window', async () => {
    const ask = counter(memoryLedger({ organisationShards: SHARDS }), 5, 'PSDGB-FCA-1', 60)
    expect(await ask({ id: 'behind the edge', at: NOON + 60_000 })).toBe(true)
    let granted = 1
    for (const call of calls(100, () => ({ at: NOON + 59_999 }))) if ((await ask(call)) === true) granted += 1
    expect(granted).toBe(5)
    expect(
      await grantedOf(
        ask,
        calls(20, (at) => ({ id: `after${at}`, at: NOON + 61_000 })),
      ),
    ).toBe(0)
  })

  it('is whole in the new window where what is left of the old one is asked for, called back and refused', async () => {
    const ask = counter(memoryLedger({ organisationShards: SHARDS }), 8, 'PSDGB-FCA-1', 60)
    for (const call of calls(6, () => ({ at: NOON }))) expect(await ask(call)).toBe(true)
    let granted = 0
    for (const call of calls(40, (at) => ({ id: `edge${at}`, at: NOON + (at % 3 === 0 ? 60_000 : 59_000) })))
      if ((await ask(call)) === true) granted += 1
    expect(granted).toBeGreaterThanOrEqual(8)
    expect(granted).toBeLessThanOrEqual(8 + 2)
  })

  it('says of a request that was held up when the window ends that it was counted in', async () => {
    const ledger = memoryLedger({ organisationShards: SHARDS })
    const quotas = [{ organisation: '*', requests: 1, seconds: 60 }]
    await counter(ledger, 1, '*', 60)({ id: 'behind the edge', at: NOON + 60_000 })
    const asked = askingQuota(print({ id: 'held up', at: NOON + 59_999 }), quotas)
    const told = { ...NO_CONDUCT, ...(await ledger.observe(asked)) }
    const { quota } = await withQuota(told, asked, searching(ledger))
    expect(quota).toMatchObject({ value: { granted: false, endsAt: NOON + 120_000 } })
  })

  it('begins anew where the bank has made its windows longer: no later window of the old length holds it', async () => {
    const ledger = memoryLedger({ organisationShards: SHARDS })
    expect(await grantedOf(counter(ledger, 3, '*', 60), calls(9))).toBe(3)
    let granted = 0
    for (const call of calls(9, (at) => ({ id: `longer${at}` })))
      if ((await counter(ledger, 4, '*', 3_600)(call)) === true) granted += 1
    expect(granted).toBe(4)
  })

  it('takes nothing for the same request again', async () => {
    const ask = counter(memoryLedger({ organisationShards: SHARDS }), 3)
    for (let n = 0; n < 9; n += 1) expect(await ask({ id: 'same' })).toBe(true)
    expect(await grantedOf(ask, calls(9))).toBe(2)
  })

  it('is no more and no less in real objects, with hundreds at once, over evictions', async () => {
    const ask = counter(inObjects(), 100)
    expect(await grantedOf(ask, calls(60))).toBe(60)
    for (let at = 0; at < SHARDS; at += 1) {
      await evictDurableObject(env.LEDGER.getByName(organisationName('PSDGB-FCA-1', at, SHARDS)))
    }
    let granted = 60
    for (const call of calls(80, (at) => ({ id: `after${at}` }))) if ((await ask(call)) === true) granted += 1
    expect(granted).toBe(100)
  }, 20_000)

  it('is never more than it is where all ask at once', async () => {
    const ask = counter(inObjects(), 50, 'PSDGB-FCA-7')
    const many = calls(150, () => ({ organisation: 'PSDGB-FCA-7' }))
    const granted = await grantedOf(ask, many)
    expect(granted).toBeLessThanOrEqual(50)
    // Tokens that were on their way from one object to another are there a moment later.
    const rest = calls(60, (at) => ({ id: `rest${at}`, organisation: 'PSDGB-FCA-7', at: NOON + 2_000 }))
    let more = 0
    for (const call of rest) if ((await ask(call)) === true) more += 1
    expect(granted + more).toBe(50)
  }, 20_000)

  it('keeps a small row, and reads another version’s as none', () => {
    const row = { window: 5, tokens: 7, exhaustedUntil: NOON, borrowingUntil: NOON + 1, searched: 768 }
    const bytes = QUOTA_ANNEX.codec.encode(row)
    expect(QUOTA_ANNEX.codec.decode(bytes)).toEqual(row)
    expect(bytes.length).toBeLessThanOrEqual(QUOTA_ANNEX.maxRowBytes)
    expect(QUOTA_ANNEX.codec.decode(new Uint8Array(3))).toBeUndefined()
  })
})
