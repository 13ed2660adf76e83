/** Reads a body whole, once and no further than a bound. */
import { fail, type Outcome, pass } from '../lib/outcome.ts'

export type BodyProblem = 'body_too_large' | 'body_truncated'

const EMPTY = new Uint8Array(0)

/**
 * Where Content-Length frames a body (RFC 9112 section 6.3), no more than it says can come: workerd cuts what follows,
 * refuses two lengths and takes the header off where Transfer-Encoding frames the body. It is then read in one step,
 * which costs half of what chunks do. A body of another length than declared was cut on its way, or made so that
 * two readers cut it differently.
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Outcome<Uint8Array, BodyProblem>> {
  const header = request.headers.get('content-length')
  const declared = header === null ? undefined : Number(header)
  if (declared !== undefined && declared > maxBytes) return fail('body_too_large')
  try {
    if (declared === undefined) return await readStream(request.body, maxBytes)
    const bytes = new Uint8Array(await request.arrayBuffer())
    return bytes.length === declared ? pass(bytes) : fail('body_truncated')
  } catch {
    // The client went away, or its framing broke.
    return fail('body_truncated')
  }
}

async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Outcome<Uint8Array, BodyProblem>> {
  return stream === null ? pass(EMPTY) : readChunks(stream.getReader(), maxBytes)
}

async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<Outcome<Uint8Array, BodyProblem>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > maxBytes) {
      await reader.cancel()
      return fail('body_too_large')
    }
    chunks.push(value)
  }
  const [only] = chunks
  return pass(chunks.length === 1 && only !== undefined ? only : concatenate(chunks, length))
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
