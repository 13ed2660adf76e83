/**
 * The contingency interface (Delegated Regulation (EU) 2018/389, article 33): where a bank's dedicated interface is
 * down, third parties sign in for their customers at the customers' own door, and identify themselves there. That is
 * automation by licence: it poses as a browser, fetches no page, comes from a hosting network, and must get in.
 */
import { describe, expect, it } from 'vitest'
import type { PresentedCertificate } from '../src/evidence.ts'
import { guard } from '../src/guard.ts'
import { parseRegister } from '../src/verify/register.ts'
import { type TestHouse, testHouse } from './fixtures/house.ts'
import { holder, testAuthority } from './fixtures/pki.ts'
import { CHROME, NOW } from './fixtures/scene.ts'

const AUTHORITY = await testAuthority()
const QWAC = await holder(AUTHORITY)
const ISSUER = await holder(AUTHORITY, { roles: ['PSP_IC'] })
const NOBODY = await holder(AUTHORITY, { roles: ['PSP_AS'] })
const SEAL = await holder(AUTHORITY, { type: 'eseal' })

/** A browser's user agent over a library's connection: everything that shows a stuffing tool. */
function login(user: string, certificate?: PresentedCertificate): Request {
  return new Request('https://bank.example/login', {
    method: 'POST',
    headers: {
      'user-agent': CHROME,
      'content-type': 'application/x-www-form-urlencoded',
      'cf-connecting-ip': '203.0.113.50',
    },
    body: `username=${user}&password=correct-horse`,
    cf: {
      httpProtocol: 'HTTP/1.1',
      tlsVersion: 'TLSv1.3',
      tlsCipher: 'AEAD-AES128-GCM-SHA256',
      asn: 64_500,
      tlsClientAuth: certificate === undefined ? { certPresented: '0' } : presented(certificate),
    },
  })
}

function presented({ der, chain }: PresentedCertificate): object {
  return {
    certPresented: '1',
    certVerified: 'FAILED:unable to verify the first certificate',
    certRevoked: '0',
    certRFC9440: `:${der}:`,
    certRFC9440TooLarge: false,
    certChainRFC9440: chain.map((item) => `:${item}:`).join(', '),
    certChainRFC9440TooLarge: false,
  }
}

const failing = (): Response => new Response('no', { status: 401 })

function last({ records }: TestHouse) {
  const record = records.at(-1)
  if (record === undefined) throw new Error('Cannot take a record: there is none')
  return record
}

describe('automation at the login of the customers', () => {
  it('that proves nobody is refused: the same request, without a certificate', async () => {
    const house = testHouse({ anchors: AUTHORITY.anchors })
    expect((await guard(login('ada'), house)).status).toBe(403)
    expect(last(house).verdict).toMatchObject({ action: 'deny', rule: 'forged_browser' })
    expect(house.forwarded).toHaveLength(0)
  })

  it('that identifies itself with its QWAC gets in, and the bank is told who it is', async () => {
    const house = testHouse({ anchors: AUTHORITY.anchors })
    expect((await guard(login('ada', QWAC), house)).status).toBe(303)
    expect(last(house).verdict.action).toBe('allow')
    const [sent] = house.forwarded
    expect(sent?.headers.get('client-cert')).toBe(`:${QWAC.der}:`)
    expect(sent?.headers.get('portcullis-organisation')).toBe('"PSDGB-FCA-765432"')
    expect(sent?.headers.get('portcullis-certificate')).toBe(
      'kind=qwac, nca="GB-FCA", country="GB", anchor="Invented Trust Root", revocation=good',
    )
  })

  it.each([
    ['a card issuer', ISSUER],
    ['a bank', NOBODY],
  ])(
    'that may read no account and start no payment is automation like any other: %s',
    async (_who, holds) => {
      const house = testHouse({ anchors: AUTHORITY.anchors })
      expect((await guard(login('ada', holds), house)).status).toBe(403)
      expect(last(house).verdict).toMatchObject({ action: 'deny', rule: 'forged_browser' })
    },
  )

  it('is neither challenged nor stopped for being many: two hundred customers in a row, all of whom get in', async () => {
    const house = testHouse({ anchors: AUTHORITY.anchors })
    for (let customer = 0; customer < 200; customer += 1) await guard(login(`c${customer}`, QWAC), house)
    expect(house.records.filter(({ verdict }) => verdict.action !== 'allow')).toEqual([])
    expect(house.forwarded).toHaveLength(200)
  })

  it('is slowed by its own proven count when it guesses', async () => {
    const house = testHouse({ anchors: AUTHORITY.anchors }, failing)
    for (let account = 0; account < 40; account += 1) await guard(login(`g${account}`, QWAC), house)
    expect(last(house).verdict).toMatchObject({ action: 'throttle', rule: 'tpp_many_accounts' })
    expect(last(house).evidence.conduct.keys.tpp).toMatchObject({ state: 'valid' })
  })

  const withdrawn = parseRegister(
    JSON.stringify({
      asOf: '2026-11-21T09:00:00Z',
      organisations: [{ id: 'PSDGB-FCA-765432', status: 'withdrawn' }],
    }),
  )

  it('is automation like any other where a complete register does not know it', async () => {
    const read = parseRegister(JSON.stringify({ asOf: '2026-11-21T09:00:00Z', complete: true }))
    const register = read.ok ? { register: { value: read.value, exists: true, readAt: NOW } } : {}
    const house = testHouse({ anchors: AUTHORITY.anchors, ...register })
    expect((await guard(login('ada', QWAC), house)).status).toBe(403)
    expect(last(house).verdict.rule).toBe('forged_browser')
    expect(last(house).evidence.proof.certificate.state).toBe('valid')
  })

  it.each<[string, PresentedCertificate, boolean]>([
    ['a seal instead of a QWAC', SEAL, false],
    ['a QWAC without its chain', { ...QWAC, chain: [] }, false],
    ['the QWAC of an organisation that lost its licence', QWAC, true],
  ])('gains nothing from %s', async (_what, certificate, lost) => {
    const register =
      lost && withdrawn.ok ? { register: { value: withdrawn.value, exists: true, readAt: NOW } } : {}
    const house = testHouse({ anchors: AUTHORITY.anchors, ...register })
    expect((await guard(login('ada', certificate), house)).status).toBe(403)
    expect(last(house).verdict.rule).toBe('forged_browser')
    expect(last(house).evidence.proof.certificate.state).toBe('invalid')
  })
})
