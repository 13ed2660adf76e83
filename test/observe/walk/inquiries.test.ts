// A licensed third party that was broken into walks through consents and payments that are nobody's, with its own certificate.
import { describe, expect, it } from 'vitest'
import { asking, withConsent } from '../../../src/consents.ts'
import { decide } from '../../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../../src/decide/policy.ts'
import type { ConsentRules } from '../../../src/dialects/consents/consent-rules.ts'
import { DIALECTS } from '../../../src/dialects/table.ts'
import { valid } from '../../../src/lib/fact.ts'
import { consentQuestion } from '../../../src/observe/consent/ask.ts'
import { footprint } from '../../../src/observe/footprint.ts'
import { memoryLedger } from '../../../src/observe/memory-ledger.ts'
import { testHouse } from '../../fixtures/house.ts'
import { client, conduct, exchange, LICENSED, match, NOW, person, score } from '../../fixtures/scene.ts'

const HOUSE = testHouse({})
const NOBODY_ELSE = conduct()

interface Inquiry {
  readonly path: string
  /** The bank's answer. */
  readonly status: number
  readonly token?: string
  readonly address?: string
  readonly at?: number
  /** Under which it reads data. */
  readonly consent?: string
}

/** One gate. Returns whether the bank was asked. */
function gate(dialect: string): (inquiry: Inquiry) => Promise<boolean> {
  const ledger = memoryLedger()
  const rules: ConsentRules | undefined = DIALECTS[dialect]?.consents
  let count = 0
  return async (inquiry) => {
    const { path, status, token = 'token-1', address = '192.0.2.17', at = NOW + count * 500 } = inquiry
    count += 1
    const headers = new Headers(inquiry.consent === undefined ? {} : { 'consent-id': inquiry.consent })
    const seen = exchange(
      { method: 'GET', target: path },
      { id: `r${count}`, arrivedAt: at, address, headers },
    )
    const route = match({ channel: 'tpp', sensitivity: 'account', dialect })
    const proof = {
      ...LICENSED,
      token: valid({ kind: 'opaque' as const, thumbprint: token, expiresAt: undefined }),
    }
    const claims = withConsent({}, rules, seen, proof, HOUSE.keys)
    const facts = { ...person(), exchange: seen, client: client(), match: route, claims, proof }
    const question = consentQuestion(facts, rules, { keys: HOUSE.keys, settings: HOUSE.config.consents })
    const print = asking(footprint(facts, 16), question, HOUSE.config)
    const known = { ...NOBODY_ELSE, ...(await ledger.observe(print)) }
    const { action } = decide({ ...facts, conduct: known }, valid(score(0.01)), DEFAULT_POLICY)
    const passes = action === 'allow' || action === 'flag'
    ledger.settle(
      print,
      passes ? (status < 400 ? 'served' : 'miss') : 'refused',
      at,
      passes ? { status, bytes: 300 } : {},
    )
    if (passes && status < 400 && print.keys.some(({ kind }) => kind === 'consent'))
      ledger.learn(print, { news: { consent: {} } }, at)
    return passes
  }
}

async function through(walk: (inquiry: Inquiry) => Promise<boolean>, inquiries: readonly Inquiry[]) {
  let passed = 0
  for (const inquiry of inquiries) if (await walk(inquiry)) passed += 1
  return passed
}

const id = (index: number) => (index * 7_919 + 10_000_019).toString().padStart(10, '4')
const PLACES = [
  ['obie-4.0', (name: string) => `/open-banking/v4.0/aisp/account-access-consents/con-${name}`],
  ['obie-4.0', (name: string) => `/open-banking/v4.0/pisp/domestic-payment-consents/pay-${name}`],
  ['obie-4.0', (name: string) => `/open-banking/v4.0/pisp/domestic-payments/pay-${name}`],
  ['obie-4.0', (name: string) => `/open-banking/v4.0/cbpii/funds-confirmation-consents/cof-${name}`],
  ['berlin-group-1.3', (name: string) => `/v1/consents/${name}`],
  ['berlin-group-1.3', (name: string) => `/v1/consents/${name}/status`],
  ['berlin-group-1.3', (name: string) => `/v1/payments/sepa-credit-transfers/${name}/status`],
  ['stet-1.4', (name: string) => `/v1/payment-requests/${name}`],
] as const

describe('a third party that asks about what is not there', () => {
  it.each(PLACES)('is stopped after some twenty in %s: %s', async (dialect, pathOf) => {
    const inquiries = Array.from({ length: 600 }, (_, index) => ({
      ...{ path: pathOf(id(index)), status: 404, address: `192.0.2.${index % 200}` },
    }))
    const passed = await through(gate(dialect), inquiries)
    expect(passed).toBeGreaterThanOrEqual(20)
    expect(passed).toBeLessThan(25)
  })

  it.each(PLACES)(
    'is stopped with a fresh token each time, once all its objects know: %s, %s',
    async (dialect, pathOf) => {
      const inquiries = Array.from({ length: 1_000 }, (_, index) => ({
        ...{ path: pathOf(id(index)), status: 403, token: `token-${index}` },
      }))
      // Forty in each of four objects.
      expect(await through(gate(dialect), inquiries)).toBeLessThan(4 * 45)
    },
  )

  it('is let through about many that are there, and about those that were withdrawn among them', async () => {
    const inquiries = Array.from({ length: 500 }, (_, index) => ({
      ...{ path: PLACES[0][1](id(index)), status: index % 4 === 0 ? 404 : 200 },
    }))
    expect(await through(gate('obie-4.0'), inquiries)).toBe(500)
  })

  it('is let through about one that is gone, however often it asks', async () => {
    const inquiries = Array.from({ length: 200 }, () => ({ path: PLACES[0][1]('12ab34'), status: 404 }))
    expect(await through(gate('obie-4.0'), inquiries)).toBe(200)
  })

  it('goes on asking about the consents of its customers while somebody else walks with its token', async () => {
    const ask = gate('obie-4.0')
    const own = { path: PLACES[0][1]('99aa11'), status: 200 }
    expect(await ask(own)).toBe(true)
    const walk = Array.from({ length: 200 }, (_, index) => ({ path: PLACES[0][1](id(index)), status: 404 }))
    expect(await through(ask, walk)).toBeLessThan(25)
    expect(await ask(own)).toBe(true)
  })

  it('is stopped under a consent that the bank has told it of, where it walks through accounts and not consents', async () => {
    const read = gate('berlin-group-1.3')
    expect(await read({ path: '/v1/consents/99aa11/status', status: 200 })).toBe(true)
    const accounts = Array.from({ length: 200 }, (_, index) => ({
      ...{ path: `/v1/accounts/${id(index)}/balances`, status: 403, consent: '99aa11' },
    }))
    expect(await through(read, accounts)).toBeLessThan(25)
  })

  it('may ask again some hours after it was stopped for consents that were withdrawn', async () => {
    const ask = gate('obie-4.0')
    const gone = Array.from({ length: 30 }, (_, index) => ({ path: PLACES[0][1](id(index)), status: 404 }))
    expect(await through(ask, gone)).toBeLessThan(25)
    const later = Array.from({ length: 100 }, (_, index) => ({
      ...{ path: PLACES[0][1](id(1_000 + index)), status: 200, at: NOW + (8 * 60 + index) * 60_000 },
    }))
    expect(await through(ask, later)).toBe(100)
  })
})
