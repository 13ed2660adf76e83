/** Logs, whatever made them, one request after the other: logs are larger than memories. */
import { readCombined } from './combined.ts'
import { decisionsIn, isExport } from './exported.ts'
import { isJournal, readJournal } from './journal.ts'
import { linesOf, type TooLong } from './lines.ts'
import { FORMATS, isTime, type LogFormat, type LoggedRequest } from './logged.ts'
import { isLogpush, type JsonObject, readLogpush } from './logpush.ts'

export interface LogReport {
  readonly lines: number
  /** Lines that are no request of any format. */
  readonly unread: number
  /** Those of them that are longer than any log's line is. */
  readonly tooLong: number
  /** Lines that are no requests because a whole list of records is in one; left out where there is none. */
  readonly lists?: number
  readonly formats: Readonly<Record<LogFormat, number>>
  /** Why the rest of it could not be read: there is no such file, or packed data that is damaged or ends in the middle. */
  readonly broken: string | undefined
}

export interface Read {
  readonly format: LogFormat
  readonly logged: LoggedRequest
}

/** Takes one request; false where it could make nothing of it. */
export type Taker = (read: Read) => boolean | Promise<boolean>

/** @param only a format that everything is read as; all are tried without it */
export async function readLog(file: string, each: Taker, only?: LogFormat): Promise<LogReport> {
  const formats: Record<LogFormat, number> = { combined: 0, logpush: 0, journal: 0 }
  const portions = linesOf(file)
  let [count, unread, tooLong, lists] = [0, 0, 0, 0]
  let broken: string | undefined
  for (;;) {
    const portion = await portions.next().catch((error: unknown) => {
      broken = error instanceof Error ? error.message : String(error)
    })
    if (portion === undefined || portion.done === true) break
    for (const line of portion.value.lines) {
      if (typeof line === 'string' && line.trim() === '') continue
      count++
      if (typeof line !== 'string') tooLong++
      if (isList(line)) lists++
      if (!(await takeLine(line, each, only, formats))) unread++
    }
  }
  return { lines: count, unread, tooLong, ...(lists === 0 ? {} : { lists }), formats, broken }
}

/** `[` alone is a line of a list that has a record in each of its lines, and those are read. */
function isList(line: string | TooLong): boolean {
  return /^\s*\[\s*\{/.test(typeof line === 'string' ? line : line.beginning)
}

async function takeLine(
  line: string | TooLong,
  each: Taker,
  only: LogFormat | undefined,
  formats: Record<LogFormat, number>,
): Promise<boolean> {
  let used = false
  for (const read of typeof line === 'string' ? readLine(line, only) : []) {
    if (!(await each(read))) continue
    formats[read.format]++
    used = true
  }
  return used
}

/** One request, or all of an exported journal; none where the line is neither. */
export function readLine(line: string, only?: LogFormat): readonly Read[] {
  const start = line.trimStart()
  if (!start.startsWith('{')) {
    const logged = only === undefined || only === 'combined' ? readCombined(start) : undefined
    return logged === undefined ? [] : [{ format: 'combined', logged }]
  }
  if (!isExport(start)) return readRecord(start, only)
  // The console tells the newest first.
  return decisionsIn(start)
    .flatMap((text) => readRecord(text, only))
    .sort((one, other) => one.logged.at - other.logged.at)
}

function readRecord(text: string, only: LogFormat | undefined): readonly Read[] {
  const record = objectIn(text)
  if (record === undefined) return []
  const formats = only === undefined ? FORMATS : [only]
  const format = formats.find((one) => RECORDS[one]?.is(record))
  if (format === undefined) return []
  const logged = RECORDS[format]?.read(record)
  return logged === undefined || !isTime(logged.at) ? [] : [{ format, logged }]
}

const RECORDS: Readonly<
  Partial<Record<LogFormat, { is(record: JsonObject): boolean; read(record: JsonObject): LoggedRequest }>>
> = {
  logpush: { is: isLogpush, read: readLogpush },
  journal: { is: isJournal, read: readJournal },
}

/** A line of an exported array ends in a comma. */
function objectIn(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line.replace(/,\s*$/, ''))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
