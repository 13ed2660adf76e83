// What a walker who has read the source would try, so that what is missing is not counted.
import { describe, expect, it } from 'vitest'
import type { Ending } from '../../../src/observe/annex.ts'
import { WALK_CODEC } from '../../../src/observe/walk/codec.ts'
import { askWalk, ownerHash } from '../../../src/observe/walk/identifier.ts'
import { WALK } from '../../../src/observe/walk/walk.ts'
import { exchange, match, NOTHING_PROVEN, NOW } from '../../fixtures/scene.ts'
import { newRows } from '../rows.ts'

const NAME = 'consent:1'
const MISS: Ending = { outcome: 'miss', status: 404 }
const REFUSED: Ending = { outcome: 'refused', status: undefined }
const of = (status: number): Ending => ({ outcome: 'served', status })

const uuid = (index: number) =>
  `3dc3d5b3-7023-4848-9853-${(index * 0x9e3779b97f).toString(16).padStart(12, '0').slice(-12)}`

function newWalker() {
  const rows = newRows(WALK_CODEC)
  let requests = 0
  const begin = (id: string, target = `/psd2/v1/accounts/${id}/balances`) => {
    const ask = askWalk({ exchange: exchange({ target }), match: match(), claims: {}, proof: NOTHING_PROVEN })
    if (ask === undefined) throw new Error('the path names a resource')
    requests += 1
    const occasion = { name: NAME, requestId: `r${requests}`, at: NOW, again: false, readOnly: false }
    WALK.observe(rows, ask, occasion)
    return (ending: Ending) => {
      if (WALK.minds(ask, ending) !== 'never') WALK.settle(rows, ask, ending, occasion)
    }
  }
  return {
    rows,
    begin,
    asks: (id: string, ending: Ending) => begin(id)(ending),
    fetches: (target: string, ending: Ending) => begin('', target)(ending),
    counts: () => rows.get(NAME),
    lists(collection: string, ids: readonly string[]) {
      const news = { collection, complete: ids.map(ownerHash) }
      WALK.learn(rows, news, { name: NAME, requestId: 'list', at: NOW, again: false, readOnly: false })
    },
  }
}

describe('a walker who asks twice for each account', () => {
  it.each([
    ['with a method that is not allowed', of(405)],
    ['with a token that is none', of(401)],
    ['by a path that the bank sends elsewhere', of(308)],
    ['so that the gate refuses it', REFUSED],
    ['while the bank is busy', { outcome: 'origin_error', status: 503 }],
  ] as const)('first %s, misses as much as one who asks once', (_, first) => {
    const walker = newWalker()
    for (let index = 0; index < 40; index += 1) {
      walker.asks(uuid(index), first)
      walker.asks(uuid(index), MISS)
    }
    expect(walker.counts()).toMatchObject({ asked: 40, missing: 40 })
  })

  it('first as one who goes away before the bank answers, misses as much as one who asks once', () => {
    const walker = newWalker()
    for (let index = 0; index < 40; index += 1) {
      walker.begin(uuid(index))
      walker.asks(uuid(index), MISS)
    }
    expect(walker.counts()).toMatchObject({ asked: 40, missing: 40 })
  })

  it('at once misses each once, whichever is answered first', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const walker = newWalker()
      for (let index = 0; index < 40; index += 1) {
        const ends = [walker.begin(uuid(index)), walker.begin(uuid(index))]
        for (const place of order) ends[place]?.(MISS)
      }
      expect(walker.counts()).toMatchObject({ asked: 40, missing: 40 })
    }
  })
})

describe('a walker who has something of its own', () => {
  it.each([
    ['below an account of its own', '/mobile/v1/accounts/70001/payees'],
    ['where all paths begin with the bank’s number', '/obp/v4.0.0/banks/10020030/accounts'],
    ['where all paths begin with a date', '/api/2026-03-01/accounts'],
  ])('is one %s, too', (_, under) => {
    const walker = newWalker()
    walker.fetches(`${under}/${uuid(1_000)}`, of(200))
    walker.fetches(under, of(200))
    for (let index = 0; index < 40; index += 1) walker.fetches(`${under}/${uuid(index)}`, MISS)
    expect(walker.counts()).toMatchObject({ missing: 40 })
    walker.fetches(`${under}/${uuid(1_000)}`, MISS)
    expect(walker.counts()).toMatchObject({ missing: 40 })
  })
})

describe('what the bank has told of', () => {
  it('is still told of when it lists something else besides', () => {
    const walker = newWalker()
    const accounts = Array.from({ length: 30 }, (_, index) => uuid(index))
    walker.lists('accounts', accounts)
    walker.lists('card-accounts', [uuid(100), uuid(101)])
    for (const id of accounts) walker.asks(id, of(403))
    expect(walker.counts()).toMatchObject({ missing: 0 })
  })

  it('is told of with all that is below it, while it is forbidden', () => {
    const walker = newWalker()
    walker.lists('accounts', ['70001'])
    for (let index = 0; index < 40; index += 1)
      walker.fetches(`/psd2/v1/accounts/70001/transactions/${uuid(index)}`, of(403))
    expect(walker.counts()).toMatchObject({ missing: 0 })
  })

  it('is not taken back twice where it is refused again after it was asked for anew', () => {
    const walker = newWalker()
    for (let round = 0; round < 3; round += 1)
      for (let index = 0; index < 20; index += 1) walker.asks(uuid(index), REFUSED)
    for (let index = 0; index < 20; index += 1) walker.asks(uuid(100 + index), of(200))
    expect(walker.counts()).toMatchObject({ asked: 20, missing: 0 })
  })
})
