import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Alarm, ownTimer, sharedTimer } from '../../src/lib/alarm.ts'

const ALARMS: readonly (readonly [string, () => Alarm])[] = [
  ['a timer of its own', () => ownTimer],
  ['the timer of its request', () => sharedTimer(Date.now)],
]

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe.each(ALARMS)('a deadline with %s', (_which, make) => {
  it.each([20, 250, 700, 10_000])('is over after %d milliseconds, and not before', (ms) => {
    const late = vi.fn()
    make()(ms, late)
    vi.advanceTimersByTime(ms - 1)
    expect(late).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(late).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(60_000)
    expect(late).toHaveBeenCalledOnce()
  })

  it('tells nobody who was in time', () => {
    const late = vi.fn()
    const inTime = make()(100, late)
    vi.advanceTimersByTime(99)
    inTime()
    vi.advanceTimersByTime(60_000)
    expect(late).not.toHaveBeenCalled()
  })
})

describe('the timer of a request', () => {
  it('keeps a short deadline that is set while a long one runs, to the millisecond', () => {
    const alarm = sharedTimer(Date.now)
    const [body, memory] = [vi.fn(), vi.fn()]
    alarm(10_000, body)
    vi.advanceTimersByTime(130)
    alarm(40, memory)
    vi.advanceTimersByTime(39)
    expect(memory).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(memory).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(9_830)
    expect(body).toHaveBeenCalledOnce()
  })

  it('is set once by a request that waits three times and is never late, and stops by itself', () => {
    const set = vi.spyOn(globalThis, 'setTimeout')
    const alarm = sharedTimer(Date.now)
    for (const ms of [10_000, 250, 30_000]) {
      const inTime = alarm(ms, () => {})
      vi.advanceTimersByTime(5)
      inTime()
    }
    expect(set).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(60_000)
    expect(set).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('serves who waits again because the first wait was too long', () => {
    const alarm = sharedTimer(Date.now)
    const [first, second] = [vi.fn(() => alarm(300, second)), vi.fn()]
    alarm(100, first)
    vi.advanceTimersByTime(399)
    expect(second).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(second).toHaveBeenCalledOnce()
  })
})
