/** Several isolates and one pool, in memory: what every isolate reads is what all of them have seen. */
import { describe, expect, it } from 'vitest'
import { random } from '../../../lab/traffic/random.ts'
import type { Cohort, Footprint, OutcomeKind } from '../../../src/evidence.ts'
import { known } from '../../../src/lib/fact.ts'
import { newCollector, type Open } from '../../../src/observe/estate/collector.ts'
import { memoryEstate } from '../../../src/observe/estate/memory-estate.ts'
import { newPool, type Pool } from '../../../src/observe/estate/pool.ts'
import { footprintOf, NOON } from '../../fixtures/facts.ts'

const HOUR = 3_600_000

/** An isolate whose swaps are made by hand. */
function isolateOf(pool: Pool, name: string) {
  const collector = newCollector({ isolate: name, targets: 1, waitMs: 1_000 })
  const opened: Open[] = []
  const keep = (open: Open) => void opened.push(open)
  return {
    visit(footprint: Footprint, outcome: OutcomeKind = 'failure') {
      const told = collector.observe(footprint, keep)
      collector.settle(footprint, outcome, { at: footprint.at }, keep)
      return told
    },
    /** Sends everything; an answer may be lost on its way. */
    swap({ answered = true } = {}) {
      for (const open of opened.splice(0)) {
        const answer = pool.swap(structuredClone(collector.seal(open)))
        if (!answered) opened.push(open)
        else expect(collector.hear(open, structuredClone(answer))).toBe(true)
      }
    },
    get size() {
      return collector.size
    },
  }
}

function attempt(n: number, change: Partial<Footprint> = {}): Footprint {
  const keys = [{ kind: 'address', id: `198.51.100.${n}/32`, standing: 'claimed' }] as const
  return footprintOf({
    at: NOON + n,
    account: `k1.user${n}`,
    client: `tool@${n}`,
    cohort: 'fp-tool',
    route: 'login',
    keys,
    cohorts: { network: '64500', password: 'k1.aaa' },
    ...change,
  })
}

const cohortOf = (told: { readonly cohort: Parameters<typeof known<Cohort>>[0] }) => known(told.cohort)

describe('isolates that share an estate', () => {
  it('each read what all have seen, in every group, exactly in counts', () => {
    const pool = newPool()
    const isolates = Array.from({ length: 10 }, (_, index) => isolateOf(pool, `isolate-${index}`))
    for (let n = 0; n < 1_000; n += 1) isolates[n % 10]?.visit(attempt(n))
    for (const round of [0, 1]) {
      for (const isolate of isolates) {
        isolate.swap()
        isolate.visit(attempt(2_000 + round))
      }
    }
    const told = isolates[3]?.visit(attempt(3_000))
    for (const fact of [told?.cohort, told?.route, told?.cohorts.network, told?.cohorts.password]) {
      const cohort = fact && known<Cohort>(fact)
      expect(cohort?.behaviour.hour.attempts).toBeGreaterThanOrEqual(1_000)
      expect(cohort?.behaviour.hour.attempts).toBeLessThanOrEqual(1_020)
      expect(cohort?.behaviour.hour.failures).toBeGreaterThanOrEqual(1_000)
      expect(cohort?.behaviour.hour.accounts).toBeGreaterThan(850)
      expect(cohort?.behaviour.hour.accounts).toBeLessThan(1_170)
      expect(cohort?.merged?.addresses).toBeGreaterThan(850)
    }
    expect(told?.cohorts.country).toEqual({ state: 'absent' })
  })

  it('read how many tried accounts that nobody was seen to get into, whether refused or not', () => {
    const pool = newPool()
    const [one, other] = [isolateOf(pool, 'one'), isolateOf(pool, 'other')]
    for (let n = 0; n < 30; n += 1)
      one.visit(attempt(n, { stranger: n % 3 > 0 }), n % 2 ? 'refused' : 'failure')
    one.swap()
    for (const _round of [0, 1]) {
      other.visit(attempt(100))
      other.swap()
    }
    const told = other.visit(attempt(200))
    expect(cohortOf(told)?.behaviour.day).toMatchObject({ attempts: 32, strangers: 20 })
  })

  it.each([
    ['miss', { attempts: 1, misses: 1, strangers: 1 }],
    ['origin_error', { attempts: 0, misses: 0, strangers: 0 }],
  ] as const)('read of a stranger’s attempt that ends in "%s" as %o', (outcome, counted) => {
    const pool = newPool()
    const isolate = isolateOf(pool, 'one')
    isolate.visit(attempt(0, { stranger: true }), outcome)
    expect(cohortOf(isolate.visit(attempt(1, { attempt: false })))?.behaviour.day).toMatchObject(counted)
    isolate.swap()
    expect(cohortOf(isolate.visit(attempt(2, { attempt: false })))?.behaviour.day).toMatchObject(counted)
  })

  it('counts a parcel once, though its answer was lost and it came again', () => {
    const pool = newPool()
    const isolate = isolateOf(pool, 'unlucky')
    for (let n = 0; n < 50; n += 1) isolate.visit(attempt(n))
    for (let lost = 0; lost < 3; lost += 1) isolate.swap({ answered: false })
    expect(cohortOf(isolate.visit(attempt(60)))?.behaviour.hour.attempts).toBe(50)
    isolate.swap()
    expect(cohortOf(isolate.visit(attempt(61)))?.behaviour.hour.attempts).toBe(51)
  })

  it('goes on with what it has seen itself while the estate cannot be reached', () => {
    const isolate = isolateOf(newPool(), 'alone')
    for (let n = 0; n < 500; n += 1) isolate.visit(attempt(n))
    const alone = cohortOf(isolate.visit(attempt(HOUR / 2)))
    expect(alone?.behaviour.hour).toMatchObject({ attempts: 500, failures: 500 })
    expect(alone?.behaviour.hour.accounts).toBeGreaterThan(400)
    expect(alone?.staleness).toBe(HOUR / 2)
    expect(alone?.merged).toBeUndefined()
  })

  it('says how old its picture is', () => {
    const pool = newPool()
    const isolate = isolateOf(pool, 'idle')
    isolate.visit(attempt(0))
    isolate.swap()
    expect(cohortOf(isolate.visit(attempt(1_500)))?.staleness).toBe(500)
    expect(cohortOf(isolate.visit(attempt(HOUR)))?.staleness).toBe(HOUR - 1_000)
  })

  it('takes back an attempt on which the bank itself failed', () => {
    const pool = newPool()
    const collector = newCollector({ isolate: 'refund', targets: 1, waitMs: 1_000 })
    const opened: Open[] = []
    for (let n = 0; n < 3; n += 1) {
      const one = attempt(n)
      collector.observe(one, (open) => opened.push(open))
      collector.settle(one, n === 0 ? 'origin_error' : 'success', { at: one.at, bytes: 100 }, (open) =>
        opened.push(open),
      )
    }
    const [open] = opened
    if (open !== undefined) collector.hear(open, pool.swap(collector.seal(open)))
    const told = collector.observe(attempt(1_000), () => {})
    expect(known(told.cohort)?.behaviour.hour).toMatchObject({
      requests: 3,
      attempts: 2,
      successes: 2,
      bytes: 300,
    })
  })

  it('refuses what another version of it has sent, and an answer to another parcel', () => {
    const pool = newPool()
    const collector = newCollector({ isolate: 'new', targets: 1, waitMs: 1_000 })
    const opened: Open[] = []
    collector.observe(attempt(0), (open) => opened.push(open))
    const [open] = opened
    if (open === undefined) throw new Error('no parcel was opened')
    const parcel = collector.seal(open)
    expect(pool.swap({ ...parcel, numbers: parcel.numbers.slice(1) })).toBeUndefined()
    for (const answer of [undefined, null, 7, {}, { fault: 'x' }, { ...pool.swap(parcel), sequence: 9 }])
      expect(collector.hear(open, answer)).toBe(false)
    expect(collector.seal(open)).toBe(parcel)
  })
})

describe('a parcel that is damaged', () => {
  it('is taken in or refused, and breaks nothing, 20,000 times', () => {
    const stream = random('damaged parcels')
    const collector = newCollector({ isolate: 'damaged', targets: 1, waitMs: 1_000 })
    const opened: Open[] = []
    for (let n = 0; n < 12; n += 1) collector.observe(attempt(n), (open) => opened.push(open))
    const [open] = opened
    if (open === undefined) throw new Error('no parcel was opened')
    const parcel = collector.seal(open)
    const pool = newPool(1 / 64)
    const strange = [-1, 0.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY, 0, 3]
    for (let sequence = 1; sequence <= 20_000; sequence += 1) {
      const numbers = parcel.numbers.slice(
        0,
        parcel.numbers.length - (stream.chance(0.2) ? stream.below(9) : 0),
      )
      for (let hit = stream.below(3); hit >= 0; hit -= 1)
        numbers[stream.below(numbers.length)] = stream.pick(strange)
      const answer = pool.swap({ ...parcel, sequence, numbers })
      expect(answer === undefined || answer.numbers.length > 0).toBe(true)
    }
  })
})

describe('what is usual', () => {
  it('is told from the same hour of earlier days and the last hour, once there were any', () => {
    const everybody = memoryEstate({ isolates: 3 })
    const stream = random('usual')
    const day = (start: number, an_hour: number) => {
      for (let n = 0; n < an_hour; n += 1) {
        const at = start + Math.floor(stream.next() * HOUR * 0.99)
        everybody.observe(attempt(n, { at, requestId: `${start}-${n}` }))
      }
    }
    for (let days = 14; days > 0; days -= 1) day(NOON - days * 24 * HOUR, 300)
    everybody.observe(attempt(0, { at: NOON, requestId: 'a' }))
    const told = everybody.observe(attempt(1, { at: NOON + 2_000, requestId: 'a' }))
    const merged = known<Cohort>(told.route)?.merged
    expect(merged?.sameHour?.days).toBe(14)
    expect(merged?.sameHour?.attempts).toBeGreaterThan(270)
    expect(merged?.sameHour?.attempts).toBeLessThan(310)
    expect(merged?.lastHour?.attempts).toBe(0)
  })
})

describe('a flood of invented cohorts', () => {
  it('stays within its bounds and pushes out no honest cohort, in the isolate and in the pool', () => {
    const pool = newPool(1 / 8)
    const collector = newCollector({ isolate: 'flooded', targets: 1, waitMs: 1_000, capacity: 1 / 8 })
    const opened: Open[] = []
    const keep = (open: Open) => void opened.push(open)
    const honest = (n: number) =>
      attempt(n, {
        cohort: `fp-browser-${n % 5}`,
        cohorts: { network: `${64_500 + (n % 5)}`, country: 'GB' },
      })
    let widest = 0
    const swap = () => {
      for (const open of opened.splice(0)) {
        const parcel = collector.seal(open)
        widest = Math.max(widest, parcel.names.length)
        collector.hear(open, pool.swap(parcel))
      }
    }
    for (let n = 0; n < 1_000; n += 1) collector.observe(honest(n), keep)
    swap()
    for (let n = 0; n < 12_000; n += 1) {
      const invented = {
        cohort: `fp-${n}`,
        cohorts: { network: `${n}`, password: `k1.${n}`, bin: `${n}` },
        route: `r${n}`,
      }
      collector.observe(attempt(1_000 + n, invented), keep)
      if (n % 100 === 0) collector.observe(honest(1_000 + n), keep)
      if (n % 2_000 === 0) swap()
    }
    swap()
    expect(collector.size).toBeLessThanOrEqual(512)
    expect(pool.size).toBeLessThanOrEqual(512)
    // So many that are known, and a thousand newcomers.
    expect(widest).toBeLessThan(512 + 1_024)
    const told = collector.observe(honest(40_000), keep)
    expect(known(told.cohort)?.behaviour.hour.requests).toBeGreaterThan(180)
    expect(known<Cohort>(told.cohorts.network)?.behaviour.hour.requests).toBeGreaterThan(180)
    expect(known<Cohort>(told.cohorts.country)?.behaviour.hour.requests).toBeGreaterThan(1_000)
  })
})
