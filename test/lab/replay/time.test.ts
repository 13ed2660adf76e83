// Virtual time: what a log's lines say of it, and how few of them may be wrong.
import { describe, expect, it } from 'vitest'
import { readLine } from '../../../lab/logs/read.ts'
import { pace } from '../../../lab/replay/time.ts'

const START = Date.UTC(2026, 10, 16, 10)
const SECOND = 1_000
const DAY = 86_400_000
const YEAR = 365 * DAY
const WEEK = 7 * DAY

/** The times that are played, from START. */
function played(times: readonly number[]) {
  const time = pace<{ readonly at: number }>()
  const lines = [...times.flatMap((at) => time.take({ at: START + at })), ...time.end()]
  expect(lines.map(({ line }) => line.at - START)).toEqual(times)
  return { times: lines.map(({ at }) => at - START), late: time.late }
}

function seconds(count: number, from = 0): readonly number[] {
  return Array.from({ length: count }, (_, at) => from + at * SECOND)
}

describe('virtual time', () => {
  it('never goes back, and counts what was late', () => {
    expect(played([10, 5, 12])).toEqual({ times: [10, 10, 12], late: 1 })
  })

  // Two were believed once: a server whose clock had been reset wrote two lines, and the gate stood still ever after.
  it.each([1, 2, 4])('is not led astray by %i lines in a row of another year', (count) => {
    const wrong = seconds(count, YEAR)
    const { times } = played([...seconds(6), ...wrong, ...seconds(3, 6_000)])
    expect(times.slice(6)).toEqual([...wrong.map(() => 5_000), 6_000, 7_000, 8_000])
  })

  it('is not led astray by every other line, for as long as that may last', () => {
    const { times } = played(seconds(50).flatMap((at) => [at, at + YEAR]))
    expect(times.at(-1)).toBe(49_000)
  })

  it('follows a log that was not written for a month, once five lines say so', () => {
    const { times } = played([...seconds(6), ...seconds(7, 30 * DAY)])
    expect(times.slice(6)).toEqual([5_000, 5_000, 5_000, 5_000, 30 * DAY, ...seconds(2, 30 * DAY + 5_000)])
  })

  it.each([
    ['the future', YEAR],
    ['the past', -YEAR],
  ])('does not begin with a first line from %s', (_when, wrong) => {
    expect(played([wrong, ...seconds(8)]).times).toEqual([0, ...seconds(8)])
    expect(played([wrong, ...seconds(2)]).times).toEqual([0, ...seconds(2)])
    expect(played([wrong, wrong, ...seconds(8)]).times).toEqual([0, 0, ...seconds(8)])
  })

  it('begins with the only line that there is', () => {
    expect(played([]).times).toEqual([])
    expect(played([7]).times).toEqual([7])
  })

  it('comes back after a leap that was wrong, in whole weeks, and goes on', () => {
    const { times } = played([...seconds(6), ...seconds(9, YEAR), ...seconds(99, 6_000)])
    const after = times.slice(15 + 4)
    expect(after[0]).toBeGreaterThanOrEqual(YEAR)
    expect(after[0]).toBeLessThan(YEAR + WEEK)
    const ahead = (after[0] ?? 0) - 10_000
    expect(ahead % WEEK).toBe(0)
    expect(after).toEqual(seconds(95, 10_000).map((at) => at + ahead))
    expect(times).toEqual(times.toSorted((one, other) => one - other))
  })

  it('follows a log with less than a line a day, some lines behind', () => {
    const { times } = played(Array.from({ length: 20 }, (_, at) => 3 * at * DAY))
    expect(times.at(-1)).toBe(15 * 3 * DAY)
  })
})

describe('a time in a log', () => {
  const push = (at: unknown) =>
    readLine(
      JSON.stringify({ ClientRequestMethod: 'GET', ClientRequestURI: '/', EdgeStartTimestamp: at }),
    ).map(({ logged }) => logged.at)
  const journal = (at: unknown) =>
    readLine(JSON.stringify({ type: 'decision', reference: 'r1', pattern: '/', at })).map(
      ({ logged }) => logged.at,
    )
  const combined = (year: number) =>
    readLine(`192.0.2.7 - - [16/Nov/${year}:10:00:00 +0000] "GET / HTTP/1.1" 200 5`)

  it.each([
    [START / SECOND],
    [String(START / SECOND)],
    [START],
    [START * 1e6],
    [`${START}000000`],
    ['2026-11-16T10:00:00Z'],
    ['2026-11-16T11:00:00.000+01:00'],
  ])('is %j', (at) => {
    expect(push(at)).toEqual([START])
  })

  it.each([[null], [true], [[]], [{}], [''], ['-5'], ['soon'], ['0'], [0], [-1], [1], [1e300], [undefined]])(
    'is not %j',
    (at) => {
      expect([push(at), journal(at)]).toEqual([[], []])
    },
  )

  it('is of a year that there were web servers in, or not long from now', () => {
    const years = [1970, 1980, 1989, 1990, 1995, 2000, 2199, 2200]
    expect(years.filter((year) => combined(year).length === 1)).toEqual([1990, 1995, 2000, 2199])
  })
})
