import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { invalid, known } from '../../../src/lib/fact.ts'
import { type JadesPolicy, verifyJades } from '../../../src/verify/jose/jades.ts'
import type { SignedMessage } from '../../../src/verify/signed/types.ts'
import { encoded, NOW, SECONDS } from './detached.ts'
import { type Pair, pairFor } from './keys.ts'

let pair: Pair
beforeAll(async () => {
  pair = await pairFor('PS256')
})

const BODY = new TextEncoder().encode('{"instructedAmount":{"currency":"EUR","amount":"123.50"}}')
const PARS = ['(request-target)', 'host', 'content-type', 'psu-ip-address', 'digest']
const HEADERS = {
  host: 'bank.example',
  'content-type': 'application/json',
  'psu-ip-address': '192.0.2.8',
  digest: `SHA-256=${createHash('sha256').update(BODY).digest('base64')}`,
}
const THUMBPRINT = encoded(new Uint8Array(32).fill(7))

const POLICY: JadesPolicy = {
  algorithms: ['PS256', 'RS256', 'ES256'],
  time: 'either',
  freshness: { maxAgeSeconds: 60, maxFutureSeconds: 2 },
  required: ['digest'],
  whenPresent: ['psu-ip-address', 'psu-id'],
  singletons: ['psu-ip-address', 'psu-id'],
  digest: { when: 'always', fields: ['digest'], algorithms: ['sha-256', 'sha-512'] },
  trailingNewline: false,
}

function message(headers: Record<string, string> = HEADERS, body = BODY): SignedMessage {
  const target = '/v1/payments/sepa-credit-transfers?x=1'
  return { method: 'POST', origin: 'https://bank.example', target, headers: new Headers(headers), body }
}

function headerOf(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    alg: 'PS256',
    'x5t#S256': THUMBPRINT,
    sigT: new Date(NOW - 1_000).toISOString().replace('.000', ''),
    sigD: { mId: 'http://uri.etsi.org/19182/HttpHeaders', pars: PARS },
    b64: false,
    crit: ['sigT', 'sigD', 'b64'],
    ...changes,
  }
}

/** Written here a second time, from OPEN-BANKING.md 2.3 and not from the engine. */
function lines(pars: readonly string[], { method, target, headers }: SignedMessage): string {
  return pars
    .map((name) =>
      name === '(request-target)'
        ? `(request-target): ${method.toLowerCase()} ${target}`
        : `${name}: ${name.startsWith('(') ? '' : headers.get(name)}`,
    )
    .join('\n')
}

async function sign(header: Record<string, unknown>, payload: string): Promise<string> {
  const start = encoded(JSON.stringify(header))
  const input = new TextEncoder().encode(`${start}.${payload}`)
  const signature = await crypto.subtle.sign({ name: 'RSA-PSS', saltLength: 32 }, pair.privateKey, input)
  return `${start}..${encoded(new Uint8Array(signature))}`
}

async function ask(
  changes: Record<string, unknown> = {},
  {
    policy = POLICY,
    pars = PARS,
    sent = message(),
    end = '',
  }: { policy?: JadesPolicy; pars?: readonly string[]; sent?: SignedMessage; end?: string } = {},
) {
  const sigD = { mId: 'http://uri.etsi.org/19182/HttpHeaders', pars }
  const header = headerOf({ sigD, ...changes })
  for (const [name, value] of Object.entries(header)) if (value === undefined) delete header[name]
  const text = await sign(header, lines(pars, sent) + end)
  return verifyJades({ text, message: sent, policy, resolve: pair.resolve, now: NOW })
}

describe('verifyJades()', () => {
  it('accepts a request whose header fields and body are signed', async () => {
    expect(known(await ask())).toMatchObject({ covered: PARS, createdAt: NOW - 1_000, algorithm: 'PS256' })
  })

  it('accepts iat where the later version has it instead of sigT', async () => {
    const recent = { sigT: undefined, iat: SECONDS - 1, crit: ['sigD', 'b64'] }
    expect((await ask(recent)).state).toBe('valid')
    expect((await ask(recent, { policy: { ...POLICY, time: 'iat' } })).state).toBe('valid')
    expect(await ask(recent, { policy: { ...POLICY, time: 'sigT' } })).toEqual({
      ...invalid('header_member_missing'),
      member: 'sigT',
    })
  })

  it('takes a newline at the end from signers that write one, and from no others', async () => {
    const policy = { ...POLICY, trailingNewline: true }
    expect((await ask({}, { policy, end: '\n' })).state).toBe('valid')
    expect(await ask({}, { policy })).toEqual(invalid('signature_wrong'))
    expect(await ask({}, { end: '\n' })).toEqual(invalid('signature_wrong'))
  })

  it.each<[string, Record<string, unknown>, string, string?]>([
    ['names its certificate by SHA-1', { x5t: 'AAAA' }, 'header_member_refused', 'x5t'],
    ['names no certificate', { 'x5t#S256': undefined }, 'header_member_missing', 'x5t#S256'],
    ['does not say when', { sigT: undefined, crit: ['sigD', 'b64'] }, 'header_member_missing', 'sigT'],
    ['says when in local time', { sigT: '2026-09-21T12:00:00+02:00' }, 'header_member_invalid', 'sigT'],
    ['was made on the 30th of February', { sigT: '2026-02-30T12:00:00Z' }, 'header_member_invalid', 'sigT'],
    ['is a minute and a second old', { sigT: isoAt(-61) }, 'signature_stale', 'sigT'],
    ['comes from the future', { sigT: isoAt(3) }, 'signature_from_future', 'sigT'],
    ['leaves sigD out of crit', { crit: ['sigT', 'b64'] }, 'header_member_invalid', 'crit'],
    [
      'has an extension that nobody knows',
      { crit: ['sigD', 'b64', 'sigX'], sigX: 1 },
      'critical_unknown',
      'sigX',
    ],
    ['encodes its payload', { b64: true }, 'header_member_invalid', 'b64'],
    [
      'does not say that it does not',
      { b64: undefined, crit: ['sigD', 'sigT'] },
      'header_member_missing',
      'b64',
    ],
    [
      'has another mechanism',
      { sigD: { mId: 'http://uri.etsi.org/19182/ObjectIdByURI', pars: PARS } },
      'header_member_invalid',
      'sigD',
    ],
    [
      'says more of its fields than the mechanism has',
      { sigD: { mId: 'http://uri.etsi.org/19182/HttpHeaders', pars: PARS, hashM: 'S256' } },
      'header_member_invalid',
      'sigD',
    ],
    ['has no sigD', { sigD: undefined, crit: ['sigT', 'b64'] }, 'header_member_missing', 'sigD'],
  ])('refuses a signature that %s', async (_what, changes, reason, member) => {
    expect(await ask(changes)).toEqual({ ...invalid(reason), ...(member ? { member } : {}) })
  })

  it.each<[string, readonly string[], string, string?]>([
    ['leaves the target out', PARS.slice(1), 'coverage_insufficient', '(request-target)'],
    [
      'has the target elsewhere',
      [...PARS.slice(1), '(request-target)'],
      'coverage_insufficient',
      '(request-target)',
    ],
    [
      'leaves the digest out: nothing signs the body then',
      PARS.slice(0, -1),
      'coverage_insufficient',
      'digest',
    ],
    [
      'leaves out what the request has',
      PARS.filter((name) => name !== 'psu-ip-address'),
      'coverage_insufficient',
      'psu-ip-address',
    ],
    ['covers what the request has not', [...PARS, 'psu-geo-location'], 'component_absent'],
    ['names a field in capitals', [...PARS, 'Date'], 'header_member_invalid', 'sigD'],
    ['names a field twice', [...PARS, 'host'], 'header_member_invalid', 'sigD'],
    ['names what is no field', [...PARS, '(created)'], 'header_member_invalid', 'sigD'],
    ['names nothing', [], 'header_member_invalid', 'sigD'],
  ])('refuses a signature that %s', async (_what, pars, reason, member) => {
    expect(await ask({}, { pars })).toEqual({ ...invalid(reason), ...(member ? { member } : {}) })
  })

  it('refuses a digest that is signed and not of this body', async () => {
    const other = message(HEADERS, new TextEncoder().encode('{}'))
    expect(await ask({}, { sent: other })).toEqual(invalid('digest_mismatch'))
  })

  it('refuses a field that came twice', async () => {
    const sent = message({ ...HEADERS, 'psu-ip-address': '192.0.2.8, 192.0.2.9' })
    expect(await ask({}, { sent })).toEqual(invalid('component_repeated'))
  })

  it('refuses a request of which a signed field was changed on the way', async () => {
    const text = await sign(headerOf(), lines(PARS, message()))
    const sent = message({ ...HEADERS, 'psu-ip-address': '198.51.100.1' })
    const verdict = await verifyJades({
      text,
      message: sent,
      policy: POLICY,
      resolve: pair.resolve,
      now: NOW,
    })
    expect(verdict).toEqual(invalid('signature_wrong'))
  })

  it('asks no digest of a request without a body, where the profile says so', async () => {
    const policy: JadesPolicy = { ...POLICY, required: [], digest: { ...POLICY.digest, when: 'with_body' } }
    const pars = ['(request-target)', 'host', 'psu-ip-address']
    const sent = message(HEADERS, new Uint8Array())
    expect((await ask({}, { policy, pars, sent })).state).toBe('valid')
    expect(await ask({}, { policy, pars })).toEqual(invalid('digest_missing'))
  })
})

function isoAt(seconds: number): string {
  return new Date(NOW + seconds * 1_000).toISOString().replace('.000', '')
}
