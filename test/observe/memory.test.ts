import { describe, expect, it } from 'vitest'
import type { Footprint } from '../../src/evidence.ts'
import { known, unavailable } from '../../src/lib/fact.ts'
import { memoryEstate as estate } from '../../src/observe/estate/memory-estate.ts'
import { memoryLedger } from '../../src/observe/memory-ledger.ts'
import { observe } from '../../src/observe/observe.ts'
import { footprintOf, NOON } from '../fixtures/facts.ts'

describe('the conduct of a request', () => {
  it('is absent for keys that the request does not have, and for a cohort never seen', async () => {
    const conduct = await observe(footprintOf(), memoryLedger(), estate())
    expect(conduct.keys.tpp).toEqual({ state: 'absent' })
    expect(conduct.keys.card).toEqual({ state: 'absent' })
    expect(known(conduct.keys.account)?.day.requests).toBe(0)
    expect(conduct.cohort).toEqual({ state: 'absent' })
    expect(conduct.route).toEqual({ state: 'absent' })
  })

  it('tells an account that nobody was seen to get into, for after the answer', async () => {
    const ledger = memoryLedger()
    const everybody = estate()
    const asks = { history: { subject: 'account', attempt: true, traits: { software: 1 } } } as const
    const keys = [{ kind: 'account', id: 'k1.alice', standing: 'claimed' }] as const
    const signsIn = async (at: number, changes: Partial<Footprint> = {}) => {
      const print = footprintOf({ requestId: `r${at}`, at, account: 'k1.alice', keys, asks, ...changes })
      await observe(print, ledger, everybody)
      ledger.settle(print, 'success', at)
      everybody.settle(print, 'success', at)
      return print.stranger
    }
    expect(await signsIn(NOON)).toBe(true)
    expect(await signsIn(NOON + 1_000)).toBe(false)
    expect(await signsIn(NOON + 2_000, { asks: {} })).toBe(false)
    const later = await observe(footprintOf({ at: NOON + 3_000, keys }), ledger, everybody)
    expect(known(later.keys.account)?.day).toMatchObject({ successes: 3, strangers: 1 })
    expect(known(later.cohort)?.behaviour.day).toMatchObject({ attempts: 3, strangers: 1 })
  })

  it('calls nobody a stranger where the account’s history is not to be had', async () => {
    const ledger = memoryLedger()
    const blind = {
      ...ledger,
      observe: async (print: Footprint) => ({
        ...(await ledger.observe(print)),
        history: unavailable('ledger_timeout'),
      }),
    }
    const print = footprintOf({ asks: { history: { subject: 'account', attempt: true, traits: {} } } })
    await observe(print, blind, estate())
    expect(print.stranger).toBe(false)
  })

  it('counts an account’s attempts from everywhere, and an address’s attempts on everybody', async () => {
    const ledger = memoryLedger()
    const everybody = estate()
    const attempt = (account: string, address: string, at: number): Footprint =>
      footprintOf({
        at,
        account,
        keys: [
          { kind: 'account', id: account, standing: 'claimed' },
          { kind: 'address', id: address, standing: 'claimed' },
        ],
      })
    for (let n = 0; n < 8; n += 1) {
      const one = attempt('k1.alice', `192.0.2.${n}/32`, NOON + n)
      await observe(one, ledger, everybody)
      ledger.settle(one, 'failure', NOON + n)
    }
    for (let n = 0; n < 5; n += 1) {
      await observe(attempt(`k1.user${n}`, '192.0.2.99/32', NOON + 10 + n), ledger, everybody)
    }
    const conduct = await observe(attempt('k1.alice', '192.0.2.99/32', NOON + 20), ledger, everybody)
    expect(known(conduct.keys.account)?.minute).toMatchObject({ attempts: 8, failures: 8 })
    expect(known(conduct.keys.address)?.minute).toMatchObject({ attempts: 5, accounts: 5, failures: 0 })
  })
})

describe('the estate of one isolate', () => {
  const LOOKS_ALIKE = { cohort: 'fp-tool', route: 'login' }

  it('sees a campaign of single-use addresses in its cohort', () => {
    const everybody = estate()
    for (let n = 0; n < 500; n += 1) {
      const one = footprintOf({
        ...LOOKS_ALIKE,
        at: NOON + n * 10,
        account: `k1.u${n}`,
        client: `fp-tool@${n}`,
      })
      everybody.observe(one)
      everybody.settle(one, 'failure', one.at)
    }
    const { cohort, route } = everybody.observe(footprintOf({ ...LOOKS_ALIKE, at: NOON + 5_000 }))
    const hour = known(cohort)?.behaviour.hour
    expect(hour).toMatchObject({ requests: 500, attempts: 500, failures: 500 })
    expect(hour?.accounts).toBeGreaterThan(400)
    expect(hour?.clients).toBeGreaterThan(400)
    expect(known(route)?.behaviour.hour.attempts).toBe(500)
  })

  it('says how long it has seen nobody', () => {
    const everybody = estate()
    everybody.observe(footprintOf({ at: NOON }))
    everybody.observe(footprintOf({ at: NOON + 1_000, cohort: 'fp-other' }))
    expect(known(everybody.observe(footprintOf({ at: NOON + 61_000 })).cohort)?.staleness).toBe(60_000)
  })

  it('keeps a busy cohort while random fingerprints flood it', () => {
    const everybody = estate({ capacity: 1 / 64 })
    for (let n = 0; n < 20; n += 1) everybody.observe(footprintOf({ at: NOON + n, cohort: 'fp-honest' }))
    for (let n = 0; n < 10_000; n += 1) {
      everybody.observe(footprintOf({ at: NOON + 100 + n, cohort: `fp-random${n}` }))
    }
    const { cohort } = everybody.observe(footprintOf({ at: NOON + 20_000, cohort: 'fp-honest' }))
    expect(known(cohort)?.behaviour.hour.requests).toBe(20)
  })
})
