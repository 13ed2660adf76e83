import { describe, expect, it } from 'vitest'
import type { OutcomeKind } from '../../../src/evidence.ts'
import { ABSENT } from '../../../src/lib/fact.ts'
import { hash32 } from '../../../src/lib/hash32.ts'
import type { HistoryAsk } from '../../../src/observe/history/ask.ts'
import { HISTORY_CODEC, MAX_HISTORY_BYTES } from '../../../src/observe/history/codec.ts'
import { HISTORY } from '../../../src/observe/history/history.ts'
import type { HistoryRecord } from '../../../src/observe/history/record.ts'
import type { AccountHistory, Trait } from '../../../src/observe/history/types.ts'
import { newRows, type TestRows } from '../rows.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 8, 1, 8)
const NAME = 'account:k1.alice'

function caller(values: Partial<Record<Trait, string>>): HistoryAsk {
  const traits = Object.fromEntries(Object.entries(values).map(([trait, value]) => [trait, hash32(value)]))
  return { subject: 'account', attempt: true, traits }
}

const ALICE = caller({ device: 'd1', software: 'safari', prefix: '10.1.2', network: '64500', country: 'GB' })
const BOT = caller({ software: 'chrome', prefix: '10.9.9', network: '64521', country: 'VN' })

/** One account's life, request by request. */
function newAccount(rows: TestRows<HistoryRecord> = newRows(HISTORY_CODEC)) {
  let request = 0
  return {
    rows,
    /** What is known before the request; then the bank answers. */
    tries(ask: HistoryAsk, at: number, outcome: OutcomeKind = 'success'): AccountHistory | undefined {
      request += 1
      const occasion = { name: NAME, requestId: `r${request}`, at, again: false, readOnly: false }
      const fact = HISTORY.read([HISTORY.observe(rows, ask, occasion)], ask)
      HISTORY.settle(rows, ask, { outcome, status: 200 }, occasion)
      return fact?.state === 'valid' ? fact.value : undefined
    },
  }
}

describe('the history of an account', () => {
  it('is absent until the bank has let somebody in, however often the name was tried', () => {
    const account = newAccount()
    for (let hour = 0; hour < 50; hour += 1) {
      expect(account.tries(BOT, START + hour * HOUR, 'failure')).toBeUndefined()
    }
    expect(account.rows.written).toBe(0)
    expect(HISTORY.read([null], BOT)).toEqual(ABSENT)
  })

  it('knows its owner from the second day on, and nobody else', () => {
    const account = newAccount()
    for (let day = 0; day < 5; day += 1) account.tries(ALICE, START + day * DAY)
    const owner = account.tries(ALICE, START + 5 * DAY)
    const stranger = account.tries(BOT, START + 5 * DAY + HOUR, 'failure')
    expect(owner).toMatchObject({ familiar: true, days: 5, successes: 5 })
    expect(owner?.traits.software).toEqual({ days: 5, since: 5 * DAY, last: DAY })
    expect(stranger?.familiar).toBe(false)
    expect(stranger?.traits.software).toEqual({ days: 0, since: undefined, last: undefined })
    expect(stranger?.traits.country?.days).toBe(0)
    // It showed no device: that is not the same as a device that the account does not know.
    expect(stranger?.traits.device).toBeUndefined()
  })

  it('takes a new telephone for the owner’s a day later, and a new place with the old telephone at once', () => {
    const account = newAccount()
    for (let day = 0; day < 5; day += 1) account.tries(ALICE, START + day * DAY)
    const telephone = caller({ device: 'd2', software: 'okhttp', prefix: '10.1.2', network: '64500' })
    expect(account.tries(telephone, START + 6 * DAY)?.familiar).toBe(false)
    expect(account.tries(telephone, START + 6 * DAY + HOUR)?.familiar).toBe(false)
    expect(account.tries(telephone, START + 8 * DAY)?.familiar).toBe(true)
    const abroad = caller({
      device: 'd1',
      software: 'safari',
      prefix: '10.130.1',
      network: '64527',
      country: 'PL',
    })
    expect(account.tries(abroad, START + 9 * DAY)?.familiar).toBe(true)
  })

  it('counts the failures of strangers, and not its owner’s slips', () => {
    const account = newAccount()
    for (let day = 0; day < 5; day += 1) account.tries(ALICE, START + day * DAY)
    const at = START + 5 * DAY
    for (let slip = 0; slip < 3; slip += 1) account.tries(ALICE, at + slip * 10_000, 'failure')
    expect(account.tries(ALICE, at + HOUR)?.strangerFailures).toBe(0)
    for (let bot = 0; bot < 6; bot += 1) {
      account.tries(
        caller({ software: 'chrome', prefix: `10.9.${bot}`, network: `AS ${bot}` }),
        at + 2 * HOUR + bot * 1_000,
        'failure',
      )
    }
    const seen = account.tries(BOT, at + 3 * HOUR, 'failure')
    expect(seen?.strangerFailures).toBeCloseTo(6, 0)
    expect(seen?.strangers).toBeGreaterThanOrEqual(4)
    const dayLater = account.tries(BOT, at + 3 * HOUR + DAY, 'failure')
    expect(dayLater?.strangerFailures).toBeCloseTo(3.5, 0)
  })

  it('tells of a stranger who got in after many failures, until its owner is back', () => {
    const account = newAccount()
    for (let day = 0; day < 5; day += 1) account.tries(ALICE, START + day * DAY)
    const at = START + 5 * DAY
    for (let guess = 0; guess < 8; guess += 1) account.tries(BOT, at + guess * 60_000, 'failure')
    expect(account.tries(BOT, at + HOUR)?.sinceTakeover).toBeUndefined()
    const after = account.tries(BOT, at + 2 * HOUR)
    expect(after?.sinceTakeover).toBe(HOUR)
    // What a thief got in with did not become the owner's.
    expect(after?.traits.software?.days).toBe(0)
    expect(account.tries(ALICE, at + 3 * HOUR)?.familiar).toBe(true)
    expect(account.tries(ALICE, at + 4 * HOUR)?.sinceTakeover).toBeUndefined()
  })

  it('learns nothing from what was no attempt, and from what the bank did not answer', () => {
    const account = newAccount()
    account.tries({ ...ALICE, attempt: false }, START)
    for (const outcome of ['refused', 'origin_error', 'served', 'miss'] as const)
      account.tries(ALICE, START + HOUR, outcome)
    expect(account.rows.written).toBe(0)
  })

  it('forgets what was not used for ninety days', () => {
    const account = newAccount()
    account.tries(ALICE, START)
    const moved = caller({ software: 'firefox', prefix: '10.5.5', network: '64501' })
    account.tries(moved, START + 60 * DAY)
    const later = account.tries(ALICE, START + 100 * DAY)
    expect(later?.traits.software).toEqual({ days: 0, since: undefined, last: undefined })
    expect(later?.confirmed).toBe(100 * DAY)
  })

  it('keeps within its bound, and a month of hotels pushes out no home', () => {
    const account = newAccount()
    for (let day = 0; day < 20; day += 1) account.tries(ALICE, START + day * DAY)
    for (let hotel = 0; hotel < 60; hotel += 1) {
      const there = caller({
        device: `d${hotel}`,
        software: `s${hotel}`,
        prefix: `p${hotel}`,
        network: `n${hotel}`,
        country: `c${hotel}`,
      })
      account.tries(there, START + 20 * DAY + hotel * HOUR)
    }
    const row = account.rows.get(NAME)
    if (row === undefined) throw new Error('there is a row')
    expect(HISTORY_CODEC.encode(row).length).toBeLessThanOrEqual(MAX_HISTORY_BYTES)
    expect(account.tries(ALICE, START + 30 * DAY)?.familiar).toBe(true)
  })

  it('is the older of two rows while keys are rotated: a thief who is first after the rotation is no owner', () => {
    const old = newAccount()
    for (let day = 0; day < 5; day += 1) old.tries(ALICE, START + day * DAY)
    const at = START + 6 * DAY
    const former = { name: NAME, requestId: 'r', at, again: false, readOnly: true }
    for (let guess = 0; guess < 6; guess += 1) {
      const ending = { outcome: 'failure', status: 200 } as const
      HISTORY.settle(old.rows, BOT, ending, { ...former, at: at + guess })
    }
    HISTORY.settle(old.rows, BOT, { outcome: 'success', status: 200 }, { ...former, at: at + HOUR })
    const young = newAccount()
    young.tries(BOT, at + HOUR)
    const later = { ...former, at: at + 2 * HOUR }
    const answers = [HISTORY.observe(young.rows, BOT, later), HISTORY.observe(old.rows, BOT, later)]
    expect(HISTORY.read(answers, BOT)).toMatchObject({
      state: 'valid',
      value: { familiar: false, confirmed: 6 * DAY + 2 * HOUR, sinceTakeover: HOUR },
    })
    expect(HISTORY.read([null, answers[1]], BOT)).toEqual(HISTORY.read(answers, BOT))
  })

  it('is begun by nobody under a former name', () => {
    const rows = newRows(HISTORY_CODEC)
    const occasion = { name: NAME, requestId: 'r', at: START, again: false, readOnly: true }
    HISTORY.settle(rows, ALICE, { outcome: 'success', status: 200 }, occasion)
    expect(rows.written).toBe(0)
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['another version', new Uint8Array(200).fill(9)],
    ['a row that was cut', new Uint8Array(20).fill(1)],
    ['a count beyond the bytes', Uint8Array.from([1, ...new Array<number>(27).fill(0), 8])],
  ])('reads %s as no history', (_, bytes) => {
    expect(HISTORY_CODEC.decode(bytes)).toBeUndefined()
  })
})
