import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { type Edge, type EdgeOptions, startEdge } from '../../../local/edge/edge.ts'
import { type Identity, localIdentity } from '../../../local/edge/identity.ts'
import type { RequestCf } from '../../../local/edge/request-cf.ts'
import { startWorkers, type Workers } from '../../../local/workerd.ts'

/** What the echo gate saw. */
export interface Seen {
  readonly url: string
  readonly method: string
  readonly headers: readonly (readonly [string, string])[]
  readonly cf: RequestCf
  readonly body: string
}

export interface Stack {
  readonly edge: Edge
  readonly workers: Workers
  readonly identity: Identity
  /** Another edge before the same gate, with other settings. */
  another(options: Partial<EdgeOptions>): Promise<Edge>
  close(): Promise<void>
}

const ECHO = readFileSync(new URL('../../fixtures/echo-gate.js', import.meta.url), 'utf8')

/** An edge on a free port in front of a gate that tells what reached it. */
export async function startStack(): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-edge-'))
  const identity = await localIdentity(folder)
  const workers = await startWorkers({ script: ECHO, bank: { script: 'export default {}' }, quiet: true })
  const edges: Edge[] = []
  const another = async (options: Partial<EdgeOptions>): Promise<Edge> => {
    const edge = await startEdge({ identity, gate: workers.front, port: 0, ...options })
    edges.push(edge)
    return edge
  }
  return {
    edge: await another({}),
    workers,
    identity,
    another,
    async close() {
      await Promise.all(edges.map((edge) => edge.close()))
      await workers.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The echo gate's answer, read where it enters the tests. */
export function seenIn(text: string): Seen {
  return JSON.parse(text) as Seen
}

export function header({ headers }: Seen, name: string): string | undefined {
  return headers.find(([key]) => key === name)?.[1]
}

export function installed(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

/** Runs a program to its end. Its words count even when it fails: some failures are what a test is about. */
export function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((done) => {
    execFile(
      program,
      args,
      { env: { ...process.env, ...env }, timeout: 20_000, maxBuffer: 1 << 24 },
      (_error, stdout, stderr) => done(stdout === '' ? stderr : stdout),
    )
  })
}

/** The Node that runs the tests, for a client in a process of its own. */
export const NODE = process.execPath

export function dial(stack: Stack, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((done, fail) => {
    const socket = connectTls({
      host: '127.0.0.1',
      port: stack.edge.port,
      servername: 'localhost',
      ca: readFileSync(stack.identity.authorityPath),
      ALPNProtocols: ['http/1.1'],
      ...options,
    })
    socket.once('secureConnect', () => done(socket))
    socket.once('error', fail)
  })
}

/** Sends bytes as they stand and gives everything that comes back until the edge closes. */
export async function exchange(stack: Stack, text: string, options: ConnectionOptions = {}): Promise<string> {
  const socket = await dial(stack, options)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.write(Buffer.from(text, 'latin1'))
  await new Promise((done) => socket.once('close', done).on('error', () => {}))
  return Buffer.concat(chunks).toString()
}

/** A request over HTTP/1.1 whose lines are the test's own. */
export async function askRaw(
  stack: Stack,
  lines: readonly string[],
  options: ConnectionOptions = {},
): Promise<string> {
  return exchange(stack, [...lines, 'Connection: close', '', ''].join('\r\n'), options)
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
}

export function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4)
}

/** A connection of HTTP/2 whose client minds no limit. */
export function dialHttp2(stack: Stack): ClientHttp2Session {
  return connectHttp2(`https://localhost:${stack.edge.port}`, {
    ca: readFileSync(stack.identity.authorityPath),
    maxSendHeaderBlockLength: 1 << 20,
  })
}

export interface Answer {
  readonly status: number
  readonly body: string
}

export function askHttp2(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string,
): Promise<Answer> {
  return new Promise((done, fail) => {
    const stream = session.request({ ':path': '/echo', ...headers }, { endStream: body === undefined })
    let status = 0
    let text = ''
    stream.on('response', (answer) => {
      status = answer[':status'] ?? 0
    })
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text += chunk
    })
    stream.on('end', () => done({ status, body: text }))
    stream.on('error', fail)
    if (body !== undefined) stream.end(body)
  })
}
