import { describe, expect, it } from 'vitest'
import type { Evidence, Route } from '../../../src/evidence.ts'
import { MAX_ORDER_BYTES, ORDER_CODEC } from '../../../src/observe/order/codec.ts'
import { operationOf } from '../../../src/observe/order/operation.ts'
import { ORDER } from '../../../src/observe/order/order.ts'
import type { Operation, Order, OrderNews } from '../../../src/observe/order/types.ts'
import { exchange, match, NOTHING_PROVEN, NOW } from '../../fixtures/scene.ts'
import { newRows } from '../rows.ts'

const SECOND = 1_000
const DAY = 86_400_000

function newKey(bornAt?: number) {
  const rows = newRows(ORDER_CODEC)
  const occasion = (at: number) => ({
    name: 'pass:1',
    requestId: `r${at}`,
    at,
    again: false,
    readOnly: false,
  })
  return {
    rows,
    takes(operation: Operation, at: number, token?: number): Order {
      const ask = { operation, bornAt, ...(token === undefined ? {} : { token }) }
      const fact = ORDER.read([ORDER.observe(rows, ask, occasion(at))], ask)
      if (fact?.state !== 'valid') throw new Error('the order is told')
      return fact.value
    },
    answered(operation: Operation, status: number, at: number) {
      const ask = { operation, bornAt }
      const ending = { outcome: 'served', status } as const
      if (ORDER.minds(ask, ending) !== 'never') ORDER.settle(rows, ask, ending, occasion(at))
    },
    learns(news: OrderNews, at: number) {
      ORDER.learn(rows, news, occasion(at))
    },
  }
}

describe('which step a request is', () => {
  const cases: readonly (readonly [string, string, Partial<Route>, Evidence['claims'], Operation])[] = [
    ['GET', '/login', {}, {}, 'navigation'],
    ['POST', '/login', {}, { account: 'a' }, 'login'],
    ['GET', '/account', { sensitivity: 'account' }, {}, 'read'],
    ['POST', '/api/cards/top-up', { sensitivity: 'payment' }, { card: 'c' }, 'payment'],
    ['POST', '/open-banking/v4.0/aisp/account-access-consents', { sensitivity: 'other' }, {}, 'consent'],
    ['POST', '/open-banking/v4.0/pisp/domestic-payment-consents', { sensitivity: 'payment' }, {}, 'consent'],
    ['POST', '/open-banking/v4.0/pisp/domestic-payments', { sensitivity: 'payment' }, {}, 'payment'],
    ['GET', '/open-banking/v4.0/pisp/domestic-payments/1', { sensitivity: 'payment' }, {}, 'read'],
    ['POST', '/psd2/v1/consents/77/authorisations', { sensitivity: 'other' }, {}, 'authorisation'],
    ['PUT', '/psd2/v1/consents/77/authorisations/9', { sensitivity: 'other' }, {}, 'authorisation'],
    ['GET', '/psd2/v1/consents/77/authorisations/9', { sensitivity: 'other' }, {}, 'consent'],
    ['GET', '/oauth2/authorize', { sensitivity: 'other', channel: 'tpp' }, {}, 'authorisation'],
    ['GET', '/psd2/v1/accounts/9/transactions', { sensitivity: 'account', channel: 'tpp' }, {}, 'read'],
    ['GET', '/psd2/v1/accounts/my-consentless-id', { sensitivity: 'account', channel: 'tpp' }, {}, 'read'],
    ['POST', '/oauth2/token', { sensitivity: 'other', channel: 'tpp' }, {}, 'other'],
  ]
  it.each(cases)('%s %s', (method, target, changes, claims, operation) => {
    const seen = {
      exchange: exchange({ method, target }),
      match: match(changes),
      claims,
      proof: NOTHING_PROVEN,
    }
    expect(operationOf(seen)).toBe(operation)
  })
})

describe('the order of operations', () => {
  it('knows who goes from page to login to account', () => {
    const pass = newKey(NOW - SECOND)
    pass.takes('navigation', NOW)
    pass.takes('login', NOW + 20 * SECOND)
    const read = pass.takes('read', NOW + 25 * SECOND)
    expect(read).toMatchObject({
      ...{ previous: 'login', sincePrevious: 5 * SECOND, missing: undefined, skips: 0 },
      seen: ['navigation', 'login'],
    })
  })

  it('misses the login of a pass that goes straight to a payment, every time', () => {
    const pass = newKey(NOW - SECOND)
    pass.takes('navigation', NOW)
    expect(pass.takes('payment', NOW + 1).missing).toBe('login')
    pass.takes('navigation', NOW + 2)
    const again = pass.takes('payment', NOW + 3)
    expect(again.missing).toBe('login')
    expect(again.skips).toBeCloseTo(1, 3)
    expect(pass.takes('navigation', NOW + DAY).skips).toBeCloseTo(1, 3)
  })

  it('misses nothing of a key that it did not watch from the beginning', () => {
    const token = newKey()
    expect(token.takes('payment', NOW).missing).toBeUndefined()
    expect(token.takes('read', NOW + 1).missing).toBeUndefined()
    const old = newKey(NOW - DAY)
    old.takes('navigation', NOW)
    expect(old.takes('payment', NOW + 1).missing).toBeUndefined()
  })

  it('takes a bank that gives data for a customer who has agreed, though nobody asked for the state of the consent', () => {
    const consent = newKey()
    consent.learns({ step: 'made' }, NOW)
    expect(consent.takes('read', NOW + 1).missing).toBe('authorisation')
    consent.answered('read', 401, NOW + 1)
    expect(consent.takes('read', NOW + 2).missing).toBe('authorisation')
    consent.answered('read', 200, NOW + 2)
    expect(consent.takes('read', NOW + 3)).toMatchObject({
      missing: undefined,
      seen: expect.arrayContaining(['authorisation']),
    })
    consent.answered('payment', 200, NOW + 4)
    expect(consent.rows.written).toBe(3)
  })

  it('misses the customer’s word where the bank says that it has not been given', () => {
    const consent = newKey()
    consent.learns({ step: 'pending' }, NOW)
    expect(consent.takes('read', NOW + 1).missing).toBe('authorisation')
    consent.learns({ step: 'authorised' }, NOW + 2)
    expect(consent.takes('read', NOW + 3)).toMatchObject({
      missing: undefined,
      seen: ['consent', 'authorisation', 'read'],
    })
  })

  it('takes a token that was not there before for the customer’s word: the bank gives it out for that', () => {
    const [first, second] = [11, 22]
    const consent = newKey()
    consent.learns({ step: 'made', token: first }, NOW)
    expect(consent.takes('consent', NOW + 1, second).seen).toEqual(['consent'])
    expect(consent.takes('read', NOW + 2, first).missing).toBe('authorisation')
    expect(consent.takes('read', NOW + 3, second)).toMatchObject({
      ...{ previous: 'consent', missing: undefined },
      seen: ['consent', 'authorisation', 'read'],
    })
    expect(consent.takes('read', NOW + 4, first).missing).toBeUndefined()
    consent.learns({ step: 'pending', token: second }, NOW + 5)
    expect(consent.takes('read', NOW + 6, second).missing).toBe('authorisation')
  })

  it('misses no authorisation of whoever has just begun one here, until the bank says again that nobody has agreed', () => {
    const consent = newKey()
    consent.learns({ step: 'made', token: 11 }, NOW)
    consent.takes('authorisation', NOW + 1, 11)
    consent.answered('authorisation', 201, NOW + 1)
    expect(consent.takes('read', NOW + 2, 11)).toMatchObject({ previous: 'authorisation', skips: 0 })
    expect(consent.takes('read', NOW + 3, 11).missing).toBeUndefined()
    consent.learns({ step: 'pending', token: 11 }, NOW + 4)
    expect(consent.takes('read', NOW + 5, 11).missing).toBe('authorisation')
  })

  it('misses the authorisation of a consent where the bank refused to begin one', () => {
    const consent = newKey()
    consent.learns({ step: 'made', token: 11 }, NOW)
    consent.takes('authorisation', NOW + 1, 11)
    consent.answered('authorisation', 403, NOW + 1)
    expect(consent.takes('read', NOW + 2, 11).missing).toBe('authorisation')
  })

  it('takes any token for it where the consent was made without one', () => {
    const consent = newKey()
    consent.learns({ step: 'made' }, NOW)
    expect(consent.takes('read', NOW + 1).missing).toBe('authorisation')
    expect(consent.takes('read', NOW + 2, 22).missing).toBeUndefined()
  })

  it('is told of a token and not changed by it where an object is only asked', () => {
    const { rows } = newKey()
    const occasion = { name: 'consent:1', requestId: 'r', at: NOW, again: false }
    ORDER.learn(rows, { step: 'made', token: 11 }, { ...occasion, readOnly: false })
    const ask = { operation: 'read', bornAt: undefined, token: 22 } as const
    for (const silent of [{ readOnly: true }, { readOnly: false, again: true }])
      expect(ORDER.observe(rows, ask, { ...occasion, ...silent }).missing).toBeUndefined()
    expect(rows.get('consent:1')?.pending).toBe(true)
  })

  it('reads what the version before wrote, which knew of no token', () => {
    const consent = newKey()
    consent.learns({ step: 'made', token: 11 }, NOW)
    const row = consent.rows.get('pass:1')
    const bytes = row && ORDER_CODEC.encode(row)
    const before = bytes?.slice(0, -4)
    if (before === undefined) throw new Error('the order is kept')
    before[0] = 1
    expect(ORDER_CODEC.decode(before)).toEqual({ ...row, token: 0 })
  })

  it('writes nothing while the step stays the same', () => {
    const token = newKey()
    for (let at = NOW; at < NOW + 1_000; at += 1) token.takes('read', at)
    expect(token.rows.written).toBe(1)
  })

  it('keeps within its bound, and reads other bytes as nothing', () => {
    const pass = newKey(NOW - SECOND)
    for (const step of [
      'navigation',
      'payment',
      'login',
      'read',
      'consent',
      'authorisation',
      'other',
    ] as const)
      pass.takes(step, NOW)
    const row = pass.rows.get('pass:1')
    expect(row && ORDER_CODEC.encode(row).length).toBeLessThanOrEqual(MAX_ORDER_BYTES)
    expect(row && ORDER_CODEC.decode(ORDER_CODEC.encode(row))).toEqual(row)
    for (const bytes of [new Uint8Array(), new Uint8Array(MAX_ORDER_BYTES), new Uint8Array(12).fill(1)])
      expect(ORDER_CODEC.decode(bytes)).toBeUndefined()
  })
})

describe('a consent that nobody agreed to', () => {
  it('is agreed to by no refusal, though others have reasons to tell how a request ended', () => {
    for (const status of [400, 401, 403, 404, 503]) {
      const consent = newKey()
      consent.learns({ step: 'made', token: 7 }, NOW)
      expect(consent.takes('read', NOW + SECOND, 7).missing).toBe('authorisation')
      const ending = { outcome: 'served', status } as const
      const occasion = { name: 'pass:1', requestId: 'r', at: NOW, again: false, readOnly: false }
      for (const operation of ['read', 'authorisation'] as const)
        ORDER.settle(consent.rows, { operation, bornAt: undefined }, ending, occasion)
      expect(consent.takes('read', NOW + 2 * SECOND, 7).missing).toBe('authorisation')
    }
  })
})
