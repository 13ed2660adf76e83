import { describe, expect, it } from 'vitest'
import { hash32 } from '../../../src/lib/hash32.ts'
import {
  bytesOf,
  crowdOf,
  estimate,
  gather,
  MAX_FEW,
  mark,
  newCrowd,
} from '../../../src/observe/estate/crowd.ts'

/** A quarter past, on a whole hour and day plus the quarter: buckets are neither new nor full. */
const AT = Date.UTC(2026, 10, 21, 12, 15)
const MINUTE = 60_000

function crowdOfSize(size: number, seed: string, at = AT) {
  const crowd = newCrowd()
  for (let n = 0; n < size; n += 1) mark(crowd, hash32(`${seed}/${n}`), at)
  return crowd
}

const SEEDS = Array.from({ length: 40 }, (_, seed) => `seed-${seed}`)

describe('a crowd', () => {
  it.each([0, 1, 2, 7, MAX_FEW])('counts %i exactly', (size) => {
    expect(estimate(crowdOfSize(size, 'few'), 'hour', AT)).toBe(size)
  })

  it.each([50, 100, 300, 600, 900, 1_500, 5_000, 20_000, 100_000])(
    'counts %i with a standard error near 6.5%, and without leaning to either side',
    (size) => {
      const seeds = size > 10_000 ? SEEDS.slice(0, 8) : SEEDS
      const errors = seeds.map((seed) => estimate(crowdOfSize(size, seed), 'hour', AT) / size - 1)
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
      const spread = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)
      expect(spread).toBeLessThan(0.1)
      expect(Math.abs(mean)).toBeLessThan(0.05)
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.25)
    },
  )

  it('counts the same ones once, however often and in whatever order they come', () => {
    const crowd = newCrowd()
    for (let round = 0; round < 5; round += 1) {
      for (let n = 0; n < 500; n += 1) mark(crowd, hash32(`again/${(n * 7) % 500}`), AT)
    }
    expect(estimate(crowd, 'hour', AT)).toBe(estimate(crowdOfSize(500, 'again'), 'hour', AT))
  })

  it.each([10, 400])('forgets %i as its windows slide, without a jump', (size) => {
    const crowd = crowdOfSize(size, 'leaving')
    const hours = Array.from({ length: 26 }, (_, step) => estimate(crowd, 'hour', AT + step * 5 * MINUTE))
    expect(hours[0]).toBeGreaterThan(size * 0.85)
    expect(hours.at(-1)).toBe(0)
    if (size > MAX_FEW) {
      const steps = hours.slice(1).map((now, index) => (hours[index] ?? 0) - now)
      expect(Math.max(...steps)).toBeLessThan(size * 0.2)
    }
    expect(estimate(crowd, 'day', AT + 2 * 60 * MINUTE)).toBeGreaterThan(size * 0.8)
    expect(estimate(crowd, 'day', AT + 49 * 60 * MINUTE)).toBe(0)
  })

  it('is the same whether one has seen everything or parts of it are merged', () => {
    const whole = newCrowd()
    const merged = newCrowd()
    let parcel = new Set<number>()
    for (let n = 0; n < 8_000; n += 1) {
      const hash = hash32(`merged/${n % 5_000}`)
      mark(whole, hash, AT)
      parcel = gather(parcel, hash)
      if (n % 1_900 !== 0) continue
      for (const one of parcel) mark(merged, one, AT)
      parcel = new Set()
    }
    for (const one of parcel) mark(merged, one, AT)
    expect(estimate(merged, 'hour', AT)).toBe(estimate(whole, 'hour', AT))
  })

  it('gathers no more than two numbers for each register, whatever comes', () => {
    let parcel = new Set<number>()
    for (let n = 0; n < 50_000; n += 1) parcel = gather(parcel, hash32(`flood/${n}`))
    expect(parcel.size).toBeLessThanOrEqual(512)
  })

  it('comes back from storage as it was', () => {
    const crowd = crowdOfSize(3_000, 'stored')
    const bytes = bytesOf(crowd)
    const restored = bytes && crowdOf({ ...bytes, registers: bytes.registers.slice() })
    expect(restored && estimate(restored, 'day', AT)).toBe(estimate(crowd, 'day', AT))
  })

  it('writes a handful down nowhere, because hashes of few are hashes of somebody', () => {
    expect(bytesOf(crowdOfSize(MAX_FEW, 'few'))).toBeUndefined()
  })
})
