/** How much one request asks for at once (OWASP API4:2023), in the names that parameters of APIs have. */
import { DAY_MS } from '../../lib/durations.ts'

const PAGE = /^(?:limit|count|size|first|page[-_.]?size|per[-_.]?page|max[-_.]?(?:results|items)|\$top)$/i
const FROM = /from|start|since|after/i
const TO = /to(?!ken)|end|until|before/i
const DATE = /^\d{4}-\d{2}-\d{2}/

export function asksTooMuch(query: URLSearchParams, pageSize: number): boolean {
  for (const [name, value] of query) {
    if (PAGE.test(name) && /^\d{1,18}$/.test(value) && Number(value) > pageSize) return true
  }
  return false
}

/** From the earliest to the latest date that the query names, or until now where it names no end. */
export function reachesTooFar(query: URLSearchParams, rangeDays: number, now: number): boolean {
  let [from, to] = [Number.NaN, Number.NaN]
  for (const [name, value] of query) {
    const at = DATE.test(value) ? Date.parse(value.slice(0, 10)) : Number.NaN
    if (Number.isNaN(at)) continue
    if (FROM.test(name)) from = at
    else if (TO.test(name)) to = at
  }
  if (Number.isNaN(from)) return false
  return (Number.isNaN(to) ? now : to) - from > rangeDays * DAY_MS
}
