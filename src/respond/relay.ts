/**
 * The bank's answer, streamed back unchanged: status, headers but for those of the connection, Set-Cookie as often as it
 * stands, redirects as redirects. Trailers and 103 Early Hints of an origin are dropped by the platform.
 */
import type { Evidence } from '../evidence.ts'
import { isNavigation } from '../lib/navigation.ts'
import { hasHopByHop, removeHopByHop } from './hop-by-hop.ts'
import type { RespondTools } from './respond.ts'

/** Fetch: responses of these have no body, and the platform throws where one is given. */
const NULL_BODY: readonly number[] = [101, 204, 205, 304]

export function relay(origin: Response, input: Evidence, tools: Pick<RespondTools, 'passCookie'>): Response {
  const first = needsPass(origin, input)
  // Nothing to change: the platform then passes the very bytes on, compressed or not.
  if (!first && !hasHopByHop(origin.headers)) return origin
  const headers = new Headers(origin.headers)
  removeHopByHop(headers, [...headers])
  if (first) {
    headers.append('set-cookie', tools.passCookie())
    keepPrivate(headers)
  }
  const { status, statusText } = origin
  return new Response(NULL_BODY.includes(status) ? null : origin.body, { status, statusText, headers })
}

/** A page that a browser without a pass fetches: the front door, where passes are handed out. */
function needsPass(origin: Response, { exchange, match, proof }: Evidence): boolean {
  if (match.route.channel !== 'browser' || proof.pass.state === 'valid') return false
  if (exchange.method !== 'GET') return false
  // The page is in the browser's cache, and the pass that came with it is over: 304 says nothing of its type.
  if (origin.status === 304) return isNavigation(exchange)
  return origin.status === 200 && /^text\/html\b/i.test(origin.headers.get('content-type') ?? '')
}

/** Directives that let a shared cache store an answer (RFC 9111 section 5.2.2), and the headers that mean caches alone. */
const SHARED = /^(?:public|s-maxage(?:=.*)?|proxy-revalidate)$/i
const CACHE_HEADERS: readonly string[] = [
  'cdn-cache-control',
  'cloudflare-cdn-cache-control',
  'surrogate-control',
]

/**
 * RFC 9111 section 7.3: Set-Cookie keeps no cache from storing. A stored pass would be everybody's pass, so that the
 * one answer that carries it is for its reader alone; the next one is cached as the bank wants.
 */
function keepPrivate(headers: Headers): void {
  for (const name of CACHE_HEADERS) headers.delete(name)
  const directives = (headers.get('cache-control') ?? '').split(',').map((directive) => directive.trim())
  if (directives.some((directive) => /^(?:no-store|private)$/i.test(directive))) return
  const kept = directives.filter((directive) => directive !== '' && !SHARED.test(directive))
  headers.set('cache-control', ['private', ...kept].join(', '))
}
