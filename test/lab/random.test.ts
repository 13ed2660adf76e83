import { describe, expect, it } from 'vitest'
import { random } from '../../lab/traffic/random.ts'

const DRAWS = Array.from({ length: 5 })

describe('a stream of randomness', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    const stream = random('arena/1')
    expect(DRAWS.map(() => stream.below(1_000))).toEqual([
      ...DRAWS.map((_, index) => {
        const again = random('arena/1')
        for (let skipped = 0; skipped < index; skipped += 1) again.next()
        return again.below(1_000)
      }),
    ])
  })

  it('gives other numbers for another seed', () => {
    const [one, two] = [random(1), random(2)]
    expect(DRAWS.map(() => one.next())).not.toEqual(DRAWS.map(() => two.next()))
  })

  it('splits into streams that do not depend on what was drawn before', () => {
    const [fresh, used] = [random('seed'), random('seed')]
    for (let draw = 0; draw < 100; draw += 1) used.next()
    expect(used.fork('child').next()).toBe(fresh.fork('child').next())
  })

  it('splits into streams that differ from each other', () => {
    const stream = random('seed')
    expect(new Set(DRAWS.map((_, index) => stream.fork(index).next())).size).toBe(DRAWS.length)
  })

  it('is uniform enough for the shares of traffic', () => {
    const stream = random('uniform')
    const counts = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 100_000; draw += 1) {
      const cell = stream.below(10)
      counts[cell] = (counts[cell] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  it('has exponential and log-normal draws with the mean and median they are asked for', () => {
    const stream = random('moments')
    const many = 20_000
    const mean =
      Array.from({ length: many }, () => stream.exponential(5)).reduce((sum, x) => sum + x, 0) / many
    const sorted = Array.from({ length: many }, () => stream.logNormal(7, 1)).toSorted((a, b) => a - b)
    expect(mean).toBeGreaterThan(4.8)
    expect(mean).toBeLessThan(5.2)
    expect(sorted[many / 2]).toBeGreaterThan(6.7)
    expect(sorted[many / 2]).toBeLessThan(7.3)
  })
})
