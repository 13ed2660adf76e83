/**
 * An upload over a bad telephone line took longer than the bank may take for its answer, and was cut with a 504 though the
 * bank read whatever came at once. The bank is waited for; so is a client, as long as it goes on sending.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { somebody } from './client.ts'
import { complaints, eventually, type Gate } from './gate.ts'
import { type Origin, startOrigin } from './origin.ts'
import { gateBefore, WAYS } from './ways.ts'

const TIMEOUT_MS = 800
const CHUNK = new Uint8Array(1_000).fill(7)
const CHUNKS = 30
const PAUSE_MS = 60
const BYTES = CHUNK.length * CHUNKS

describe.each(WAYS)('a slow upload to a bank behind %s', (way) => {
  let gate: Gate
  let origin: Origin
  beforeAll(async () => {
    origin = await startOrigin()
    gate = await gateBefore(origin, way, TIMEOUT_MS)
  })
  afterEach(() => {
    origin.mood = 'serves'
  })
  afterAll(async () => {
    await gate.close()
    await origin.stop()
  })

  interface Upload {
    readonly outgoing: ClientRequest
    readonly answer: Promise<{ readonly status: number | undefined; readonly body: string }>
    readonly from: string
  }

  function begin(headers: Readonly<Record<string, string | number>>): Upload {
    const from = somebody()
    const outgoing = request({
      host: '127.0.0.1',
      port: gate.edge.port,
      localAddress: from,
      rejectUnauthorized: false,
      agent: false,
      method: 'POST',
      path: '/demo/upload',
      headers: { 'content-type': 'application/octet-stream', ...headers },
      signal: AbortSignal.timeout(15_000),
    })
    const answer = new Promise<IncomingMessage>((done, fail) => {
      outgoing.once('response', done)
      outgoing.once('error', fail)
    }).then(async (incoming) => ({ status: incoming.statusCode, body: await text(incoming) }))
    return { outgoing, answer, from }
  }

  async function trickle({ outgoing }: Upload, chunks: number): Promise<void> {
    for (let sent = 0; sent < chunks; sent += 1) {
      outgoing.write(CHUNK)
      await new Promise((later) => setTimeout(later, PAUSE_MS))
    }
  }

  function decided({ from }: Upload) {
    const prefix = from.replace(/\d+$/, '0/24')
    return gate.newest((entry) => entry.prefix === prefix)
  }

  it.each([
    ['with a length, which the bank is told', BYTES, CHUNKS],
    ['in chunks, which the bank gets as such', undefined, CHUNKS],
    ['of nothing', 0, 0],
  ])('takes as long as it takes: %s', async (_how, length, chunks) => {
    const upload = begin(length === undefined ? {} : { 'content-length': length })
    await trickle(upload, chunks)
    upload.outgoing.end()
    expect(await upload.answer).toEqual({ status: 200, body: 'served' })
    expect(origin.body).toEqual({
      length: length === undefined ? undefined : String(length),
      chunked: length === undefined,
      bytes: chunks * CHUNK.length,
    })
    expect(await decided(upload)).toMatchObject({ upstream: 'forwarded', originStatus: 200 })
  })

  it('is not waited for any longer once it is there, where the bank says nothing', async () => {
    origin.mood = 'slow'
    const upload = begin({ 'content-length': BYTES })
    await trickle(upload, CHUNKS)
    const ended = Date.now()
    upload.outgoing.end()
    expect(await upload.answer).toMatchObject({ status: 504 })
    expect(Date.now() - ended).toBeLessThan(TIMEOUT_MS + 1_000)
    expect(await decided(upload)).toMatchObject({ upstream: 'origin_timeout', outcome: 'origin_error' })
  })

  it('ends where its client stops in the middle and says nothing more', async () => {
    const upload = begin({ 'content-length': BYTES })
    await trickle(upload, 2)
    const stalled = Date.now()
    expect(await upload.answer).toMatchObject({ status: 504 })
    expect(Date.now() - stalled).toBeLessThan(TIMEOUT_MS + 1_000)
    upload.outgoing.destroy()
  })

  it('goes on where the bank answers before it has read all', async () => {
    origin.mood = 'answers_first'
    const upload = begin({ 'content-length': BYTES })
    await trickle(upload, CHUNKS)
    upload.outgoing.end()
    expect(await upload.answer).toEqual({ status: 200, body: 'read' })
    expect(origin.body?.bytes).toBe(BYTES)
  })

  it('leaves nothing behind where its client breaks it off', async () => {
    const before = origin.asked
    const upload = begin({ 'content-length': BYTES })
    await trickle(upload, 2)
    await eventually('the upload at the bank', async () => (origin.asked > before ? true : undefined))
    upload.outgoing.destroy()
    await expect(upload.answer).rejects.toThrow()
    // Until after the limit, in case that something goes on.
    await new Promise((later) => setTimeout(later, TIMEOUT_MS + 500))
    const next = begin({ 'content-length': CHUNK.length })
    next.outgoing.end(CHUNK)
    expect(await next.answer).toMatchObject({ status: 200 })
  })

  it('and nothing was dropped in any of this', () => {
    expect(complaints(gate)).toEqual([])
  })
})
