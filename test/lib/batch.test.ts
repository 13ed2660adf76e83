import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Batch, type BatchOptions, newBatch } from '../../src/lib/batch.ts'

const OPTIONS: BatchOptions = { maxItems: 4, maxWaitMs: 250, leaseMs: 5_000, maxHeld: 10 }

interface Stage {
  readonly batch: Batch<string>
  readonly sent: string[][]
  /** What the next sends answer: accepted, refused, thrown, never. */
  readonly fate: ('accept' | 'refuse' | 'throw' | 'hang')[]
  /** Adds an item in a request of its own; `cancelled` requests never run what outlives them. */
  add(item: string, now: number, cancelled?: boolean): void
}

function stage(options: BatchOptions = OPTIONS): Stage {
  const batch = newBatch<string>(options)
  const sent: string[][] = []
  const fate: Stage['fate'] = []
  async function send(items: readonly string[]): Promise<readonly string[]> {
    sent.push([...items])
    const next = fate.shift() ?? 'accept'
    if (next === 'hang') return new Promise(() => {})
    if (next === 'throw') throw new Error('unreachable')
    return next === 'refuse' ? items : []
  }
  return {
    batch,
    sent,
    fate,
    add(item, now, cancelled = false) {
      const gone = { send: async () => new Promise<never>(() => {}), waitUntil: () => {} }
      batch.add(item, { now, ...(cancelled ? gone : { send, waitUntil: () => {} }) })
    },
  }
}

/** Nothing lands before it is told to. */
function slow(options: BatchOptions) {
  const batch = newBatch<string>(options)
  const flights: { readonly size: number; land(): void }[] = []
  const send = (items: readonly string[]) =>
    new Promise<readonly string[]>((resolve) => {
      flights.push({ size: items.length, land: () => resolve([]) })
    })
  return {
    batch,
    add: (item: string, now: number) => batch.add(item, { now, send, waitUntil: () => {} }),
    arrive: () => flights.splice(0).forEach(({ land }) => void land()),
    underWay: () => flights.reduce((sum, { size }) => sum + size, 0),
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a batch', () => {
  it('waits a moment and sends what many requests added in one go', async () => {
    const { add, sent } = stage()
    add('a', 0)
    add('b', 100)
    await vi.advanceTimersByTimeAsync(249)
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(sent).toEqual([['a', 'b']])
  })

  it('sends at once when it is full', async () => {
    const { add, sent } = stage()
    for (const item of ['a', 'b', 'c', 'd']) add(item, 0)
    await vi.advanceTimersByTimeAsync(0)
    expect(sent).toEqual([['a', 'b', 'c', 'd']])
  })

  it('opens one wait, not one per request, and another after it', async () => {
    const { add, sent } = stage()
    add('a', 0)
    await vi.advanceTimersByTimeAsync(250)
    add('b', 300)
    await vi.advanceTimersByTimeAsync(250)
    expect(sent).toEqual([['a'], ['b']])
  })

  it.each(['refuse', 'throw'] as const)(
    'tries a batch once more after a %s, and loses nothing',
    async (fault) => {
      const { add, sent, fate, batch } = stage()
      fate.push(fault)
      add('a', 0)
      await vi.advanceTimersByTimeAsync(250)
      add('b', 300)
      await vi.advanceTimersByTimeAsync(250)
      expect(sent).toEqual([['a'], ['a', 'b']])
      expect([batch.lost, batch.held]).toEqual([0, 0])
    },
  )

  it('counts as lost what was refused twice', async () => {
    const losses: number[] = []
    const { add, fate, batch } = stage({ ...OPTIONS, onLost: (count) => losses.push(count) })
    fate.push('refuse', 'refuse')
    add('a', 0)
    await vi.advanceTimersByTimeAsync(250)
    add('b', 300)
    await vi.advanceTimersByTimeAsync(250)
    expect([batch.lost, batch.held]).toEqual([1, 1])
    expect(losses).toEqual([1])
  })

  it('takes over from a request that was cancelled while it waited', async () => {
    const { add, sent, batch } = stage()
    // The cancelled request took the lease and will never send: its timers die with it.
    add('a', 0, true)
    vi.clearAllTimers()
    add('b', 4_000)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(sent).toEqual([])
    add('c', 5_000)
    await vi.advanceTimersByTimeAsync(250)
    expect(sent).toEqual([['a', 'b', 'c']])
    expect(batch.held).toBe(0)
  })

  it('sends again what a request was sending when it was cancelled', async () => {
    const { add, sent, fate, batch } = stage()
    fate.push('hang')
    add('a', 0)
    await vi.advanceTimersByTimeAsync(250)
    add('b', 1_000)
    await vi.advanceTimersByTimeAsync(250)
    expect(sent).toEqual([['a'], ['b']])
    add('c', 6_000)
    await vi.advanceTimersByTimeAsync(250)
    expect(sent).toEqual([['a'], ['b'], ['a', 'c']])
    expect(batch.held).toBe(0)
  })

  it('drops the oldest when nobody takes anything, and says how many', () => {
    const { add, batch } = stage({ ...OPTIONS, maxItems: 100 })
    for (let n = 0; n < 25; n += 1) add(`item${n}`, 0, true)
    expect([batch.lost, batch.held]).toEqual([15, 10])
  })

  // What was added last is still being filled by some: it was dropped while all there was room for was under way.
  it('gives up the oldest though they are under way, and not what was added just now', async () => {
    const { add, sent, fate, batch } = stage({ ...OPTIONS, maxItems: 100, maxHeld: 8 })
    fate.push('hang')
    for (const item of 'abcdefgh') add(item, 0)
    await vi.advanceTimersByTimeAsync(250)
    add('new', 1_000)
    expect([batch.lost, batch.held]).toEqual([1, 8])
    await vi.advanceTimersByTimeAsync(250)
    add('newer', 6_000)
    await vi.advanceTimersByTimeAsync(250)
    expect(sent).toEqual([[...'abcdefgh'], ['new'], [...'bcdefgh', 'newer']])
    expect([batch.lost, batch.held]).toEqual([1, 0])
  })

  it('has lost nothing where what it gave up under way arrives after all', async () => {
    const { batch, add, arrive } = slow({ ...OPTIONS, maxHeld: 2 })
    for (const item of ['a', 'b']) add(item, 0)
    await vi.advanceTimersByTimeAsync(250)
    add('c', 300)
    expect([batch.lost, batch.held]).toEqual([1, 2])
    arrive()
    await vi.advanceTimersByTimeAsync(250)
    expect([batch.lost, batch.held]).toEqual([0, 1])
  })

  it('has a quarter as many under way again at most, however many come while nothing lands', async () => {
    const { batch, add, underWay } = slow({ ...OPTIONS, maxHeld: 8 })
    for (let n = 0; n < 200; n += 1) {
      add(`item${n}`, n * 10)
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(batch.held).toBe(8)
    expect(underWay()).toBeLessThanOrEqual(8 + 2)
    expect(batch.lost).toBe(200 - 8)
  })

  it('sends in the order in which it was told, whatever came back when', async () => {
    const { add, sent, fate } = stage({ ...OPTIONS, maxTries: 3 })
    fate.push('hang', 'refuse')
    add('a', 0)
    await vi.advanceTimersByTimeAsync(250)
    add('b', 300)
    await vi.advanceTimersByTimeAsync(250)
    add('c', 6_000)
    await vi.advanceTimersByTimeAsync(250)
    expect(sent).toEqual([['a'], ['b'], ['a', 'b', 'c']])
  })

  it('sends nothing again that was added too long ago, and everything once', async () => {
    const { add, sent, fate, batch } = stage({ ...OPTIONS, maxTries: 9, maxAgeMs: 30_000 })
    fate.push('refuse', 'refuse')
    add('a', 0)
    await vi.advanceTimersByTimeAsync(250)
    add('b', 29_000, true)
    vi.clearAllTimers()
    add('c', 60_000)
    await vi.advanceTimersByTimeAsync(250)
    expect(sent).toEqual([['a'], ['b', 'c']])
    expect([batch.lost, batch.held]).toEqual([1, 2])
  })

  it('does not trust a lease from the future: clocks of requests differ', async () => {
    const { add, sent } = stage()
    add('a', 1_000_000, true)
    vi.clearAllTimers()
    add('b', 10_000)
    await vi.advanceTimersByTimeAsync(250)
    expect(sent).toEqual([['a', 'b']])
  })
})
