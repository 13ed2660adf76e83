import { describe, expect, it } from 'vitest'
import { beat, newRhythm, regularity } from '../../src/observe/regularity.ts'

function regularityOver(intervals: readonly number[]): number | undefined {
  const rhythm = newRhythm()
  for (const interval of intervals) beat(rhythm, interval)
  return regularity(rhythm)
}

/** Intervals of a Poisson process, the same on every run: inverse transform of a stratified sequence. */
const PERSON = Array.from({ length: 64 }, (_, n) => -8_000 * Math.log(1 - ((n * 37 + 11) % 64) / 64))

describe('regularity of intervals', () => {
  it('says nothing below four intervals', () => {
    expect(regularityOver([1_000, 1_000, 1_000])).toBeUndefined()
    expect(regularityOver([1_000, 1_000, 1_000, 1_000])).toBe(0)
  })

  it('agrees with the textbook over the first intervals', () => {
    const intervals = [900, 1_100, 1_000, 1_400, 600]
    const mean = 1_000
    const variance = intervals.reduce((sum, interval) => sum + (interval - mean) ** 2, 0) / intervals.length
    expect(regularityOver(intervals)).toBeCloseTo(Math.sqrt(variance) / mean, 10)
  })

  it('tells a metronome from a person', () => {
    expect(regularityOver(new Array(64).fill(1_000))).toBeCloseTo(0, 10)
    expect(regularityOver(Array.from({ length: 64 }, (_, n) => 1_000 + (n % 3) * 50))).toBeLessThan(0.1)
    expect(regularityOver(PERSON)).toBeGreaterThan(0.7)
  })

  it('is not talked out of a metronome by one long pause', () => {
    const rhythm = newRhythm()
    for (let n = 0; n < 40; n += 1) beat(rhythm, 1_000)
    beat(rhythm, 9 * 60_000)
    for (let n = 0; n < 60; n += 1) beat(rhythm, 1_000)
    expect(regularity(rhythm)).toBeLessThan(0.4)
  })

  it('notices a script that starts within a person’s session', () => {
    const rhythm = newRhythm()
    for (const interval of PERSON) beat(rhythm, interval)
    for (let n = 0; n < 120; n += 1) beat(rhythm, 500)
    expect(regularity(rhythm)).toBeLessThan(0.5)
  })

  it('calls a burst within one millisecond no rhythm', () => {
    expect(regularityOver(new Array(20).fill(0))).toBeUndefined()
  })
})
