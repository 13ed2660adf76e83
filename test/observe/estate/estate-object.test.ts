import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Cohort, Footprint } from '../../../src/evidence.ts'
import { known } from '../../../src/lib/fact.ts'
import { newCollector, type Open } from '../../../src/observe/estate/collector.ts'
import type { Estate } from '../../../src/observe/estate/estate-object.ts'
import type { Parcel } from '../../../src/observe/estate/parcel.ts'
import { footprintOf } from '../../fixtures/facts.ts'

type Stub = DurableObjectStub<Estate>
type Swap = (parcel: Parcel) => Promise<unknown>

const HOUR = 3_600_000

/** One isolate's requests in one parcel, swapped; what the next request reads. */
async function swapped(
  swap: Swap,
  isolate: string,
  visits: number,
  at = Date.now(),
): Promise<Cohort | undefined> {
  const collector = newCollector({ isolate, targets: 1, waitMs: 1_000 })
  const opened: Open[] = []
  const keep = (open: Open) => void opened.push(open)
  const visit = (n: number): Footprint =>
    footprintOf({
      at,
      account: `k1.${isolate}-${n}`,
      client: `c-${isolate}-${n}`,
      cohorts: { network: '64500' },
    })
  for (let n = 0; n < visits; n += 1) {
    const one = visit(n)
    collector.observe(one, keep)
    collector.settle(one, 'failure', { at }, keep)
  }
  const [open] = opened
  if (open === undefined) throw new Error('no parcel was opened')
  if (!collector.hear(open, await swap(collector.seal(open)))) return undefined
  return known<Cohort>(collector.observe(visit(visits), keep).cohort)
}

const through =
  (stub: Stub): Swap =>
  (parcel) =>
    stub.swap(parcel)

/** Writes everything down now, as the daily clean-up does. */
async function alarmed(stub: Stub): Promise<void> {
  await runInDurableObject(stub, (_instance, state) => state.storage.setAlarm(Date.now() + HOUR))
  expect(await runDurableObjectAlarm(stub)).toBe(true)
}

function stored(stub: Stub): Promise<readonly { readonly chunk: number; readonly size: number }[]> {
  return runInDurableObject(stub, (_instance, state) => {
    const { sql } = state.storage
    if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'cohorts'").toArray().length === 0) return []
    return sql
      .exec<{ chunk: number; size: number }>('SELECT chunk, length(states) AS size FROM cohorts')
      .toArray()
  })
}

describe('the Estate object', () => {
  it('merges isolates, and touches no storage for it', async () => {
    const stub = env.ESTATE.getByName('merges')
    await swapped(through(stub), 'one', 30)
    const cohort = await swapped(through(stub), 'two', 12)
    expect(cohort?.behaviour.hour).toMatchObject({ requests: 42, attempts: 42, failures: 42 })
    expect(await stored(stub)).toEqual([])
  })

  it('has what it learnt back after an eviction, and no hash of a single account or client', async () => {
    const stub = env.ESTATE.getByName('evicted')
    await swapped(through(stub), 'one', 200)
    await alarmed(stub)
    expect((await stored(stub)).length).toBeGreaterThan(0)
    await evictDurableObject(stub)
    const cohort = await swapped(through(stub), 'two', 1)
    expect(cohort?.behaviour.hour).toMatchObject({ requests: 201, failures: 201 })
    expect(cohort?.behaviour.hour.accounts).toBeGreaterThan(160)
    // Who was heaviest is not written down: it is learnt anew.
    expect(cohort?.merged?.topClient).toBeUndefined()
  })

  it('forgets what was not seen for five weeks, and is given back whole when nothing is left', async () => {
    const stub = env.ESTATE.getByName('old')
    await swapped(through(stub), 'one', 50, Date.now() - 40 * 24 * HOUR)
    await alarmed(stub)
    const tables = await runInDurableObject(stub, (_instance, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'cohorts'").toArray(),
    )
    expect(tables).toEqual([])
    expect((await swapped(through(stub), 'two', 3))?.behaviour.day.requests).toBe(3)
  })

  it('counts a parcel once, though it comes twice', async () => {
    const stub = env.ESTATE.getByName('twice')
    const swapTwice: Swap = async (parcel) => {
      await stub.swap(parcel)
      return stub.swap(parcel)
    }
    expect((await swapped(swapTwice, 'one', 25))?.behaviour.hour.attempts).toBe(25)
  })

  it('takes a parcel of tomorrow for one of now: one wrong clock must not end an hour for everybody', async () => {
    const stub = env.ESTATE.getByName('ahead')
    expect((await swapped(through(stub), 'right', 10))?.behaviour.minute.attempts).toBe(10)
    const tomorrow = Date.now() + 24 * HOUR
    await swapped((parcel) => stub.swap({ ...parcel, at: tomorrow, sealedAt: tomorrow }), 'wrong', 10)
    expect((await swapped(through(stub), 'another', 10))?.behaviour.hour.attempts).toBe(30)
  })

  it('answers a parcel that is none without throwing', async () => {
    const stub = env.ESTATE.getByName('strange')
    const strange = {
      isolate: 'x',
      sequence: 0,
      at: 0,
      sealedAt: 0,
      names: ['route:a'],
      numbers: new Float64Array(3),
    }
    expect(await stub.swap(strange)).toBeUndefined()
    // @ts-expect-error -- an older or a newer version of us
    expect(await stub.swap({})).toMatchObject({ fault: expect.any(String) })
  })

  it('speaks for many isolates as a leaf, over the pools that keep the whole', async () => {
    const leaf = env.ESTATE.getByName('estate-leaf-0-of-2')
    const pools = { shards: 3, jurisdiction: 'none' } as const
    const relayed: Swap = (parcel) => leaf.relay(parcel, pools)
    const cohorts = await Promise.all(['a', 'b', 'c', 'd'].map((isolate) => swapped(relayed, isolate, 10)))
    for (const cohort of cohorts) expect(cohort?.behaviour.hour).toMatchObject({ attempts: 40, failures: 40 })
  })
})
