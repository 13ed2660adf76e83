import { describe, expect, it } from 'vitest'
import { listsKeeper } from '../src/lists.ts'
import type { Lists } from '../src/ports.ts'

const EMPTY: Lists = { malicious: () => [], hosting: () => false }
const GOOD: Lists = { malicious: () => [], hosting: () => true }
const read = (text: string) =>
  text === 'good' ? ({ ok: true, lists: GOOD } as const) : ({ ok: false, mistakes: ['line 1'] } as const)
const store = (text: string | null) => ({ get: () => Promise.resolve(text) })

describe('listsKeeper()', () => {
  it('keeps the last good lists when a later document is broken, because a typing error must not open the gate', async () => {
    const keeper = listsKeeper(EMPTY, read)
    expect(await keeper.refresh(store('good'))).toEqual({ event: 'lists_loaded' })
    expect(await keeper.refresh(store('broken'))).toEqual({ event: 'lists_refused', mistakes: ['line 1'] })
    expect(keeper.current()).toBe(GOOD)
  })

  it('keeps the last good lists when KV cannot be reached', async () => {
    const keeper = listsKeeper(EMPTY, read)
    await keeper.refresh(store('good'))
    expect(await keeper.refresh({ get: () => Promise.reject(new Error('down')) })).toEqual({
      event: 'lists_unreachable',
    })
    expect(keeper.current()).toBe(GOOD)
  })

  it('keeps the last good lists when the document is gone, and says so: a deleted key must not open the gate', async () => {
    const keeper = listsKeeper(EMPTY, read)
    await keeper.refresh(store('good'))
    expect(await keeper.refresh(store(null))).toEqual({ event: 'lists_absent' })
    expect(keeper.current()).toBe(GOOD)
  })

  it('says nothing where there never was a document', async () => {
    const keeper = listsKeeper(EMPTY, read)
    expect(await keeper.refresh(store(null))).toEqual({ event: 'lists_loaded' })
    expect(keeper.current()).toBe(EMPTY)
  })

  it('gives the task to one request a minute', () => {
    const keeper = listsKeeper(EMPTY, read)
    expect(keeper.never).toBe(true)
    expect([keeper.due(0), keeper.due(1), keeper.due(59_999), keeper.due(60_000)]).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect(keeper.never).toBe(false)
  })
})
