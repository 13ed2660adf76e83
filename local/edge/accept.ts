import type { Socket } from 'node:net'
import { type ClientHello, type HelloRefusal, helloReader } from './client-hello.ts'

/** RFC 8446 section 6.2: a fatal alert, and which. */
const ALERTS: Readonly<Record<HelloRefusal, number>> = {
  not_tls: 10, // unexpected_message
  no_client_hello: 10,
  too_long: 22, // record_overflow
  malformed: 50, // decode_error
}

const PLAIN_HTTP = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: text/plain',
  'Connection: close',
  '',
  'This port speaks TLS: use https\n',
].join('\r\n')

/**
 * Reads what the client says of itself, then leaves the connection as if nobody had read it: the bytes go back, and
 * TLS starts from the first. Whoever says nothing within the time, or no TLS, is closed here.
 */
export function acceptHello(socket: Socket, timeoutMs: number, next: (hello: ClientHello) => void): void {
  const read = helloReader()
  const chunks: Buffer[] = []
  const timer = setTimeout(() => socket.destroy(), timeoutMs)
  const done = (): void => {
    clearTimeout(timer)
    socket.off('readable', onReadable)
  }
  const onReadable = (): void => {
    // A socket without an encoding gives buffers.
    for (let chunk: Buffer | null = socket.read(); chunk; chunk = socket.read()) {
      chunks.push(chunk)
      const state = read(chunk)
      if (state.state === 'more') continue
      done()
      if (state.state === 'refused') {
        turnAway(socket, state.reason)
        return
      }
      socket.unshift(Buffer.concat(chunks))
      next(state.hello)
      return
    }
  }
  // A connection that breaks this early has nobody left to be told.
  socket.on('error', () => socket.destroy())
  socket.once('close', done)
  socket.on('readable', onReadable)
}

function turnAway(socket: Socket, reason: HelloRefusal): void {
  socket.end(reason === 'not_tls' ? PLAIN_HTTP : Buffer.from([21, 3, 1, 0, 2, 2, ALERTS[reason]]))
  socket.destroySoon()
}
