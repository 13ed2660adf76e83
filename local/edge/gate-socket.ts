import { Socket } from 'node:net'

/**
 * A connection to the gate on which an answer wins over the reset that follows it. A server that answers before it has
 * read all of a request closes with octets unread, which is a reset (RFC 9112 section 9.6). By then the answer waits in the
 * kernel, but Node gives up a socket as soon as it cannot write, and the answer with it. So what can no longer be written
 * is thrown away here; reading then finds the answer, or the end of a connection on which there was none.
 */
class GateSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, done: Written): void {
    super._write(chunk, encoding, unlessClosed(done))
  }

  override _writev(chunks: Chunks, done: Written): void {
    super._writev?.(chunks, unlessClosed(done))
  }
}

type Written = (error?: Error | null) => void
type Chunks = { chunk: unknown; encoding: BufferEncoding }[]

function unlessClosed(done: Written): Written {
  return (error) => done(isClosed(error) ? null : error)
}

function isClosed(error: NodeJS.ErrnoException | null | undefined): boolean {
  return error?.code === 'EPIPE' || error?.code === 'ECONNRESET'
}

export function connectGate(host: string, port: number): Socket {
  // Each write of a request goes out at once, as on every connection of Node's own agent.
  return new GateSocket().setNoDelay(true).connect(port, host)
}
