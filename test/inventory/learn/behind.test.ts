/** Undocumented operations that stand where a published one has a parameter, and values that only look like them. */
import { describe, expect, it } from 'vitest'
import { memoryInventory } from '../../../src/inventory/learn/memory-inventory.ts'
import type { Decision } from '../../../src/inventory/learn/types.ts'
import { answer, BANK, exchange, HOST, numbers, START } from './scene.ts'

const CALLERS = 5

function bank() {
  const inventory = memoryInventory(BANK, { every: 1 })
  let turn = 0
  function see(path: string, caller = turn, status = 200) {
    turn++
    const prefix = `10.${caller % CALLERS}.0.0/24`
    const scene = { at: START + turn * 1_000, path, caller: prefix, asn: 64_500 + (caller % CALLERS) }
    inventory.observe(exchange(scene), answer(status))
  }
  return {
    see,
    times(count: number, path: string, status = 200) {
      for (let at = 0; at < count; at++) see(path, at, status)
    },
    found: () =>
      (inventory.snapshots(START)[0]?.entries ?? [])
        .filter(({ origin }) => origin !== 'published')
        .map(({ key }) => key),
    decide(kind: Decision['kind'], path: string) {
      inventory.decide({ id: path, kind, method: '*', host: HOST, path, note: '', by: 'ops', at: START })
    },
  }
}

/** Accounts as this bank numbers them. */
function accounts(see: (path: string) => void, make: (at: number) => string, count = 100) {
  for (let at = 0; at < count; at++) see(`/v1/accounts/${make(at)}`)
}

const random = numbers(7)
const text = (letters: string, length: number) =>
  Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('')
const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789'

describe('a word where a published operation has a parameter', () => {
  it('is an operation of its own, where several callers have it answered and everything else is a number', () => {
    const { see, times, found } = bank()
    accounts(see, (at) => String(20_000 + at * 7))
    times(10, '/v1/accounts/export')
    expect(found()).toEqual([`GET ${HOST}/v1/accounts/export`])
  })

  it('is one with what comes behind it, too', () => {
    const { see, times, found } = bank()
    for (let at = 0; at < 50; at++) see(`/v1/accounts/${9_000 + at}/balances`)
    times(10, '/v1/accounts/all/balances')
    expect(found()).toEqual([`GET ${HOST}/v1/accounts/all/balances`])
  })

  it.each([
    ['that the bank does not have', 404],
    ['that it refuses', 403],
  ])('%s is none', (_what, status) => {
    const { see, times, found } = bank()
    accounts(see, String)
    times(50, '/v1/accounts/admin', status)
    expect(found()).toEqual([])
  })

  it('of which one caller alone knows is none', () => {
    const { see, found } = bank()
    accounts(see, String)
    for (let at = 0; at < 50; at++) see('/v1/accounts/mine', 1)
    expect(found()).toEqual([])
  })

  it('is one at once where an operator pins it, and nothing where one ignores it', () => {
    const { see, found, decide } = bank()
    decide('pin', '/v1/accounts/summary')
    decide('ignore', '/v1/accounts/export')
    accounts(see, String)
    see('/v1/accounts/summary')
    for (let at = 0; at < 50; at++) see('/v1/accounts/export')
    expect(found()).toEqual([`GET ${HOST}/v1/accounts/summary`])
  })
})

describe('values that look like words', () => {
  it('are values where callers have names', () => {
    const { see, found } = bank()
    const names = ['alice', 'bob', 'carol', 'dora', 'emil', 'frida', 'gustav', 'hanna', 'ida', 'jonas']
    for (let round = 0; round < 30; round++) for (const name of names) see(`/v1/accounts/${name}`, round)
    expect(found()).toEqual([])
  })

  it('are values where few other things were seen', () => {
    const { see, times, found } = bank()
    accounts(see, String, 3)
    times(50, '/v1/accounts/main')
    expect(found()).toEqual([])
  })

  it.each([6, 8, 10, 12, 16])(
    'are values where identifiers of %i letters and digits happen to be letters',
    (length) => {
      const { see, found } = bank()
      for (let at = 0; at < 600; at++) {
        const path = `/v1/accounts/${text(ALPHANUMERIC, length)}`
        // Each account has ten visits, from all networks.
        for (let visit = 0; visit < 10; visit++) see(path, visit)
      }
      expect(found()).toEqual([])
    },
  )

  it('are values where identifiers are of any length', () => {
    const { see, found } = bank()
    for (let at = 0; at < 600; at++) {
      const path = `/v1/accounts/${text(ALPHANUMERIC, 3 + Math.floor(random() * 12))}`
      for (let visit = 0; visit < 10; visit++) see(path, visit)
    }
    expect(found()).toEqual([])
  })
})

it('outlives a restart with what it has learnt of values', () => {
  const inventory = memoryInventory(BANK, { every: 1 })
  inventory.observe(exchange({ path: '/v1/accounts/22289' }), answer())
  const usage = inventory.snapshots(START)[0]?.entries[0]?.usage
  expect(usage?.values).toMatchObject({ lengths: 0 })
  expect(usage?.values?.values).not.toBe(usage?.values?.words)
})
