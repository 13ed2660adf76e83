/** The way to the bank: a service binding, an mTLS binding or plain fetch, with one time limit. */
import { unavailable, valid } from './lib/fact.ts'
import type { Upstream } from './ports.ts'

/** Anything with the Workers' `fetch`: a service binding, an mTLS certificate binding, the global one. */
export interface Fetches {
  fetch(request: Request, init?: RequestInit): Promise<Response>
}

/**
 * Makes the upstream port.
 *
 * The limit runs until the response's head has come; a body may then stream for as long as it likes, because an
 * account statement is not late for being long. A request whose time is up is aborted, so that it does not hold a
 * connection to a bank that is already struggling.
 *
 * While a client is still sending, the limit begins again with what it sends: its bad line is no lateness of the bank's. One
 * that stops in the middle, or drips, cannot be told from a bank that stops reading, and ends as that does.
 */
export function upstreamFrom(bank: Fetches | undefined, timeoutMs: number): Upstream {
  if (bank === undefined) return { forward: () => Promise.resolve(unavailable('origin_not_configured')) }
  return {
    async forward(request, sending) {
      const abort = new AbortController()
      const limit = limitOf(timeoutMs, () => abort.abort())
      try {
        const outgoing =
          sending === 'streamed' ? heeding(request, leastBytesIn(timeoutMs), limit.again) : request
        return valid(await bank.fetch(outgoing, { signal: abort.signal }))
      } catch {
        // Which of a dozen ways a connection can fail is the platform's own text and no reason of ours.
        return unavailable(abort.signal.aborted ? 'origin_timeout' : 'origin_unreachable')
      } finally {
        limit.end()
      }
    },
  }
}

interface Limit {
  /** From the beginning, unless it has ended. */
  again(): void
  end(): void
}

function limitOf(ms: number, over: () => void): Limit {
  let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(over, ms)
  return {
    again() {
      // A bank may answer before it has read all: what still goes through then starts nothing.
      if (timer === undefined) return
      clearTimeout(timer)
      timer = setTimeout(over, ms)
    },
    end() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

/** Half a byte a millisecond: slower than any line that somebody uploads over, and a connection held for it is held for nothing. */
function leastBytesIn(ms: number): number {
  return Math.ceil(ms / 2)
}

/** The same request, that tells whenever so many bytes more have gone through, and of the body's end. */
function heeding(request: Request, least: number, heard: () => void): Request {
  if (request.body === null) return request
  let untold = 0
  const told = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, passed) {
      untold += chunk.byteLength
      if (untold >= least) {
        untold = 0
        heard()
      }
      passed.enqueue(chunk)
    },
    flush: heard,
  })
  const body = request.body.pipeThrough(told)
  const length = declaredLength(request.headers)
  // A stream of ours has no length, and the platform would send chunks where the client declared one.
  return new Request(request, {
    body: length === undefined ? body : body.pipeThrough(new FixedLengthStream(length)),
  })
}

function declaredLength(headers: Headers): number | undefined {
  const declared = headers.get('content-length') ?? ''
  return /^\d{1,15}$/.test(declared) ? Number(declared) : undefined
}
