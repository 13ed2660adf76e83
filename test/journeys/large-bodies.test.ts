/** Bodies far beyond any route's bound: whoever sends one hears why it was refused, however fast it goes on sending. */
import { readFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Reply, send, somebody } from './client.ts'
import { complaints, type Gate, startGate, WATCHED } from './gate.ts'

let gate: Gate
beforeAll(async () => {
  gate = await startGate({ entry: WATCHED })
})
afterAll(() => gate.close())

const MEGABYTE = 1_000_000
const TRIES = 6
const FORM = 'application/x-www-form-urlencoded'

interface Heard {
  readonly status: number
  readonly reference: string
}

function heard({ status, header }: Reply): Heard {
  return { status, reference: header('portcullis-reference') }
}

function overHttp1(body: Buffer, chunkBytes?: number): Promise<Heard> {
  const framing = chunkBytes === undefined ? {} : { chunkBytes }
  const headers = ['Content-Type', FORM]
  return send(gate, { method: 'POST', path: '/login', headers, body, from: somebody(), ...framing }).then(
    heard,
  )
}

/** With a length or without one, which over HTTP/2 is all that there is to say of a body. */
function overHttp2(body: Buffer, declared: boolean): Promise<Heard> {
  const session = connectHttp2(`https://localhost:${gate.edge.port}`, {
    ca: readFileSync(gate.identity.authorityPath),
    // In megabytes: the client itself would give up a body of 12 MB within its default of ten.
    maxSessionMemory: 64,
  })
  return new Promise<Heard>((done, fail) => {
    const length = declared ? { 'content-length': body.length } : {}
    const stream = session.request({ ':method': 'POST', ':path': '/login', 'content-type': FORM, ...length })
    stream.once('response', (headers) => {
      const heard = { status: Number(headers[':status']), reference: String(headers['portcullis-reference']) }
      stream.resume().once('end', () => done(heard))
    })
    stream.once('error', fail)
    session.once('error', fail)
    stream.end(body)
  }).finally(() => session.destroy())
}

const WAYS: Readonly<Record<string, (body: Buffer) => Promise<Heard>>> = {
  'over HTTP/1.1': (body) => overHttp1(body),
  'over HTTP/1.1, in chunks': (body) => overHttp1(body, 65_536),
  'over HTTP/2': (body) => overHttp2(body, true),
  'over HTTP/2, without a length': (body) => overHttp2(body, false),
}

describe.each([5, 12])('a body of %i MB where a form of some kilobytes is due', (megabytes) => {
  it.each(Object.entries(WAYS))('is refused each time by the gate itself, %s', async (_way, post) => {
    const body = Buffer.alloc(megabytes * MEGABYTE, 'a')
    const answers: Heard[] = []
    for (let attempt = 0; attempt < TRIES; attempt++) answers.push(await post(body))
    const refused: Heard = { status: 413, reference: expect.stringMatching(/^[\w-]{36}$/) }
    expect(answers).toEqual(Array.from({ length: TRIES }, () => refused))
    const decision = await gate.decision(answers[0]?.reference ?? '')
    expect(decision).toMatchObject({ action: 'deny', reason: 'body_too_large' })
  })
})

describe('after all this', () => {
  it('the gate serves, and has complained of nothing', async () => {
    expect((await send(gate, { path: '/login', from: somebody() })).status).toBe(200)
    expect(complaints(gate)).toEqual([])
  })
})
