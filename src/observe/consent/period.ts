/**
 * When a day begins. `rolling`: each access counts for 24 hours, as the RTS has it. `day`: until midnight at the bank, and
 * never for longer than 24 hours; whoever keeps to either reading of "four times a day" then stays within the limit.
 */
import { DAY_MS } from '../../lib/durations.ts'

export interface Period {
  readonly since: number
  readonly endsAt: number | undefined
}

/** Finds the period of a moment. Remembers the day it found last: finding one takes some microseconds. */
export function newPeriods(kind: 'rolling' | 'day', timeZone: string): (at: number) => Period {
  if (kind === 'rolling') return (at) => ({ since: at - DAY_MS, endsAt: undefined })
  const clock = wallClock(timeZone)
  let day = { start: 0, end: 0 }
  return (at) => {
    if (at < day.start || at >= day.end) day = dayOf(at, clock)
    // The day on which the clocks go back has 25 hours.
    return { since: Math.max(day.start, at - DAY_MS), endsAt: day.end }
  }
}

/** The last moment of a date of the bank's, inclusive: milliseconds since the epoch; undefined for no date. */
export function endOfDate(date: string, timeZone: string): number | undefined {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(midnight)) return undefined
  return instantOf(midnight + DAY_MS, wallClock(timeZone)) - 1
}

/** What clocks on the wall show at a moment, as if it were UTC. */
type WallClock = (at: number) => number

function wallClock(timeZone: string): WallClock {
  if (timeZone === 'UTC') return (at) => at
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const date = [part('year'), part('month') - 1, part('day')] as const
    return Date.UTC(...date, part('hour'), part('minute'), part('second')) + (((at % 1_000) + 1_000) % 1_000)
  }
}

function dayOf(at: number, clock: WallClock): { readonly start: number; readonly end: number } {
  const midnight = Math.floor(clock(at) / DAY_MS) * DAY_MS
  return { start: instantOf(midnight, clock), end: instantOf(midnight + DAY_MS, clock) }
}

/** When the clocks show `wall`. Where they never do, because they go forward over it: the moment after. */
function instantOf(wall: number, clock: WallClock): number {
  const guess = wall - (clock(wall) - wall)
  return guess - (clock(guess) - wall)
}
