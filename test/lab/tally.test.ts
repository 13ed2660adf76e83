import { describe, expect, it } from 'vitest'
import { upperBound } from '../../lab/tally.ts'

describe('the upper bound of people wrongly stopped', () => {
  // One-sided 95% Clopper-Pearson bounds: the 0.95 quantile of Beta(events + 1, trials - events).
  const KNOWN: readonly (readonly [events: number, trials: number, bound: number])[] = [
    [0, 100, 0.029513],
    [0, 3_000, 0.000998],
    [1, 100, 0.046559],
    [5, 1_000, 0.010484],
    [10, 20, 0.698046],
  ]
  it.each(KNOWN)('is for %i of %i people %f', (events, trials, bound) => {
    expect(upperBound(events, trials)).toBeCloseTo(bound, 5)
  })

  it('is 1 when nobody was there, because nothing is known then', () => {
    expect(upperBound(0, 0)).toBe(1)
  })

  it('is 1 when all of them were stopped', () => {
    expect(upperBound(7, 7)).toBe(1)
  })
})
