/**
 * A licensed third party reads a customer's accounts in both standards, with curl, through the local edge, at the demo bank:
 * four times a day on its own, as often as the customer asks, and never with a consent that another was given.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import { installed } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { complaints, eventually } from './gate.ts'
import {
  type Answer,
  as,
  codeIn,
  curl,
  json,
  member,
  startTppGate,
  type TppGate,
  WITH_ID,
} from './third-parties.ts'

const [PERSON] = customers
const OBIE = '/open-banking/v4.0/aisp'
const HOUR_MS = 3_600_000
/** A customer's own; those of documentation are nobody's. */
const CUSTOMER = '81.2.69.142'

const bearing = (token: string): readonly string[] => ['--header', `Authorization: Bearer ${token}`]

async function ownToken(gate: TppGate, name: 'aisp' | 'all-roles', clientId: string): Promise<string> {
  const form = `grant_type=client_credentials&client_id=${clientId}&scope=accounts`
  return member(await as(gate, name, '/oauth2/token', ['--data', form]), 'access_token')
}

/** The customer agrees: the demo's cut through redirection and strong authentication. */
async function agree(gate: TppGate, consent: string): Promise<string> {
  const person = { username: PERSON?.username, password: PERSON?.password }
  const answer = await curl(gate, `/demo/consents/${consent}/authorise`, json(person))
  return member(answer, 'access_token')
}

async function statuses(count: number, ask: () => Promise<Answer>): Promise<readonly number[]> {
  const all: number[] = []
  for (let at = 0; at < count; at += 1) all.push((await ask()).status)
  return all
}

describe.runIf(requireReal('curl', installed('curl')))('a consent, from its proposal to its end', () => {
  let gate: TppGate
  beforeAll(async () => {
    gate = await startTppGate()
  })
  afterAll(() => gate.close())

  it('Berlin Group: as often as was asked for, 429 ACCESS_EXCEEDED above it, and not for another', async () => {
    const token = await ownToken(gate, 'aisp', 'budget-lark')
    const proposal = {
      access: { allPsd2: 'allAccounts' },
      recurringIndicator: true,
      validUntil: new Date(Date.now() + 30 * 24 * HOUR_MS).toISOString().slice(0, 10),
      frequencyPerDay: 2,
      combinedServiceIndicator: false,
    }
    const made = await as(gate, 'aisp', '/psd2/v1/consents', [
      ...WITH_ID,
      ...bearing(token),
      ...json(proposal),
    ])
    expect(made.status).toBe(201)
    const consent = member(made, 'consentId')
    const access = await agree(gate, consent)
    const named = [...WITH_ID, ...bearing(access), '--header', `Consent-ID: ${consent}`]
    const read = (words: readonly string[] = []) =>
      as(gate, 'aisp', '/psd2/v1/accounts', [...named, ...words])

    // What was learnt of the proposal comes behind its answer.
    await eventually('the number that was asked for', async () => {
      const refused = await read()
      return refused.status === 429 ? refused : undefined
    })
    const refused = await read()
    expect([refused.status, codeIn(refused)]).toEqual([429, 'ACCESS_EXCEEDED'])
    expect(Number(refused.header('retry-after'))).toBeGreaterThan(0)
    const decision = await gate.decision(refused.reference)
    expect(decision).toMatchObject({ rule: 'consent_quota', reason: 'consent_quota_exceeded' })
    expect(decision.counterfactual).toContain('under 2 accesses to this resource')

    const there = ['--header', `PSU-IP-Address: ${CUSTOMER}`]
    expect(await statuses(6, () => read(there))).toEqual([200, 200, 200, 200, 200, 200])
    const others = await as(gate, 'all-roles', '/psd2/v1/accounts', [...named, ...there])
    expect([others.status, codeIn(others)]).toEqual([403, 'CONSENT_UNKNOWN'])
  })

  it('UK Open Banking: four by the token that stands for the consent, then 429 without a body', async () => {
    const token = await ownToken(gate, 'aisp', 'budget-lark')
    const proposal = {
      Data: { Permissions: ['ReadAccountsDetail', 'ReadBalances', 'ReadTransactionsDetail'] },
      Risk: {},
    }
    const made = await as(gate, 'aisp', `${OBIE}/account-access-consents`, [
      ...bearing(token),
      ...json(proposal),
    ])
    expect(made.status).toBe(201)
    const access = await agree(gate, member(made, 'ConsentId'))
    const list = await as(gate, 'aisp', `${OBIE}/accounts`, [
      ...bearing(access),
      ...['--header', `x-fapi-customer-ip-address: ${CUSTOMER}`],
    ])
    const account = member(list, 'AccountId')
    const read = (words: readonly string[] = []) =>
      as(gate, 'aisp', `${OBIE}/accounts/${account}/balances`, [...bearing(access), ...words])
    expect(await statuses(5, read)).toEqual([200, 200, 200, 200, 429])
    const refused = await read()
    expect(refused.text).toBe('')
    const seconds = Number(refused.header('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    const there = ['--header', `x-fapi-customer-ip-address: ${CUSTOMER}`]
    expect(await statuses(3, () => read(there))).toEqual([200, 200, 200])
  })

  it('ends as the bank says, and is refused before it is asked again', async () => {
    const token = await ownToken(gate, 'all-roles', 'ledger-wren')
    const proposal = { Data: { Permissions: ['ReadAccountsDetail'] }, Risk: {} }
    const path = `${OBIE}/account-access-consents`
    const made = await as(gate, 'all-roles', path, [...bearing(token), ...json(proposal)])
    const consent = member(made, 'ConsentId')
    const stranger = await ownToken(gate, 'aisp', 'budget-lark')
    // What was learnt comes behind the answer, within half a second. Whoever asks before it is asked about once and no more
    // (`src/consents.ts`), and the bank itself says no.
    await new Promise((learnt) => setTimeout(learnt, 1_500))
    const refused = await eventually('whose it is', async () => {
      const answer = await as(gate, 'aisp', `${path}/${consent}`, bearing(stranger))
      return answer.status === 403 && answer.reference !== '' ? answer : undefined
    })
    expect(await gate.decision(refused.reference)).toMatchObject({ reason: 'consent_of_another' })
    const own = await as(gate, 'all-roles', `${path}/${consent}`, bearing(token))
    expect(own.status).toBe(200)
  })

  it('leaves the gate without complaints', () => expect(complaints(gate)).toEqual([]))
})
