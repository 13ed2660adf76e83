/**
 * A third party's usual week: for each of its 168 hours the highest counts seen in it, and the usual shares.
 *
 * The highest and not the mean, because a service that reads everybody's accounts on Monday at seven is quiet for most
 * of that hour too. A peak that does not come again fades by a fifth a week; one that is far above the last counts for
 * at most twice of it, so that an attack of one night is not the measure of the next.
 */
import { HOUR_MS } from '../../lib/durations.ts'
import type { WindowName } from '../windows.ts'

export const HOURS = 168

/** Windows over which peaks are taken: a sweep of a few seconds, and one that takes its time. */
export const PEAK_WINDOWS = ['tenSeconds', 'minute', 'tenMinutes'] as const satisfies readonly WindowName[]
/** Its place among them. */
export const TEN_MINUTES = 2
/** Consents by window, then requests by window. */
export const PEAKS = 2 * PEAK_WINDOWS.length
/** Accounts by window, then accounts for each consent (`reach.ts`). */
export const REACHES = PEAK_WINDOWS.length + 1

/** Weeks watched, the peaks, the shares of errors and of unattended requests plus one (zero is never told). */
const CELL = 1 + PEAKS + 2
export const WEEK_LENGTH = HOURS * CELL + 2
const OVERALL = HOURS * CELL

export const FADE = 0.8
export const GROWTH = 2
/** What a peak may grow by in any week, however small it was. */
const GROWTH_FLOOR = 8
/** Of a new share in the usual one. */
const WEIGHT = 0.3
/** Fewer requests than this have a share by chance. */
const ENOUGH = 20
export const MAX_WEEKS = 255

export type Week = Float32Array

/** What the hour that is not over yet has had so far. */
export interface OpenHour {
  /** Hours since the epoch. */
  hour: number
  readonly peaks: number[]
  /** Undefined once somebody has told of it who counts no accounts: what was not counted was not little. */
  reach: number[] | undefined
  requests: number
  errors: number
  told: number
  unattended: number
}

export function newWeek(): Week {
  return new Float32Array(WEEK_LENGTH)
}

export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS)
}

export function newHour(hour: number): OpenHour {
  return {
    hour,
    peaks: new Array<number>(PEAKS).fill(0),
    reach: new Array<number>(REACHES).fill(0),
    requests: 0,
    errors: 0,
    told: 0,
    unattended: 0,
  }
}

/** Closes the open hour once another has begun. Hours in between were watched too: nothing came in them. */
export function turnTo(open: OpenHour, hour: number, close: (done: OpenHour) => void): OpenHour {
  if (hour <= open.hour) return open
  close(open)
  // A longer silence tells no more of an hour than its last occurrences do.
  for (let idle = Math.max(open.hour + 1, hour - HOURS); idle < hour; idle += 1) close(newHour(idle))
  return newHour(hour)
}

export function fold(week: Week, done: OpenHour): void {
  const base = (done.hour % HOURS) * CELL
  const weeks = week[base] ?? 0
  done.peaks.forEach((peak, index) => {
    const cell = base + 1 + index
    week[cell] = nextPeak(week[cell] ?? 0, peak, weeks === 0)
  })
  learnShare(week, base + 1 + PEAKS, done.errors, done.requests)
  learnShare(week, base + 2 + PEAKS, done.unattended, done.told)
  learnShare(week, OVERALL, done.errors, done.requests)
  learnShare(week, OVERALL + 1, done.unattended, done.told)
  week[base] = Math.min(MAX_WEEKS, weeks + 1)
}

export function nextPeak(before: number, peak: number, isFirst: boolean): number {
  const bounded = isFirst ? peak : Math.min(peak, GROWTH * before + GROWTH_FLOOR)
  return Math.max(bounded, FADE * before)
}

function learnShare(week: Week, cell: number, part: number, whole: number): void {
  if (whole < ENOUGH) return
  const before = week[cell] ?? 0
  const share = 1 + part / whole
  week[cell] = before === 0 ? share : before + WEIGHT * (share - before)
}

/** What is usual at this hour. */
export interface Usual {
  readonly weeks: number
  /** Undefined where this hour of the week was never watched before. */
  readonly peaks: readonly number[] | undefined
  readonly errors: number | undefined
  readonly unattended: number | undefined
}

/** Nothing is far above usual in the night of a service that has had so much by day. */
const NIGHT_SHARE = 1 / 4
/** A few at once in an hour that never had any are a few, where another hour has had as many. */
const FEW = 5

export function usualAt(week: Week, hour: number): Usual {
  const base = (hour % HOURS) * CELL
  const weeks = week[base] ?? 0
  const peaks = Array.from({ length: PEAKS }, (_, index) =>
    usualPeak(hour, (of) => week[of * CELL + 1 + index] ?? 0),
  )
  return {
    weeks,
    peaks: weeks === 0 ? undefined : peaks,
    errors: shareIn(week, base + 1 + PEAKS) ?? shareIn(week, OVERALL),
    unattended: shareIn(week, base + 2 + PEAKS) ?? shareIn(week, OVERALL + 1),
  }
}

export function usualPeak(hour: number, peakOf: (hour: number) => number): number {
  const { near, ever } = highs(hour, peakOf)
  return Math.max(near, NIGHT_SHARE * ever, Math.min(FEW, ever))
}

/** The hours before and after count too: timetables slip, and clocks change in March and October. */
export function highs(
  hour: number,
  peakOf: (hour: number) => number,
): { readonly near: number; readonly ever: number } {
  const near = [hour + HOURS - 1, hour, hour + 1].map((other) => peakOf(other % HOURS))
  let ever = 0
  for (let other = 0; other < HOURS; other += 1) ever = Math.max(ever, peakOf(other))
  return { near: Math.max(...near), ever }
}

function shareIn(week: Week, cell: number): number | undefined {
  const stored = week[cell] ?? 0
  return stored === 0 ? undefined : stored - 1
}
