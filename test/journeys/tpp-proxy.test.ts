/** A bank that terminates TLS itself: its proxy tells the gate of the certificate in RFC 9440 headers, and proves that it is the proxy. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TppName } from '../../local/tpp/cast.ts'
import { CAST } from '../../local/tpp/cast.ts'
import { bodyOf, installed, statusOf } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { halfClosed } from './client.ts'
import { complaints, referenceIn } from './gate.ts'
import { as, codeIn, startTppGate, type TppGate, WITH_ID } from './third-parties.ts'

const ACCOUNTS = '/psd2/v1/accounts'
const SECRET = 'the-proxy-of-the-journeys-proves-itself-so'
const PROVEN = `Portcullis-Proxy-Secret: ${SECRET}`
const THROUGH = 'TOKEN_UNKNOWN'

/** What reaches the gate over plain TCP, line for line. */
async function ask(gate: TppGate, lines: readonly string[], path = ACCOUNTS): Promise<string> {
  const head = [`GET ${path} HTTP/1.1`, 'Host: bank.example', `${WITH_ID[1]}`, ...lines, 'Connection: close']
  return halfClosed(gate, [...head, '', ''].join('\r\n'))
}

function codeOf(answer: string): string {
  return /"code":"(\w+)"/.exec(answer)?.[1] ?? `status ${statusOf(answer)}`
}

describe('behind a proxy that shares a secret with the gate', () => {
  let gate: TppGate
  beforeAll(async () => {
    const vars = { CERTIFICATE_SOURCE: 'proxy' }
    gate = await startTppGate({ vars, secrets: { PROXY_SECRET: SECRET } })
  })
  afterAll(() => gate.close())

  const leaf = (name: TppName): string => `Client-Cert: :${gate.tpps.der(name)}:`
  const chain = (): string => `Client-Cert-Chain: :${gate.tpps.issuingDer}:`

  it('a third party gets in by the headers of the proxy', async () => {
    const began = Date.now()
    expect(codeOf(await ask(gate, [PROVEN, leaf('aisp'), chain()]))).toBe(THROUGH)
    expect(await gate.newest((entry) => entry.at >= began && entry.organisation !== '')).toMatchObject({
      organisation: CAST.aisp.organisation,
      proof: { certificate: 'valid', revocation: 'valid' },
    })
  })

  it('the bank is told of the certificate, and not of the secret', async () => {
    const body = bodyOf(await ask(gate, [PROVEN, leaf('aisp'), chain()], '/demo/echo'))
    expect(body).toContain(gate.tpps.der('aisp'))
    expect(body.toLowerCase()).not.toContain('proxy-secret')
    expect(body).not.toContain(SECRET)
  })

  it.each<[string, () => readonly string[], string, string]>([
    [
      'without the secret',
      () => [leaf('aisp'), chain()],
      'CERTIFICATE_INVALID',
      'certificate_source_unproven',
    ],
    [
      'with a wrong secret',
      () => [`${PROVEN}!`, leaf('aisp'), chain()],
      'CERTIFICATE_INVALID',
      'certificate_source_unproven',
    ],
    [
      'with the secret twice',
      () => [PROVEN, PROVEN, leaf('aisp'), chain()],
      'CERTIFICATE_INVALID',
      'certificate_source_unproven',
    ],
    [
      'with two certificates',
      () => [PROVEN, leaf('pisp'), leaf('aisp'), chain()],
      'CERTIFICATE_INVALID',
      'certificate_malformed',
    ],
    [
      'with two certificates in one header',
      () => [PROVEN, `${leaf('pisp')}, :${gate.tpps.der('aisp')}:`, chain()],
      'CERTIFICATE_INVALID',
      'certificate_malformed',
    ],
    [
      'without the colons',
      () => [PROVEN, `Client-Cert: ${gate.tpps.der('aisp')}`, chain()],
      'CERTIFICATE_INVALID',
      'certificate_malformed',
    ],
    [
      'with a parameter behind it',
      () => [PROVEN, `${leaf('aisp')};a=1`, chain()],
      'CERTIFICATE_INVALID',
      'certificate_malformed',
    ],
    [
      'with what is no certificate',
      () => [PROVEN, 'Client-Cert: :MAMCAQE=:', chain()],
      'CERTIFICATE_INVALID',
      'certificate_malformed',
    ],
    [
      'with a chain that is no list',
      () => [PROVEN, leaf('aisp'), 'Client-Cert-Chain: nobody'],
      'CERTIFICATE_INVALID',
      'certificate_malformed',
    ],
    ['with the chain alone', () => [PROVEN, chain()], 'CERTIFICATE_INVALID', 'certificate_malformed'],
    ['without the chain', () => [PROVEN, leaf('aisp')], 'CERTIFICATE_INVALID', 'certificate_untrusted'],
    ['without any', () => [PROVEN], 'CERTIFICATE_MISSING', 'certificate_missing'],
    ['with one of another role', () => [PROVEN, leaf('pisp'), chain()], 'ROLE_INVALID', 'role_missing'],
    [
      'with one that expired',
      () => [PROVEN, leaf('expired'), chain()],
      'CERTIFICATE_EXPIRED',
      'certificate_expired',
    ],
    [
      'with one revoked',
      () => [PROVEN, leaf('revoked'), chain()],
      'CERTIFICATE_REVOKED',
      'certificate_revoked',
    ],
  ])('nobody gets in %s', async (_name, lines, code, reason) => {
    const answer = await ask(gate, lines())
    expect({ status: statusOf(answer), code: codeOf(answer) }).toEqual({ status: 401, code })
    expect(await gate.decision(referenceIn(answer) ?? '')).toMatchObject({ action: 'deny', reason })
  })

  it('the leaf that came without its chain spoils nothing for the one that comes with it', async () => {
    expect(codeOf(await ask(gate, [PROVEN, leaf('all-roles')]))).toBe('CERTIFICATE_INVALID')
    expect(codeOf(await ask(gate, [PROVEN, leaf('all-roles'), chain()]))).toBe(THROUGH)
    expect(codeOf(await ask(gate, [PROVEN, leaf('all-roles')]))).toBe('CERTIFICATE_INVALID')
  })

  it.runIf(requireReal('curl', installed('curl')))(
    'a certificate of the handshake is the proxy’s own and proves no third party',
    async () => {
      expect(codeIn(await as(gate, 'aisp', ACCOUNTS, WITH_ID))).toBe('CERTIFICATE_MISSING')
    },
  )

  it('the gate complains of nothing', () => expect(complaints(gate)).toEqual([]))
})

describe.runIf(requireReal('curl', installed('curl')))(
  'behind a proxy that proves itself in the handshake',
  () => {
    let gate: TppGate
    beforeAll(async () => {
      // Which certificate a bank gives its proxy is the bank's affair: here it is one of those at hand.
      gate = await startTppGate(({ thumbprint }) => ({
        vars: { CERTIFICATE_SOURCE: 'proxy', PROXY_THUMBPRINTS: thumbprint('role-less') },
      }))
    })
    afterAll(() => gate.close())

    const told = (): readonly string[] =>
      [`Client-Cert: :${gate.tpps.der('aisp')}:`, `Client-Cert-Chain: :${gate.tpps.issuingDer}:`].flatMap(
        (line) => ['--header', line],
      )

    it.each([
      ['role-less', THROUGH],
      ['aisp', 'CERTIFICATE_INVALID'],
    ] as const)('headers sent by %s: %s', async (name, code) => {
      expect(codeIn(await as(gate, name, ACCOUNTS, [...WITH_ID, ...told()]))).toBe(code)
    })
  },
)
