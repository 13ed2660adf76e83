import type { Server as Http1Server } from 'node:http'
import type { Http2Server } from 'node:http2'
import { createServer as createTcp, type Server, type Socket } from 'node:net'
import { createServer as createTls, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { acceptHello } from './accept.ts'
import { clientAuthReader } from './client-chain.ts'
import type { ClientHello } from './client-hello.ts'
import { type Client, upstreamAt } from './forward.ts'
import { type Clients, http1Server, http2Server } from './http-servers.ts'
import type { Identity } from './identity.ts'
import { connectionCf } from './request-cf.ts'
import type { TlsClientAuth } from './tls-client-auth.ts'

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

const HELLO_TIMEOUT_MS = 5_000
const HEADER_TIMEOUT_MS = 15_000
/** Where clients look for localhost. Loopback of IPv6 has one address only, so clients that choose theirs use IPv4. */
const HOSTS = ['127.0.0.1', '::1']

export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const upstream = upstreamAt(options.gate.host, options.gate.port)
  const clients: Clients = new WeakMap()
  const http1 = http1Server(clients, upstream, options.headerTimeoutMs ?? HEADER_TIMEOUT_MS)
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
  clients: Clients,
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
      // Who has said its last, in the middle of a body, is still told what became of it.
      socket.allowHalfOpen = true
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
  clientAuth: TlsClientAuth,
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

interface Listening {
  readonly port: number
  readonly servers: readonly Server[]
}

/** One port on every loopback there is; without IPv6, on the others. */
async function listenAll(wanted: number, onConnection: (socket: Socket) => void): Promise<Listening> {
  const servers: Server[] = []
  let port = wanted
  try {
    for (const host of HOSTS) {
      const server = createTcp({ noDelay: true }, onConnection)
      const bound = await listen(server, port, host)
      if (bound === undefined) continue
      port = bound
      servers.push(server)
    }
  } catch (error) {
    for (const server of servers) server.close()
    throw error
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
