/** An answer is looked at while it goes its way: it is never changed, and nobody waits for the look. */
import { describe, expect, it } from 'vitest'
import { keepBeforePassing, keepWhilePassing } from '../../../src/inventory/specs/keep.ts'

const text = (bytes: unknown) => (bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : bytes)

/** Gives chunks one by one, as they are asked for. */
function stream(chunks: readonly string[], end: 'close' | 'error' | 'never' = 'close') {
  let given = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[given++]
        if (chunk !== undefined) controller.enqueue(new TextEncoder().encode(chunk))
        else if (end === 'close') controller.close()
        else if (end === 'error') controller.error(new Error('the origin went away'))
        else return new Promise(() => {})
        return undefined
      },
    },
    { highWaterMark: 0 },
  )
  return { body, given: () => given }
}

describe('an answer that passes', () => {
  it('arrives whole, with its status and headers, and is kept', async () => {
    const { response, kept } = keepWhilePassing(
      new Response(stream(['{"a"', ':1}']).body, { status: 201, headers: { 'x-a': 'b' } }),
      100,
    )
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([
      201,
      'b',
      '{"a":1}',
    ])
    expect(text(await kept)).toBe('{"a":1}')
  })

  it('is kept even when the client never reads it', async () => {
    const { kept } = keepWhilePassing(new Response(stream(['{}']).body), 100)
    expect(text(await kept)).toBe('{}')
  })

  it('goes out before it has ended', async () => {
    const { response } = keepWhilePassing(new Response(stream(['first'], 'never').body), 100)
    const reader = response.body?.getReader()
    expect(text((await reader?.read())?.value)).toBe('first')
  })

  it('is let go at the limit, and goes on to the client', async () => {
    const chunks = Array.from({ length: 50 }, () => 'x'.repeat(10))
    const { body, given } = stream(chunks)
    const { response, kept } = keepWhilePassing(new Response(body), 45)
    expect(await kept).toBe('body_too_large')
    // Nobody has read for the client yet: no more was made to wait in memory than was looked at.
    expect(given()).toBeLessThan(10)
    expect((await response.text()).length).toBe(500)
  })

  it('is not looked at where it says that it is too large, or speaks a coding that nobody here does', async () => {
    const large = new Response('x', { headers: { 'content-length': '101' } })
    expect(await keepWhilePassing(large, 100).kept).toBe('body_too_large')
    const coded = new Response('x', { headers: { 'content-encoding': 'zstd' } })
    expect(await keepWhilePassing(coded, 100).kept).toBe('content_encoding')
    expect(await keepWhilePassing(new Response(null, { status: 204 }), 100).kept).toBeUndefined()
    expect(await keepWhilePassing(new Response(''), 100).kept).toBeUndefined()
  })

  it('says so when the origin breaks off, and the client sees the break', async () => {
    const { response, kept } = keepWhilePassing(new Response(stream(['half'], 'error').body), 100)
    await expect(response.text()).rejects.toThrow()
    expect(await kept).toBe('stream_failed')
  })
})

describe('an answer that is withheld until it was looked at', () => {
  it('is known before it goes out, and goes out unchanged', async () => {
    const { response, kept } = await keepBeforePassing(new Response(stream(['{"a":', '1}']).body), 100)
    expect(text(kept)).toBe('{"a":1}')
    expect(await response.text()).toBe('{"a":1}')
  })

  it('is not waited for any longer than a client would wait', async () => {
    const { response, kept } = await keepBeforePassing(new Response(stream(['first'], 'never').body), 100, 20)
    expect(kept).toBe('body_late')
    const reader = response.body?.getReader()
    expect(text((await reader?.read())?.value)).toBe('first')
  })

  it('says when it is larger than is held', async () => {
    const { response, kept } = await keepBeforePassing(
      new Response(stream(Array(20).fill('0123456789')).body),
      45,
    )
    expect(kept).toBe('body_too_large')
    expect((await response.text()).length).toBe(200)
  })
})
