/** A bank that is slow, breaks off, speaks nonsense, goes away and comes back, at one address. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Mood =
  | 'serves'
  | 'slow'
  | 'trickles'
  | 'resets'
  | 'cuts'
  | 'cuts_chunks'
  | 'babbles'
  | 'answers_first'

export interface Origin {
  readonly address: string
  mood: Mood
  /** Requests that have arrived. */
  readonly asked: number
  /** Of the last request whose body arrived whole: how it was framed, and how long it was. */
  readonly body: Framed | undefined
  stop(): Promise<void>
  start(): Promise<void>
}

export interface Framed {
  readonly length: string | undefined
  readonly chunked: boolean
  readonly bytes: number
}

/** Longer than a journey lets the gate wait. */
const SLOW_MS = 2_500
const HALF = 'x'.repeat(500)

const ANSWERS: Readonly<Record<Mood, (response: ServerResponse) => void>> = {
  serves: (response) => void response.end('served'),
  slow: (response) => void setTimeout(() => response.end('at last'), SLOW_MS),
  // The head is there in time; the rest takes as long as it takes.
  trickles(response) {
    response.write('first ')
    setTimeout(() => response.end('last'), SLOW_MS / 2)
  },
  resets: (response) => response.socket?.resetAndDestroy(),
  cuts(response) {
    response.setHeader('Content-Length', 2 * HALF.length)
    cutAfterHalf(response)
  },
  cuts_chunks: cutAfterHalf,
  // The head was sent before the body was read (below).
  answers_first: (response) => void response.end('read'),
  babbles: (response) => void response.socket?.end('SSH-2.0-nonsense\r\n\r\n'),
}

function cutAfterHalf(response: ServerResponse): void {
  response.write(HALF, () => setTimeout(() => response.socket?.resetAndDestroy(), 50))
}

export async function startOrigin(): Promise<Origin> {
  let asked = 0
  let body: Framed | undefined
  const server = createServer((request, response) => {
    asked += 1
    if (origin.mood === 'answers_first') response.flushHeaders()
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    request.once('end', () => {
      const { 'content-length': length, 'transfer-encoding': coding } = request.headers
      body = { length, chunked: coding === 'chunked', bytes }
      ANSWERS[origin.mood](response)
    })
  })
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  await listen(0)
  // A listening TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo
  const origin: Origin = {
    address: `127.0.0.1:${port}`,
    mood: 'serves',
    get asked() {
      return asked
    },
    get body() {
      return body
    },
    stop() {
      const stopped = new Promise<void>((done) => server.close(() => done()))
      server.closeAllConnections()
      return stopped
    },
    start: () => listen(port),
  }
  return origin
}
