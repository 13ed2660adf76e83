/** What a header may have at most: answered beyond that wherever Node lets the edge answer. */
import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  askHttp2,
  askRaw,
  bodyOf,
  dialHttp2,
  header,
  type Stack,
  seenIn,
  startStack,
  statusOf,
} from './harness.ts'

let stack: Stack
let session: ClientHttp2Session
beforeAll(async () => {
  stack = await startStack()
  session = dialHttp2(stack)
})
afterAll(async () => {
  session.destroy()
  await stack.close()
})

function fieldsIn(text: string): readonly unknown[] {
  return seenIn(text).headers.filter(([name]) => name.startsWith('x-field-'))
}

/** The code with which a connection of its own ends. */
async function goaway(fields: OutgoingHttpHeaders): Promise<unknown> {
  const other = dialHttp2(stack)
  other.on('error', () => {})
  const code = await new Promise((done) => {
    other.once('goaway', done)
    other.request({ ':path': '/echo', ...fields }).on('error', () => {})
  })
  other.destroy()
  return code
}

describe('the limits of a header', () => {
  const many = Array.from({ length: 200 }, (_, at) => [`x-field-${at}`, 'v'] as const)
  const long = 'x'.repeat(30_000)

  it('let 200 fields pass', async () => {
    const lines = many.map(([name, value]) => `${name}: ${value}`)
    const raw = bodyOf(await askRaw(stack, ['GET /echo HTTP/1.1', 'Host: a', ...lines]))
    expect(fieldsIn(raw)).toHaveLength(200)
    expect(fieldsIn((await askHttp2(session, Object.fromEntries(many))).body)).toHaveLength(200)
  })

  it('let 30 kB in one field pass', async () => {
    const raw = bodyOf(await askRaw(stack, ['GET /echo HTTP/1.1', 'Host: a', `X-Long: ${long}`]))
    expect(header(seenIn(raw), 'x-long')).toBe(long)
    expect(header(seenIn((await askHttp2(session, { 'x-long': long })).body), 'x-long')).toBe(long)
  })

  it('end at 128 kB', async () => {
    const tooLong = 'x'.repeat(140_000)
    const answer = await askRaw(stack, ['GET /echo HTTP/1.1', 'Host: a', `X-Long: ${tooLong}`])
    expect(statusOf(answer)).toBe(431)
    const fields = Array.from({ length: 5 }, (_, at) => [`x-long-${at}`, 'x'.repeat(28_000)] as const)
    expect((await askHttp2(session, Object.fromEntries(fields))).status).toBe(431)
  })

  it('let 4,000 small fields pass, which HTTP/2 counts as 148 kB', async () => {
    const small = Array.from({ length: 4_000 }, (_, at) => [`x-${at}`, 'v'] as const)
    const lines = small.map(([name, value]) => `${name}: ${value}`)
    expect(statusOf(await askRaw(stack, ['GET /echo HTTP/1.1', 'Host: a', ...lines]))).toBe(200)
    expect((await askHttp2(session, Object.fromEntries(small))).status).toBe(200)
  })

  it('end without an answer where HTTP/2 itself has no room: 64 kB in a field, or nine frames', async () => {
    // Seven bits a letter in HPACK's code, so 70 kB would do.
    expect(await goaway({ 'x-long': 'x'.repeat(100_000) })).toBe(9)
    const fields = Array.from({ length: 6 }, (_, at) => [`x-long-${at}`, 'x'.repeat(30_000)] as const)
    expect(await goaway(Object.fromEntries(fields))).toBe(2)
  })

  it('end at 16 kB for a target', async () => {
    const target = `/${'a'.repeat(16_384)}`
    expect(statusOf(await askRaw(stack, [`GET ${target} HTTP/1.1`, 'Host: a']))).toBe(414)
    expect((await askHttp2(session, { ':path': target })).status).toBe(414)
  })
})
