/** Logs, whatever made them, one request after the other: logs are larger than memories. */
import { readCombined } from './combined.ts'
import { isJournal, readJournal } from './journal.ts'
import { linesOf } from './lines.ts'
import { FORMATS, type LogFormat, type LoggedRequest } from './logged.ts'
import { isLogpush, type JsonObject, readLogpush } from './logpush.ts'

export interface LogReport {
  readonly lines: number
  /** Lines that are no request of any format. */
  readonly unread: number
  readonly formats: Readonly<Record<LogFormat, number>>
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
  let [count, unread] = [0, 0]
  for await (const { lines } of linesOf(file)) {
    for (const line of lines) {
      if (line?.trim() === '') continue
      count++
      let used = 0
      for (const read of line === undefined ? [] : readLine(line, only)) {
        const taken = each(read)
        if (!(typeof taken === 'boolean' ? taken : await taken)) continue
        formats[read.format]++
        used++
      }
      if (used === 0) unread++
    }
  }
  return { lines: count, unread, formats }
}

/** One request, or all of an exported journal; none where the line is neither. */
export function readLine(line: string, only?: LogFormat): readonly Read[] {
  const start = line.trimStart()
  if (!start.startsWith('{')) {
    const logged = only === undefined || only === 'combined' ? readCombined(start) : undefined
    return logged === undefined ? [] : [{ format: 'combined', logged }]
  }
  const record = objectIn(start)
  if (record === undefined) return []
  const list: readonly unknown[] = Array.isArray(record.decisions) ? record.decisions : [record]
  return list.flatMap((one) => (isObject(one) ? readRecord(one, only) : []))
}

function readRecord(record: JsonObject, only: LogFormat | undefined): readonly Read[] {
  const format = FORMATS.find((one) => RECORDS[one]?.is(record))
  if (format === undefined || (only !== undefined && only !== format)) return []
  const logged = RECORDS[format]?.read(record)
  return logged === undefined || !Number.isFinite(logged.at) ? [] : [{ format, logged }]
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
