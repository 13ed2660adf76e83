import { describe, expect, it } from 'vitest'
import { addedUp, upperBound } from '../../lab/tally.ts'

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

describe('people of several days', () => {
  const day = (people: number, people_stopped: number) => [
    {
      class: 'office',
      people,
      requests: 3 * people,
      stopped: people_stopped,
      challenged: 1,
      people_stopped,
      people_unanswered: 1,
    } as const,
  ]

  it('are added up, and the bound is that of all of them', () => {
    const office = addedUp([day(1_000, 1), day(2_000, 0)]).find((one) => one.class === 'office')
    expect(office).toMatchObject({
      people: 3_000,
      requests: 9_000,
      stopped: 1,
      challenged: 2,
      people_stopped: 1,
      people_unanswered: 2,
    })
    expect(office?.upper95).toBeCloseTo(upperBound(1, 3_000), 9)
  })

  it('are of every class, and nothing is known of a class that nobody belongs to', () => {
    const household = addedUp([day(10, 0)]).find((one) => one.class === 'household')
    expect(household).toMatchObject({ people: 0, upper95: 1 })
  })
})
