/** Lines of a log as the inventory takes them. */
import type { LogFormat } from '../logs/logged.ts'
import { type LogReport, readLine as readAnyLine, readLog as readAnyLog } from '../logs/read.ts'
import { type Seen, seenFrom } from './seen.ts'

interface Read {
  readonly format: LogFormat
  readonly seen: Seen
}

export function readLog(file: string, each: (seen: Seen) => void): Promise<LogReport> {
  return readAnyLog(file, ({ logged }) => {
    const seen = seenFrom(logged)
    if (seen !== undefined) each(seen)
    return seen !== undefined
  })
}

export function readLine(line: string): readonly Read[] {
  return readAnyLine(line).flatMap(({ format, logged }) => {
    const seen = seenFrom(logged)
    return seen === undefined ? [] : [{ format, seen }]
  })
}
