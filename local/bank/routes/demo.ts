/**
 * Mirrors and noise for whoever tests what stands in front of the bank: what arrived, byte for byte, and answers that
 * are odd, slow, long or elsewhere. Needs no memory, so it runs in the Worker and not in the Durable Object.
 */
import { type Context, Hono } from 'hono'
import { readBytes } from '../body.ts'
import { base64, hexadecimal, sha256 } from '../bytes.ts'

/** Hashes a body as it passes: the runtime's own way, since WebCrypto alone cannot (`digest.ts`). */
export type Measure = (
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
) => Promise<{ readonly bytes: number; readonly sha256: string } | undefined>

const MAX_ECHO_BYTES = 1024 * 1024
const MAX_SLOW_MS = 60_000
const MAX_STREAM_BYTES = 100 * 1000 * 1000
const MAX_UPLOAD_BYTES = 1000 * 1000 * 1000
/** RFC 9110: responses that cannot have content. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])
/** Byte n of the stream is n modulo this; a chunk is a multiple of it, so that every chunk is the same. */
const STREAM_PERIOD = 251
const STREAM_CHUNK = Uint8Array.from({ length: STREAM_PERIOD * 256 }, (_, at) => at % STREAM_PERIOD)

async function echo(c: Context): Promise<Response> {
  const body = await readBytes(c.req.raw, MAX_ECHO_BYTES)
  if (!body.ok) return c.json({ error: body.reason }, 413)
  return c.json({
    method: c.req.method,
    url: c.req.raw.url,
    headers: [...c.req.raw.headers],
    body: base64(body.value),
    sha256: hexadecimal(await sha256(body.value)),
  })
}

/** A whole number within bounds; undefined for anything else. */
function within(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || !/^\d{1,12}$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}

function outOfBounds(c: Context, parameter: string): Response {
  return c.json({ error: 'out_of_bounds', parameter }, 400)
}

function status(c: Context): Response {
  const code = within(c.req.param('code'), 200, 599)
  if (code === undefined) return outOfBounds(c, 'code')
  if (WITHOUT_BODY.has(code)) return new Response(null, { status: code })
  return Response.json({ status: code }, { status: code })
}

async function slow(c: Context): Promise<Response> {
  const ms = within(c.req.query('ms'), 0, MAX_SLOW_MS)
  if (ms === undefined) return outOfBounds(c, 'ms')
  await new Promise((resolve) => setTimeout(resolve, ms))
  return c.json({ waitedMs: ms })
}

function stream(c: Context): Response {
  const bytes = within(c.req.query('bytes'), 0, MAX_STREAM_BYTES)
  if (bytes === undefined) return outOfBounds(c, 'bytes')
  let left = bytes
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left === 0) return controller.close()
      // A copy: a byte stream may take the memory of what it is given.
      const chunk = STREAM_CHUNK.slice(0, Math.min(left, STREAM_CHUNK.length))
      left -= chunk.length
      controller.enqueue(chunk)
    },
  })
  return c.body(body, 200, { 'content-type': 'application/octet-stream' })
}

export function demo(measure: Measure): Hono {
  const app = new Hono()
  app.all('/echo', echo)
  app.all('/echo/*', echo)
  app.get('/status/:code', status)
  app.get('/slow', slow)
  app.get('/stream', stream)
  app.get('/redirect', (c) => c.redirect('/demo/echo', 302))
  app.post('/upload', async (c) => {
    const measured = await measure(
      c.req.raw.body ?? new ReadableStream({ start: (s) => s.close() }),
      MAX_UPLOAD_BYTES,
    )
    return measured === undefined ? c.json({ error: 'too_large' }, 413) : c.json(measured)
  })
  return app
}
