import { describe, expect, it } from 'vitest'
import { documentKeeper, rounds } from '../src/lists.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const read = (text: string) =>
  text.startsWith('good')
    ? ({ ok: true, value: text } as const)
    : ({ ok: false, mistakes: ['line 1'] } as const)
const store = (text: string | null) => ({ get: () => Promise.resolve(text) })
const keeper = () => documentKeeper('networks', 'none', read)

describe('documentKeeper()', () => {
  it('keeps the last good document when a later one is broken, because a typing error must not open the gate', async () => {
    const kept = keeper()
    expect(await kept.refresh(store('good'), NOON)).toEqual({ list: 'networks', event: 'lists_loaded' })
    expect(await kept.refresh(store('broken'), NOON + 60_000)).toEqual({
      list: 'networks',
      event: 'lists_refused',
      mistakes: ['line 1'],
    })
    expect(kept.current()).toEqual({ value: 'good', exists: true, readAt: NOON })
  })

  it('keeps the last good document when KV cannot be reached, and knows how old it is', async () => {
    const kept = keeper()
    await kept.refresh(store('good'), NOON)
    const down = { get: () => Promise.reject(new Error('down')) }
    expect(await kept.refresh(down, NOON + 60_000)).toEqual({ list: 'networks', event: 'lists_unreachable' })
    expect(kept.current()).toEqual({ value: 'good', exists: true, readAt: NOON })
  })

  it('keeps the last good document when the key is gone, and says so: a deleted key must not open the gate', async () => {
    const kept = keeper()
    await kept.refresh(store('good'), NOON)
    expect(await kept.refresh(store(null), NOON + 60_000)).toEqual({
      list: 'networks',
      event: 'lists_absent',
    })
    expect(kept.current()).toEqual({ value: 'good', exists: true, readAt: NOON })
  })

  it('says nothing where there never was a document, and knows that there is none', async () => {
    const kept = keeper()
    expect(await kept.refresh(store(null), NOON)).toEqual({ list: 'networks', event: 'lists_loaded' })
    expect(kept.current()).toEqual({ value: 'none', exists: false, readAt: NOON })
  })

  it('reads the same text once, and knows that it still holds', async () => {
    let reads = 0
    const kept = documentKeeper('networks', 'none', (text) => {
      reads += 1
      return read(text)
    })
    await kept.refresh(store('good'), NOON)
    const before = kept.current().value
    await kept.refresh(store('good'), NOON + 60_000)
    expect(reads).toBe(1)
    expect(kept.current()).toEqual({ value: before, exists: true, readAt: NOON + 60_000 })
  })
})

describe('rounds()', () => {
  it('gives the task to one request a minute', () => {
    const round = rounds()
    expect([round.due(0), round.due(1), round.due(59_999), round.due(60_000)]).toEqual([
      true,
      false,
      false,
      true,
    ])
  })

  it('asks a store again in five seconds that could not be reached', () => {
    const round = rounds()
    round.due(0)
    round.done(0, false)
    expect([round.due(4_999), round.due(5_000)]).toEqual([false, true])
    round.done(5_000, true)
    expect(round.due(64_999)).toBe(false)
  })

  it('is waking until the reading that ends its sleep is over, and no later reading makes it so', () => {
    const round = rounds()
    expect(round.waking(0)).toBe(false)
    round.due(0)
    expect(round.waking(1)).toBe(true)
    round.done(0, true)
    expect(round.waking(2)).toBe(false)
    round.due(60_000)
    expect(round.waking(60_001)).toBe(false)
    round.due(400_000)
    expect(round.waking(400_001)).toBe(true)
  })

  it('waits for no reading that was lost with the request that began it', () => {
    const round = rounds()
    round.due(0)
    expect([round.waking(9_999), round.waking(10_000)]).toEqual([true, false])
  })

  it('calls an isolate asleep that has read nothing, or nothing for five minutes', () => {
    const round = rounds()
    expect(round.asleep(0)).toBe(true)
    round.due(0)
    expect([round.asleep(1), round.asleep(299_999), round.asleep(300_000)]).toEqual([false, false, true])
  })
})
