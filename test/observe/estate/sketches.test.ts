import { describe, expect, it } from 'vitest'
import { random } from '../../../lab/traffic/random.ts'
import { binOf, evenness, GAP_BINS, variation } from '../../../src/observe/estate/gaps.ts'
import {
  HEAVY,
  type Heaviest,
  halve,
  heaviestOf,
  MAX_HEAVY,
  weigh,
} from '../../../src/observe/estate/heaviest.ts'
import { addUsual, lastHour, newUsual, sameHour } from '../../../src/observe/estate/usual.ts'

const HOUR = 3_600_000
const NOON = Date.UTC(2026, 10, 21, 12)

function binsOf(gaps: readonly number[]): number[] {
  const bins = new Array<number>(GAP_BINS).fill(0)
  for (const gap of gaps) bins[binOf(gap)] = (bins[binOf(gap)] ?? 0) + 1
  return bins
}

describe('the shape of gaps', () => {
  const stream = random('gaps')
  /** Independent arrivals: exponential intervals. */
  const people = Array.from({ length: 2_000 }, () => -Math.log(1 - stream.next()) * 700)
  const pump = Array.from({ length: 2_000 }, () => 700 + stream.next() * 40)

  it('tells a pump from a public at the same rate', () => {
    expect(evenness(binsOf(pump))).toBeGreaterThan(0.95)
    expect(evenness(binsOf(people))).toBeLessThan(0.55)
    expect(variation(binsOf(pump))).toBeLessThan(0.2)
    expect(variation(binsOf(people))).toBeCloseTo(1, 0)
  })

  it('still tells them when the pump is spread over eight isolates, each of which sees its own share', () => {
    const share = (gaps: readonly number[]) => {
      const lanes = Array.from({ length: 8 }, () => 0)
      return gaps.flatMap((gap) => {
        for (const [lane, since] of lanes.entries()) lanes[lane] = since + gap
        const lane = stream.below(8)
        const since = lanes[lane] ?? 0
        lanes[lane] = 0
        return [since]
      })
    }
    // Thinned at random a pump looks like a public: no false certainty either way.
    expect(evenness(binsOf(share(pump)))).toBeLessThan(0.7)
    expect(evenness(binsOf(share(people)))).toBeLessThan(0.7)
  })

  it('says nothing of a few', () => {
    expect(evenness(binsOf([1, 2, 3]))).toBeUndefined()
    expect(variation(binsOf([1, 2, 3]))).toBeUndefined()
  })

  it.each([
    [0, 0],
    [0.4, 0],
    [1, 1],
    [3, 2],
    [1_000, 10],
    [1e12, 15],
    [-5, 0],
  ])('puts %d ms into bin %i', (gap, bin) => {
    expect(binOf(gap)).toBe(bin)
  })
})

describe('the heaviest', () => {
  const stream = random('heaviest')

  it('finds whoever has more than a sixteenth, against exact counts, among thousands', () => {
    const exact = new Map<number, number>()
    const heaviest: Heaviest = []
    for (let n = 0; n < 20_000; n += 1) {
      const name = stream.chance(0.12) ? 7 : stream.below(5_000) + 100
      exact.set(name, (exact.get(name) ?? 0) + 1)
      weigh(heaviest, name)
    }
    const { most, all } = heaviestOf(heaviest)
    expect(all).toBe(20_000)
    expect(most).toBeLessThanOrEqual(exact.get(7) ?? 0)
    // At most a sixteenth of all may be others'.
    expect(most).toBeGreaterThan((exact.get(7) ?? 0) - all / MAX_HEAVY)
  })

  it('claims no heavy one where there is none', () => {
    const heaviest: Heaviest = []
    for (let n = 0; n < 20_000; n += 1) weigh(heaviest, n)
    expect(heaviestOf(heaviest).most).toBeLessThanOrEqual(1)
    expect(heaviest.length).toBe(MAX_HEAVY * HEAVY)
  })

  it('merges as if one had weighed everything', () => {
    const parts: Heaviest[] = [[], [], []]
    for (let n = 0; n < 9_000; n += 1) {
      const part = parts[n % 3]
      if (part !== undefined) weigh(part, stream.chance(0.3) ? 7 : stream.below(3_000) + 100)
    }
    const merged: Heaviest = []
    for (const part of parts) {
      for (let place = 0; place < part.length; place += HEAVY) {
        weigh(merged, part[place] ?? 0, part[place + 1], part[place + 2])
      }
    }
    const { most, all } = heaviestOf(merged)
    expect(all).toBe(9_000)
    expect(most / all).toBeGreaterThan(0.3 - 2 / MAX_HEAVY)
    expect(most / all).toBeLessThan(0.33)
  })

  it('halves', () => {
    const heaviest: Heaviest = []
    weigh(heaviest, 7, 10)
    halve(heaviest)
    expect(heaviestOf(heaviest)).toEqual({ most: 5, all: 5 })
  })
})

describe('what is usual', () => {
  it('is nothing before the first hour is over, and then the mean of the days', () => {
    const usual = newUsual()
    expect(sameHour(usual, NOON)).toBeUndefined()
    for (const [day, attempts] of [100, 200, 300].entries()) {
      addUsual(usual, [attempts * 2, attempts, 10, 90], NOON + day * 24 * HOUR)
    }
    expect(sameHour(usual, NOON + 3 * 24 * HOUR)).toMatchObject({ days: 2, sums: [300, 150, 10, 90] })
    addUsual(usual, [0, 0, 0, 0], NOON + 3 * 24 * HOUR)
    expect(sameHour(usual, NOON + 3 * 24 * HOUR)).toMatchObject({ days: 3, sums: [400, 200, 10, 90] })
  })

  it('counts hours in which nothing came as nothing', () => {
    const usual = newUsual()
    addUsual(usual, [100, 100, 0, 0], NOON)
    addUsual(usual, [1, 1, 0, 0], NOON + 4 * 24 * HOUR)
    expect(sameHour(usual, NOON)?.days).toBe(4)
    expect(sameHour(usual, NOON)?.sums[0]).toBeCloseTo(25)
    expect(sameHour(usual, NOON + HOUR)).toMatchObject({ days: 4, sums: [0, 0, 0, 0] })
  })

  it('follows a lasting change within weeks', () => {
    const usual = newUsual()
    for (let day = 0; day < 60; day += 1)
      addUsual(usual, [day < 20 ? 100 : 1_000, 0, 0, 0], NOON + day * 24 * HOUR)
    expect(sameHour(usual, NOON)?.sums[0]).toBeGreaterThan(900)
  })

  it('knows the last whole hour, and one in which nothing came', () => {
    const usual = newUsual()
    addUsual(usual, [5, 4, 3, 2], NOON)
    expect(lastHour(usual, NOON + HOUR)).toEqual([5, 4, 3, 2])
    expect(lastHour(usual, NOON + 2 * HOUR)).toEqual([0, 0, 0, 0])
  })

  it('survives years of silence in bounded steps', () => {
    const usual = newUsual()
    addUsual(usual, [100, 0, 0, 0], NOON)
    addUsual(usual, [1, 0, 0, 0], NOON + 5 * 365 * 24 * HOUR)
    expect(sameHour(usual, NOON + 5 * 365 * 24 * HOUR)?.sums[0]).toBeLessThan(1)
  })
})
