/** Cloudflare Logpush, data set `http_requests`, as newline-delimited JSON. Fields that were not selected are left open. */
import { clientOf } from './address.ts'
import { isRfc3339, rfc3339 } from './calendar.ts'
import { essenceOf, isTime, type LoggedRequest, statusOf } from './logged.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export function isLogpush(record: JsonObject): boolean {
  return 'ClientRequestMethod' in record && ('ClientRequestURI' in record || 'ClientRequestPath' in record)
}

export function readLogpush(record: JsonObject): LoggedRequest {
  const status = statusOf(number(record.OriginResponseStatus)) ?? statusOf(number(record.EdgeResponseStatus))
  // 0 where the edge answered by itself.
  const refused = record.OriginResponseStatus === 0 && /block|challenge/i.test(text(record.SecurityAction))
  return {
    at: startOf(record),
    address: clientOf(text(record.ClientIP)),
    host: text(record.ClientRequestHost),
    method: text(record.ClientRequestMethod),
    target: text(record.ClientRequestURI) || text(record.ClientRequestPath),
    status: refused ? undefined : status,
    refused,
    protocol: text(record.ClientRequestProtocol) || undefined,
    agent: told(record.ClientRequestUserAgent),
    headers: headersOf(record),
    asn: number(record.ClientASN) || undefined,
    country: text(record.ClientCountry).toUpperCase() || undefined,
    ja4: text(record.JA4) || undefined,
    ja3: text(record.JA3Hash) || undefined,
    authentication: text(record.ClientMTLSAuthStatus) === 'ok' ? ['client_certificate'] : [],
    tls: tlsOf(record),
    requestBytes: number(record.ClientRequestBytes) ?? 0,
    responseBytes: number(record.EdgeResponseBodyBytes) ?? number(record.EdgeResponseBytes),
    latencyMs: number(record.OriginResponseDurationMs) ?? number(record.EdgeTimeToFirstByteMs),
    mediaType: essenceOf(record.EdgeResponseContentType),
  }
}

/** The two that are fields of their own, and those that its owner chose to have logged (custom fields). */
function headersOf(record: JsonObject): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  const { RequestHeaders } = record
  if (typeof RequestHeaders === 'object' && RequestHeaders !== null) {
    for (const [name, value] of Object.entries(RequestHeaders).slice(0, MAX_HEADERS)) {
      headers[name.toLowerCase()] = text(value)
    }
  }
  const [agent, referer] = [told(record.ClientRequestUserAgent), told(record.ClientRequestReferer)]
  if (agent !== undefined) headers['user-agent'] = agent
  if (referer !== undefined) headers.referer = referer
  return headers
}

const MAX_HEADERS = 64

/** An empty text says that there was none; a field that was not selected says nothing. */
function told(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Either may have been left out. The end is later by as long as the answer took, and a request with a time is worth that. */
function startOf({ EdgeStartTimestamp, EdgeEndTimestamp }: JsonObject): number {
  return [EdgeStartTimestamp, EdgeEndTimestamp].map(timeOf).find(isTime) ?? Number.NaN
}

/** Logpush writes times as RFC 3339, in seconds or in nanoseconds, as its owner chose. */
function timeOf(value: unknown): number {
  if (typeof value === 'string' && isRfc3339(value)) return rfc3339(value)
  const time = number(value) ?? Number.NaN
  if (time > 1e17) return time / 1e6
  return time > 1e11 ? time : time * 1_000
}

function tlsOf(record: JsonObject): string | undefined {
  const protocol = text(record.ClientSSLProtocol)
  if (protocol === '') return undefined
  return protocol === 'none' ? '' : `${protocol} ${text(record.ClientSSLCipher)}`.trim()
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function number(value: unknown): number | undefined {
  // JavaScript makes numbers of null, of true and of an empty list.
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return undefined
  const read = Number(value)
  return Number.isFinite(read) ? read : undefined
}
