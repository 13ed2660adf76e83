/**
 * Sends prepared HTTP/1.1 messages over keep-alive connections to a loopback port and counts what comes back.
 * Raw sockets, because a client library costs more than the gate it is to measure, on the one core left to it.
 */
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'

export interface LoadOptions {
  readonly host: string
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The next message, head and body, in full. */
  readonly next: () => Buffer
}

export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly statuses: Readonly<Record<string, number>>
}

const HEAD_END = Buffer.from('\r\n\r\n')
const MAX_HEAD_BYTES = 65_536

/** Runs for the given time, then lets what is under way finish. Rejects when a connection breaks. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  if (!options.host.startsWith('127.'))
    throw new Error('Cannot send load: only loopback addresses are loaded')
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  const startedAt = performance.now()
  const endAt = startedAt + options.seconds * 1000
  const one = () => connection(options, endAt, latencies, statuses)
  await Promise.all(Array.from({ length: options.connections }, one))
  const elapsed = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  const quantile = (q: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? Number.NaN
  return {
    requests: latencies.length,
    perSecond: latencies.length / elapsed,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    statuses,
  }
}

function connection(
  options: LoadOptions,
  endAt: number,
  latencies: number[],
  statuses: Record<string, number>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.port, options.host)
    socket.setNoDelay(true)
    const reader = responseReader((status) => {
      latencies.push(performance.now() - sentAt)
      statuses[status] = (statuses[status] ?? 0) + 1
      if (performance.now() >= endAt) {
        socket.end()
        resolve()
        return
      }
      send()
    })
    let sentAt = 0
    function send(): void {
      sentAt = performance.now()
      socket.write(options.next())
    }
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      try {
        reader(chunk)
      } catch (error) {
        reject(error)
        closeQuietly(socket)
      }
    })
    socket.on('error', reject)
    socket.on('close', () => resolve())
  })
}

function closeQuietly(socket: Socket): void {
  socket.removeAllListeners('close')
  socket.destroy()
}

/** Feeds on bytes; calls back once for each whole response (Content-Length or chunked, RFC 9112 section 6). */
function responseReader(done: (status: string) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0)
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const headEnd = pending.indexOf(HEAD_END)
    if (headEnd < 0) {
      if (pending.length > MAX_HEAD_BYTES) throw new Error('Cannot read response: its head does not end')
      return
    }
    const head = pending.toString('latin1', 0, headEnd)
    const end = bodyEnd(pending, headEnd + 4, head)
    if (end === undefined || pending.length < end) return
    pending = pending.subarray(end)
    done(head.slice(9, 12))
  }
}

function bodyEnd(bytes: Buffer, bodyStart: number, head: string): number | undefined {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return bodyStart + Number(length)
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return bodyStart
  const last = bytes.indexOf('0\r\n\r\n', bodyStart)
  return last < 0 ? undefined : last + 5
}
