/** A client that sends exactly what it is told to: its own header lines, its own bytes, from an address of its own. */
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { dial } from '../local/edge/harness.ts'
import type { Gate } from './gate.ts'

export interface Sent {
  readonly method?: string
  readonly path: string
  /** Name and value by turns, as they go out. `Host` and what frames the body are added. */
  readonly headers?: readonly string[]
  readonly body?: Uint8Array | string
  /** Without a length: in chunks of this many bytes. */
  readonly chunkBytes?: number
  readonly from?: string
}

export interface Reply {
  readonly status: number
  readonly header: (name: string) => string
  readonly body: Buffer
  readonly text: string
}

const TIMEOUT_MS = 15_000

export function send(gate: Gate, sent: Sent): Promise<Reply> {
  const body = sent.body === undefined ? undefined : Buffer.from(sent.body)
  return new Promise((done, fail) => {
    const outgoing = request({
      host: '127.0.0.1',
      servername: 'localhost',
      port: gate.edge.port,
      localAddress: sent.from ?? '127.0.0.1',
      rejectUnauthorized: false,
      agent: false,
      method: sent.method ?? 'GET',
      path: sent.path,
      headers: [
        'Host',
        `localhost:${gate.edge.port}`,
        ...framing(body, sent.chunkBytes),
        ...(sent.headers ?? []),
      ],
      setDefaultHeaders: false,
      maxHeaderSize: 262_144,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    outgoing.on('response', (incoming) => void replyFrom(incoming).then(done, fail))
    outgoing.on('error', fail)
    if (body !== undefined) writeAll(body, sent.chunkBytes ?? body.length, (chunk) => outgoing.write(chunk))
    outgoing.end()
  })
}

function framing(body: Buffer | undefined, chunkBytes: number | undefined): readonly string[] {
  if (body === undefined) return []
  return chunkBytes === undefined ? ['Content-Length', String(body.length)] : ['Transfer-Encoding', 'chunked']
}

function writeAll(body: Buffer, size: number, write: (chunk: Buffer) => void): void {
  for (let at = 0; at < body.length; at += size) write(body.subarray(at, at + size))
}

async function replyFrom(incoming: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = []
  // A stream without an encoding gives buffers.
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const { headers } = incoming
  return {
    status: incoming.statusCode ?? 0,
    header: (name) => String(headers[name] ?? ''),
    body,
    text: body.toString(),
  }
}

/** What the demo bank's echo says that it got. */
export interface Echo {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  readonly sha256: string
}

export async function echo(
  gate: Gate,
  sent: Sent,
): Promise<Echo & { header(name: string): string | undefined }> {
  const reply = await send(gate, sent)
  if (reply.status !== 200)
    throw new Error(`Cannot read echo: status ${reply.status}, ${reply.text.slice(0, 200)}`)
  // The demo bank's own format, read where it enters the journeys.
  const seen = JSON.parse(reply.text) as Echo
  return { ...seen, header: (name) => seen.headers.find(([key]) => key === name)?.[1] }
}

/** Past the edge, over plain TCP: says its bytes, says that it has no more, and listens. */
export function halfClosed(gate: Gate, text: string): Promise<string> {
  const { host, port } = gate.workers.gate
  return lastHeard(connect({ host, port, allowHalfOpen: true }), text)
}

/** The same through the edge, over TLS. */
export async function halfClosedTls(gate: Gate, text: string): Promise<string> {
  const socket = await dial(gate)
  socket.allowHalfOpen = true
  return lastHeard(socket, text)
}

async function lastHeard(socket: Socket, text: string): Promise<string> {
  socket.end(text)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

let neighbours = 0

/** An address that nobody has come from yet: what one story does must not make the next one suspicious. */
export function somebody(): string {
  neighbours += 1
  return `127.0.${100 + neighbours}.7`
}
