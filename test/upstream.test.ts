import { describe, expect, it } from 'vitest'
import { upstreamFrom } from '../src/upstream.ts'

const REQUEST = new Request('https://bank.example/')
const answering = { fetch: () => Promise.resolve(new Response('hello')) }
const hanging = {
  fetch: (_request: Request, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
    }),
}
const broken = { fetch: () => Promise.reject(new Error('connection refused by 10.0.0.7')) }
const LATE = { state: 'unavailable', reason: 'origin_timeout' }

const LIMIT_MS = 500
const PAUSE_MS = 80
/** More than the limit, all in all. */
const CHUNKS = 10

/** Answers with what it was sent, once it has it all. */
const reading = {
  fetch: (request: Request, init?: RequestInit) =>
    Promise.race([request.text().then((text) => new Response(text)), hanging.fetch(request, init)]),
}

/** A letter so many times, and then the next. */
function sending(chunks: number, then: 'end' | 'stall' | 'break', bytes = 100): Request {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((later) => setTimeout(later, PAUSE_MS))
      if (sent < chunks) controller.enqueue(new Uint8Array(bytes).fill(97 + sent++))
      else if (then === 'end') controller.close()
      else if (then === 'break') controller.error(new Error('the client went away'))
      else await new Promise(() => {})
    },
  })
  return new Request('https://bank.example/upload', { method: 'POST', body })
}

describe('upstreamFrom()', () => {
  it('hands on what the bank answers', async () => {
    const fact = await upstreamFrom(answering, 1_000).forward(REQUEST, 'whole')
    expect(fact.state === 'valid' && (await fact.value.text())).toBe('hello')
  })

  it('says that a bank which does not answer in time is late, and aborts the request', async () => {
    expect(await upstreamFrom(hanging, 20).forward(REQUEST, 'whole')).toEqual(LATE)
  })

  it('says that a bank which cannot be reached is unreachable, and repeats nothing of the platform', async () => {
    const fact = await upstreamFrom(broken, 1_000).forward(REQUEST, 'whole')
    expect(fact).toEqual({ state: 'unavailable', reason: 'origin_unreachable' })
  })

  it('waits for a client as long as it goes on sending', async () => {
    const fact = await upstreamFrom(reading, LIMIT_MS).forward(sending(CHUNKS, 'end'), 'streamed')
    expect(fact.state === 'valid' && (await fact.value.text())).toBe(
      Array.from('abcdefghij', (letter) => letter.repeat(100)).join(''),
    )
  })

  it('waits no longer than that for a client which drips, however long it goes on', async () => {
    expect(await upstreamFrom(reading, LIMIT_MS).forward(sending(1_000, 'end', 1), 'streamed')).toEqual(LATE)
  })

  it('has one limit for a request whose body was read before', async () => {
    expect(await upstreamFrom(reading, LIMIT_MS).forward(sending(CHUNKS, 'end'), 'whole')).toEqual(LATE)
  })

  it('waits no longer than that for a bank which has the whole body', async () => {
    const silent = {
      fetch: async (request: Request, init?: RequestInit) => {
        await request.text()
        return hanging.fetch(request, init)
      },
    }
    expect(await upstreamFrom(silent, LIMIT_MS).forward(sending(CHUNKS, 'end'), 'streamed')).toEqual(LATE)
  })

  it('waits no longer than that for a bank which reads nothing, however much is sent', async () => {
    expect(await upstreamFrom(hanging, LIMIT_MS).forward(sending(1_000, 'end'), 'streamed')).toEqual(LATE)
  })

  it('waits no longer than that for a client which stops in the middle', async () => {
    expect(await upstreamFrom(reading, LIMIT_MS).forward(sending(2, 'stall'), 'streamed')).toEqual(LATE)
  })

  it('survives a client which breaks off', async () => {
    const fact = await upstreamFrom(reading, LIMIT_MS).forward(sending(2, 'break'), 'streamed')
    expect(fact).toEqual({ state: 'unavailable', reason: 'origin_unreachable' })
  })

  it('says that no bank is configured', async () => {
    const fact = await upstreamFrom(undefined, 1_000).forward(REQUEST, 'whole')
    expect(fact).toEqual({ state: 'unavailable', reason: 'origin_not_configured' })
  })
})
