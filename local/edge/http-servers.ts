import {
  createServer as createHttp1,
  type Server as Http1Server,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import { createServer as createHttp2, type Http2Server } from 'node:http2'
import type { Duplex } from 'node:stream'
import { type Client, forward, type Upstream } from './forward.ts'
import { MAX_HEADER_BYTES } from './request-fields.ts'
import { CUT, http1Visit, http2Visit } from './visit.ts'

/** Who is on the other side: of a socket with HTTP/1, of a session with HTTP/2. */
export type Clients = WeakMap<object, Client>

/**
 * Beyond this Node ends the stream without an answer. So it is more than a request may have, and what lies between is
 * answered. HTTP/2 counts 32 bytes a field, and each has a name (RFC 9113 section 6.5.2).
 */
const MAX_HTTP2_HEADER_BYTES = 2 * MAX_HEADER_BYTES
const MAX_HTTP2_FIELDS = Math.ceil(MAX_HTTP2_HEADER_BYTES / 33)
const IDLE_MS = 120_000

/** For sockets that a TLS server hands over. */
export function http1Server(clients: Clients, upstream: Upstream, headersTimeout: number): Http1Server {
  const server = createHttp1({
    maxHeaderSize: MAX_HEADER_BYTES,
    // The edge answers that itself, in its own words.
    requireHostHeader: false,
    headersTimeout,
    connectionsCheckingInterval: 1_000,
    // Uploads are bounded by the gate, route by route.
    requestTimeout: 0,
    keepAliveTimeout: IDLE_MS,
  })
  // Bounded by their bytes; Node would drop the surplus silently.
  server.maxHeadersCount = 0
  const exchanges = new WeakMap<Duplex, Exchange>()
  const told = new WeakSet<Duplex>()
  server.on('request', (request, response) => {
    const { socket } = request
    const client = clients.get(socket)
    const exchange = { request, response }
    exchanges.set(socket, exchange)
    response.once('close', () => {
      if (exchanges.get(socket) === exchange) exchanges.delete(socket)
    })
    if (client) forward(http1Visit(request, response), client, upstream)
    else response.destroy()
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // The parser says the same of every byte that still comes.
    if (told.has(socket) && !socket.destroyed) return
    told.add(socket)
    const exchange = exchanges.get(socket)
    if (!socket.writable) socket.destroy()
    else if (exchange) breakOff(exchange)
    else turnAway(socket, PARSER_FAULTS[error.code ?? ''] ?? 400)
  })
  // Node would close it without a word: a tunnel is no request to it.
  server.on('connect', (_request, socket) => {
    // What a client sends into its tunnel before it reads the answer.
    socket.resume()
    turnAway(socket, 405)
  })
  // Node starts its clock for slow headers when a server begins to listen. This one never does: it is handed sockets.
  server.emit('listening')
  return server
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What came is no body, or not the next request. Within an answer another one would be read as part of it. */
function breakOff({ request, response }: Exchange): void {
  response.shouldKeepAlive = false
  if (!request.complete && !request.emit(CUT)) request.socket.destroy()
}

/** Time for a client to read why it was turned away, before what it still sends is cut off. */
const LAST_WORDS_MS = 1_000

/** What Node's parser refuses. Not closed at once: unread bytes would make it a reset, and the answer would be lost. */
function turnAway(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status]
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${reason}\n`,
  )
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref()
}

const PARSER_FAULTS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** For sockets of TLS that agreed on HTTP/2. */
export function http2Server(clients: Clients, upstream: Upstream): Http2Server {
  const server = createHttp2({
    maxHeaderListPairs: MAX_HTTP2_FIELDS,
    settings: { maxHeaderListSize: MAX_HTTP2_HEADER_BYTES, maxConcurrentStreams: 128 },
  })
  server.on('session', (session) => {
    session.setTimeout(IDLE_MS, () => session.close())
  })
  // A broken connection ends its session; nothing is left to do.
  server.on('sessionError', () => {})
  server.on('request', (request, response) => {
    const session = request.stream.session
    const client = session && clients.get(session)
    if (client) forward(http2Visit(request, response), client, upstream)
    else response.stream.close()
  })
  return server
}
