// With every call answered in 240 of 250 milliseconds a request over its quota waited 2,246, one that waited for another's search 2,019, and one
// that only borrowed 730: each call had a budget of its own.
import { describe, expect, it } from 'vitest'
import { ownerPrint, withOwner } from '../../../src/consents.ts'
import type { Conduct, Footprint, LedgerKey } from '../../../src/evidence.ts'
import type { ConsentAsk } from '../../../src/observe/consent/types.ts'
import { memoryLedger } from '../../../src/observe/memory-ledger.ts'
import { type Patience, patienceFrom } from '../../../src/observe/patience.ts'
import { askingQuota, withQuota } from '../../../src/observe/quota/borrow.ts'
import type { QuotaAsk } from '../../../src/observe/quota/types.ts'
import type { Ledger } from '../../../src/ports.ts'
import { footprintOf, NO_CONDUCT, NOON } from '../../fixtures/facts.ts'

const SHARDS = 4
const LIMIT = 40
const BUDGET_MS = 250
const SLOW_MS = 240
/** Of a machine with other things to do: less than another question takes. */
const SLACK_MS = 200
const TIMEOUT = { state: 'unavailable', reason: 'ledger_timeout' }
const TPP: LedgerKey = { kind: 'tpp', id: 'PSDGB-FCA-1', standing: 'proven' }

interface Asked {
  readonly conduct: Conduct
  readonly ms: number
}

/** A memory that can be made slow, and what goes on in it without anybody who waits. */
function slowable() {
  const memory = memoryLedger({ organisationShards: SHARDS })
  const outlived: Promise<unknown>[] = []
  let delayMs = 0
  let only: QuotaAsk['kind'] | undefined
  let calls = 0
  const ledger: Ledger = {
    ...memory,
    async observe(print) {
      calls += 1
      const slow = only === undefined || print.asks.quota?.kind === only
      if (slow && delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
      return memory.observe(print)
    },
  }
  const clock = { now: () => Date.now(), id: () => '' }
  return {
    ledger,
    calls: () => calls,
    setDelay(milliseconds: number, kind?: QuotaAsk['kind']) {
      delayMs = milliseconds
      only = kind
    },
    settled: () => Promise.all(outlived),
    /** The first question, and what follows from its answer. */
    async ask(
      print: Footprint,
      more: (conduct: Conduct, patience: Patience) => Promise<Conduct>,
    ): Promise<Asked> {
      const began = Date.now()
      const patience = patienceFrom(print, BUDGET_MS, {
        clock,
        waitUntil: (work) => void outlived.push(work),
      })
      const conduct = await more({ ...NO_CONDUCT, ...(await ledger.observe(print)) }, patience)
      return { conduct, ms: Date.now() - began }
    },
  }
}

type Slowable = ReturnType<typeof slowable>
let sequence = 0

function spend({ ask, ledger }: Slowable, at = NOON, spread = 0): Promise<Asked> {
  sequence += 1
  const print = footprintOf({ requestId: `r${sequence}`, at, spread, account: undefined, keys: [TPP] })
  const asking = askingQuota(print, [{ organisation: '*', requests: LIMIT, seconds: 3_600 }])
  return ask(asking, (conduct, patience) =>
    withQuota(conduct, asking, { ledger, patience, organisationShards: SHARDS }),
  )
}

const granted = ({ conduct: { quota } }: Asked) => quota?.state === 'valid' && quota.value.granted

async function passing(scene: Slowable, asked: number, at = NOON): Promise<number> {
  let passed = 0
  for (let n = 0; n < asked; n += 1) if (granted(await spend(scene, at, n))) passed += 1
  return passed
}

describe('with a memory that takes nearly all its time for each answer', () => {
  it('a request over its quota waits once, and the next is told what the search has found', async () => {
    const scene = slowable()
    expect(await passing(scene, LIMIT + 8)).toBe(LIMIT)
    scene.setDelay(SLOW_MS)
    const looking = await spend(scene, NOON + 5_000)
    expect(looking.ms).toBeLessThan(BUDGET_MS + SLACK_MS)
    expect(looking.conduct.quota).toEqual(TIMEOUT)
    await scene.settled()
    const calls = scene.calls()
    const next = await spend(scene, NOON + 5_500)
    expect(next.conduct.quota).toMatchObject({ value: { granted: false, next: 'exhausted' } })
    expect(scene.calls()).toBe(calls + 1)
  })

  it('a request that waits for the search of another waits once', async () => {
    const scene = slowable()
    expect(await passing(scene, LIMIT + 8)).toBe(LIMIT)
    scene.setDelay(SLOW_MS)
    const all = await Promise.all([1, 2, 3].map(() => spend(scene, NOON + 5_000)))
    for (const { ms } of all) expect(ms).toBeLessThan(BUDGET_MS + SLACK_MS)
    expect(all[0]?.conduct.quota).toEqual(TIMEOUT)
    expect(all.filter(granted)).toEqual([])
    await scene.settled()
  })

  it('a request that was told in time that another looks is not let through for that', async () => {
    const scene = slowable()
    expect(await passing(scene, LIMIT + 8)).toBe(LIMIT)
    scene.setDelay(2 * BUDGET_MS, 'recall')
    const [looking, ...others] = await Promise.all([1, 2, 3, 4].map((n) => spend(scene, NOON + 5_000, n % 2)))
    expect(looking?.conduct.quota).toEqual(TIMEOUT)
    for (const { ms, conduct } of others) {
      expect(ms).toBeLessThan(BUDGET_MS + SLACK_MS)
      expect(conduct.quota).toMatchObject({ state: 'valid', value: { granted: false } })
    }
    await scene.settled()
    const calls = scene.calls()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(scene.calls()).toBe(calls)
  })

  it('a request that borrows waits once, and what it borrowed is there for others', async () => {
    const scene = slowable()
    scene.setDelay(SLOW_MS)
    const borrowing = await spend(scene)
    expect(borrowing.ms).toBeLessThan(BUDGET_MS + SLACK_MS)
    expect(borrowing.conduct.quota).toEqual(TIMEOUT)
    await scene.settled()
    scene.setDelay(0)
    // It was counted itself, all the same.
    expect(await passing(scene, LIMIT + 20)).toBe(LIMIT - 1)
  })

  it('what was called back for a request that went on comes to those behind it', async () => {
    const scene = slowable()
    for (let n = 0; n < SHARDS; n += 1) await spend(scene, NOON, n)
    let passed = SHARDS
    // All but what lies in the others.
    for (let asked = await spend(scene); granted(asked) && passed < 30; asked = await spend(scene))
      passed += 1
    scene.setDelay(SLOW_MS)
    const slow = await Promise.all(Array.from({ length: 4 }, () => spend(scene)))
    await scene.settled()
    scene.setDelay(0)
    passed += 1 + slow.filter(granted).length
    const rest = await passing(scene, 60, NOON + 3_000)
    const unheard = slow.filter(({ conduct }) => conduct.quota?.state === 'unavailable').length
    expect(passed + rest).toBeLessThanOrEqual(LIMIT)
    expect(passed + rest + unheard).toBeGreaterThanOrEqual(LIMIT)
  })

  it('whose a consent is is learnt for the next request where the answer comes too late for this one', async () => {
    const scene = slowable()
    const consent: LedgerKey = { kind: 'consent', id: 'k1.consent', standing: 'proven' }
    const reads: ConsentAsk = {
      ...{ kind: 'use', data: true, account: undefined, listing: undefined, unattended: undefined },
    }
    const print = (at: number) =>
      footprintOf({ keys: [TPP, consent], at, spread: 3, asks: { consent: reads } })
    const use = (at: number) => {
      const asking = print(at)
      return scene.ask(asking, (conduct, patience) =>
        withOwner(conduct, asking, { ledger: scene.ledger, patience }),
      )
    }
    const made = ownerPrint(print(NOON), consent, 'PSDGB-FCA-2')
    scene.ledger.learn(made, { news: { consent: { owner: 'PSDGB-FCA-2' } } }, NOON)
    scene.setDelay(SLOW_MS)
    const first = await use(NOON + 1_000)
    expect(first.ms).toBeLessThan(BUDGET_MS + SLACK_MS)
    expect(first.conduct.consent.state).toBe('valid')
    await scene.settled()
    expect((await use(NOON + 2_000)).conduct.consent).toMatchObject({ reason: 'consent_of_another' })
  })
})

describe('the deadline of a request', () => {
  const CASES: readonly (readonly [patienceMs: number | undefined, gone: number, left: number])[] = [
    [undefined, 0, 250],
    [undefined, 200, 50],
    [undefined, 300, 0],
    [2_000, 100, 250],
    [2_000, 1_900, 100],
  ]
  it.each(CASES)(
    'with a patience of %s ms leaves, %i ms after it was set, %i for what is asked then',
    async (patienceMs, gone, left) => {
      let now = NOON
      const clock = { now: () => now, id: () => '' }
      const print = patienceMs === undefined ? {} : { patienceMs }
      const patience = patienceFrom(print, BUDGET_MS, { clock, waitUntil() {} })
      now += gone
      const began = Date.now()
      expect(await patience.within(() => new Promise(() => {}))).toEqual({ ok: false, reason: 'late' })
      const waited = Date.now() - began
      expect(waited).toBeGreaterThanOrEqual(left - 5)
      expect(waited).toBeLessThan(left + SLACK_MS)
    },
  )
})
