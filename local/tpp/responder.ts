/**
 * Answers for the invented trust service as a real one does, over plain HTTP on loopback: OCSP under `/root` and
 * `/issuing` by POST and by GET, revocation lists under `/root.crl` and `/issuing.crl`. A test changes what it says.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { TppName } from './cast.ts'
import { type Desk, type Manner, openDesk } from './desk.ts'
import type { Status } from './ocsp.ts'
import type { LocalTpps } from './store.ts'

export interface Responder {
  readonly port: number
  manner: Manner
  delayMs: number
  /** Questions so far, answered or not: `POST /issuing`. */
  readonly asked: readonly string[]
  /** From now on. */
  say(name: TppName, state: Status['state']): void
  close(): Promise<void>
}

const MAX_REQUEST_BYTES = 4_096
const FLOOD = Buffer.alloc(4 * 1024 * 1024, 0x30)
const TYPE = { ocsp: 'application/ocsp-response', crl: 'application/pkix-crl' } as const

/** @param port 0 chooses a free one */
export async function startResponder(tpps: LocalTpps, port = 0): Promise<Responder> {
  const desk = await openDesk(tpps)
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    setTimeout(() => {
      // Who hangs up in the middle of a question gets no answer.
      answer(desk, responder.manner, request, response).catch(() => response.destroy())
    }, responder.delayMs)
  })
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(port, '127.0.0.1', done)
  })
  const address = server.address()
  const responder: Responder = {
    port: typeof address === 'object' && address ? address.port : port,
    manner: 'answers',
    delayMs: 0,
    asked,
    say: (name, state) => desk.say(name, state),
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
  return responder
}

async function answer(
  desk: Desk,
  manner: Manner,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, level, ending] = /^\/(root|issuing)(\.crl|\/.+|)$/.exec(request.url ?? '') ?? []
  if (manner === 'hangs') return
  if (manner === 'errs' || (level !== 'root' && level !== 'issuing')) {
    response.writeHead(manner === 'errs' ? 500 : 404).end()
    return
  }
  const type = ending === '.crl' ? TYPE.crl : TYPE.ocsp
  if (manner === 'redirects') {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    return
  }
  response.writeHead(200, { 'content-type': type })
  if (manner === 'babbles') response.end('<html>Maintenance</html>')
  else if (manner === 'floods') response.end(FLOOD)
  else if (type === TYPE.crl) response.end(await desk.crl(level, manner))
  else response.end(desk.ocsp(level, await question(request, ending ?? ''), manner))
}

/** RFC 6960 appendix A.1: in the body, or in base64 behind the address. */
async function question(request: IncomingMessage, ending: string): Promise<Uint8Array> {
  if (request.method === 'GET') return Buffer.from(decodeURIComponent(ending.slice(1)), 'base64')
  const chunks: Buffer[] = []
  let size = 0
  // A stream without an encoding gives buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
