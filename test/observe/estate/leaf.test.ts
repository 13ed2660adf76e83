/** Isolates, a leaf and two pools: as if the isolates had asked the pools themselves. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Cohort } from '../../../src/evidence.ts'
import { known } from '../../../src/lib/fact.ts'
import { estateFrom, newEstateMemory } from '../../../src/observe/estate/client.ts'
import { type Collector, newCollector, type Open } from '../../../src/observe/estate/collector.ts'
import { type Leaf, newLeaf } from '../../../src/observe/estate/leaf.ts'
import type { Parcel } from '../../../src/observe/estate/parcel.ts'
import { CHUNKS, newPool, type Pool } from '../../../src/observe/estate/pool.ts'
import { count } from '../../../src/observe/windows.ts'
import { footprintOf, NOON } from '../../fixtures/facts.ts'

const POOLS = { shards: 2, jurisdiction: 'none' } as const

function isolateOf(name: string, route = 'login'): { readonly collector: Collector; readonly open: Open } {
  const collector = newCollector({ isolate: name, targets: 1, waitMs: 1_000 })
  const opened: Open[] = []
  const keep = (open: Open) => void opened.push(open)
  for (let n = 0; n < 20; n += 1) {
    const one = footprintOf({
      at: NOON + n,
      account: `k1.${name}-${n}`,
      client: `tool@${name}-${n}`,
      route,
      cohorts: { network: '64500', country: n % 2 === 0 ? 'GB' : 'PL', bin: '41111111' },
    })
    collector.observe(one, keep)
    collector.settle(one, 'failure', { at: one.at }, keep)
  }
  const [open] = opened
  if (open === undefined) throw new Error('no parcel was opened')
  return { collector, open }
}

/** A parcel as large as a flood of invented names makes one. */
function crowded(isolate: string): Parcel {
  const collector = newCollector({ isolate, targets: 1, waitMs: 1_000 })
  const opened: Open[] = []
  for (let n = 0; n < 900; n += 1)
    collector.observe(
      footprintOf({ at: Date.now(), cohort: `${isolate}-${n}` }),
      (open) => void opened.push(open),
    )
  const [open] = opened
  if (open === undefined) throw new Error('no parcel was opened')
  return collector.seal(open)
}

/** What fails counts and its answer is lost, or it is dead and counts nothing. */
function house(fails: (shard: number) => boolean = () => false, how: 'lost' | 'dead' = 'lost') {
  const pools = [newPool(), newPool()]
  const calls: number[] = []
  const leaf = newLeaf({
    isolate: 'leaf',
    swap(shard, _pools, parcel) {
      calls.push(shard)
      const failed = fails(shard)
      const answer = failed && how === 'dead' ? undefined : pools[shard]?.swap(parcel)
      return failed ? Promise.reject(new Error('lost')) : Promise.resolve(answer)
    },
    now: () => Date.now(),
    outlive() {},
  })
  return { leaf, pools, calls }
}

/** Speaks to the leaf as a whole isolate does, second after second. */
function speaker(leaf: Leaf, isolate: string) {
  const memory = newEstateMemory({ ...POOLS, leaves: 1, isolate })
  const object = { swap: async () => undefined, relay: leaf.swap }
  const ports = { memory, waitUntil: () => {}, report: () => {} }
  return estateFrom({ getByName: () => object }, ports)
}

const ROUTES = Array.from({ length: 8 }, (_, n) => `way-${n}`)

/** Requests that a pool knows of, over all these routes. */
function requestsIn(pool: Pool): number {
  let requests = 0
  for (let chunk = 0; chunk < CHUNKS; chunk += 1)
    for (const [name, { counts }] of pool.takeChunk(chunk))
      if (name.startsWith('route:way-')) requests += count(counts, 'day', 'requests', NOON)
  return requests
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a leaf of the estate', () => {
  it('makes one parcel for each pool of those of many isolates, and answers each with its part', async () => {
    const { leaf, calls } = house()
    const isolates = Array.from({ length: 30 }, (_, index) => isolateOf(`isolate-${index}`))
    const answers = await Promise.all(
      isolates.map(({ collector, open }) => leaf.swap(collector.seal(open), POOLS)),
    )
    expect(calls.toSorted()).toEqual([0, 1])
    for (const [index, { collector, open }] of isolates.entries()) {
      expect(collector.hear(open, answers[index])).toBe(true)
      const told = collector.observe(
        footprintOf({ at: NOON + 2_000, cohorts: { network: '64500', country: 'PL', bin: '41111111' } }),
        () => {},
      )
      expect(known<Cohort>(told.route)?.behaviour.hour).toMatchObject({ attempts: 600, failures: 600 })
      expect(known<Cohort>(told.cohort)?.behaviour.hour.attempts).toBe(600)
      expect(known<Cohort>(told.cohorts.country)?.behaviour.hour.attempts).toBe(300)
      expect(known<Cohort>(told.cohorts.bin)?.behaviour.hour.accounts).toBeGreaterThan(500)
    }
  })

  it('acknowledges nothing until every pool has, and then nothing counted twice', async () => {
    const lost = vi.fn((shard: number) => shard === 1 && lost.mock.calls.length < 4)
    const { leaf } = house(lost)
    const { collector, open } = isolateOf('unlucky')
    const parcel = collector.seal(open)
    expect(await leaf.swap(parcel, POOLS)).toBeUndefined()
    const again = await leaf.swap(parcel, POOLS)
    const answer = again ?? (await leaf.swap(parcel, POOLS))
    expect(collector.hear(open, answer)).toBe(true)
    const told = collector.observe(
      footprintOf({ at: NOON + 2_000, cohorts: { network: '64500', country: 'GB', bin: '41111111' } }),
      () => {},
    )
    expect(known<Cohort>(told.route)?.behaviour.hour.attempts).toBe(20)
    expect(known<Cohort>(told.cohorts.country)?.behaviour.hour.attempts).toBe(10)
    expect(known<Cohort>(told.cohorts.bin)?.behaviour.hour.attempts).toBe(20)
  })

  // A round was forgotten after sixteen, which is eight seconds: isolates send again for longer, and the pool that had answered counted twice.
  it('counts a retry once in the pools that are well, however long another is away', async () => {
    vi.useFakeTimers({ now: NOON })
    let down = true
    const { leaf, pools } = house((shard) => shard === 1 && down, 'dead')
    const isolates = Array.from({ length: 8 }, (_, index) => speaker(leaf, `isolate-${index}`))
    let sent = 0
    // One after the other, as isolates come: a round is begun every half second.
    for (let turn = 0; turn < 200; turn += 1) {
      if (turn === 14 * 8) down = false
      const isolate = turn % isolates.length
      const route = ROUTES[Math.floor(turn / ROUTES.length + isolate) % ROUTES.length] ?? ''
      isolates[isolate]?.observe(footprintOf({ at: Date.now(), route, account: undefined }))
      sent += 1
      await vi.advanceTimersByTimeAsync(125)
    }
    await vi.advanceTimersByTimeAsync(10_000)
    const [healthy = 0, away = 0] = pools.map(requestsIn)
    expect(healthy).toBeGreaterThan(0)
    expect(away).toBeGreaterThan(0)
    expect(healthy + away).toBe(sent)
  })

  it('takes no more than 32,768 cohorts while a pool is away, and forgets them when no isolate sends them any more', async () => {
    vi.useFakeTimers({ now: NOON })
    const { leaf, pools } = house((shard) => shard === 1, 'dead')
    const parcels = Array.from({ length: 60 }, (_, index) => crowded(`isolate-${index}`))
    const untaken: Parcel[] = []
    for (const parcel of parcels) {
      const before = leaf.waiting
      void leaf.swap(parcel, POOLS)
      if (leaf.waiting === before) untaken.push(parcel)
      await vi.advanceTimersByTimeAsync(600)
    }
    expect(leaf.waiting).toBeGreaterThan(16_384)
    expect(leaf.waiting).toBeLessThan(32_768 + 1_024)
    expect(untaken.length).toBeGreaterThan(0)
    await vi.advanceTimersByTimeAsync(60_000)
    const [again] = untaken
    if (again === undefined) throw new Error('everything was taken')
    void leaf.swap(again, POOLS)
    expect(leaf.waiting).toBe(again.names.length)
    expect(pools[0]?.size).toBeGreaterThan(0)
  })

  it('acknowledges what was answered long ago, without counting it and without an answer', async () => {
    vi.useFakeTimers({ now: NOON })
    const { leaf, pools } = house()
    const relayed = async (parcel: Parcel) => {
      const answer = leaf.swap(parcel, POOLS)
      await vi.advanceTimersByTimeAsync(500)
      return answer
    }
    const { collector, open } = isolateOf('patient', ROUTES[0])
    const parcel = collector.seal(open)
    expect(await relayed(parcel)).toBeDefined()
    for (let n = 0; n < 40; n += 1) {
      const other = isolateOf(`other-${n}`)
      await relayed(other.collector.seal(other.open))
    }
    expect(collector.hear(open, await relayed(parcel))).toBe(true)
    expect(pools.reduce((sum, pool) => sum + requestsIn(pool), 0)).toBe(20)
  })

  it('has no answer for what is no parcel of its version', async () => {
    const { leaf, calls } = house()
    const { collector, open } = isolateOf('other')
    const parcel = collector.seal(open)
    expect(await leaf.swap({ ...parcel, numbers: parcel.numbers.slice(2) }, POOLS)).toBeUndefined()
    expect(calls).toEqual([])
  })
})
