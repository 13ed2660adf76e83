import { describe, expect, it } from 'vitest'
import type { Route } from '../../../src/evidence.ts'
import type { Ending } from '../../../src/observe/annex.ts'
import { MAX_WALK_BYTES, WALK_CODEC } from '../../../src/observe/walk/codec.ts'
import { askWalk, ownerHash } from '../../../src/observe/walk/identifier.ts'
import type { Walk } from '../../../src/observe/walk/types.ts'
import { WALK } from '../../../src/observe/walk/walk.ts'
import { exchange, match, NOTHING_PROVEN, NOW } from '../../fixtures/scene.ts'
import { newRows } from '../rows.ts'

const HOUR = 3_600_000

const asked = (target: string, method = 'GET', sensitivity: Route['sensitivity'] = 'other') =>
  askWalk({
    ...{ exchange: exchange({ method, target }), match: match({ sensitivity }), claims: {} },
    proof: NOTHING_PROVEN,
  })

function endingOf(answered: number | 'refused' | Ending): Ending {
  if (typeof answered === 'object') return answered
  return answered === 'refused'
    ? { outcome: answered, status: undefined }
    : { outcome: 'served', status: answered }
}

function newKey() {
  const rows = newRows(WALK_CODEC)
  const occasion = (at: number) => ({
    name: 'token:1',
    requestId: `r${at}`,
    at,
    again: false,
    readOnly: false,
  })
  return {
    rows,
    /** `refused`: the gate did not let it pass. */
    asks(target: string, at: number, answered: number | 'refused' | Ending = 200): Walk {
      const ask = asked(target)
      if (ask === undefined) throw new Error('the path names a resource')
      const fact = WALK.read([WALK.observe(rows, ask, occasion(at))], ask)
      const ending = endingOf(answered)
      if (WALK.minds(ask, ending) !== 'never') WALK.settle(rows, ask, ending, occasion(at))
      if (fact?.state !== 'valid') throw new Error('the walk is told')
      return fact.value
    },
    given(identifiers: readonly string[], at: number) {
      WALK.learn(rows, { collection: 'accounts', complete: identifiers.map(ownerHash) }, occasion(at))
    },
    givenPart(identifiers: readonly string[], at: number) {
      WALK.learn(rows, { collection: 'accounts', part: identifiers.map(ownerHash) }, occasion(at))
    },
  }
}

const uuid = (index: number) =>
  `3dc3d5b3-7023-4848-9853-${(index * 0x9e3779b97f).toString(16).padStart(12, '0').slice(-12)}`

describe('the resource that a path names', () => {
  it.each([
    ['/open-banking/v4.0/aisp/accounts', undefined],
    ['/psd2/v1/consents', undefined],
    ['/login', undefined],
    ['/us%C5%82ugi', undefined],
    ['/o%20nas/%C3%BCber%20uns', undefined],
    ['/g%C5%C5eb%ZZ%', undefined],
    ['/assets/app.3f9c21d0.js', undefined],
    ['/assets/app.3f9c21d0.js.map', undefined],
    ['/img/0142.jpg', undefined],
    ['/fonts/inter-400-700.WOFF2', undefined],
  ])('is none in %s', (target, none) => {
    expect(asked(target)).toBe(none)
  })

  it.each([
    ['/img/0142.jpg/1042', '0142.jpg'],
    ['/documents/20417.pdf', '20417.pdf'],
    ['/accounts/acc%2F1042', 'acc/1042'],
    ['/accounts/%C5%C51042', '1042'],
  ])('is one in %s', (target, owner) => {
    expect(asked(target)?.owner).toBe(ownerHash(owner))
  })

  it('is one in a segment of any length, with escapes that are cut off or without end', () => {
    for (const written of ['%C5', '%', '%2', '%20'])
      expect(asked(`/accounts/${written.repeat(2_000)}1042${written}`)).toBeDefined()
  })

  it.each(['account', 'payment'] as const)('is one of an %s, whatever it ends with', (sensitivity) => {
    expect(asked('/v1/accounts/1042.css', 'GET', sensitivity)?.ordinal).toBeUndefined()
    expect(asked('/v1/accounts/1042.css', 'GET', sensitivity)?.owner).toBe(ownerHash('1042.css'))
  })

  it('ends with its own digits, and not with those of an escape', () => {
    expect(asked('/konto-24-%C5%82')?.ordinal).toBeUndefined()
    expect(asked('/konto%20us%C5%82ugi-24')?.ordinal?.number).toBe(24)
  })

  it('is none where only is asked what may be asked: banks answer that for what is not there, too', () => {
    expect(asked('/open-banking/v4.0/aisp/accounts/22289/balances', 'OPTIONS')).toBeUndefined()
  })

  it('is the same whatever is asked of it, and its owner the same whatever is below', () => {
    const balances = asked('/open-banking/v4.0/aisp/accounts/22289/balances')
    expect(asked('/open-banking/v4.0/aisp/accounts/22289/transactions')).toEqual(balances)
    const statement = asked('/open-banking/v4.0/aisp/accounts/22289/statements/7')
    expect(statement?.owner).toBe(balances?.owner)
    expect(statement?.resource).not.toBe(balances?.resource)
    expect(balances?.owner).toBe(ownerHash('22289'))
  })
})

describe('a walk', () => {
  it('shows in numbers that follow one another, in either direction and over gaps', () => {
    for (const step of [1, -1, 3]) {
      const thief = newKey()
      let told: Walk | undefined
      for (let index = 0; index < 20; index += 1)
        told = thief.asks(`/v1/accounts/ACC-${50_000 + index * step}/balances`, NOW + index * 100)
      expect(told?.run).toBe(19)
      expect(told?.neighbours).toBeCloseTo(19, 0)
    }
  })

  it('shows in identifiers at random that do not exist', () => {
    const thief = newKey()
    for (let index = 0; index < 20; index += 1) thief.asks(`/v1/accounts/${uuid(index)}`, NOW + index, 404)
    const told = thief.asks(`/v1/accounts/${uuid(21)}`, NOW + 30)
    expect(told.run).toBe(0)
    expect(told.misses).toBeCloseTo(20, 0)
    expect(told.fresh).toBeCloseTo(21, 0)
  })

  it('is not what a customer does who reads the statements of one account in their order', () => {
    const customer = newKey()
    let told: Walk | undefined
    for (let index = 1; index < 20; index += 1)
      told = customer.asks(`/v1/accounts/70001/statements/${index}`, NOW)
    expect(told).toMatchObject({ run: 0, neighbours: 0, misses: 0 })
  })

  it('is not what a customer does who has two accounts and looks at them all day', () => {
    const customer = newKey()
    let told: Walk | undefined
    for (let hour = 0; hour < 10; hour += 1) {
      for (const id of ['70001', '70002'])
        for (const of of ['balances', 'transactions'])
          told = customer.asks(`/v1/accounts/${id}/${of}`, NOW + hour * HOUR)
    }
    expect(told).toMatchObject({ run: 1, misses: 0, outside: undefined })
    expect(told?.fresh).toBeLessThan(1)
    expect(customer.rows.written).toBe(4)
  })

  it('tells what lies outside the list that the bank gave, and nothing where it gave none', () => {
    const consent = newKey()
    expect(consent.asks('/v1/accounts/901', NOW).outside).toBeUndefined()
    consent.given(['901', '902'], NOW + 1)
    expect(consent.asks('/v1/accounts/902', NOW + 2).outside).toBe(0)
    expect(consent.asks('/v1/accounts/999', NOW + 3).outside).toBeCloseTo(1, 3)
    expect(consent.asks('/v1/accounts/902/statements/4', NOW + 4).outside).toBeCloseTo(1, 3)
    // The list of accounts says nothing of cards.
    expect(consent.asks('/v1/card-accounts/777', NOW + 5).outside).toBeCloseTo(1, 3)
  })

  it('takes a list that is too long, or one page of it, for none that rules anything out, and a list that it knows for no news', () => {
    const company = newKey()
    const accounts = Array.from({ length: 257 }, (_, index) => `acc-${index}`)
    company.given(accounts, NOW)
    expect(company.asks('/v1/accounts/999', NOW + 1).outside).toBeUndefined()
    company.givenPart(['999'], NOW + 2)
    expect(company.asks('/v1/accounts/998', NOW + 3).outside).toBeUndefined()
    company.given(accounts.slice(0, 256), NOW + 4)
    expect(company.asks('/v1/accounts/997', NOW + 5).outside).toBeCloseTo(1, 3)
    company.givenPart(['996'], NOW + 6)
    expect(company.asks('/v1/accounts/995', NOW + 7).outside).toBeUndefined()
    const customer = newKey()
    customer.given(['901', '902'], NOW)
    customer.given(['902', '901'], NOW + 1)
    expect(customer.rows.written).toBe(1)
  })

  it('is not over for having been refused: a resource that nobody answered for is none that is there', () => {
    const thief = newKey()
    for (let index = 0; index < 20; index += 1) thief.asks(`/v1/accounts/${uuid(index)}`, NOW + index, 404)
    for (let index = 20; index < 200; index += 1)
      thief.asks(`/v1/accounts/${uuid(index)}`, NOW + index, 'refused')
    const told = thief.asks(`/v1/accounts/${uuid(201)}`, NOW + 201)
    expect(told.missing).toBeCloseTo(20, 0)
    expect(told.asked).toBeCloseTo(21, 0)
    expect(told.fresh).toBeCloseTo(21, 0)
  })

  it('has asked for what is there, too, where the object is told of an answer for its bytes alone', () => {
    const app = newKey()
    const ask = asked('/v1/accounts/70001')
    app.asks('/v1/accounts/70001', NOW)
    if (ask === undefined) throw new Error('the path names a resource')
    const occasion = { name: 'token:1', requestId: `r${NOW}`, at: NOW, again: false, readOnly: false }
    for (const outcome of ['served', 'origin_error'] as const)
      WALK.settle(app.rows, ask, { outcome, status: outcome === 'served' ? 200 : 503 }, occasion)
    expect(app.asks('/v1/accounts/70002', NOW + 1)).toMatchObject({
      asked: expect.closeTo(2, 3),
      fresh: expect.closeTo(2, 3),
    })
  })

  it('is not what a program does that asks again and again for one resource that is gone', () => {
    const program = newKey()
    for (let index = 0; index < 50; index += 1) program.asks('/v1/accounts/70001', NOW + index, 404)
    expect(program.asks('/v1/accounts/70001', NOW + 60)).toMatchObject({ missing: expect.closeTo(1, 1) })
  })

  it('counts what is missing once though twenty are asked for at the same time', () => {
    const { rows } = newKey()
    const asks = Array.from({ length: 20 }, (_, index) => asked(`/v1/accounts/${uuid(index)}`))
    const occasion = (index: number) => ({
      ...{ name: 'token:1', requestId: `r${index}`, at: NOW, again: false, readOnly: false },
    })
    for (const [index, ask] of asks.entries()) if (ask) WALK.observe(rows, ask, occasion(index))
    for (const [index, ask] of asks.entries())
      if (ask) WALK.settle(rows, ask, { outcome: 'miss', status: 404 }, occasion(index))
    expect(rows.get('token:1')).toMatchObject({ asked: 20, missing: 20 })
  })

  it.each([
    ['missing', { outcome: 'miss', status: 404 }, { asked: 300, missing: 120 }],
    ['refused', { outcome: 'refused', status: undefined }, { asked: 180, missing: 0 }],
  ] as const)(
    'counts once what is %s though its caller tries three times, and the object is told late',
    (_how, dead, counts) => {
      const { rows } = newKey()
      const endings: (() => void)[] = []
      for (let index = 0; index < 300; index += 1) {
        const ask = asked(`/v1/consents/${uuid(index)}`)
        const isDead = index % 10 < 4
        for (const attempt of isDead ? [1, 2, 3] : [1]) {
          const requestId = `r${index}-${attempt}`
          const occasion = { ...{ name: 'token:1', requestId, at: NOW }, again: false, readOnly: false }
          if (ask === undefined) throw new Error('the path names a resource')
          WALK.observe(rows, ask, occasion)
          if (isDead) endings.push(() => WALK.settle(rows, ask, dead, occasion))
          if (endings.length > 40) endings.shift()?.()
        }
      }
      for (const end of endings) end()
      expect(rows.get('token:1')).toMatchObject(counts)
    },
  )

  it('is not what somebody does who is refused what the bank listed, on one page or on all', () => {
    const company = newKey()
    const accounts = Array.from({ length: 120 }, (_, index) => `acc-${1_000 + index}`)
    company.givenPart(accounts.slice(0, 60), NOW)
    company.givenPart(accounts.slice(60), NOW + 1)
    for (const [index, id] of accounts.entries()) company.asks(`/v1/accounts/${id}`, NOW + 2 + index, 403)
    expect(company.asks(`/v1/accounts/${uuid(1)}`, NOW + 200, 404)).toMatchObject({ misses: 0, missing: 0 })
    expect(company.asks(`/v1/accounts/${uuid(2)}`, NOW + 201).missing).toBeCloseTo(1, 3)
  })

  it('is not what somebody does whom the bank answered before, for any part of the account', () => {
    const customer = newKey()
    const accounts = Array.from({ length: 50 }, (_, index) => uuid(index))
    for (const [index, id] of accounts.entries()) customer.asks(`/v1/accounts/${id}/balances`, NOW + index)
    for (const [round, part] of ['transactions', 'details', 'standing-orders'].entries())
      for (const [index, id] of accounts.entries())
        customer.asks(`/v1/accounts/${id}/${part}`, NOW + 100 * (round + 1) + index, 404)
    expect(customer.asks('/v1/accounts/70001', NOW + 500)).toMatchObject({ misses: 0, missing: 0 })
  })

  it.each([
    ['401', { outcome: 'served', status: 401 }],
    ['503', { outcome: 'origin_error', status: 503 }],
    ['nothing at all', { outcome: 'origin_error', status: undefined }],
  ] as const)('is neither begun nor excused by %s', (_, ending) => {
    const thief = newKey()
    for (let index = 0; index < 30; index += 1) thief.asks(`/v1/accounts/${uuid(index)}`, NOW + index, ending)
    expect(thief.asks(`/v1/accounts/${uuid(30)}`, NOW + 40)).toMatchObject({ misses: 0, missing: 0 })
    for (let index = 0; index < 30; index += 1)
      thief.asks(`/v1/accounts/${uuid(index)}`, NOW + 50 + index, 404)
    expect(thief.asks(`/v1/accounts/${uuid(31)}`, NOW + 99).misses).toBeCloseTo(30, 0)
  })

  it('fades by half in an hour, and what is missing by half in a day', () => {
    const thief = newKey()
    for (let index = 0; index < 20; index += 1) thief.asks(`/v1/accounts/${uuid(index)}`, NOW, 404)
    expect(thief.asks(`/v1/accounts/${uuid(0)}`, NOW + 2 * HOUR).misses).toBeCloseTo(5, 1)
    expect(thief.asks(`/v1/accounts/${uuid(0)}`, NOW + 24 * HOUR).missing).toBeCloseTo(10, 1)
  })

  it('keeps within its bound, and reads other bytes as nothing', () => {
    const thief = newKey()
    thief.given(
      Array.from({ length: 256 }, (_, index) => `acc-${index}`),
      NOW,
    )
    for (let index = 0; index < 200; index += 1) thief.asks(`/v1/accounts/${1e14 + index}`, NOW + index, 404)
    for (let index = 0; index < 200; index += 1) thief.asks(`/v1/accounts/${2e14 + index}`, NOW + 200 + index)
    const row = thief.rows.get('token:1')
    expect(row && WALK_CODEC.encode(row).length).toBe(MAX_WALK_BYTES)
    expect(row && WALK_CODEC.decode(WALK_CODEC.encode(row))).toEqual(row)
    for (const bytes of [new Uint8Array(), new Uint8Array(50), new Uint8Array(55).fill(1)])
      expect(WALK_CODEC.decode(bytes)).toBeUndefined()
  })

  it('reads what the versions before wrote, which did not count for a day, nor know what was answered', () => {
    const thief = newKey()
    thief.given(['acc-1'], NOW)
    for (let index = 0; index < 3; index += 1) thief.asks(`/v1/accounts/${uuid(index)}`, NOW, 404)
    const row = thief.rows.get('token:1')
    const bytes = row && WALK_CODEC.encode(row)
    if (row === undefined || bytes === undefined) throw new Error('the walk is kept')
    // Its head was shorter by two counts and a length, and nothing stood between the resources and the list.
    const written = (version: number, ...parts: readonly Uint8Array[]) => {
      const row = new Uint8Array(parts.flatMap((part) => Array.from(part)))
      row[0] = version
      // Where the length of the list stood.
      row[3] = 1
      return WALK_CODEC.decode(row)
    }
    const part = (from: number, to?: number) => bytes.slice(from, to)
    const [recent, askedBy, ended, list] = [part(59, 71), part(71, 83), part(83, 95), part(95)]
    const first = written(1, part(0, 46), recent, list)
    expect(first).toEqual({ ...row, asked: 0, missing: 0, askedBy: [0, 0, 0], ended: [] })
    expect(written(2, part(0, 54), recent, askedBy, list)).toEqual({ ...row, ended: [] })
    expect(written(3, part(0, 55), recent, askedBy, ended, list)).toEqual(row)
    const four = new Uint8Array([...part(0, 95), ...[7, 0, 0, 0], ...[9, 0, 0, 0], ...list])
    four.set([4], 0)
    four.set([1], 55)
    expect(WALK_CODEC.decode(four)).toEqual({ ...row, answered: [7] })
  })
})
