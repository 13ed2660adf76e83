/** Lines of a log, whatever made it, one by one: logs are larger than memories. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { readCombined } from './combined.ts'
import { isJournal, readJournal } from './journal.ts'
import { isLogpush, type JsonObject, readLogpush } from './logpush.ts'
import type { Seen } from './seen.ts'

export type LogFormat = 'combined' | 'logpush' | 'journal'
export const FORMATS = ['combined', 'logpush', 'journal'] as const satisfies readonly LogFormat[]

/** What the console answers at `/_portcullis/api/decisions`, in one line. */
const EXPORTED = '{"decisions":'
/** Longer lines are nobody's log. */
const MAX_LINE = 65_536

export interface LogReport {
  readonly lines: number
  /** Lines that are no request of any format. */
  readonly unread: number
  readonly formats: Readonly<Record<LogFormat, number>>
}

export async function readLog(file: string, each: (seen: Seen) => void): Promise<LogReport> {
  const formats: Record<LogFormat, number> = { combined: 0, logpush: 0, journal: 0 }
  let [lines, unread] = [0, 0]
  for await (const line of createInterface({ input: open(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue
    lines++
    const all = line.length > MAX_LINE && !line.startsWith(EXPORTED) ? [] : readLine(line)
    if (all.length === 0) unread++
    for (const { format, seen } of all) {
      formats[format]++
      each(seen)
    }
  }
  return { lines, unread, formats }
}

function open(file: string): Readable {
  if (file === '-') return process.stdin
  const stream = createReadStream(file)
  if (!file.endsWith('.gz')) return stream
  const plain = createGunzip()
  // An error of the file would otherwise be nobody's.
  stream.on('error', (error) => plain.destroy(error))
  return stream.pipe(plain)
}

interface Read {
  readonly format: LogFormat
  readonly seen: Seen
}

/** One request, or all of an exported journal; none where the line is neither. */
export function readLine(line: string): readonly Read[] {
  const start = line.trimStart()
  if (!start.startsWith('{')) {
    const seen = readCombined(start)
    return seen === undefined ? [] : [{ format: 'combined', seen }]
  }
  const record = objectIn(start)
  if (record === undefined) return []
  const list: readonly unknown[] = Array.isArray(record.decisions) ? record.decisions : [record]
  return list.flatMap((one) => (isObject(one) ? readRecord(one) : []))
}

function readRecord(record: JsonObject): readonly Read[] {
  const format = isLogpush(record) ? 'logpush' : isJournal(record) ? 'journal' : undefined
  if (format === undefined) return []
  const seen = format === 'logpush' ? readLogpush(record) : readJournal(record)
  return seen === undefined ? [] : [{ format, seen }]
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
