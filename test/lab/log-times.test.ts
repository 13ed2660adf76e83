// When a log says that it was: the same on every machine, and never at a time that no clock has shown.
import { afterEach, describe, expect, it } from 'vitest'
import { readLine } from '../../lab/logs/read.ts'

/** Undefined where the line is no request. */
function combinedAt(date: string, zone: string): number | undefined {
  return readLine(`192.0.2.7 - - [${date} ${zone}] "GET / HTTP/1.1" 200 5 "-" "Agent/1"`)[0]?.logged.at
}

function logpushAt(start: string): number | undefined {
  const record = { ClientRequestMethod: 'GET', ClientRequestURI: '/', EdgeStartTimestamp: start }
  return readLine(JSON.stringify(record))[0]?.logged.at
}

describe('a combined line', () => {
  it.each([
    ['31/Feb/2026:10:00:00', '+0000'],
    ['29/Feb/2026:10:00:00', '+0000'],
    ['00/Nov/2026:10:00:00', '+0000'],
    ['21/Nov/2026:10:00:60', '+0000'],
    ['31/Feb/2026:10:00:99', '+0000'],
    ['21/Nov/2026:10:60:00', '+0000'],
    ['21/Nov/2026:24:00:00', '+0000'],
    ['21/Nov/2026:10:00:00', '+2400'],
    ['21/Nov/2026:10:00:00', '+0160'],
  ])('of %s %s, which never was, is none', (date, zone) => {
    expect(combinedAt(date, zone)).toBeUndefined()
  })

  it('may be of the 29 February that there was', () => {
    expect(combinedAt('29/Feb/2028:09:30:01', '+0100')).toBe(Date.UTC(2028, 1, 29, 8, 30, 1))
  })
})

describe('a line of Logpush', () => {
  describe('that names no zone', () => {
    const { TZ } = process.env
    afterEach(() => {
      if (TZ === undefined) delete process.env.TZ
      else process.env.TZ = TZ
    })

    it.each(['UTC', 'Asia/Kolkata', 'America/New_York'])('is of UTC on a machine in %s, too', (zone) => {
      process.env.TZ = zone
      for (const start of ['2026-11-21T09:30:01', '2026-11-21 09:30:01', '2026-11-21T09:30:01.000']) {
        expect(logpushAt(start)).toBe(Date.UTC(2026, 10, 21, 9, 30, 1))
      }
    })
  })

  it.each([
    ['2026-11-21T09:30:01.123456789Z', 123],
    ['2026-11-21t09:30:01.1z', 100],
    ['2026-11-21 09:30:01 UTC', 0],
    ['2026-11-21T10:30:01+01:00', 0],
    ['2026-11-21T10:30:01+0100', 0],
    ['2026-11-21T06:00:01.5-03:30', 500],
    ['2026-11-21 10:30:01+01', 0],
  ])('may have begun at %s', (start, ms) => {
    expect(logpushAt(start)).toBe(Date.UTC(2026, 10, 21, 9, 30, 1, ms))
  })

  it.each([
    '2026-02-31T09:30:01Z',
    '2026-02-29 09:30:01',
    '2026-13-01T09:30:01Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T09:60:01Z',
    '2026-11-21T09:30:60Z',
    '2026-11-21T09:30:01+24:00',
    '0095-11-21T09:30:01Z',
  ])('that began at %s, which never was, is none', (start) => {
    expect(logpushAt(start)).toBeUndefined()
  })
})
