/**
 * Virtual time from a log's. Lines are written when answers end, so times go back by seconds; and a few lines with a wrong
 * year must not carry the clock away, or stop it, for all that follow them.
 *
 * A line within a day of the clock is believed at once. Any other one is believed when five lines in a row say as much:
 * until then it is played at the time that is. A log that goes back by more than a day is followed, too; the gate's
 * time never runs backwards, so it goes on by whole weeks ahead of the log's, which leaves every hour of the week what it is.
 */
interface Timed {
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface Paced<Line> {
  readonly line: Line
  /** The time that the gate is told, never before one that it was told already. */
  readonly at: number
}

export interface Pace<Line> {
  /** What may be played now, in the order of the log: nothing while the first five lines wait for each other. */
  take(line: Line): readonly Paced<Line>[]
  /** What still waits when there are no more lines. */
  end(): readonly Paced<Line>[]
  /** Lines that were older than one before them. */
  readonly late: number
}

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const WITNESSES = 5

export function pace<Line extends Timed>(): Pace<Line> {
  let waiting: Line[] | undefined = []
  /** The last five times that lines told. */
  let recent: readonly number[] = []
  let clock = 0
  let ahead = 0
  let late = 0

  function begin(lines: readonly Line[]): readonly Paced<Line>[] {
    waiting = undefined
    clock = beginningOf(lines.map(({ at }) => at))
    return lines.map(paced)
  }

  function paced(line: Line): Paced<Line> {
    const { at } = line
    recent = [...recent.slice(1 - WITNESSES), at]
    if (at < clock) late++
    if (Math.abs(at - clock) <= DAY_MS) clock = Math.max(clock, at)
    else if (recent.length === WITNESSES) believe(Math.min(...recent), Math.max(...recent))
    return { line, at: clock + ahead }
  }

  /** Five in a row, all of them far from the clock on the same side of it. */
  function believe(earliest: number, latest: number): void {
    if (earliest > clock + DAY_MS) clock = earliest
    else if (latest < clock - DAY_MS) {
      ahead += Math.ceil((clock - latest) / WEEK_MS) * WEEK_MS
      clock = latest
    }
  }

  return {
    take(line) {
      if (waiting === undefined) return [paced(line)]
      waiting.push(line)
      return waiting.length < WITNESSES ? [] : begin(waiting)
    },
    end: () => (waiting === undefined ? [] : begin(waiting)),
    get late() {
      return late
    },
  }
}

/** The middle one is of the majority, wherever there is one; the clock starts with the first line of its day. */
function beginningOf(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return sorted.find((at) => middle - at <= DAY_MS) ?? middle
}
