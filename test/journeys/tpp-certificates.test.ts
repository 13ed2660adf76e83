/** Invented third parties come with their certificates, in the hands of a real curl, through real TLS. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import type { TppName } from '../../local/tpp/cast.ts'
import { CAST } from '../../local/tpp/cast.ts'
import { blockListOf, registerOf } from '../../local/tpp/documents.ts'
import { installed } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { complaints } from './gate.ts'
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

const ACCOUNTS = '/psd2/v1/accounts'
const OBIE = '/open-banking/v4.0'

let gate: TppGate
beforeAll(async () => {
  gate = await startTppGate()
  await gate.write('register', registerOf(['withdrawn'], new Date()))
  await gate.write('blocked', blockListOf(['blocked']))
})
afterAll(() => gate.close())

async function token(name: TppName, clientId: string): Promise<string> {
  const form = `grant_type=client_credentials&client_id=${clientId}`
  return member(await as(gate, name, '/oauth2/token', ['--data', form]), 'access_token')
}

/** As a customer who is asked by the bank itself would grant it. */
async function granted(consentId: string): Promise<string> {
  const [person] = customers
  const answer = await curl(gate, `/demo/consents/${consentId}/authorise`, json(person))
  return member(answer, 'access_token')
}

const bearer = (value: string): readonly string[] => ['--header', `Authorization: Bearer ${value}`]

/** The bank's own refusal has no reference of the gate. */
function expectThrough(answer: Answer): void {
  expect({ reference: answer.reference, text: answer.text }).toEqual({
    reference: '',
    text: expect.any(String),
  })
}

describe.runIf(requireReal('curl', installed('curl')))('a third party with its certificate', () => {
  it('gets in: a consent is asked for, granted, and the accounts are read', async () => {
    const access = { accounts: [], balances: [], transactions: [] }
    const terms = { recurringIndicator: true, frequencyPerDay: 4, combinedServiceIndicator: false }
    const consent = await as(gate, 'aisp', '/psd2/v1/consents', [
      ...WITH_ID,
      ...bearer(await token('aisp', 'budget-lark')),
      ...json({ access, ...terms, validUntil: '2099-12-31' }),
    ])
    expect(consent.status).toBe(201)
    const consentId = member(consent, 'consentId')
    const words = [...WITH_ID, ...bearer(await granted(consentId)), '--header', `Consent-ID: ${consentId}`]
    const began = Date.now()
    const answer = await as(gate, 'aisp', ACCOUNTS, words)
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 200,
      text: expect.stringContaining('"accounts":['),
    })
    const decision = await gate.newest((entry) => entry.at >= began && entry.method === 'GET')
    expect(decision).toMatchObject({
      action: 'allow',
      organisation: CAST.aisp.organisation,
      proof: { certificate: 'valid', revocation: 'valid', blocking: 'valid', trust: 'valid' },
      certificate: { thumbprint: gate.tpps.thumbprint('aisp'), kind: 'qwac', fault: '', warnings: [] },
    })
  })

  it.each([
    ['pisp', 'ROLE_INVALID', 'role_missing'],
    ['cbpii', 'ROLE_INVALID', 'role_missing'],
    ['role-less', 'ROLE_INVALID', 'role_missing'],
    ['expired', 'CERTIFICATE_EXPIRED', 'certificate_expired'],
    ['revoked', 'CERTIFICATE_REVOKED', 'certificate_revoked'],
    ['wrong-type', 'CERTIFICATE_INVALID', 'certificate_wrong_type'],
    ['untrusted', 'CERTIFICATE_INVALID', 'certificate_untrusted'],
    ['forged', 'CERTIFICATE_INVALID', 'certificate_path_invalid'],
    ['withdrawn', 'CERTIFICATE_BLOCKED', 'organisation_withdrawn'],
    ['blocked', 'CERTIFICATE_BLOCKED', 'certificate_blocked'],
  ] as const)('%s may not read accounts: %s, and the operator reads %s', async (name, code, reason) => {
    const answer = await as(gate, name, ACCOUNTS, WITH_ID)
    expect({ status: answer.status, code: codeIn(answer) }).toEqual({ status: 401, code })
    // The reason is the operator's: the refused learn no more than the standard's code.
    expect(answer.text).not.toContain(reason)
    expect(await gate.decision(answer.reference)).toMatchObject({
      action: 'deny',
      reason,
      upstream: 'refused',
      certificate: { thumbprint: gate.tpps.thumbprint(name), organisation: CAST[name].organisation },
    })
  })

  it('without one is told that it needs one', async () => {
    const answer = await curl(gate, ACCOUNTS, WITH_ID)
    expect({ status: answer.status, code: codeIn(answer) }).toEqual({
      status: 401,
      code: 'CERTIFICATE_MISSING',
    })
    expect(await gate.decision(answer.reference)).toMatchObject({ reason: 'certificate_missing' })
  })
})

describe.runIf(requireReal('curl', installed('curl')))('the role of a third party', () => {
  it.each([
    ['aisp', `${OBIE}/aisp/account-access-consents`, true],
    ['pisp', `${OBIE}/aisp/account-access-consents`, false],
    ['cbpii', `${OBIE}/aisp/account-access-consents`, false],
    ['all-roles', `${OBIE}/aisp/account-access-consents`, true],
    ['aisp', `${OBIE}/pisp/domestic-payment-consents`, false],
    ['pisp', `${OBIE}/pisp/domestic-payment-consents`, true],
    ['cbpii', `${OBIE}/pisp/domestic-payment-consents`, false],
    ['pisp', `${OBIE}/pisp/domestic-payment-consents/some-consent/funds-confirmation`, true],
    ['all-roles', `${OBIE}/pisp/domestic-payment-consents`, true],
    ['aisp', `${OBIE}/cbpii/funds-confirmation-consents`, false],
    ['pisp', `${OBIE}/cbpii/funds-confirmation-consents`, false],
    ['cbpii', `${OBIE}/cbpii/funds-confirmation-consents`, true],
    ['all-roles', `${OBIE}/cbpii/funds-confirmation-consents`, true],
    ['pisp', '/psd2/v1/payments/sepa-credit-transfers', true],
    ['aisp', '/psd2/v1/payments/sepa-credit-transfers', false],
  ] as const)('%s at %s: %s', async (name, path, may) => {
    const answer = await as(gate, name, path, ['--request', 'POST', ...WITH_ID, ...json({})])
    if (may) {
      expectThrough(answer)
      return
    }
    const berlinGroup = path.startsWith('/psd2')
    expect(answer.status).toBe(berlinGroup ? 401 : 403)
    expect(answer.text).toContain(berlinGroup ? 'ROLE_INVALID' : '"ErrorCode":"U042"')
    expect(await gate.decision(answer.reference)).toMatchObject({ action: 'deny', reason: 'role_missing' })
  })
})

describe.runIf(requireReal('curl', installed('curl')))('headers that only an edge may set', () => {
  function claims(name: TppName): readonly string[] {
    const der = gate.tpps.der(name)
    return [
      `Client-Cert: :${der}:`,
      `Client-Cert-Chain: :${der}:`,
      `Cf-Client-Cert-Der-Base64: ${der}`,
      `X-SSL-Client-Cert: ${der}`,
      'X-SSL-Client-Verify: SUCCESS',
      `X-Forwarded-Client-Cert: Cert="${der}"`,
      `TPP-Signature-Certificate: ${der}`,
      `MF-CF-Blob: ${JSON.stringify({ tlsClientAuth: { certPresented: '1', certRFC9440: `:${der}:` } })}`,
      `Portcullis-Organisation: ${CAST[name].organisation}`,
      'Portcullis-Roles: PSP_AI',
      'Portcullis-Proxy-Secret: guessed',
    ].flatMap((line) => ['--header', line])
  }

  it('give nobody a certificate', async () => {
    const answer = await curl(gate, ACCOUNTS, [...WITH_ID, ...claims('aisp')])
    expect(codeIn(answer)).toBe('CERTIFICATE_MISSING')
  })

  it.each([
    ['pisp', 'ROLE_INVALID'],
    ['expired', 'CERTIFICATE_EXPIRED'],
    ['untrusted', 'CERTIFICATE_INVALID'],
  ] as const)('give %s no better one than its own', async (name, code) => {
    expect(codeIn(await as(gate, name, ACCOUNTS, [...WITH_ID, ...claims('aisp')]))).toBe(code)
  })

  it('do not reach the bank, which is told whose certificate it really was', async () => {
    const answer = await as(gate, 'pisp', '/demo/echo', claims('aisp'))
    const { headers } = JSON.parse(answer.text) as {
      readonly headers: readonly (readonly [string, string])[]
    }
    const seen = new Map(headers)
    expect(seen.get('client-cert')).toBe(`:${gate.tpps.der('pisp')}:`)
    expect(seen.get('portcullis-organisation')).toBe(`"${CAST.pisp.organisation}"`)
    const whole = JSON.stringify(headers.filter(([name]) => name !== 'tpp-signature-certificate'))
    expect(whole).not.toContain(gate.tpps.der('aisp'))
    expect(whole).not.toContain(CAST.aisp.organisation)
  })
})

describe('afterwards', () => {
  it('the gate has complained of nothing', () => {
    expect(complaints(gate)).toEqual([])
  })
})
