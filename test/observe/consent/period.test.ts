import { describe, expect, it } from 'vitest'
import { endOfDate, newPeriods } from '../../../src/observe/consent/period.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('when a day of accesses begins', () => {
  it('gives each access 24 hours where the period rolls', () => {
    const at = Date.UTC(2026, 10, 21, 12)
    expect(newPeriods('rolling', 'UTC')(at)).toEqual({ since: at - DAY, endsAt: undefined })
  })

  const DAYS: readonly (readonly [what: string, zone: string, at: number, start: number, end: number])[] = [
    ['UTC', 'UTC', Date.UTC(2026, 10, 21, 12), Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 22)],
    ['its first moment', 'UTC', Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 22)],
    [
      'Berlin in winter',
      'Europe/Berlin',
      Date.UTC(2026, 10, 21, 22, 59),
      Date.UTC(2026, 10, 20, 23),
      Date.UTC(2026, 10, 21, 23),
    ],
    [
      'Berlin in summer',
      'Europe/Berlin',
      Date.UTC(2026, 6, 1, 22),
      Date.UTC(2026, 6, 1, 22),
      Date.UTC(2026, 6, 2, 22),
    ],
    [
      'a day of 23 hours',
      'Europe/Berlin',
      Date.UTC(2026, 2, 29, 12),
      Date.UTC(2026, 2, 28, 23),
      Date.UTC(2026, 2, 29, 22),
    ],
    [
      'before it springs',
      'Europe/Berlin',
      Date.UTC(2026, 2, 29, 0),
      Date.UTC(2026, 2, 28, 23),
      Date.UTC(2026, 2, 29, 22),
    ],
    [
      'west of Greenwich',
      'America/New_York',
      Date.UTC(2026, 10, 21, 3),
      Date.UTC(2026, 10, 20, 5),
      Date.UTC(2026, 10, 21, 5),
    ],
  ]
  it.each(DAYS)('begins at the bank’s midnight: %s', (_what, zone, at, start, end) => {
    expect(newPeriods('day', zone)(at)).toEqual({ since: start, endsAt: end })
  })

  it('never counts an access for longer than 24 hours, on the day that has 25 too', () => {
    const at = Date.UTC(2026, 9, 25, 22, 30)
    expect(newPeriods('day', 'Europe/Berlin')(at)).toEqual({
      since: at - DAY,
      endsAt: Date.UTC(2026, 9, 25, 23),
    })
  })

  it('finds every hour of two years in its own day, whatever was asked before', () => {
    const periods = newPeriods('day', 'Europe/London')
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2028, 0, 1); at += HOUR) {
      const { since, endsAt = 0 } = periods(at)
      expect(since <= at && at < endsAt && endsAt - since <= 25 * HOUR).toBe(true)
    }
  })

  it('takes a date as inclusive, at the bank', () => {
    expect(endOfDate('2026-11-21', 'UTC')).toBe(Date.UTC(2026, 10, 22) - 1)
    expect(endOfDate('2026-11-21', 'Europe/Berlin')).toBe(Date.UTC(2026, 10, 21, 23) - 1)
    expect(endOfDate('9999-12-31', 'Europe/Berlin')).toBeGreaterThan(Date.UTC(9999, 0))
    expect(endOfDate('2026-13-41', 'UTC')).toBeUndefined()
  })
})
