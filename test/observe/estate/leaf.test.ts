/** Isolates, a leaf and two pools: as if the isolates had asked the pools themselves. */
import { describe, expect, it, vi } from 'vitest'
import type { Cohort } from '../../../src/evidence.ts'
import { known } from '../../../src/lib/fact.ts'
import { type Collector, newCollector, type Open } from '../../../src/observe/estate/collector.ts'
import { newLeaf } from '../../../src/observe/estate/leaf.ts'
import { newPool } from '../../../src/observe/estate/pool.ts'
import { footprintOf, NOON } from '../../fixtures/facts.ts'

const POOLS = { shards: 2, jurisdiction: 'none' } as const

function isolateOf(name: string): { readonly collector: Collector; readonly open: Open } {
  const collector = newCollector({ isolate: name, targets: 1, waitMs: 1_000 })
  const opened: Open[] = []
  const keep = (open: Open) => void opened.push(open)
  for (let n = 0; n < 20; n += 1) {
    const one = footprintOf({
      at: NOON + n,
      account: `k1.${name}-${n}`,
      client: `tool@${name}-${n}`,
      cohorts: { network: '64500', country: n % 2 === 0 ? 'GB' : 'PL', bin: '41111111' },
    })
    collector.observe(one, keep)
    collector.settle(one, 'failure', { at: one.at }, keep)
  }
  const [open] = opened
  if (open === undefined) throw new Error('no parcel was opened')
  return { collector, open }
}

function house(fails: (shard: number) => boolean = () => false) {
  const pools = [newPool(), newPool()]
  const calls: number[] = []
  const leaf = newLeaf({
    isolate: 'leaf',
    swap(shard, _pools, parcel) {
      calls.push(shard)
      const answer = pools[shard]?.swap(parcel)
      // It counts, and its answer is lost.
      return fails(shard) ? Promise.reject(new Error('lost')) : Promise.resolve(answer)
    },
    outlive() {},
  })
  return { leaf, pools, calls }
}

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

  it('has no answer for what is no parcel of its version', async () => {
    const { leaf, calls } = house()
    const { collector, open } = isolateOf('other')
    const parcel = collector.seal(open)
    expect(await leaf.swap({ ...parcel, numbers: parcel.numbers.slice(2) }, POOLS)).toBeUndefined()
    expect(calls).toEqual([])
  })
})
