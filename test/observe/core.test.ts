import { describe, expect, it } from 'vitest'
import type { Annex, Occasion, RowCodec, Rows } from '../../src/observe/annex.ts'
import { type Core, newCore } from '../../src/observe/core.ts'
import type { RowBacking } from '../../src/observe/rows.ts'
import type { Arrival, Settlement } from '../../src/observe/wire.ts'
import { NOON } from '../fixtures/facts.ts'

/** Numbers as rows, with what was done and when. */
const codec: RowCodec<number> = {
  encode: (row) => new Uint8Array([row]),
  decode: (bytes) => bytes[0],
}

interface Stage {
  readonly core: Core
  readonly occasions: Occasion[]
  readonly endings: unknown[]
  readonly faults: unknown[]
}

/** A core with an annex that counts, and breaks where it is asked to. */
function stage(rows?: RowBacking): Stage {
  const occasions: Occasion[] = []
  const endings: unknown[] = []
  const faults: unknown[] = []
  const counting = {
    ...{ name: 'walk', kinds: ['consent'], codec, maxRowBytes: 1, maxRows: 8 },
    observe(rows: Rows<number>, ask: unknown, occasion: Occasion) {
      if (ask === 'break') throw new TypeError('a bug')
      occasions.push(occasion)
      const before = rows.get(occasion.name) ?? 0
      if (!occasion.again && !occasion.readOnly) rows.putSoon(occasion.name, before + 1, NOON + 1_000_000)
      return before
    },
    settle(_rows: Rows<number>, ask: unknown, ending: unknown) {
      if (ask === 'break') throw new TypeError('a bug')
      endings.push(ending)
    },
    learn(rows: Rows<number>, news: number, { name }: Occasion) {
      rows.put(name, news, NOON + 1_000_000)
    },
    minds: () => 'never',
    read: () => undefined,
  }
  const annexes = { walk: counting as unknown as Annex<'walk'> } // a core never looks into rows, asks and answers
  const store = rows && { load: () => new Map(), rows }
  const core = newCore({ annexes, report: (fault) => faults.push(fault), ...(store && { store }) })
  return { core, occasions, endings, faults }
}

function arrival(id: string, change: Partial<Arrival> & { ask?: unknown } = {}): Arrival {
  const { ask = 'count', ...rest } = change
  return {
    ...{ id, at: NOON, attempt: false, page: false, account: undefined, client: 'c' },
    keys: ['consent:a', 'address:b'],
    asks: { walk: ask as never }, // see above
    asked: { walk: 'consent:a' },
    ...rest,
  }
}

function settlement(id: string, change: Partial<Settlement> = {}): Settlement {
  return { id, at: NOON, attempt: false, outcome: 'served', keys: ['consent:a'], ...change }
}

describe('a core', () => {
  it('asks an annex about the key that the request says, and answers with the behaviours', () => {
    const { core, occasions } = stage()
    core.observe(arrival('r1'))
    const { behaviours, annexes } = core.observe(arrival('r2'))
    expect(behaviours.map(({ day }) => day.requests)).toEqual([1, 1])
    expect(annexes).toEqual({ walk: 1 })
    expect(occasions[1]).toEqual({
      ...{ name: 'consent:a', requestId: 'r2', at: NOON },
      ...{ again: false, readOnly: false },
    })
  })

  it('says to an annex that a retry is one', () => {
    const { core } = stage()
    core.observe(arrival('r1'))
    core.observe(arrival('r1'))
    expect(core.observe(arrival('r2')).annexes).toEqual({ walk: 1 })
  })

  it('answers for the behaviours though an annex has a bug, and says where', () => {
    const { behaviours, annexes } = stage().core.observe(arrival('r1', { ask: 'break' }))
    expect(behaviours).toHaveLength(2)
    expect(annexes).toEqual({ walk: { fault: expect.stringMatching(/^TypeError at /) } })
  })

  it('takes a settlement though an annex has a bug, and reports it', () => {
    const { core, faults } = stage()
    core.observe(arrival('r1'))
    const asked = { asks: { walk: 'break' as never }, asked: { walk: 'consent:a' } }
    core.settle([settlement('r1', { ...asked, outcome: 'miss' })])
    expect(core.observe(arrival('r2')).behaviours[0]?.day.misses).toBe(1)
    expect(faults).toHaveLength(1)
  })

  it('tells an annex once how a request ended, and once what it taught', () => {
    const { core, endings } = stage()
    core.observe(arrival('r1'))
    const asked = { asks: { walk: 'count' as never }, asked: { walk: 'consent:a' } }
    for (const _twice of [1, 2])
      core.settle([settlement('r1', { ...asked, status: 503, outcome: 'origin_error' })])
    expect(endings).toEqual([{ outcome: 'origin_error', status: 503 }])
    const lesson = { records: 30, news: { walk: 7 as never } }
    for (const _twice of [1, 2]) core.settle([settlement('r1', { asked: { walk: 'consent:a' }, lesson })])
    const { behaviours, annexes } = core.observe(arrival('r2'))
    expect(annexes).toEqual({ walk: 7 })
    expect(behaviours[0]?.hour.records).toBe(30)
  })

  it('takes what rides along before it counts the request that carries it, and once', () => {
    const { core } = stage()
    core.observe(arrival('r1'))
    const riders = [settlement('r1', { bytes: 4_096 })]
    core.observe(arrival('r2', { riders }))
    expect(core.observe(arrival('r3', { riders })).behaviours[0]?.minute.bytes).toBe(4_096)
  })
})

describe('a core with a clock', () => {
  it('counts a request of a wrong clock now: a key that stood in the future would forget nothing until then', () => {
    let now = NOON
    const core = newCore({ annexes: {}, report: () => {}, latest: () => now })
    core.observe(arrival('ahead', { at: NOON + 7_200_000 }))
    core.settle([settlement('ahead', { at: NOON + 7_200_000, outcome: 'miss' })])
    now += 180_000
    const { behaviours } = core.observe(arrival('later', { at: now }))
    expect(behaviours[0]?.minute).toMatchObject({ requests: 0, misses: 0 })
    expect(behaviours[0]?.hour).toMatchObject({ requests: 1, misses: 1 })
    expect(behaviours[0]?.sinceLast).toBe(180_000)
  })
})

describe('a core after a rotation of keys', () => {
  it('goes on under the new name with what was counted under the old one', () => {
    const { core } = stage()
    core.observe(arrival('r1'))
    core.observe(arrival('r2'))
    const renamed = { keys: ['consent:new'], asked: { walk: 'consent:new' }, formerly: [['consent:a']] }
    const { behaviours, annexes } = core.observe(arrival('r3', renamed))
    expect(behaviours[0]?.day.requests).toBe(2)
    expect(annexes).toEqual({ walk: 2 })
    // An isolate that still has the old key as its first: the same state, whichever way it is asked.
    const back = { keys: ['consent:a'], formerly: [['consent:new']] }
    expect(core.observe(arrival('r4', back)).behaviours[0]?.day.requests).toBe(3)
  })

  it('takes all that is told in one delivery, though one row finds no room under its new name', () => {
    const { core, faults } = stage({
      load: (_annex, name) =>
        name === 'consent:a'
          ? { version: 1, until: NOON + 1_000_000, bytes: new Uint8Array([3]) }
          : undefined,
      save() {
        throw new Error('Cannot keep a row: the object is full')
      },
      remove() {},
    })
    core.observe(arrival('r1', { keys: ['address:b'], asked: {} }))
    core.settle([
      settlement('r0', { keys: ['consent:new'], formerly: [['consent:a']] }),
      settlement('r1', { keys: ['address:b'], outcome: 'miss' }),
    ])
    expect(faults).toHaveLength(1)
    const { behaviours } = core.observe(arrival('r2', { keys: ['address:b'], asked: {} }))
    expect(behaviours[0]?.day.misses).toBe(1)
  })

  it('counts nothing where it is only asked for what it knew', () => {
    const { core } = stage()
    core.observe(arrival('r1'))
    for (const _twice of [1, 2]) {
      const { behaviours, annexes } = core.observe(arrival('r2', { readOnly: true }))
      expect(behaviours[0]?.day.requests).toBe(1)
      expect(annexes).toEqual({ walk: 1 })
    }
  })
})
