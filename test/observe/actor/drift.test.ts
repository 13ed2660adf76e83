import { beforeAll, describe, expect, it } from 'vitest'
import { hash32 } from '../../../src/lib/hash32.ts'
import {
  type Call,
  type Custom,
  DAY,
  draws,
  HOUR,
  lived,
  MINUTE,
  MONDAY,
  newService,
  ordinary,
  WEEK,
} from './service.ts'

const NOTICED = 0.5
const SEEDS = [1, 2, 3]

interface Noticing {
  readonly afterMs: number
  readonly consentsRead: number
}

const THEFT_AT = MONDAY + 2 * WEEK + 34 * HOUR

/** A thief's calls among the service's own, on a Tuesday morning: when is it noticed, and how many consents were read by then. */
function noticing(
  custom: Custom,
  memory: Uint8Array,
  seed: number,
  theft: readonly Call[],
): Noticing | undefined {
  const service = newService(MONDAY, memory)
  for (const call of ordinary(custom, MONDAY + 2 * WEEK, THEFT_AT, draws(seed))) service.live(call)
  const own = ordinary(custom, THEFT_AT, THEFT_AT + 10 * MINUTE, draws(seed + 20))
  const stolen = new Set(theft)
  const read = new Set<number>()
  const begins = theft[0]?.at ?? 0
  for (const call of [...own, ...theft].sort((one, other) => one.at - other.at)) {
    const { drift } = service.call(call)
    if (drift >= NOTICED) return { afterMs: call.at - begins, consentsRead: read.size }
    if (stolen.has(call) && call.consent !== undefined) read.add(call.consent)
  }
  return undefined
}

/** Every consent once, as fast as told, with nobody present. */
function sweep(everyMs: number, more: Partial<Call>): Call[] {
  const first = THEFT_AT + MINUTE + 7
  const count = Math.min(5_000, Math.floor((9 * MINUTE) / everyMs))
  return Array.from({ length: count }, (_, index) => ({
    at: Math.floor(first + index * everyMs),
    consent: hash32(`consent ${index}`),
    attended: false,
    ...more,
  }))
}

const ELSEWHERE = { network: hash32('AS64999'), software: hash32('go') }

describe.each([
  { custom: { consents: 2_000, daily: 4, attended: 0.5 }, paces: [50, 1_000, 5_000] },
  { custom: { consents: 20_000, daily: 0.5, attended: 0.9 }, paces: [5, 100] },
])('a key stolen from a service with $custom.consents consents', ({ custom, paces }) => {
  let memory: Uint8Array = new Uint8Array()
  beforeAll(() => {
    memory = lived(custom, 2)
  }, 30_000)

  const runs = paces.flatMap((pace) => SEEDS.map((seed) => ({ pace, seed })))
  it.each(runs)(
    'is noticed within five minutes, before one consent of a hundred was read, at one each $pace ms (seed $seed)',
    ({ pace, seed }) => {
      const noticed = noticing(custom, memory, seed, sweep(pace, ELSEWHERE))
      expect(noticed?.afterMs).toBeGreaterThanOrEqual(0)
      expect(noticed?.afterMs).toBeLessThan(5 * MINUTE)
      expect(noticed?.consentsRead).toBeLessThan(custom.consents / 100)
    },
  )

  it.each(SEEDS)('is not noticed where nothing was stolen (seed %i)', (seed) => {
    expect(noticing(custom, memory, seed, [])).toBeUndefined()
  })
})

const CUSTOM = { consents: 1_000, daily: 4, attended: 0.5 }
const MONTH = MONDAY + 3 * WEEK

describe('a service that', () => {
  let memory: Uint8Array = new Uint8Array()
  beforeAll(() => {
    memory = lived(CUSTOM, 3)
  }, 30_000)

  /** The highest drift while it lives on, and what it was made of. */
  function highest(calls: Iterable<Call>): { readonly drift: number; readonly because: readonly string[] } {
    const service = newService(MONDAY, memory)
    let most = { drift: 0, because: [] as readonly string[] }
    for (const call of calls) {
      const { drift, because } = service.call(call)
      if (drift > most.drift) most = { drift, because }
    }
    return most
  }
  const week = (custom: Custom, more: Partial<Call> = {}) =>
    Array.from(ordinary(custom, MONTH, MONTH + 14 * HOUR, draws(5)), (call) => ({ ...call, ...more }))

  it.each([
    ['lives on as always', CUSTOM, {}],
    ['has half as many customers again as last week', { ...CUSTOM, consents: 1_500 }, {}],
    ['renews its certificate', CUSTOM, { certificate: hash32('leaf two') }],
    ['changes its library', CUSTOM, { software: hash32('java, next version') }],
    ['begins to read more when nobody is present', { ...CUSTOM, attended: 0.2 }, {}],
  ])('%s is not noticed', (_, custom, more) => {
    expect(highest(week(custom, more)).drift).toBeLessThan(NOTICED)
  })

  it('catches up gently after an outage of two hours is not noticed', () => {
    const calls = [...ordinary(CUSTOM, MONTH + 8 * HOUR, MONTH + 14 * HOUR, draws(6))]
    const outage = (at: number) => at > MONTH + 9 * HOUR && at < MONTH + 11 * HOUR
    // What was missed comes within two hours, beside what comes anyway.
    const moved = calls.map((call) => (outage(call.at) ? { ...call, at: call.at + 2 * HOUR } : call))
    expect(highest(moved.sort((one, other) => one.at - other.at)).drift).toBeLessThan(NOTICED)
  })

  it('moves house is noticed, and is at home in the new one after three days', () => {
    const service = newService(MONDAY, memory)
    const noticed = { before: false, after: false }
    const network = hash32('AS64541')
    for (const call of ordinary(CUSTOM, MONTH, MONTH + 4 * DAY, draws(7))) {
      const { drift, because } = service.call({ ...call, network })
      if (drift < NOTICED) continue
      expect(because).toContain('unknown_network')
      // Ten minutes later nothing of the last window was a stranger's.
      noticed[call.at < MONTH + 3 * DAY + 11 * MINUTE ? 'before' : 'after'] = true
    }
    expect(noticed).toEqual({ before: true, after: false })
  })

  it('is turned away wherever it asks, with twice the usual calls, is noticed for that', () => {
    const service = newService(MONDAY, memory)
    let most = 0
    for (const call of ordinary(
      { ...CUSTOM, consents: 2_000 },
      MONTH + 8 * HOUR,
      MONTH + 12 * HOUR,
      draws(8),
    )) {
      service.answer(call, 'miss')
      most = Math.max(most, service.call(call).errorsAbove ?? 0)
    }
    expect(most).toBeGreaterThan(0.8)
  })
})

describe('a break-in, with the key, the network and the software of the service itself', () => {
  it.each(SEEDS)(
    'is noticed before one consent of a hundred was read, of a service with few customers (seed %i)',
    (seed) => {
      const custom = { consents: 800, daily: 0.07, attended: 0.7 }
      const noticed = noticing(custom, lived(custom, 2), seed, sweep(4_500, {}))
      expect(noticed?.afterMs).toBeLessThan(5 * MINUTE)
      expect(noticed?.consentsRead).toBeLessThan(8)
    },
  )

  it('is noticed once it stands out, of a service with many, and not where it is no faster than that', () => {
    const custom = { consents: 1_000, daily: 4, attended: 0.5 }
    const memory = lived(custom, 2)
    expect(noticing(custom, memory, 1, sweep(50, {}))?.afterMs).toBeLessThan(MINUTE)
    expect(noticing(custom, memory, 1, sweep(30_000, {}))).toBeUndefined()
  }, 20_000)
})

describe('an aggregator that reads everybody on Monday morning', () => {
  /** A trickle all week, and on Mondays from six four thousand consents within half an hour. */
  function* mondays(weeks: number, seed: number): Generator<Call> {
    const random = draws(seed)
    for (let week = 0; week < weeks; week += 1) {
      const from = MONDAY + week * WEEK
      const trickle = ordinary({ consents: 4_000, daily: 0.2, attended: 1 }, from, from + WEEK, random)
      const burst = Array.from({ length: 4_000 }, (_, index) => ({
        at: Math.floor(from + 6 * HOUR + random() * 30 * MINUTE),
        consent: hash32(`consent ${index}`),
        attended: false,
      }))
      yield* [...trickle, ...burst].sort((one, other) => one.at - other.at)
    }
  }

  it.each(SEEDS)('is not noticed, on the first Monday as little as on the third (seed %i)', (seed) => {
    const service = newService(MONDAY - 3 * DAY)
    for (const call of ordinary(
      { consents: 4_000, daily: 0.2, attended: 1 },
      MONDAY - 3 * DAY,
      MONDAY,
      draws(seed),
    ))
      service.live(call)
    let most = 0
    for (const call of mondays(3, seed)) most = Math.max(most, service.call(call).drift)
    expect(most).toBeLessThan(NOTICED)
  })
})

describe('what is not known yet', () => {
  it('is told as such: in the first day nothing of a third party is unknown, in the first week nothing is usual', () => {
    const service = newService(MONDAY)
    let last = service.call({ at: MONDAY })
    for (let at = MONDAY; at < MONDAY + 12 * HOUR; at += MINUTE) {
      last = service.call({ at, network: at % 977, consent: at % 3_571 })
    }
    expect(last).toMatchObject({
      ...{ weeks: 0, drift: 0, because: [], newcomer: undefined, unknown: undefined },
      ...{ consentsAbove: undefined, requestsAbove: undefined, unattendedAbove: undefined },
    })
  })
})
