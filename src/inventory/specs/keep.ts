/**
 * An answer's body, kept to be looked at while it goes its way. Nothing here makes the client wait: the platform copies
 * the stream, the copy is read as far as the limit and then let go, and with it what it made the platform hold.
 */
import { joinBytes } from '../../lib/bytes.ts'
import type { Unchecked } from '../types.ts'

export type Kept = Uint8Array | Unchecked | undefined

export interface Observed {
  /** What goes to the client. */
  readonly response: Response
  /** Never rejects. */
  readonly kept: Promise<Kept>
}

/** For `waitUntil`: the answer goes out at once, the promise is done when its body was kept. */
export function keepWhilePassing(response: Response, maxBytes: number): Observed {
  const why = unreadable(response, maxBytes)
  if (why !== undefined || response.body === null) return { response, kept: Promise.resolve(why) }
  const [passing, copy] = response.body.tee()
  return { response: new Response(passing, response), kept: keep(copy, maxBytes) }
}

/** Whoever waits for an answer waits no longer than that for us. */
const HOLD_MS = 10_000

/** For routes that withhold: the answer, once its body is known. Larger ones and slower ones go out unseen, and say so. */
export async function keepBeforePassing(
  response: Response,
  maxBytes: number,
  holdMs: number = HOLD_MS,
): Promise<{ readonly response: Response; readonly kept: Kept }> {
  const { response: whole, kept } = keepWhilePassing(response, maxBytes)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Kept>((resolve) => {
    timer = setTimeout(() => resolve('body_late'), holdMs)
  })
  const first = await Promise.race([kept, late])
  clearTimeout(timer)
  return { response: whole, kept: first }
}

/** Codings that workerd takes off when a Worker reads a body, and puts on again when it is sent. */
const DECODED = /^(?:identity|gzip|br)?$/i

function unreadable({ headers }: Response, maxBytes: number): Unchecked | undefined {
  if (!DECODED.test((headers.get('content-encoding') ?? '').trim())) return 'content_encoding'
  return Number(headers.get('content-length') ?? 0) > maxBytes ? 'body_too_large' : undefined
}

async function keep(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Kept> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return length === 0 ? undefined : joinBytes(chunks, length)
      length += value.length
      if (length > maxBytes) {
        await reader.cancel()
        return 'body_too_large'
      }
      chunks.push(value)
    }
  } catch {
    return 'stream_failed'
  }
}
