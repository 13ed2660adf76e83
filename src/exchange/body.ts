/** Reads a body whole, once and no further than a bound. */
import { joinBytes } from '../lib/bytes.ts'
import { fieldIn } from '../lib/header-fields.ts'
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
  const header = fieldIn(request.headers, 'content-length')
  const declared = header === null ? undefined : Number(header)
  if (declared !== undefined && declared > maxBytes) {
    if (declared <= LINGER_BYTES && request.body !== null) await linger(request.body.getReader(), 0)
    return fail('body_too_large')
  }
  // The stream is asked for only where it is read: making one costs as much as reading a small body whole.
  const body = declared === undefined ? request.body : undefined
  // Most requests have none, and need no clock.
  if (body === null) return pass(EMPTY)
  const late = deadline()
  try {
    if (body !== undefined) return await readChunks(body.getReader(), maxBytes, late.over)
    const bytes = await Promise.race([request.arrayBuffer(), late.over])
    return bytes !== undefined && bytes.byteLength === declared
      ? pass(new Uint8Array(bytes))
      : fail('body_truncated')
  } catch {
    // The client went away, or its framing broke.
    return fail('body_truncated')
  } finally {
    late.end()
  }
}

/**
 * Inspected bodies have some kilobytes: a second on a bad telephone line. Who trickles them longer holds a request open,
 * and the memory that goes with it.
 */
const READ_MS = 10_000

function deadline(ms = READ_MS): { readonly over: Promise<undefined>; end(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  return { over, end: () => clearTimeout(timer) }
}

async function readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  late: Promise<undefined>,
): Promise<Outcome<Uint8Array, BodyProblem>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const read = await Promise.race([reader.read(), late])
    if (read === undefined) {
      await reader.cancel()
      return fail('body_truncated')
    }
    const { done, value } = read
    if (done) break
    length += value.length
    if (length > maxBytes) {
      await linger(reader, length)
      return fail('body_too_large')
    }
    chunks.push(value)
  }
  const [only] = chunks
  return pass(chunks.length === 1 && only !== undefined ? only : joinBytes(chunks, length))
}

/**
 * A server that closes a connection with octets unread resets it, and the reset takes the answer with it (RFC 9112
 * section 9.6): a client that sent somewhat too much would hear of a broken connection, and not why. So that much is read
 * and thrown away; whoever sends more, or slowly, is cut off.
 */
const LINGER_BYTES = 4_194_304
const LINGER_MS = 2_000

async function linger(reader: ReadableStreamDefaultReader<Uint8Array>, before: number): Promise<void> {
  const late = deadline(LINGER_MS)
  try {
    for (let length = before; length <= LINGER_BYTES; ) {
      const read = await Promise.race([reader.read(), late.over])
      if (read === undefined || read.done) break
      length += read.value.length
    }
    await reader.cancel()
  } catch {
    // The client went away.
  } finally {
    late.end()
  }
}
