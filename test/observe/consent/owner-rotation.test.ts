/** Whom the bank gave a consent to is known for half a year, and a key of the gate may go before that. */
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { ownerPrint, withOwner } from '../../../src/consents.ts'
import type { Conduct, Footprint, LedgerKey } from '../../../src/evidence.ts'
import { ledgerFrom, newPostings } from '../../../src/observe/ledger.ts'
import { memoryLedger } from '../../../src/observe/memory-ledger.ts'
import { patienceFrom } from '../../../src/observe/patience.ts'
import { shardOf } from '../../../src/observe/shards.ts'
import type { Ledger } from '../../../src/ports.ts'
import { footprintOf, NO_CONDUCT } from '../../fixtures/facts.ts'

/** An object that has just begun learns nothing of requests that are long over. */
const NOW = Date.now()
const [OWNER, STRANGER] = ['PSDGB-FCA-1', 'PSDGB-FCA-2']

/** The first call loads the whole Worker into the object: seconds, on a busy machine. */
function real(): Ledger {
  return ledgerFrom(env.LEDGER, {
    ...{ shards: 16, organisationShards: 4, budgetMs: 30_000, postings: newPostings() },
    waitUntil() {},
    report(fault) {
      throw new Error(fault)
    },
  })
}

let requests = 0
function print(organisation: string, consent: LedgerKey): Footprint {
  requests += 1
  return footprintOf({
    ...{ requestId: `owner-${requests}`, at: NOW + requests * 10_000, spread: 3 },
    keys: [{ kind: 'tpp', id: organisation, standing: 'proven' }, consent],
    asks: {
      consent: {
        ...{ kind: 'use', data: true, account: undefined, listing: undefined, unattended: undefined },
      },
    },
  })
}

async function isMade(ledger: Ledger, consent: LedgerKey): Promise<void> {
  const made = ownerPrint(print(OWNER, consent), consent, OWNER)
  ledger.learn(made, { news: { consent: { owner: OWNER } } }, made.at)
  await arrived()
}

async function uses(ledger: Ledger, organisation: string, consent: LedgerKey): Promise<Conduct['consent']> {
  const asked = print(organisation, consent)
  const conduct = { ...NO_CONDUCT, ...(await ledger.observe(asked)) }
  const clock = { now: () => NOW, id: () => '' }
  const patience = patienceFrom({}, 30_000, { clock, waitUntil() {} })
  const { consent: fact } = await withOwner(conduct, asked, { ledger, patience })
  await arrived()
  return fact
}

/** What is learnt is on its way for a quarter of a second. */
function arrived(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 400))
}

/** A consent under the old key, under both, and under the new one alone. */
function consentWhere(where: string, fits: (old: string, now: string) => boolean) {
  for (let number = 0; ; number += 1) {
    const [old, now] = [`k1.${where}${number}`, `k2.${where}${number}`]
    if (!fits(shardOf(old, 16), shardOf(now, 16))) continue
    const key = { kind: 'consent', standing: 'proven' } as const
    return {
      before: { ...key, id: old },
      rotated: { ...key, id: now, formerly: [old] },
      after: { ...key, id: now },
    }
  }
}

const ANOTHERS = { state: 'invalid', reason: 'consent_of_another' }

describe.each([
  ['memory', () => memoryLedger()],
  ['objects', real],
] as const)('whom the bank gave a consent to, with the ledger in %s', (where, made) => {
  it.each([
    ['another object', (old: string, now: string) => old !== now],
    ['the same object', (old: string, now: string) => old === now],
  ])(
    'is known after the old key is gone, once somebody asked in between: %s',
    async (which, fits) => {
      const ledger = made()
      const consent = consentWhere(`${where} ${which} `, fits)
      await isMade(ledger, consent.before)
      expect(await uses(ledger, STRANGER, consent.rotated)).toEqual(ANOTHERS)
      expect(await uses(ledger, 'PSDGB-FCA-3', consent.after)).toEqual(ANOTHERS)
      expect(await uses(ledger, OWNER, consent.after)).toMatchObject({
        state: 'valid',
        value: { unknown: true },
      })
    },
    60_000,
  )

  it('is carried over by its owner’s own question too, and by nobody’s where it is not known', async () => {
    const ledger = made()
    const consent = consentWhere(`${where} asked by its owner `, (old, now) => old !== now)
    await isMade(ledger, consent.before)
    expect((await uses(ledger, OWNER, consent.rotated)).state).toBe('valid')
    expect(await uses(ledger, STRANGER, consent.after)).toEqual(ANOTHERS)
    const nobodys = consentWhere(`${where} nobody’s `, (old, now) => old !== now)
    expect((await uses(ledger, OWNER, nobodys.rotated)).state).toBe('valid')
    expect((await uses(ledger, STRANGER, nobodys.after)).state).toBe('valid')
  }, 60_000)
})
