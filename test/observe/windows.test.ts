import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, count, newCounts, WINDOW_MS, WINDOWS } from '../../src/observe/windows.ts'
import { NOON } from '../fixtures/facts.ts'

describe('sliding windows', () => {
  it.each(WINDOWS)('count everything that happened just now in the last %s', (window) => {
    const counts = newCounts()
    for (let n = 0; n < 7; n += 1) add(counts, 'requests', NOON + n)
    expect(count(counts, window, 'requests', NOON + 7)).toBeCloseTo(7)
    expect(count(counts, window, 'failures', NOON + 7)).toBe(0)
  })

  it.each(WINDOWS)('forget what is more than two windows of a %s ago', (window) => {
    const counts = newCounts()
    add(counts, 'attempts', NOON)
    expect(count(counts, window, 'attempts', NOON + 2 * WINDOW_MS[window])).toBe(0)
  })

  it.each(WINDOWS)('do not jump where one bucket of a %s ends and the next begins', (window) => {
    const length = WINDOW_MS[window]
    const edge = Math.ceil(NOON / length) * length
    const counts = newCounts()
    for (let n = 0; n < 100; n += 1) add(counts, 'requests', edge - length + (n * length) / 100)
    const before = count(counts, window, 'requests', edge - 1)
    const after = count(counts, window, 'requests', edge)
    expect(Math.abs(after - before)).toBeLessThan(0.1)
  })

  it('stay within a tenth of the true count under steady traffic', () => {
    const counts = newCounts()
    for (let at = NOON; at < NOON + 600_000; at += 100) {
      add(counts, 'requests', at)
      if (at > NOON + 120_000) expect(count(counts, 'minute', 'requests', at)).toBeGreaterThan(540)
      expect(count(counts, 'minute', 'requests', at)).toBeLessThan(660)
    }
  })

  it('put what comes a little late where it belongs, and move no window backwards', () => {
    const edge = Math.ceil(NOON / 60_000) * 60_000
    const counts = newCounts()
    add(counts, 'requests', edge + 5)
    add(counts, 'requests', edge - 5)
    expect(count(counts, 'minute', 'requests', edge + 5)).toBeCloseTo(2, 3)
    add(counts, 'requests', edge - 120_000)
    expect(count(counts, 'minute', 'requests', edge + 5)).toBeCloseTo(2, 3)
  })

  it('take an attempt back without going below zero', () => {
    const counts = newCounts()
    add(counts, 'attempts', NOON)
    add(counts, 'attempts', NOON, -1)
    add(counts, 'attempts', NOON, -1)
    expect(count(counts, 'day', 'attempts', NOON)).toBe(0)
  })

  it('are never negative and never above what was added, whatever the order of times', () => {
    const times = fc.array(fc.integer({ min: 0, max: 200_000_000 }), { maxLength: 60 })
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 400_000_000 }), (arrivals, later) => {
        const counts = newCounts()
        for (const at of arrivals) add(counts, 'requests', NOON + at)
        for (const window of WINDOWS) {
          const seen = count(counts, window, 'requests', NOON + later)
          expect(seen).toBeGreaterThanOrEqual(0)
          expect(seen).toBeLessThanOrEqual(arrivals.length)
        }
      }),
    )
  })
})
