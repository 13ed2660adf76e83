import { randomBytes } from 'node:crypto'
import { METHODS } from 'node:http'
import { CF_BLOB_HEADER, COLO, type ConnectionCf, cfBlob } from './request-cf.ts'
import { type Field, type Visit, valuesOf } from './visit.ts'

/** Cloudflare's limit for a URL. */
const MAX_TARGET_BYTES = 16_384

/** Cloudflare's limit for the header of a request as a whole. */
export const MAX_HEADER_BYTES = 131_072

/** RFC 9112 section 3.2.1: a path and a query. A fragment is no part of a request, and whoever reads on drops it. */
const ORIGIN_FORM = /^\/[!"$-~]*$/

/** What a Worker gets whatever the client sent: the edge compresses and expands on its own account. */
const EDGE_ACCEPT_ENCODING = 'br, gzip'

/** Why the edge answers itself, without asking the gate. */
export interface Refusal {
  readonly status: number
  readonly text: string
}

/** Refuses what two readers could read in two ways. */
export function refusalOf(visit: Visit): Refusal | undefined {
  if (!METHODS.includes(visit.method)) return { status: 501, text: 'Unknown method' }
  if (visit.method === 'TRACE' || visit.method === 'CONNECT') {
    return { status: 405, text: 'Method not allowed' }
  }
  // RFC 9112 section 6.1: a coding besides chunks would go on as if it were the body itself.
  if (valuesOf(visit.fields, 'transfer-encoding').some((coding) => coding.toLowerCase() !== 'chunked')) {
    return { status: 501, text: 'Unknown transfer coding' }
  }
  // RFC 9112 section 3.2: no Host, or a second one, gets 400. RFC 9113 section 8.3.1: Host may stand beside :authority
  // if it says the same; an absolute target (RFC 9112 section 3.2.2) is held to that, too.
  const [host, second] = visit.hosts
  if (host === undefined && visit.authority === undefined) return { status: 400, text: 'Missing Host' }
  if (second !== undefined) return { status: 400, text: 'More than one Host' }
  const same = visit.authority?.toLowerCase() === host?.toLowerCase()
  if (visit.authority !== undefined && host !== undefined && !same) {
    return { status: 400, text: 'Host and authority differ' }
  }
  if (!isAuthority(hostOf(visit))) return { status: 400, text: 'Malformed Host' }
  if (!/^https?$/i.test(visit.scheme ?? 'https')) return { status: 400, text: 'Unknown scheme' }
  if (!ORIGIN_FORM.test(visit.target)) return { status: 400, text: 'Malformed target' }
  if (visit.target.length > MAX_TARGET_BYTES) return { status: 414, text: 'URI too long' }
  if (headerBytes(visit) > MAX_HEADER_BYTES) return { status: 431, text: 'Header too large' }
  return undefined
}

/** As it would be over HTTP/1.1, whichever protocol brought it: each line has a colon, a space and its end. */
function headerBytes({ fields }: Visit): number {
  return fields.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)
}

export function hostOf(visit: Visit): string {
  return visit.authority ?? visit.hosts[0] ?? ''
}

function isAuthority(host: string): boolean {
  const match = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(host)
  return match !== null && Number(match[1] ?? 0) <= 65_535
}

/**
 * RFC 9110 section 7.6.1 and RFC 9113 section 8.2.2: about this connection, not about the request. Expect is answered
 * here. TE stays: it is part of how a browser looks.
 */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
])

/** Cloudflare sets these, or would: what a client sends under such a name never reaches a Worker. */
const EDGE_OWN = new Set([
  'accept-encoding',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-ew-via',
  'cf-ipcountry',
  'cf-pseudo-ipv4',
  'cf-ray',
  'cf-visitor',
  'cf-worker',
  'x-forwarded-proto',
  'x-real-ip',
])

/** Miniflare's own headers, the blob among them. */
const MINIFLARE = /^mf-/i

/** The header fields that reach the gate: the client's in their order, then what the edge says. */
export function upstreamFields(visit: Visit, address: string, connection: ConnectionCf): Field[] {
  const clientAcceptEncoding = valuesOf(visit.fields, 'accept-encoding').join(', ')
  const passed = visit.fields.filter(([name]) => {
    const key = name.toLowerCase()
    return !HOP_BY_HOP.has(key) && !EDGE_OWN.has(key) && !MINIFLARE.test(key)
  })
  const cf = {
    httpProtocol: visit.protocol,
    ...(clientAcceptEncoding === '' ? {} : { clientAcceptEncoding }),
    ...connection,
  }
  return [
    ['Host', hostOf(visit)],
    ...passed,
    ...framing(visit),
    ['Accept-Encoding', EDGE_ACCEPT_ENCODING],
    ['CF-Connecting-IP', address],
    ['CF-IPCountry', connection.country ?? 'XX'],
    ['CF-Ray', `${randomBytes(8).toString('hex')}-${COLO}`],
    ['CF-Visitor', '{"scheme":"https"}'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Real-IP', address],
    [CF_BLOB_HEADER, cfBlob(cf)],
  ]
}

/** How the body is delimited on the next hop, and whether that hop is to become a WebSocket. */
function framing(visit: Visit): Field[] {
  if (isWebSocket(visit)) {
    return [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
    ]
  }
  const chunked = visit.body !== undefined && valuesOf(visit.fields, 'content-length').length === 0
  return [
    ['Connection', ['Keep-Alive', ...namedInConnection(visit)].join(', ')],
    ...(chunked ? [['Transfer-Encoding', 'chunked'] as const] : []),
  ]
}

/**
 * RFC 9110 section 7.6.1: what a client names there goes no further than the next hop. The gate takes it off, and knows what may
 * not be taken off; it can only do so if it is told.
 */
function namedInConnection({ fields }: Visit): string[] {
  const options = valuesOf(fields, 'connection').flatMap((value) => value.split(','))
  return options
    .map((option) => option.trim())
    .filter((option) => !/^(?:close)?$/i.test(option) && !HOP_BY_HOP.has(option.toLowerCase()))
}

/** RFC 6455 section 4.1. The gate refuses it; it can only do so if it gets to see it. */
function isWebSocket({ fields }: Visit): boolean {
  const lists = (name: string, token: string): boolean =>
    valuesOf(fields, name).some((value) =>
      value
        .toLowerCase()
        .split(',')
        .some((part) => part.trim() === token),
    )
  return lists('connection', 'upgrade') && lists('upgrade', 'websocket')
}
