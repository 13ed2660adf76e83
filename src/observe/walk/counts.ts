/** What is left of a walk's counts as time goes by. Pure. */
import { DAY_MS, HOUR_MS } from '../../lib/durations.ts'
import type { Walk, WalkRow } from './types.ts'

export function countsAt(row: WalkRow, at: number): WalkRow {
  const since = Math.max(0, at - row.at)
  const left = 2 ** (-since / HOUR_MS)
  const leftOfDay = 2 ** (-since / DAY_MS)
  return {
    ...row,
    at: Math.max(at, row.at),
    fresh: row.fresh * left,
    neighbours: row.neighbours * left,
    misses: row.misses * left,
    outside: row.outside * left,
    asked: row.asked * leftOfDay,
    missing: row.missing * leftOfDay,
  }
}

export function walkAt(row: WalkRow, at: number): Walk {
  const { fresh, neighbours, misses, outside, asked, missing } = countsAt(row, at)
  return {
    fresh,
    neighbours,
    misses,
    asked,
    missing,
    run: row.run,
    outside: row.listed?.whole === true ? outside : undefined,
  }
}
