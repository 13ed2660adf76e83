import { Agent, type ClientRequest, type IncomingMessage, request, STATUS_CODES } from 'node:http'
import { PassThrough, pipeline } from 'node:stream'
import { expandedFields, expander } from './content-coding.ts'
import { connectGate } from './gate-socket.ts'
import type { ConnectionCf } from './request-cf.ts'
import { HOP_BY_HOP, hostOf, type Refusal, refusalOf, upstreamFields } from './request-fields.ts'
import { type Field, pairs, type Reply, type Visit, valuesOf } from './visit.ts'

/** Where the gate listens: plain HTTP, and nothing between that would alter a byte. */
export interface Upstream {
  readonly host: string
  readonly port: number
  readonly agent: Agent
}

/** Who is on the other side of the connection. */
export interface Client {
  readonly address: string
  readonly cf: ConnectionCf
}

/** workerd drops a connection that was idle for five seconds; one that we drop first cannot fail under a request. */
const IDLE_SOCKET_MS = 4_000
/** As long as Cloudflare waits for an origin's next byte. */
const SILENCE_MS = 100_000
/** Room for what the edge adds to a client's 128 kB. */
const MAX_ANSWER_HEADER_BYTES = 262_144

export function upstreamAt(host: string, port: number): Upstream {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS })
  agent.createConnection = () => connectGate(host, port)
  return { host, port, agent }
}

/** Answers one request: with the gate's answer, or with the edge's own where the gate cannot be asked. */
export function forward(visit: Visit, client: Client, upstream: Upstream): void {
  const refusal = refusalOf(visit)
  if (refusal) refuse(visit, refusal)
  else send(visit, upstreamFields(visit, client.address, client.cf), upstream, 'first')
}

function send(visit: Visit, fields: readonly Field[], upstream: Upstream, attempt: 'first' | 'second'): void {
  const outgoing = open(visit, fields, upstream)
  if (!outgoing) {
    refuse(visit, { status: 400, text: 'Malformed request' })
    return
  }
  let settled = false
  let fault: Refusal = { status: 502, text: 'The gate did not answer' }
  outgoing.once('response', (incoming) => {
    settled = true
    reply(visit, incoming, outgoing)
  })
  outgoing.once('upgrade', (_response, socket) => {
    settled = true
    socket.destroy()
    refuse(visit, { status: 502, text: 'The gate took a WebSocket, which this edge does not carry' })
  })
  outgoing.once('timeout', () => outgoing.destroy(new Error('the gate was silent')))
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (settled) return
    settled = true
    // A kept connection may have died while it was idle. RFC 9110 section 9.2.2: only what changes nothing is sent again.
    const stale = outgoing.reusedSocket && error.code === 'ECONNRESET'
    if (stale && attempt === 'first' && isSafe(visit)) send(visit, fields, upstream, 'second')
    else refuse(visit, fault)
  })
  visit.onAbort(() => {
    settled = true
    outgoing.destroy()
  })
  visit.onCut(() => {
    fault = { status: 400, text: 'Malformed body' }
    cutOff(visit, outgoing)
  })
  sendBody(visit, outgoing)
}

/** The gate answers at once; this is for one that does not. */
const CUT_MS = 2_000

/** Ends our side of the connection, and nothing more: so the gate sees the body break off and says what it has to say. */
function cutOff({ body }: Visit, outgoing: ClientRequest): void {
  const timer = setTimeout(() => outgoing.destroy(), CUT_MS)
  outgoing.once('close', () => clearTimeout(timer))
  outgoing.once('response', () => clearTimeout(timer))
  body?.unpipe(outgoing)
  // After the header, which goes out as late.
  setImmediate(() => outgoing.socket?.end())
}

function isSafe({ method, body }: Visit): boolean {
  return body === undefined && ['GET', 'HEAD', 'OPTIONS'].includes(method)
}

/** Undefined where Node's client finds a name, value or path that HTTP has no room for. */
function open(visit: Visit, fields: readonly Field[], upstream: Upstream): ClientRequest | undefined {
  try {
    return request({
      host: upstream.host,
      port: upstream.port,
      agent: upstream.agent,
      method: visit.method,
      // Absolute, so that the gate sees the scheme; the target itself goes out as it came.
      path: `https://${hostOf(visit)}${visit.target}`,
      // A flat list goes out as it stands: no name gets another case, no duplicate is joined, nothing is added.
      headers: fields.flat(),
      setDefaultHeaders: false,
      maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
      timeout: SILENCE_MS,
    })
  } catch {
    return undefined
  }
}

/**
 * Trailers of a request end here, because a Worker has no way to read them. Not `pipeline`: when the gate fails, it would take the
 * client's connection down before the client is told.
 */
function sendBody({ body }: Visit, outgoing: ClientRequest): void {
  if (!body) {
    outgoing.end()
    return
  }
  body.on('error', () => outgoing.destroy())
  body.pipe(outgoing)
  // Node keeps a header back until there is some body. A client may wait for an answer before it sends any.
  setImmediate(() => outgoing.flushHeaders())
}

function reply(visit: Visit, incoming: IncomingMessage, outgoing: ClientRequest): void {
  const status = incoming.statusCode ?? 502
  const fields = pairs(incoming.rawHeaders).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()))
  const expand = expander(status, fields, valuesOf(visit.fields, 'accept-encoding'))
  const answer = begin(visit, incoming, expand ? expandedFields(fields) : fields)
  if (!answer) {
    outgoing.destroy()
    refuse(visit, { status: 502, text: 'The gate answered what HTTP has no room for' })
    return
  }
  // Registered before the pipeline's own: trailers have to be there when it ends the answer.
  incoming.once('end', () => addTrailers(answer, incoming))
  const last = new PassThrough({
    flush(done) {
      // A gate that answered before it had read all need not read the rest.
      if (!outgoing.writableFinished) outgoing.destroy()
      visit.drain(done)
    },
  })
  // Whatever broke, both sides are closed by now.
  pipeline([incoming, ...(expand ? [expand] : []), last, answer], () => {
    if (!outgoing.writableFinished) outgoing.destroy()
  })
}

/** Undefined where Node's server finds a field that it may not send, such as Trailer without chunks. */
function begin(visit: Visit, incoming: IncomingMessage, fields: readonly Field[]): Reply | undefined {
  try {
    return visit.answer(incoming.statusCode ?? 502, incoming.statusMessage ?? '', fields)
  } catch {
    return undefined
  }
}

function addTrailers(answer: Reply, { trailers }: IncomingMessage): void {
  if (Object.keys(trailers).length > 0) answer.addTrailers(trailers)
}

function refuse(visit: Visit, { status, text }: Refusal): void {
  const body = `${text}\n`
  const answer = visit.answer(status, STATUS_CODES[status] ?? '', [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
  ])
  if (visit.method !== 'HEAD') answer.write(body)
  visit.drain(() => answer.end())
}
