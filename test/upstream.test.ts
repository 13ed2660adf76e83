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

describe('upstreamFrom()', () => {
  it('hands on what the bank answers', async () => {
    const fact = await upstreamFrom(answering, 1_000).forward(REQUEST)
    expect(fact.state === 'valid' && (await fact.value.text())).toBe('hello')
  })

  it('says that a bank which does not answer in time is late, and aborts the request', async () => {
    expect(await upstreamFrom(hanging, 20).forward(REQUEST)).toEqual({
      state: 'unavailable',
      reason: 'origin_timeout',
    })
  })

  it('says that a bank which cannot be reached is unreachable, and repeats nothing of the platform', async () => {
    const fact = await upstreamFrom(broken, 1_000).forward(REQUEST)
    expect(fact).toEqual({ state: 'unavailable', reason: 'origin_unreachable' })
  })

  it('says that no bank is configured', async () => {
    const fact = await upstreamFrom(undefined, 1_000).forward(REQUEST)
    expect(fact).toEqual({ state: 'unavailable', reason: 'origin_not_configured' })
  })
})
