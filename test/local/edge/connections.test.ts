import { connect, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_HELLO_BYTES } from '../../../local/edge/client-hello.ts'
import type { Edge } from '../../../local/edge/edge.ts'
import { bodyOf, dial, type Stack, seenIn, startStack, statusOf } from './harness.ts'

const PATIENCE_MS = 400
let stack: Stack
let hasty: Edge
beforeAll(async () => {
  stack = await startStack()
  hasty = await stack.another({ helloTimeoutMs: PATIENCE_MS, headerTimeoutMs: PATIENCE_MS })
})
afterAll(() => stack.close())

function dialTcp(port: number): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => done(socket))
    socket.once('error', fail)
  })
}

/** Everything that comes until the other side closes, and how long that took. */
function untilClosed(socket: Duplex): Promise<{ bytes: Buffer; ms: number }> {
  const started = Date.now()
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A reset is one way to be closed.
  socket.on('error', () => {})
  return new Promise((done) =>
    socket.once('close', () => done({ bytes: Buffer.concat(chunks), ms: Date.now() - started })),
  )
}

/** Puts what TLS wants to send through another hand, before it reaches the wire. */
function through(socket: Socket, send: (bytes: Buffer) => Promise<void>): Duplex {
  const duplex = new Duplex({
    read() {},
    write: (bytes: Buffer, _encoding, done) => void send(bytes).then(() => done(), done),
  })
  socket.on('data', (bytes) => duplex.push(bytes))
  socket.on('close', () => duplex.destroy())
  return duplex
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`
}

/** An alert of TLS, fatal (RFC 8446 section 6). */
function alertIn(bytes: Buffer): number | undefined {
  return bytes[0] === 21 && bytes[5] === 2 ? bytes[6] : undefined
}

describe('a ClientHello', () => {
  it('that comes a byte at a time has the same JA4 as one that comes whole', async () => {
    const seen = await Promise.all(
      [1, Number.POSITIVE_INFINITY].map(async (size) => {
        const tcp = await dialTcp(stack.edge.port)
        const pieces = async (bytes: Buffer): Promise<void> => {
          for (let at = 0; at < bytes.length; at += size) {
            tcp.write(bytes.subarray(at, at + size))
            // Each piece in a segment of its own.
            if (size === 1) await new Promise((done) => setImmediate(done))
          }
        }
        const tls = connectTls({
          socket: through(tcp, pieces),
          servername: 'localhost',
          rejectUnauthorized: false,
        })
        tls.write(get('/echo'))
        const { bytes } = await untilClosed(tls)
        return seenIn(bodyOf(bytes.toString()))
      }),
    )
    expect(seen[0]?.cf.botManagement).toEqual(seen[1]?.cf.botManagement)
    expect(seen[0]?.cf.botManagement?.ja4).toMatch(/^t13d/)
  })

  it('that comes in records of one byte each is read all the same', async () => {
    const tcp = await dialTcp(stack.edge.port)
    let first = true
    const records = async (bytes: Buffer): Promise<void> => {
      const cut = first
      first = false
      if (!cut) tcp.write(bytes)
      // Record header: type, version, length; then the handshake message, cut up.
      else for (const byte of bytes.subarray(5)) tcp.write(Buffer.from([22, 3, 1, 0, 1, byte]))
    }
    const tls = connectTls({ socket: through(tcp, records), rejectUnauthorized: false })
    tls.write(get('/echo'))
    const { bytes } = await untilClosed(tls)
    expect(seenIn(bodyOf(bytes.toString())).cf.botManagement?.ja4).toMatch(/^t13/)
  })

  it('that is longer than any real one is refused with an alert', async () => {
    const tcp = await dialTcp(stack.edge.port)
    const closed = untilClosed(tcp)
    tcp.write(Buffer.from([22, 3, 1, 0x40, 0, 1, 0, (MAX_HELLO_BYTES >> 8) + 1, 0]))
    expect(alertIn((await closed).bytes)).toBe(22)
  })

  it('whose lengths do not add up is refused with an alert', async () => {
    const tcp = await dialTcp(stack.edge.port)
    const closed = untilClosed(tcp)
    tcp.write(Buffer.from([22, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 9, 9]))
    expect(alertIn((await closed).bytes)).toBe(50)
  })

  it('that never comes is waited for only so long', async () => {
    const { bytes, ms } = await untilClosed(await dialTcp(hasty.port))
    expect(bytes).toHaveLength(0)
    expect(ms).toBeGreaterThanOrEqual(PATIENCE_MS - 50)
    expect(ms).toBeLessThan(PATIENCE_MS * 4)
  })

  it('that stops half way is waited for only so long', async () => {
    const tcp = await dialTcp(hasty.port)
    tcp.write(Buffer.from([22, 3, 1, 2, 0, 1, 0]))
    expect((await untilClosed(tcp)).ms).toBeLessThan(PATIENCE_MS * 4)
  })

  it('in plain HTTP gets a plain answer', async () => {
    const tcp = await dialTcp(stack.edge.port)
    const closed = untilClosed(tcp)
    tcp.write(get('/'))
    const answer = (await closed).bytes.toString()
    expect(statusOf(answer)).toBe(400)
    expect(answer).toContain('use https')
  })
})

describe('a connection', () => {
  it('that stops after its ClientHello is waited for only so long', async () => {
    const tcp = await dialTcp(hasty.port)
    let first = true
    const onlyHello = async (bytes: Buffer): Promise<void> => {
      if (first) tcp.write(bytes)
      first = false
    }
    const tls = connectTls({ socket: through(tcp, onlyHello), rejectUnauthorized: false })
    tls.on('error', () => {})
    expect((await untilClosed(tcp)).ms).toBeLessThan(PATIENCE_MS * 5)
  })

  it('whose HTTP header never ends is answered and closed', async () => {
    const tls = await dial({ ...stack, edge: hasty })
    tls.write('GET / HTTP/1.1\r\nHost: a\r\n')
    const { bytes, ms } = await untilClosed(tls)
    expect(statusOf(bytes.toString())).toBe(408)
    expect(ms).toBeLessThan(PATIENCE_MS + 3_000)
  })

  it('carries one request after another', async () => {
    const tls = await dial(stack)
    tls.write('GET /status?is=200 HTTP/1.1\r\nHost: a\r\n\r\nGET /status?is=404 HTTP/1.1\r\nHost: a\r\n\r\n')
    tls.write(get('/status?is=201'))
    const { bytes } = await untilClosed(tls)
    expect(bytes.toString().match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 404',
      'HTTP/1.1 201',
    ])
  })

  it('below TLS 1.2 is refused', async () => {
    await expect(dial(stack, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow()
  })
})
