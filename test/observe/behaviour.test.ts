import { describe, expect, it } from 'vitest'
import type { OutcomeKind } from '../../src/evidence.ts'
import { hash32 } from '../../src/lib/hash32.ts'
import { behaviourAt, newState, settle, settles, touch, type Visit } from '../../src/observe/behaviour.ts'
import { decode, encode, MAX_STATE_BYTES } from '../../src/observe/codec.ts'
import { NO_TALLY, NOON } from '../fixtures/facts.ts'

function visit(change: Partial<Visit> = {}): Visit {
  return {
    at: NOON,
    attempt: true,
    page: false,
    account: hash32('k1.alice'),
    client: hash32('fp'),
    resource: undefined,
    ...change,
  }
}

describe('the behaviour of one key', () => {
  it('is empty before the first request', () => {
    expect(touch(newState(NOON), visit())).toEqual({
      tenSeconds: NO_TALLY,
      minute: NO_TALLY,
      tenMinutes: NO_TALLY,
      hour: NO_TALLY,
      day: NO_TALLY,
      firstSeenAt: NOON,
      sinceLast: undefined,
      regularity: undefined,
      pages: 0,
    })
  })

  it('is what was there before the request that asks', () => {
    const state = newState(NOON)
    touch(state, visit({ attempt: false, page: true, account: undefined }))
    touch(state, visit({ at: NOON + 1_000, account: hash32('k1.alice') }))
    const before = touch(state, visit({ at: NOON + 3_000, account: hash32('k1.bob'), client: hash32('fp2') }))
    expect(before.hour).toEqual({ ...NO_TALLY, requests: 2, attempts: 1, accounts: 1, clients: 1 })
    expect(before).toMatchObject({ firstSeenAt: NOON, sinceLast: 2_000, pages: 1 })
    expect(behaviourAt(state, NOON + 3_000).hour).toMatchObject({ requests: 3, accounts: 2, clients: 2 })
  })

  it('orders arrivals itself: a clock that is behind makes no negative interval', () => {
    const state = newState(NOON)
    touch(state, visit({ at: NOON + 500 }))
    expect(touch(state, visit({ at: NOON })).sinceLast).toBe(0)
    expect(touch(state, visit({ at: NOON + 700 })).sinceLast).toBe(200)
  })

  const OUTCOMES: readonly (readonly [
    OutcomeKind,
    Partial<Record<'failures' | 'successes' | 'misses' | 'strangers', number>>,
    number,
  ])[] = [
    ['success', { successes: 1, strangers: 1 }, 1],
    ['failure', { failures: 1, strangers: 1 }, 1],
    ['miss', { misses: 1, strangers: 1 }, 1],
    ['served', { strangers: 0 }, 1],
    ['refused', { strangers: 0 }, 1],
    ['origin_error', { strangers: 0 }, 0],
  ]
  it.each(OUTCOMES)('settles "%s" as %o with %d attempts left', (outcome, counted, attempts) => {
    const state = newState(NOON)
    touch(state, visit())
    settle(state, { at: NOON, attempt: true, outcome, bytes: 0, stranger: true })
    expect(behaviourAt(state, NOON).day).toMatchObject({
      failures: 0,
      successes: 0,
      misses: 0,
      ...counted,
      attempts,
      requests: 1,
    })
  })

  it('has nothing to send for outcomes that change nothing', () => {
    expect(settles('served', true)).toBe(false)
    expect(settles('refused', true)).toBe(false)
    expect(settles('origin_error', false)).toBe(false)
    expect(settles('failure', true)).toBe(true)
  })
})

/** Of each window its number, then nine columns of the bucket that is filled and nine of the one before it. */
function isLastColumn(cell: number): boolean {
  return cell % 19 === 9 || cell % 19 === 18
}

/** The same row without the last column of each bucket. Counts begin after 34 bytes and are LEB128. */
function asSecondVersion(bytes: Uint8Array): Uint8Array {
  const kept = [...bytes.subarray(0, 34)]
  let offset = 34
  for (let cell = 0; cell < 95; cell += 1) {
    const from = offset
    while ((bytes[offset] ?? 0) >= 0x80) offset += 1
    offset += 1
    if (!isLastColumn(cell)) kept.push(...bytes.subarray(from, offset))
  }
  kept[0] = 2
  return Uint8Array.of(...kept, ...bytes.subarray(offset))
}

describe('the codec', () => {
  function busy(): ReturnType<typeof newState> {
    const state = newState(NOON)
    for (let n = 0; n < 50; n += 1) {
      touch(state, visit({ at: NOON + n * 1_234, account: hash32(`a${n}`), client: hash32(`c${n % 7}`) }))
      const outcome = n % 3 === 0 ? 'success' : 'failure'
      const stranger = n % 5 === 0
      settle(state, { at: NOON + n * 1_234, attempt: true, outcome, bytes: 5_000_000_000, stranger })
    }
    return state
  }

  it('brings a state back as it was', () => {
    const state = busy()
    expect(decode(encode(state))).toEqual(state)
  })

  it('reads what the version before wrote, which counted no strangers', () => {
    const state = busy()
    for (const cell of state.counts.keys()) if (isLastColumn(cell)) state.counts[cell] = 0
    expect(decode(asSecondVersion(encode(state)))).toEqual(state)
  })

  it('takes 160 bytes for a key with one account and one client', () => {
    const state = newState(NOON)
    touch(state, visit())
    expect(encode(state).length).toBe(160)
  })

  it('never exceeds its stated size, whatever the key has seen', () => {
    const state = newState(NOON)
    for (let n = 0; n < 20_000; n += 1) {
      const seen = { account: hash32(`a${n}`), client: hash32(`c${n}`), resource: hash32(`r${n}`) }
      touch(state, visit({ at: NOON + n, ...seen }))
    }
    const bytes = encode(state)
    expect(bytes.length).toBeLessThanOrEqual(MAX_STATE_BYTES)
    expect(MAX_STATE_BYTES).toBeLessThan(7_000)
    expect(decode(bytes)).toEqual(state)
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['another version', Uint8Array.from(encode(busy()), (byte, index) => (index === 0 ? 9 : byte))],
    ['a truncated row', encode(busy()).subarray(0, 160)],
    ['noise', new Uint8Array(500).fill(1)],
  ])('reads %s as no state', (_what, bytes) => {
    expect(decode(bytes)).toBeUndefined()
  })
})
