/** What versions before this one have written down, or still send while this one is put out. */
import { describe, expect, it } from 'vitest'
import { known } from '../../../src/lib/fact.ts'
import { decodeCohorts, encodeCohorts } from '../../../src/observe/estate/codec.ts'
import { type CohortState, newCohortState } from '../../../src/observe/estate/cohort-state.ts'
import { newCollector, type Open } from '../../../src/observe/estate/collector.ts'
import { bytesOf, mark } from '../../../src/observe/estate/crowd.ts'
import { newLeaf } from '../../../src/observe/estate/leaf.ts'
import type { Parcel } from '../../../src/observe/estate/parcel.ts'
import { newPool } from '../../../src/observe/estate/pool.ts'
import { addUsual, sameHour } from '../../../src/observe/estate/usual.ts'
import { add, type Counter, read } from '../../../src/observe/windows.ts'
import { footprintOf, NOON } from '../../fixtures/facts.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const COUNTERS_THEN: readonly Counter[] = [
  ...(['requests', 'attempts', 'failures', 'successes', 'misses'] as const),
  ...(['pages', 'bytes', 'records'] as const),
]

function learnt(firstSeenAt: number): CohortState {
  const state = { ...newCohortState(firstSeenAt), lastAt: NOON, weight: 7.5 }
  // In the current bucket of some windows, and in the one before of others.
  for (const [index, counter] of COUNTERS_THEN.entries()) {
    add(state.counts, counter, NOON - HOUR, 100 + index)
    add(state.counts, counter, NOON, 1 + index)
  }
  for (let day = 3; day >= 0; day -= 1) addUsual(state.usual, [40, 30, 20, 10], NOON - day * DAY)
  for (let client = 0; client < 100; client += 1) mark(state.clients, client * 40_503_217, NOON)
  return state
}

function floats(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * 8))
  for (const [index, number] of numbers.entries()) view.setFloat64(index * 8, number, true)
  return new Uint8Array(view.buffer)
}

/** As version 1 laid it out: of each window its number, then eight columns of either bucket. */
function chunkThen(cohorts: readonly (readonly [string, CohortState])[]): Uint8Array {
  const bytes = [1]
  for (const [name, { firstSeenAt, lastAt, weight, counts, usual, clients }] of cohorts) {
    const dense = bytesOf(clients)
    bytes.push(name.length, 0, usual.slots.length === 0 ? 0 : 1, dense === undefined ? 0 : 2)
    bytes.push(...new TextEncoder().encode(name))
    const columns = counts.filter((_, cell) => cell % 19 !== 9 && cell % 19 !== 18)
    const means = [usual.hour, ...usual.current, ...usual.last, ...usual.slots]
    bytes.push(...floats([firstSeenAt, lastAt, weight, ...columns, ...means]))
    if (dense !== undefined) bytes.push(...floats(dense.buckets), ...dense.registers)
  }
  return Uint8Array.from(bytes)
}

describe('a chunk of cohorts that the version before has written', () => {
  const cohorts = [
    ['route:login', learnt(NOON - 20 * DAY)],
    ['cohort:new', newCohortState(NOON)],
    ['network:64500:login', learnt(NOON - 9 * DAY)],
  ] as const

  it('is read whole: since when a cohort is known, its counters, its crowds and what is usual', () => {
    const decoded = decodeCohorts(chunkThen(cohorts))
    expect(decoded).toEqual(decodeCohorts(encodeCohorts(cohorts)))
    const [name, state = newCohortState(0)] = decoded[0] ?? []
    expect([name, state.firstSeenAt, state.weight]).toEqual(['route:login', NOON - 20 * DAY, 7.5])
    expect(read(state.counts, 'minute', NOON)).toMatchObject({ requests: 1, records: 8, strangers: 0 })
    expect(read(state.counts, 'hour', NOON)).toMatchObject({ requests: 101, records: 115, strangers: 0 })
    expect(sameHour(state.usual, NOON)).toEqual({ days: 3, sums: [40, 30, 20, 10] })
    expect(decoded.map(([, { firstSeenAt }]) => firstSeenAt)).toEqual([
      ...[NOON - 20 * DAY, NOON],
      NOON - 9 * DAY,
    ])
  })

  it('is read up to where it was cut off, and one of an unknown version not at all', () => {
    const chunk = chunkThen(cohorts)
    expect(decodeCohorts(chunk.subarray(0, -1)).map(([name]) => name)).toEqual(['route:login', 'cohort:new'])
    expect(decodeCohorts(Uint8Array.of(3, ...chunk.subarray(1)))).toEqual([])
  })
})

it('writes a cohort in 6.7 kB at most', () => {
  const state = learnt(NOON - DAY)
  for (let hash = 0; hash < 100; hash += 1)
    for (const crowd of [state.accounts, state.addresses]) mark(crowd, hash * 40_503_217, NOON)
  expect(encodeCohorts([[`cohort:${'x'.repeat(153)}`, state]]).length - 1).toBe(6_660)
})

/** Eight sums, then a gap in the first bin and nothing else: whole with nine sums and no head as well. */
const SUMS_THEN = [9, 1, 0, 0, 0, 0, 0, 0]
const LISTS_THEN = [1, 0, 1, 0, 0, 0, 0, 0]

function parcelOf(names: readonly string[], numbers: readonly number[]): Parcel {
  return {
    ...{ isolate: 'then', sequence: 0, at: NOON, sealedAt: NOON },
    ...{ names, numbers: Float64Array.from(numbers) },
  }
}

/** What the reader of one version without a head made of a parcel. */
function wholeThen({ names, numbers }: Parcel, width: number): boolean {
  let offset = 0
  for (let name = 0; name < names.length; name += 1) {
    offset += width
    for (const length of [2, 1, 1, 1, 3, 3]) offset += 1 + length * (numbers[offset] ?? Number.NaN)
  }
  return offset === numbers.length
}

describe('a parcel between two versions', () => {
  const then = parcelOf(['route:login'], [...SUMS_THEN, ...LISTS_THEN])

  it('is refused by pool and leaf where it has no head, though it would be whole with the sums of today', async () => {
    expect([wholeThen(then, 8), wholeThen(then, 9)]).toEqual([true, true])
    const pool = newPool()
    const calls: number[] = []
    const leaf = newLeaf({
      isolate: 'leaf',
      swap: async (shard) => calls.push(shard),
      now: () => NOON,
      outlive() {},
    })
    for (const parcel of [then, parcelOf([], [])]) {
      expect(pool.swap(parcel)).toBeUndefined()
      expect(await leaf.swap(parcel, { shards: 1, jurisdiction: 'none' })).toBeUndefined()
    }
    expect([pool.size, calls]).toEqual([0, []])
  })

  it('is refused where its head tells another number of sums', () => {
    const head = new Array<number>(8).fill(Number.NaN)
    const sums = [...SUMS_THEN, 2, 5]
    const pool = newPool()
    expect(pool.swap(parcelOf(['route:login'], [10, ...head, ...sums, ...LISTS_THEN]))).toBeUndefined()
    expect(pool.swap(parcelOf(['route:login'], [9, ...head, ...sums.slice(1), ...LISTS_THEN]))).toBeDefined()
  })

  it('is refused by an object of the version before, however many requests are in it', () => {
    const collector = newCollector({ isolate: 'now', targets: 1, waitMs: 1_000 })
    for (const requests of [1, 2, 5, 40]) {
      const opened: Open[] = []
      for (let n = 0; n < requests; n += 1)
        collector.observe(footprintOf({ at: NOON + n, client: `c${n}`, stranger: true }), (open) =>
          opened.push(open),
        )
      for (const open of opened) expect(wholeThen(collector.seal(open), 8)).toBe(false)
    }
  })

  it('costs an isolate nothing of its own view where it is refused', () => {
    const collector = newCollector({ isolate: 'now', targets: 1, waitMs: 1_000 })
    const opened: Open[] = []
    collector.observe(footprintOf({ at: NOON }), (open) => opened.push(open))
    for (const open of opened) expect(collector.hear(open, undefined)).toBe(false)
    const told = collector.observe(footprintOf({ at: NOON + 1_000 }), () => {})
    expect(known(told.cohort)?.behaviour.hour.requests).toBe(1)
  })
})
