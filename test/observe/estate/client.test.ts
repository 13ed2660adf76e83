/** The isolate's port: what it sends, when, and what becomes of it when nobody answers. */
import { describe, expect, it, vi } from 'vitest'
import type { Cohort } from '../../../src/evidence.ts'
import { known } from '../../../src/lib/fact.ts'
import { type EstateObject, estateFrom, newEstateMemory } from '../../../src/observe/estate/client.ts'
import type { Parcel } from '../../../src/observe/estate/parcel.ts'
import { newPool } from '../../../src/observe/estate/pool.ts'
import { footprintOf, NOON } from '../../fixtures/facts.ts'

const WAIT_MS = 20

interface Wish {
  readonly shards?: number
  readonly leaves?: number
  readonly waitMs?: number
  /** What fails is never answered. */
  readonly silent?: boolean
  fails?(): boolean
}

function house(wish: Wish = {}) {
  const { shards = 1, leaves = 0, waitMs = WAIT_MS, silent = false, fails = () => false } = wish
  const pools = new Map<string, ReturnType<typeof newPool>>()
  const swaps: { readonly object: string; readonly parcel: Parcel; readonly by: 'swap' | 'relay' }[] = []
  const lost = vi.fn()
  const report = vi.fn()
  const work: Promise<unknown>[] = []
  const memory = newEstateMemory({
    ...{ isolate: 'one', shards, leaves, jurisdiction: 'none', waitMs, onLost: lost },
  })
  const call = async (object: string, parcel: Parcel, by: 'swap' | 'relay') => {
    swaps.push({ object, parcel, by })
    if (fails()) return silent ? new Promise<never>(() => {}) : Promise.reject(new Error('unreachable'))
    const pool = pools.get(object) ?? newPool()
    pools.set(object, pool)
    return pool.swap(structuredClone(parcel))
  }
  const namespace = {
    getByName: (object: string): EstateObject => ({
      swap: (parcel) => call(object, parcel, 'swap'),
      relay: (parcel) => call(object, parcel, 'relay'),
    }),
  }
  const estate = estateFrom(namespace, { memory, waitUntil: (one) => void work.push(one), report })
  return { estate, swaps, lost, report, memory, settled: () => Promise.all(work.splice(0)) }
}

const visit = (n: number) => footprintOf({ at: NOON + n, account: `k1.${n}`, client: `c${n}` })

describe('the estate’s port', () => {
  it('answers at once, and sends one parcel for all requests of a second', async () => {
    const { estate, swaps, settled } = house()
    for (let n = 0; n < 40; n += 1) estate.observe(visit(n))
    expect(swaps).toHaveLength(0)
    await settled()
    expect(swaps).toHaveLength(1)
    expect(swaps[0]?.object).toBe('estate-0-of-1')
    expect(known<Cohort>(estate.observe(visit(50)).cohort)?.behaviour.hour.requests).toBe(40)
    expect(known<Cohort>(estate.observe(visit(51)).cohort)?.merged).toBeDefined()
  })

  it('sends each cohort to its own shard', async () => {
    const { estate, swaps, settled } = house({ shards: 4 })
    for (let n = 0; n < 40; n += 1) estate.observe({ ...visit(n), cohort: `fp-${n}`, route: `route-${n}` })
    await settled()
    expect(new Set(swaps.map(({ object }) => object)).size).toBe(4)
    expect(swaps.flatMap(({ parcel }) => parcel.names)).toHaveLength(80)
  })

  it('asks its leaf where there are leaves, once for all shards', async () => {
    const { estate, swaps, settled } = house({ shards: 4, leaves: 8 })
    for (let n = 0; n < 40; n += 1) estate.observe({ ...visit(n), cohort: `fp-${n}` })
    await settled()
    expect(swaps).toMatchObject([{ by: 'relay' }])
    expect(swaps[0]?.object).toMatch(/^estate-leaf-[0-7]-of-8$/)
  })

  it('keeps what was not acknowledged, and sends it again as it was', async () => {
    let down = true
    const { estate, swaps, lost, settled } = house({ fails: () => down })
    for (let second = 0; second < 5; second += 1) {
      estate.observe(visit(second * 1_000))
      await settled()
    }
    down = false
    estate.observe(visit(9_000))
    await settled()
    const first = swaps.filter(({ parcel }) => parcel.sequence === 0)
    expect(first.length).toBeGreaterThan(4)
    expect(new Set(first.map(({ parcel }) => parcel))).toHaveProperty('size', 1)
    expect(lost).not.toHaveBeenCalled()
    expect(known<Cohort>(estate.observe(visit(10_000)).cohort)?.behaviour.hour.requests).toBe(6)
  })

  // The newest parcel was dropped while sixteen were under way, and requests went on filling it for fifteen seconds.
  it('gives up the oldest in an outage in which nothing is answered, and loses nothing of the last seconds', async () => {
    vi.useFakeTimers()
    try {
      let down = true
      const { estate, swaps, lost } = house({ waitMs: 1_000, fails: () => down, silent: true })
      const sent = () => swaps.reduce((latest, { parcel }) => Math.max(latest, parcel.sequence), -1)
      let stalled = 0
      for (let second = 0; second < 40; second += 1) {
        const before = sent()
        for (let n = 0; n < 4; n += 1) {
          estate.observe(visit(second * 1_000 + n * 250))
          await vi.advanceTimersByTimeAsync(250)
        }
        stalled = sent() > before ? 0 : stalled + 1
        expect(stalled).toBeLessThan(3)
      }
      down = false
      swaps.length = 0
      for (let n = 0; n < 24; n += 1) {
        estate.observe(visit(40_000 + n * 250))
        await vi.advanceTimersByTimeAsync(250)
      }
      const delivered = new Set(swaps.map(({ parcel }) => parcel.sequence))
      const last = Math.max(...delivered)
      expect(delivered.size).toBeGreaterThan(16)
      expect(Math.min(...delivered)).toBe(last - delivered.size + 1)
      expect(lost).toHaveBeenCalled()
    } finally {
      vi.useRealTimers()
    }
  })

  it('holds a bounded number of parcels while nobody answers, tells what it gave up, and goes on', async () => {
    const { estate, lost, memory, settled } = house({ fails: () => true })
    for (let second = 0; second < 40; second += 1) {
      estate.observe(visit(second * 1_000))
      await settled()
    }
    expect(memory.parcels.held).toBeLessThanOrEqual(16)
    expect(lost).toHaveBeenCalled()
    expect(known<Cohort>(estate.observe(visit(41_000)).cohort)?.behaviour.hour.requests).toBe(40)
  })
})
