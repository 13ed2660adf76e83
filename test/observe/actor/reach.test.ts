/** How many accounts a third party reads, and how many of each consent: against its own weeks, beside its drift. */
import { beforeAll, describe, expect, it } from 'vitest'
import { hash32 } from '../../../src/lib/hash32.ts'
import { decodeActor, encodeActor } from '../../../src/observe/actor/codec.ts'
import { newActorDelta, noteActor } from '../../../src/observe/actor/delta.ts'
import { driftOf } from '../../../src/observe/actor/drift.ts'
import { actorPicture, isPicture } from '../../../src/observe/actor/picture.ts'
import { newReach } from '../../../src/observe/actor/reach.ts'
import { type ActorState, mergeActor, newActorState } from '../../../src/observe/actor/state.ts'
import {
  type Call,
  type Custom,
  DAY,
  draws,
  HOME,
  HOUR,
  MINUTE,
  MONDAY,
  newService,
  ordinary,
  SECOND,
  visits,
  WEEK,
} from './service.ts'

const SEEDS = [1, 2, 3]
const CUSTOM = { consents: 1_000, daily: 2, attended: 0.5 }
const AFTER = MONDAY + 2 * WEEK
/** Reads one account of each customer, or two. */
const few = (consent: number) => 1 + (consent % 2)
/** Customers of whom a tenth have six. */
const OWNED = [1, 1, 1, 1, 2, 2, 3, 3, 4, 6]
const owned = (consent: number) => OWNED[consent % OWNED.length] ?? 1
const all = () => 6

/** As `third_party_breadth` (src/decide/rules/actor.ts): in bits. */
const NOTED = Math.log2(1.5)

function reading(custom: Custom, from: number, until: number, seed: number, of: typeof few): readonly Call[] {
  return visits(ordinary(custom, from, until, draws(seed)), of)
}

function remembering(of: typeof few, seed: number): Uint8Array {
  const service = newService(MONDAY)
  for (const call of reading(CUSTOM, MONDAY, AFTER, seed, of)) service.live(call)
  return service.memory()
}

interface Noting {
  readonly at: number
  readonly drift: number
}

/** When it would be noted, and its drift until then, which knows nothing of accounts. */
function noting(memory: Uint8Array, calls: Iterable<Call>): Noting | undefined {
  const service = newService(MONDAY, memory)
  let most = 0
  for (const call of calls) {
    const { breadthAbove = 0, accountsAbove = 0, drift } = service.call(call)
    most = Math.max(most, drift)
    if (breadthAbove >= NOTED && accountsAbove > 0) return { at: call.at, drift: most }
  }
  return undefined
}

describe.each(SEEDS)('a service that reads one account of each consent, or two (seed %i)', (seed) => {
  let memory: Uint8Array = new Uint8Array()
  beforeAll(() => {
    memory = remembering(few, seed)
  }, 60_000)

  it('and suddenly all six, of as many consents with as many requests, is noted within ten minutes by that alone', () => {
    const theft = AFTER + 34 * HOUR
    const before = reading(CUSTOM, theft - HOUR, theft, seed + 20, few)
    const noted = noting(memory, [...before, ...reading(CUSTOM, theft, theft + HOUR, seed + 40, all)])
    expect(noted?.at).toBeGreaterThan(theft)
    expect(noted?.at).toBeLessThan(theft + 10 * MINUTE)
    expect(noted?.drift).toBeLessThan(0.5)
  })

  it('and half as many customers again as last week is not noted', () => {
    const grown = { ...CUSTOM, consents: 1_500 }
    expect(noting(memory, reading(grown, AFTER, AFTER + 2 * DAY, seed + 60, few))).toBeUndefined()
  })

  it('and those of all its customers on one Monday is not noted for breadth, but for accounts', () => {
    const morning = AFTER + 7 * HOUR
    const everybody = { ...CUSTOM, daily: 40 }
    const own = reading(CUSTOM, AFTER, morning, seed + 80, few)
    const burst = [...own, ...reading(everybody, morning, morning + 30 * MINUTE, seed + 81, few)]
    expect(noting(memory, burst)).toBeUndefined()
    const service = newService(MONDAY, memory)
    const above = burst.map((call) => service.call(call).accountsAbove ?? 0)
    expect(Math.max(...above.slice(0, own.length))).toBeLessThan(1.5)
    expect(Math.max(...above)).toBeGreaterThan(2.5)
  })
})

it.each(SEEDS)(
  'a service that always reads all accounts of each customer is not noted in an ordinary week (seed %i)',
  (seed) => {
    const memory = remembering(owned, seed)
    expect(noting(memory, reading(CUSTOM, AFTER, AFTER + 3 * DAY, seed + 60, owned))).toBeUndefined()
  },
  60_000,
)

describe('what is usual of accounts', () => {
  const ELEVEN = MONDAY + 11 * HOUR
  /** So many accounts of each of so many consents, once, within a minute. */
  function told(state: ActorState, at: number, consents: number, each: number): void {
    const delta = newActorDelta(at)
    for (let consent = 0; consent < consents; consent += 1)
      for (let account = 0; account < each; account += 1)
        noteActor(delta, visit(at, hash32(`consent ${consent}`), hash32(`account ${account} of ${consent}`)))
    mergeActor(state, delta)
  }
  function visit(at: number, consent: number, account: number) {
    return { organisation: 'PSDGB-FCA-765432', at, ...HOME, consent, account, attended: true }
  }
  function drift(state: ActorState, at: number) {
    const quiet = visit(at, 0, 0)
    return driftOf(actorPicture(state, at), [], quiet, 0)
  }

  it('grows by no more than twice from one night, and is not forgotten by hours with few', () => {
    const state = newActorState(MONDAY)
    told(state, ELEVEN, 30, 2)
    told(state, ELEVEN + WEEK, 30, 12)
    told(state, ELEVEN + 2 * WEEK, 3, 1)
    told(state, ELEVEN + 3 * WEEK, 30, 8)
    const { breadthAbove, accountsAbove } = drift(state, ELEVEN + 3 * WEEK)
    expect(breadthAbove).toBeGreaterThan(0.8)
    expect(breadthAbove).toBeLessThan(1.2)
    expect(accountsAbove).toBeGreaterThan(0)
  })

  it('is not known where too few accounts were read to tell, nor in the first week', () => {
    const state = newActorState(MONDAY)
    told(state, ELEVEN, 30, 2)
    expect(drift(state, ELEVEN)).toMatchObject({ accountsAbove: undefined, breadthAbove: undefined })
    told(state, ELEVEN + WEEK, 1, 6)
    expect(drift(state, ELEVEN + WEEK)).toMatchObject({ accountsAbove: 0, breadthAbove: undefined })
  })

  it('is that of the whole week in an hour that had too few to tell', () => {
    const state = newActorState(MONDAY)
    told(state, ELEVEN, 30, 2)
    told(state, ELEVEN + WEEK - 8 * HOUR, 2, 2)
    told(state, ELEVEN + 2 * WEEK - 8 * HOUR, 10, 8)
    expect(drift(state, ELEVEN + 2 * WEEK - 8 * HOUR).breadthAbove).toBeCloseTo(2, 0)
  })

  it('is not little because an isolate of the version before told of the hour', () => {
    const state = newActorState(MONDAY)
    const older = newActorDelta(ELEVEN)
    noteActor(older, visit(ELEVEN, 7, 9))
    for (const origin of older.origins) Reflect.deleteProperty(origin, 'accounts')
    mergeActor(state, older)
    told(state, ELEVEN + MINUTE, 1, 1)
    told(state, ELEVEN + WEEK, 30, 2)
    expect(drift(state, ELEVEN + WEEK)).toMatchObject({ weeks: 1, accountsAbove: undefined })
    expect(drift(state, ELEVEN + WEEK).consentsAbove).toBeGreaterThan(2)
    told(state, ELEVEN + 2 * WEEK, 30, 2)
    expect(drift(state, ELEVEN + 2 * WEEK)).toMatchObject({ accountsAbove: 0, breadthAbove: 0 })
  })

  it('stays unknown, and everything else known, where a pool of the version before draws the picture', () => {
    const state = newActorState(MONDAY)
    told(state, ELEVEN, 3, 2)
    told(state, ELEVEN + WEEK, 40, 6)
    const { reach, ...older } = actorPicture(state, ELEVEN + WEEK)
    expect([reach !== undefined, isPicture(older), isPicture({ ...older, reach })]).toEqual([
      true,
      true,
      true,
    ])
    const now = newActorDelta(ELEVEN + WEEK + SECOND)
    const last = visit(ELEVEN + WEEK + SECOND, 5, 6)
    noteActor(now, last)
    const before = driftOf(older, [now], last, SECOND)
    expect(before).toMatchObject({ accountsAbove: undefined, breadthAbove: undefined })
    const { accountsAbove, breadthAbove, ...rest } = driftOf(
      { ...older, ...(reach && { reach }) },
      [now],
      last,
      SECOND,
    )
    expect(before).toMatchObject(rest)
    expect(rest.drift).toBeGreaterThan(0.5)
  })

  it('makes a picture of another version none', () => {
    const picture = actorPicture(newActorState(MONDAY), MONDAY)
    for (const reach of [null, 7, {}, { accounts: 3, usual: {} }, { accounts: [], usual: null }])
      expect(isPicture({ ...picture, reach })).toBe(false)
  })
})

describe('a row of version 1', () => {
  /** As it laid them out: no accounts in the open hour, and none in the week. */
  function rowThen(state: ActorState): Uint8Array {
    const bytes = encodeActor({ ...state, reach: newReach() })
    const from = 1 + 3 * 8 + 10 * 8 + (168 * 9 + 2) * 4
    return Uint8Array.of(1, ...bytes.slice(1, from), ...bytes.slice(from + 4 * 8 + 168 * 5 * 4))
  }

  it('is read whole, and what it could not count is not little', () => {
    const service = newService(MONDAY)
    for (const call of reading(CUSTOM, MONDAY, MONDAY + WEEK + 11 * HOUR, 1, few)) service.live(call)
    const now = decodeActor(service.memory()) ?? newActorState(0)
    const then = decodeActor(rowThen(now)) ?? newActorState(0)
    expect(then).toEqual({ ...now, reach: newReach(), open: { ...now.open, reach: undefined } })
    expect(then.marks.length).toBe(3)
    // It goes on as the hour is over, and in a week it knows accounts as well.
    const next = newService(0, rowThen(now))
    const rest = reading(CUSTOM, MONDAY + WEEK + 11 * HOUR, MONDAY + 2 * WEEK + 12 * HOUR, 2, few)
    for (const call of rest.slice(0, -1)) {
      const { accountsAbove = 0, breadthAbove = 0 } = next.call(call)
      expect(Math.min(accountsAbove, breadthAbove)).toBeLessThan(NOTED)
      if (call.at < MONDAY + 2 * WEEK) expect(accountsAbove).toBe(0)
    }
    expect(next.call({ at: MONDAY + 2 * WEEK + 12 * HOUR + SECOND }).accountsAbove).toBe(0)
    expect(next.call({ at: MONDAY + 2 * WEEK + 12 * HOUR + SECOND }).weeks).toBe(2)
  }, 30_000)

  it('keeps an hour that is not whole as such when it is written anew', () => {
    const state = newActorState(MONDAY)
    state.open.reach = undefined
    expect(decodeActor(encodeActor(state))?.open.reach).toBeUndefined()
    state.open.reach = [1, 2, 3, 1.5]
    state.reach[5] = 9
    expect(decodeActor(encodeActor(state))).toMatchObject({
      open: { reach: [1, 2, 3, 1.5] },
      reach: state.reach,
    })
  })
})
