import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2, type OutgoingHttpHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Edge } from '../../../local/edge/edge.ts'
import { askRaw, bodyOf, dial, exchange, type Stack, startStack, statusOf } from './harness.ts'

let stack: Stack
const closing: (() => void)[] = []
beforeAll(async () => {
  stack = await startStack()
})
afterEach(() => {
  for (const close of closing.splice(0)) close()
})
afterAll(() => stack.close())

function http2(edge: Edge = stack.edge): ClientHttp2Session {
  const session = connectHttp2(`https://localhost:${edge.port}`, {
    ca: readFileSync(stack.identity.authorityPath),
  })
  closing.push(() => session.destroy())
  return session
}

interface Answer {
  readonly headers: OutgoingHttpHeaders
  readonly trailers: OutgoingHttpHeaders
  readonly body: string
}

function get(session: ClientHttp2Session, headers: OutgoingHttpHeaders): Promise<Answer> {
  return new Promise((done, fail) => {
    const stream = session.request(headers)
    let [answer, trailers]: OutgoingHttpHeaders[] = [{}, {}]
    const chunks: Buffer[] = []
    stream.on('response', (fields) => {
      answer = fields
    })
    stream.on('trailers', (fields) => {
      trailers = fields
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', fail)
    stream.on('close', () =>
      done({ headers: answer ?? {}, trailers: trailers ?? {}, body: Buffer.concat(chunks).toString() }),
    )
  })
}

/** An edge in front of a server of the test's own. */
async function edgeBefore(listener: RequestListener): Promise<{ edge: Edge; server: Server }> {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  // A listening TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo
  return { edge: await stack.another({ gate: { host: '127.0.0.1', port } }), server }
}

describe('the answer of the gate', () => {
  it('arrives with every field, cookies apart', async () => {
    const raw = await askRaw(stack, ['GET /cookies HTTP/1.1', 'Host: a'])
    expect(raw).toMatch(/Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Twice: 1\r\nX-Twice: 2\r\n/)
    const { headers } = await get(http2(), { ':path': '/cookies' })
    expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-twice': '1, 2' })
  })

  it.each([200, 204, 302, 304, 404, 503])('arrives with status %i', async (status) => {
    const path = `/status?is=${status}`
    const raw = await askRaw(stack, [`GET ${path} HTTP/1.1`, 'Host: a'])
    expect([statusOf(raw), bodyOf(raw)]).toEqual([status, [204, 304].includes(status) ? '' : 'body'])
    const { headers } = await get(http2(), { ':path': path })
    expect(headers).toMatchObject({ ':status': status, 'x-kept': 'yes' })
  })

  it('to HEAD arrives without a body and with its length', async () => {
    const raw = await askRaw(stack, ['HEAD /page HTTP/1.1', 'Host: a'])
    expect(raw).toMatch(/Content-Length: 53/i)
    expect(bodyOf(raw)).toBe('')
    const answer = await get(http2(), { ':path': '/page', ':method': 'HEAD' })
    expect(answer).toMatchObject({ headers: { 'content-length': '53' }, body: '' })
  })

  it('is expanded for a client that did not ask for its coding, and for no other', async () => {
    const ask = (accept: string): Promise<string> =>
      askRaw(stack, ['GET /gzip HTTP/1.1', 'Host: a', `Accept-Encoding: ${accept}`])
    expect(await ask('deflate, gzip;q=0')).toContain('hello from behind the gate')
    expect(await ask('br')).not.toMatch(/content-encoding/i)
    expect(await ask('deflate, gzip')).toMatch(/content-encoding: gzip/i)
    expect(await ask('*')).toMatch(/content-encoding: gzip/i)
  })

  it('is passed on as it comes, not when it is whole', async () => {
    const tls = await dial(stack)
    tls.write('GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const arrivals: { text: string; at: number }[] = []
    tls.on('data', (chunk) => arrivals.push({ text: String(chunk), at: Date.now() }))
    await new Promise((done) => tls.once('close', done))
    const first = arrivals.find(({ text }) => text.includes('first'))
    expect((arrivals.at(-1)?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(200)
  })

  it('may bring trailers', async () => {
    const { edge } = await edgeBefore((_request, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' })
      response.write('body')
      response.addTrailers({ 'X-Sum': '4' })
      response.end()
    })
    const raw = await exchange({ ...stack, edge }, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(raw).toMatch(/\r\n0\r\nX-Sum: 4\r\n\r\n$/i)
    expect((await get(http2(edge), {})).trailers).toMatchObject({ 'x-sum': '4' })
  })
})

describe('a body', () => {
  const size = 8 * 1024 * 1024

  it('streams both ways', async () => {
    const stream = http2().request({ ':path': '/stream', ':method': 'POST' })
    let received = 0
    stream.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    for (let sent = 0; sent < size; sent += 65_536) {
      if (!stream.write(Buffer.alloc(65_536))) await new Promise((done) => stream.once('drain', done))
    }
    stream.end()
    await new Promise((done) => stream.once('close', done))
    expect(received).toBe(size)
  })

  it('is taken no faster than the gate takes it', async () => {
    let release = (): void => {}
    const { edge } = await edgeBefore((request, response) => {
      release = () => {
        request.resume()
        request.on('end', () => response.end('done'))
      }
    })
    const tls = await dial({ ...stack, edge })
    tls.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${4 * size}\r\n\r\n`)
    let stuck = false
    for (let sent = 0; sent < 4 * size; sent += 65_536) {
      if (tls.write(Buffer.alloc(65_536)) || stuck) continue
      const drained = new Promise((done) => tls.once('drain', () => done('drained')))
      stuck =
        (await Promise.race([drained, new Promise((done) => setTimeout(done, 300, 'stuck'))])) === 'stuck'
      if (stuck) release()
    }
    let answer = ''
    tls.on('data', (chunk) => {
      answer += String(chunk)
    })
    await new Promise((done) => tls.once('close', done))
    expect({ stuck, status: statusOf(answer) }).toEqual({ stuck: true, status: 200 })
  })

  it('need not be read whole before the answer', async () => {
    const { edge } = await edgeBefore((_request, response) => {
      response.writeHead(413, { Connection: 'close' }).end('too large')
    })
    const stream = http2(edge).request({ ':method': 'POST' })
    const status = await new Promise((done) => {
      stream.on('response', (headers) => done(headers[':status']))
      stream.write(Buffer.alloc(1024))
    })
    expect(status).toBe(413)
  })
})

describe('a gate in trouble', () => {
  it('that is not there is a plain 502', async () => {
    const edge = await stack.another({ gate: { host: '127.0.0.1', port: 1 } })
    const raw = await askRaw({ ...stack, edge }, ['POST / HTTP/1.1', 'Host: a', 'Content-Length: 0'])
    expect([statusOf(raw), bodyOf(raw)]).toEqual([502, 'The gate did not answer\n'])
    expect((await get(http2(edge), {})).headers[':status']).toBe(502)
  })

  it('that breaks off before its answer is a plain 502', async () => {
    const { edge } = await edgeBefore((request) => request.socket.destroy())
    expect((await get(http2(edge), {})).headers[':status']).toBe(502)
  })

  it('that breaks off within its answer breaks the answer off, too', async () => {
    const { edge } = await edgeBefore((request, response) => {
      response.writeHead(200, { 'Content-Length': 100 })
      response.write('half')
      setTimeout(() => request.socket.destroy(), 50)
    })
    const raw = await exchange({ ...stack, edge }, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(bodyOf(raw)).toBe('half')
    await expect(get(http2(edge), {})).rejects.toThrow()
  })

  it('that closed a kept connection is asked again over a new one', async () => {
    let asked = 0
    const { edge, server } = await edgeBefore((_request, response) => {
      asked++
      response.end('ok')
    })
    server.on('connection', (socket) => {
      // Closes when the second request has been written: too late for the client to know.
      let requests = 0
      socket.on('data', () => {
        if (++requests === 2) socket.resetAndDestroy()
      })
    })
    const session = http2(edge)
    expect((await get(session, {})).body).toBe('ok')
    expect((await get(session, {})).body).toBe('ok')
    expect(asked).toBeGreaterThanOrEqual(2)
  })

  it('that answers what HTTP has no room for is a plain 502', async () => {
    const { edge, server } = await edgeBefore(() => {})
    server.removeAllListeners('request').on('connection', (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nContent-Length: 2\r\n\r\nhi')
    })
    const raw = await askRaw({ ...stack, edge }, ['GET / HTTP/1.1', 'Host: a'])
    expect([statusOf(raw), bodyOf(raw)]).toEqual([502, 'The gate answered what HTTP has no room for\n'])
  })

  it('that takes a WebSocket is a plain 502', async () => {
    const { edge, server } = await edgeBefore(() => {})
    server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    })
    const raw = await exchange(
      { ...stack, edge },
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
    expect(statusOf(raw)).toBe(502)
  })
})

describe('a client that goes', () => {
  it.each(['an HTTP/1.1 connection', 'an HTTP/2 stream', 'an HTTP/2 connection'])(
    'closing %s takes its request with it',
    async (what) => {
      let gone = (): void => {}
      const left = new Promise<void>((done) => {
        gone = done
      })
      let arrived = (): void => {}
      const arrival = new Promise<void>((done) => {
        arrived = done
      })
      const { edge } = await edgeBefore((request) => {
        arrived()
        request.socket.once('close', gone)
      })
      if (what.includes('HTTP/2')) {
        const session = http2(edge)
        const stream = session.request({})
        stream.on('error', () => {})
        await arrival
        if (what.endsWith('stream')) stream.close(8)
        else session.destroy()
      } else {
        const tls = await dial({ ...stack, edge })
        tls.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
        await arrival
        tls.destroy()
      }
      await left
    },
  )

  it('is not asked for twice, even over a kept connection', async () => {
    let asked = 0
    let arrived = (): void => {}
    const { edge } = await edgeBefore((_request, response) => {
      if (++asked === 1) response.end('ok')
      else arrived()
    })
    const session = http2(edge)
    await get(session, {})
    const stream = session.request({})
    stream.on('error', () => {})
    await new Promise<void>((done) => {
      arrived = done
    })
    stream.close(8)
    await new Promise((done) => setTimeout(done, 100))
    expect(asked).toBe(2)
  })
})
