import { createServer as createHttp1, type Server as Http1Server, STATUS_CODES } from 'node:http'
import { createServer as createHttp2, type Http2Server } from 'node:http2'
import { createServer as createTcp, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTls, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { acceptHello } from './accept.ts'
import { clientAuthReader } from './client-chain.ts'
import type { ClientHello } from './client-hello.ts'
import { type Client, forward, type Upstream, upstreamAt } from './forward.ts'
import type { Identity } from './identity.ts'
import { connectionCf } from './request-cf.ts'
import { http1Visit, http2Visit } from './visit.ts'

/*
 * A development tool. It stands where Cloudflare's edge stands, on one machine, and fills a request as Cloudflare does,
 * from what really happened on the wire. It is no reverse proxy for the open internet.
 */

export interface EdgeOptions {
  readonly identity: Identity
  /** The gate's socket for edges (`startWorkers().front`). */
  readonly gate: { readonly host: string; readonly port: number }
  /** 0 chooses a free one. */
  readonly port: number
  /** False leaves `request.cf.botManagement` out, as for a zone without that product. */
  readonly botManagement?: boolean
  /** PEM. Client certificates from these are `certVerified: "SUCCESS"`. */
  readonly clientAuthorities?: readonly string[]
  /** How long a client may take for its ClientHello, and again for the rest of the handshake. */
  readonly helloTimeoutMs?: number
  /** How long it may take for the header of an HTTP/1 request. */
  readonly headerTimeoutMs?: number
}

export interface Edge {
  readonly port: number
  close(): Promise<void>
}

/** Cloudflare's limit for the header of a request as a whole. */
const MAX_HEADER_BYTES = 131_072
/** More fields than fit into that: HPACK counts 32 bytes a field and each has a name (RFC 7541 section 4.1). */
const MAX_HTTP2_FIELDS = MAX_HEADER_BYTES / 33
const HELLO_TIMEOUT_MS = 5_000
const HEADER_TIMEOUT_MS = 15_000
const IDLE_MS = 120_000
/** Where clients look for localhost. Loopback of IPv6 has one address only, so clients that choose theirs use IPv4. */
const HOSTS = ['127.0.0.1', '::1']

export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const upstream = upstreamAt(options.gate.host, options.gate.port)
  const clients = new WeakMap<object, Client>()
  const http1 = http1Server(clients, upstream, options)
  const http2 = http2Server(clients, upstream)
  const hellos = new Map<string, ClientHello>()
  const tls = tlsServer(options, hellos, clients, http1, http2)
  const sockets = new Set<Socket>()
  const onConnection = (socket: Socket): void => {
    sockets.add(socket)
    const name = connectionName(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      hellos.delete(name)
    })
    acceptHello(socket, options.helloTimeoutMs ?? HELLO_TIMEOUT_MS, (hello) => {
      hellos.set(name, hello)
      tls.emit('connection', socket)
    })
  }
  const listening = await listenAll(options.port, onConnection)
  return {
    port: listening.port,
    async close() {
      const closed = listening.servers.map((server) => new Promise((done) => server.close(done)))
      for (const socket of sockets) socket.destroy()
      http1.close()
      upstream.agent.destroy()
      await Promise.all(closed)
    },
  }
}

/** Four numbers name a TCP connection while it lives; TLS hands out another object for the same one. */
function connectionName(socket: Socket): string {
  return [socket.remoteAddress, socket.remotePort, socket.localAddress, socket.localPort].join(' ')
}

function tlsServer(
  options: EdgeOptions,
  hellos: Map<string, ClientHello>,
  clients: WeakMap<object, Client>,
  http1: Http1Server,
  http2: Http2Server,
): TlsServer {
  const readClientAuth = clientAuthReader()
  const server = createTls({
    key: options.identity.key,
    cert: options.identity.certificate,
    ALPNProtocols: ['h2', 'http/1.1'],
    minVersion: 'TLSv1.2',
    // Asked for, never required; whom to believe is the gate's business.
    requestCert: true,
    rejectUnauthorized: false,
    ca: [...(options.clientAuthorities ?? [])],
    handshakeTimeout: options.helloTimeoutMs ?? HELLO_TIMEOUT_MS,
  })
  server.on('secureConnection', (socket) => {
    const hello = hellos.get(connectionName(socket))
    if (!hello) {
      socket.destroy()
      return
    }
    const client = clientOf(socket, hello, readClientAuth(socket), options.botManagement ?? true)
    clients.set(socket, client)
    if (socket.alpnProtocol !== 'h2') {
      http1.emit('connection', socket)
      return
    }
    // HTTP/2 shows its requests a stand-in for the socket: the session, made at once, is what they have in common.
    http2.once('session', (session) => clients.set(session, client))
    http2.emit('connection', socket)
  })
  // A handshake that fails is the client's affair, and OpenSSL has sent it the alert.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

function clientOf(
  socket: TLSSocket,
  hello: ClientHello,
  clientAuth: Parameters<typeof connectionCf>[0]['clientAuth'],
  botManagement: boolean,
): Client {
  const address = socket.remoteAddress ?? ''
  const handshake = {
    address,
    hello,
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    clientAuth,
  }
  return { address, cf: connectionCf(handshake, botManagement) }
}

function http1Server(
  clients: WeakMap<object, Client>,
  upstream: Upstream,
  options: EdgeOptions,
): Http1Server {
  const server = createHttp1({
    maxHeaderSize: MAX_HEADER_BYTES,
    // The edge answers that itself, in its own words.
    requireHostHeader: false,
    headersTimeout: options.headerTimeoutMs ?? HEADER_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
    // Uploads are bounded by the gate, route by route.
    requestTimeout: 0,
    keepAliveTimeout: IDLE_MS,
  })
  // Bounded by their bytes; Node would drop the surplus silently.
  server.maxHeadersCount = 0
  server.on('request', (request, response) => {
    const client = clients.get(request.socket)
    if (client) forward(http1Visit(request, response), client, upstream)
    else response.destroy()
  })
  server.on('clientError', turnAway)
  // Node starts its clock for slow headers when a server begins to listen. This one never does: it is handed sockets.
  server.emit('listening')
  return server
}

/** Time for a client to read why it was turned away, before what it still sends is cut off. */
const LAST_WORDS_MS = 1_000

/** What Node's parser refuses. Not closed at once: unread bytes would make it a reset, and the answer would be lost. */
function turnAway(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const status = PARSER_FAULTS[error.code ?? ''] ?? 400
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

function http2Server(clients: WeakMap<object, Client>, upstream: Upstream): Http2Server {
  const server = createHttp2({
    maxHeaderListPairs: Math.ceil(MAX_HTTP2_FIELDS),
    settings: { maxHeaderListSize: MAX_HEADER_BYTES, maxConcurrentStreams: 128 },
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

interface Listening {
  readonly port: number
  readonly servers: readonly Server[]
}

/** One port on every loopback there is; without IPv6, on the others. */
async function listenAll(wanted: number, onConnection: (socket: Socket) => void): Promise<Listening> {
  const servers: Server[] = []
  let port = wanted
  for (const host of HOSTS) {
    const server = createTcp({ noDelay: true }, onConnection)
    const bound = await listen(server, port, host)
    if (bound === undefined) continue
    port = bound
    servers.push(server)
  }
  return { port, servers }
}

function listen(server: Server, port: number, host: string): Promise<number | undefined> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') done(undefined)
      else fail(error)
    })
    server.listen(port, host, () => {
      const address = server.address()
      done(typeof address === 'object' && address ? address.port : port)
    })
  })
}
