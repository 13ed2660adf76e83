/** Apache's common and combined log formats, nginx's default, with or without a virtual host in front. */
import { instantOf } from './calendar.ts'
import { headerOf, targetOf } from './escapes.ts'
import { isTime, type LoggedRequest, statusOf } from './logged.ts'
import { visitorIn } from './visitor.ts'

/**
 * Up to the user name, which the client chose, spaces, brackets, dates and all: a quote in it is escaped, so that the last date
 * before the first quote is the server's. Apache writes "" for a name that is empty.
 */
const LINE =
  /^(\S+) (\S+) ((?:[^"]|\\"|"")*) \[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}|-) (\d+|-)(.*)$/
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
/** RFC 9112 section 3, and HTTP/0.9, which has no version. A target with spaces in it is somebody's fault, and logged. */
const REQUEST = /^([!-~]{1,32}) (.*?)(?: (HTTP\/\d(?:\.\d)?))?$/
/** Referer and User-Agent, which the common format has not. */
const QUOTED = /^ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"/
/** nginx's `$request_time` at the end of the line, in seconds with milliseconds. */
const TOOK = /\s"?(\d+\.\d{3})"?$/

export function readCombined(line: string): LoggedRequest | undefined {
  const parts = LINE.exec(line)
  if (parts === null) return undefined
  const [, first = '', second = '', others = '', day = '', month = '', year = '', time = '', zone = ''] =
    parts
  const { host, address, user } = visitorIn(first, second, others)
  const at = timeOf(day, month, year, time, zone)
  if (!isTime(at)) return undefined
  const [, , , , , , , , , request = '', status = '-', bytes = '-', rest = ''] = parts
  const [, method = '', target = '', protocol] = REQUEST.exec(request) ?? []
  const took = TOOK.exec(rest)?.[1]
  const [, referer, agent] = QUOTED.exec(rest) ?? []
  return {
    ...{ at, address, host, method, target: targetOf(target), protocol, agent },
    headers:
      referer === undefined || agent === undefined
        ? {}
        : { referer: headerOf(referer), 'user-agent': headerOf(agent) },
    status: statusOf(Number(status)),
    idle: method === '' && status === '408',
    responseBytes: bytes === '-' ? undefined : Number(bytes),
    latencyMs: took === undefined ? undefined : Number(took) * 1_000,
    authentication: user === '-' ? [] : ['basic'],
  }
}

/** One minute's lines are neighbours: the calendar is asked once in each. */
let minute = { text: '', at: Number.NaN }

function timeOf(day: string, month: string, year: string, time: string, zone: string): number {
  const text = `${day}${month}${year}${time.slice(0, 5)}${zone}`
  if (text !== minute.text) {
    const number = MONTHS.indexOf(month) / 3 + 1
    const known = Number.isInteger(number) && number >= 1
    const date = `${year}-${String(number).padStart(2, '0')}-${day}`
    minute = { text, at: known ? instantOf(date, time.slice(0, 5), '00', zone) : Number.NaN }
  }
  const second = Number(time.slice(6))
  return second < 60 ? minute.at + second * 1_000 : Number.NaN
}
