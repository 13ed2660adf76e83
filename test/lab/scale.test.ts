import { describe, expect, it } from 'vitest'
import { COMFORTABLE, loads, type Settings } from '../../lab/scale/load.ts'
import { random } from '../../lab/traffic/random.ts'

const SETTINGS: Settings = {
  ...{ shards: 64, organisationShards: 4, replayShards: 64, journalShards: 1 },
  ...{ estateShards: 1, estateLeaves: 0 },
}

const at = (rate: number, settings: Partial<Settings> = {}) =>
  new Map(
    loads(rate, { ...SETTINGS, ...settings }, random('scale test'), 40_000).map((load) => [
      load.object,
      load,
    ]),
  )

describe('how busy objects are', () => {
  it('leaves every object comfortable as it comes, at a hundred requests a second', () => {
    for (const load of at(100).values()) expect(load.busiest, load.object).toBeLessThan(COMFORTABLE / 10)
  })

  it('splits one third party over as many objects as it is told', () => {
    const ledger = (organisationShards: number) =>
      at(10_000, { organisationShards }).get('Ledger, of one third party')?.busiest ?? 0
    expect(ledger(4) / ledger(16)).toBeGreaterThan(3)
    expect(ledger(16)).toBeLessThan(COMFORTABLE)
  })

  it('asks no more objects of the ledger for all people than there are, however many people', () => {
    expect(at(1_000_000).get('Ledger, claimed keys')?.objects).toBe(64)
  })

  it('puts leaves between the isolates and the estate, so that its shards hear the leaves alone', () => {
    expect(at(1_000_000).get('Estate')?.busiest).toBeGreaterThan(COMFORTABLE)
    const { busiest = 0 } = at(1_000_000, { estateShards: 16, estateLeaves: 64 }).get('Estate') ?? {}
    expect(busiest).toBeLessThan(COMFORTABLE)
  })
})
