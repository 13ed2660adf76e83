// The bank makes a consent, its customer agrees, the third party asks for a token and reads: through the gate and the object.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { guard } from '../../../src/guard.ts'
import { known } from '../../../src/lib/fact.ts'
import { ledgerFrom, newPostings } from '../../../src/observe/ledger.ts'
import { memoryLedger } from '../../../src/observe/memory-ledger.ts'
import type { Order } from '../../../src/observe/order/types.ts'
import type { Ledger } from '../../../src/ports.ts'
import { type BerlinCall, berlinRequest } from '../../fixtures/berlin-call.ts'
import { testHouse } from '../../fixtures/house.ts'
import { holder, testAuthority } from '../../fixtures/pki.ts'

const AUTHORITY = await testAuthority()
const LARK = await holder(AUTHORITY)
const [CLIENT, CUSTOMERS] = ['client', 'customers']

function overObjects(): Ledger {
  return ledgerFrom(env.LEDGER, {
    ...{ shards: 4, organisationShards: 1, budgetMs: 5_000, postings: newPostings() },
    waitUntil() {},
    report(fault) {
      throw new Error(fault)
    },
  })
}

/** Makes a consent and reads under it. Returns where the gate saw the third party stand as it read. */
async function story(ledger: Ledger, consent: string, reading: string, between = async () => {}) {
  const answer = ({ method, url }: Request) =>
    method === 'POST' && url.endsWith('consents')
      ? Response.json({ consentId: consent, consentStatus: 'received' }, { status: 201 })
      : Response.json({}, { status: 401 })
  const house = { ...testHouse({ anchors: AUTHORITY.anchors }, answer, { now: () => Date.now() }), ledger }
  const call = async (one: Omit<BerlinCall, 'certificate'>): Promise<Order | undefined> => {
    await (await guard(berlinRequest({ ...one, certificate: LARK }), house)).arrayBuffer()
    // As long as what was learnt waits at the gate, and a little more.
    await new Promise((resolve) => setTimeout(resolve, 400))
    return known(house.records.at(-1)?.evidence.conduct.order ?? { state: 'absent' })
  }
  await call({ method: 'POST', path: 'consents', token: CLIENT, body: { access: {} } })
  await between()
  return call({ path: 'accounts/70001/balances', token: reading, consent })
}

const LEDGERS = [
  ['the object', overObjects],
  ['memory', () => memoryLedger()],
] as const

describe.each(LEDGERS)('the order of a consent in %s', (where, newLedger) => {
  const consent = (index: number) => `c0ffee00-0000-4000-8000-${where.length}0000000000${index}`

  it('is consent, the customer’s word, data, where a token was asked for in between', async () => {
    const told = await story(newLedger(), consent(1), CUSTOMERS)
    expect(told).toMatchObject({ operation: 'read', previous: 'consent', skips: 0 })
    expect(told).toMatchObject({ seen: ['consent', 'authorisation'] })
    expect(told?.missing).toBeUndefined()
  }, 20_000)

  it('misses the customer’s word where data is read with the very token that the consent was made with', async () => {
    expect(await story(newLedger(), consent(2), CLIENT)).toMatchObject({
      ...{ operation: 'read', previous: 'consent', missing: 'authorisation' },
      seen: ['consent'],
    })
  }, 20_000)
})

describe('the order of a consent', () => {
  it('is still known to an object that was evicted in between', async () => {
    const told = await story(overObjects(), 'c0ffee00-0000-4000-8000-000000000077', CLIENT, async () => {
      const stub = env.LEDGER.getByName('organisation-PSDGB-FCA-765432-0-of-1')
      // Written down within a second.
      await new Promise((resolve) => setTimeout(resolve, 1_300))
      await runInDurableObject(stub, () => {})
      await evictDurableObject(stub)
    })
    expect(told).toMatchObject({ previous: 'consent', missing: 'authorisation' })
  }, 20_000)
})
