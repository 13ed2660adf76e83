// Half a second passes until the place at which all claims on a consent meet knows whom the bank gave it to. Who asks in between is
// asked about once more.
import { describe, expect, it } from 'vitest'
import { ownerPrint, withOwner } from '../../../src/consents.ts'
import type { Conduct, Footprint, LedgerKey } from '../../../src/evidence.ts'
import { isDue, NEW_ROW, withNews } from '../../../src/observe/consent/terms.ts'
import type { ConsentAsk } from '../../../src/observe/consent/types.ts'
import { memoryLedger } from '../../../src/observe/memory-ledger.ts'
import { patienceFrom } from '../../../src/observe/patience.ts'
import type { Ledger } from '../../../src/ports.ts'
import { footprintOf, NO_CONDUCT } from '../../fixtures/facts.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const CONSENT: LedgerKey = { kind: 'consent', id: 'k1.consent', standing: 'proven' }
const READS: ConsentAsk = {
  ...{ kind: 'use', data: true, account: undefined, listing: undefined, unattended: undefined },
}

function print(organisation: string, at: number): Footprint {
  const keys: readonly LedgerKey[] = [{ kind: 'tpp', id: organisation, standing: 'proven' }, CONSENT]
  return footprintOf({ keys, at, spread: 3, asks: { consent: READS } })
}

/** How often the place was asked at which claims meet. */
function counting(ledger: Ledger): { readonly ledger: Ledger; asked(): number } {
  let asked = 0
  return {
    ledger: {
      ...ledger,
      observe(footprint) {
        if (footprint.asks.consent?.kind === 'owner') asked += 1
        return ledger.observe(footprint)
      },
    },
    asked: () => asked,
  }
}

async function uses(ledger: Ledger, organisation: string, at: number): Promise<Conduct['consent']> {
  const asked = print(organisation, at)
  const conduct = { ...NO_CONDUCT, ...(await ledger.observe(asked)) }
  const clock = { now: () => NOW, id: () => '' }
  const patience = patienceFrom({}, 250, { clock, waitUntil() {} })
  return (await withOwner(conduct, asked, { ledger, patience })).consent
}

function isMade(ledger: Ledger, organisation: string, at: number): void {
  const made = ownerPrint(print(organisation, at), CONSENT, organisation)
  ledger.learn(made, { news: { consent: { owner: organisation } } }, at)
}

describe('a consent that another organisation asks for while the news of its making is on its way', () => {
  it('is known to be another’s a second later', async () => {
    const ledger = memoryLedger()
    expect(await uses(ledger, 'PSDGB-FCA-2', NOW)).toMatchObject({ state: 'valid', value: { unknown: true } })
    isMade(ledger, 'PSDGB-FCA-1', NOW + 300)
    expect((await uses(ledger, 'PSDGB-FCA-2', NOW + 600)).state).toBe('valid')
    for (const after of [1_000, 1_500, 90_000]) {
      expect(await uses(ledger, 'PSDGB-FCA-2', NOW + after)).toMatchObject({
        ...{ state: 'invalid', reason: 'consent_of_another' },
      })
    }
  })

  it('is still its owner’s', async () => {
    const ledger = memoryLedger()
    isMade(ledger, 'PSDGB-FCA-1', NOW)
    expect((await uses(ledger, 'PSDGB-FCA-1', NOW + 10)).state).toBe('valid')
  })
})

describe('a consent of which nobody knows whose it is', () => {
  it('is asked about after growing pauses, and at the most four times a day after the first', async () => {
    const { ledger, asked } = counting(memoryLedger())
    for (let second = 0; second < 60; second += 1) await uses(ledger, 'PSDGB-FCA-2', NOW + second * 1_000)
    // At once, after 1, 5 and 21 seconds.
    expect(asked()).toBe(4)
    for (let minute = 1; minute < 2 * 24 * 60; minute += 1)
      await uses(ledger, 'PSDGB-FCA-2', NOW + minute * 60_000)
    expect(asked()).toBeLessThan(20)
  })

  it('is asked about no more once the bank has answered its organisation', () => {
    const looked = withNews(NEW_ROW, { looked: true }, NOW)
    expect(isDue(looked, NOW + 999)).toBe(false)
    expect(isDue(looked, NOW + 1_000)).toBe(true)
    expect(isDue(withNews(looked, { until: NOW + 9_000 }, NOW), NOW + 86_400_000)).toBe(false)
  })

  it('counts two isolates that asked at once as one question', () => {
    const twice = withNews(withNews(NEW_ROW, { looked: true }, NOW), { looked: true }, NOW + 20)
    expect(twice.looks).toBe(1)
  })
})
