import { describe, expect, it } from 'vitest'
import { within } from '../../src/lib/within.ts'

describe('a call with a budget', () => {
  it('gives the answer that comes in time', async () => {
    expect(
      await within(
        async () => 7,
        50,
        () => {},
      ),
    ).toEqual({ ok: true, value: 7 })
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws before it returns a promise',
      () => {
        throw new Error('no such stub')
      },
    ],
  ])('calls a neighbour that %s failed', async (_how, call) => {
    expect(await within(call, 50, () => {})).toEqual({ ok: false, reason: 'failed' })
  })

  it('calls a slow one late, and keeps its call alive without an unhandled rejection', async () => {
    const outlived: Promise<unknown>[] = []
    const slow = () => new Promise<number>((_, reject) => setTimeout(() => reject(new Error('late')), 20))
    expect(await within(slow, 5, (work) => outlived.push(work))).toEqual({ ok: false, reason: 'late' })
    expect(outlived).toHaveLength(1)
    expect(await outlived[0]).toEqual({ ok: false, reason: 'failed' })
  })
})
