import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readBody } from '../../src/exchange/body.ts'
import { fail } from '../../src/lib/outcome.ts'

function endless(headers: Record<string, string>, cancelled: () => void): Request {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{'))
    },
    cancel: cancelled,
  })
  return new Request('https://bank.example/login', { method: 'POST', headers, body })
}

describe('a body that never ends', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is waited for ten seconds and no longer, and its stream is let go', async () => {
    const cancelled = vi.fn()
    const reading = readBody(endless({}, cancelled), 4_096)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(await Promise.race([reading, 'still reading'])).toBe('still reading')
    await vi.advanceTimersByTimeAsync(1)
    expect(await reading).toEqual(fail('body_truncated'))
    expect(cancelled).toHaveBeenCalled()
  })

  it('is no better for saying how long it is', async () => {
    const reading = readBody(
      endless({ 'content-length': '100' }, () => {}),
      4_096,
    )
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await reading).toEqual(fail('body_truncated'))
  })
})
