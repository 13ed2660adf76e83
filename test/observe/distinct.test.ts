import { describe, expect, it } from 'vitest'
import { hash32 } from '../../src/lib/hash32.ts'
import { type Distinct, estimate, mark, merge, newDistinct, SLOTS } from '../../src/observe/distinct.ts'
import { NOON } from '../fixtures/facts.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function inDay(sketch: Distinct, at = NOON): number {
  return estimate(sketch, at)[4] ?? 0
}

function seen(names: Iterable<string>, at = NOON): Distinct {
  const sketch = newDistinct()
  for (const name of names) mark(sketch, hash32(name), at)
  return sketch
}

function* names(count: number, seed: string): Iterable<string> {
  for (let n = 0; n < count; n += 1) yield `${seed}:${n}`
}

describe('counting distinct things', () => {
  it('counts one thing seen a thousand times as one', () => {
    expect(estimate(seen(new Array(1_000).fill('k1.alice')), NOON)).toEqual([1, 1, 1, 1, 1])
  })

  it.each([
    [1, 0],
    [3, 0.34],
    [10, 0.15],
    [100, 0.16],
    [1_000, 0.16],
    [10_000, 0.16],
    [30_000, 0.2],
  ])('estimates %d things with a mean error below %d over fifty sketches', (count, bound) => {
    let error = 0
    for (let run = 0; run < 50; run += 1) {
      error += Math.abs(inDay(seen(names(count, `run${run}`))) - count) / count / 50
    }
    expect(error).toBeLessThanOrEqual(bound)
  })

  it('slides: what was seen an hour ago leaves the hour and stays in the day', () => {
    const sketch = seen(names(5, 'early'))
    for (const name of names(3, 'late')) mark(sketch, hash32(name), NOON + HOUR)
    expect(estimate(sketch, NOON + HOUR)).toEqual([3, 3, 3, 3, 8])
    expect(estimate(sketch, NOON + HOUR + DAY)).toEqual([0, 0, 0, 0, 0])
  })

  it('keeps the later of two times when clocks disagree', () => {
    const sketch = newDistinct()
    mark(sketch, hash32('k1.alice'), NOON + 60_000)
    mark(sketch, hash32('k1.alice'), NOON)
    expect(estimate(sketch, NOON + 90_000)).toEqual([0, 1, 1, 1, 1])
  })

  it('merges as if one sketch had seen it all', () => {
    const left = seen(names(400, 'left'))
    const right = seen(names(400, 'right'), NOON + 1_000)
    const both = seen(names(400, 'left'))
    for (const name of names(400, 'right')) mark(both, hash32(name), NOON + 1_000)
    merge(left, right)
    expect(estimate(left, NOON + 2_000)).toEqual(estimate(both, NOON + 2_000))
  })

  it('never holds more than one number per slot', () => {
    const sketch = newDistinct()
    for (let n = 0; n < 100_000; n += 1) mark(sketch, hash32(`flood:${n}`), NOON + n * 1_000)
    expect(sketch.times.length).toBe(SLOTS)
  })

  it('stays a short list while few things are seen at a time, for however long', () => {
    const sketch = newDistinct()
    for (let n = 0; n < 5_000; n += 1) mark(sketch, hash32(`visitor:${n}`), NOON + n * HOUR)
    expect(sketch.slots?.length).toBeLessThanOrEqual(32)
    expect(inDay(sketch, NOON + 4_999 * HOUR)).toBeGreaterThan(20)
  })
})
