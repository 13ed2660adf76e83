import { beforeAll, describe, expect, it } from 'vitest'
import { verifyCavage } from '../../../src/verify/http-signatures/cavage.ts'
import {
  type CavagePolicy,
  type CavagePolicySpec,
  cavagePolicy,
} from '../../../src/verify/http-signatures/policy.ts'
import type { SignedMessage } from '../../../src/verify/signed/types.ts'
import { base64, type KeyPair, keyPair, messageOf, named, resolverOf, sha, withHeaders } from './signer.ts'

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0)
const AT = NOW / 1_000
const DATE = 'Sat, 21 Nov 2026 12:00:00 GMT'
const BODY = '{"amount":"1.00"}'
const ID = '99391c7e-ad88-49ec-a2ad-99ddcb1f7721'

const SPEC: CavagePolicySpec = {
  coverage: {
    required: ['digest', 'x-request-id', 'date'],
    whenPresent: ['psu-id', 'tpp-redirect-uri'],
    singletons: ['x-request-id', 'psu-id'],
  },
  algorithms: ['RS256', 'RS512'],
  digest: { when: 'always', algorithms: ['sha-256', 'sha-512'] },
  time: { maxAgeSeconds: 300, skewSeconds: 10 },
  clock: 'date',
}

function policyOf(changes: Partial<CavagePolicySpec> = {}): CavagePolicy {
  const made = cavagePolicy({ ...SPEC, ...changes })
  if (!made.ok) throw new Error(made.mistakes.join())
  return made.policy
}

let pair: KeyPair
let digest: string
beforeAll(async () => {
  pair = named(await keyPair('RS256'), 'RS256', 'RS512', 'PS256')
  digest = `SHA-256=${await sha('SHA-256', BODY)}`
})

interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly list?: string
  readonly parameters?: string
  readonly signer?: KeyPair
}

/** Signs what `list` names, as it stands in the headers; `undefined` values are what the draft's special names say. */
async function signed({ headers = {}, list, parameters, signer = pair }: Asked = {}): Promise<SignedMessage> {
  const all: Record<string, string> = { digest, 'x-request-id': ID, date: DATE, ...headers }
  const names = (list ?? 'digest x-request-id date').split(' ')
  const lines = names.map((name) => `${name}: ${special(name) ?? all[name] ?? ''}`)
  const signature = base64(await signer.sign(lines.join('\n')))
  const before = parameters ?? 'keyId="key-1",algorithm="rsa-sha256"'
  const field = `${before},headers="${names.join(' ')}",signature="${signature}"`
  return messageOf({ headers: { ...all, signature: field }, body: BODY })
}

function special(name: string): string | undefined {
  return {
    '(request-target)': 'post /payments?dry=1',
    '(created)': String(AT),
    '(expires)': String(AT + 60),
  }[name]
}

async function reasonOf(
  message: SignedMessage | Promise<SignedMessage>,
  policy = policyOf(),
  signer = pair,
  now = NOW,
): Promise<string> {
  const fact = await verifyCavage(await message, policy, resolverOf(signer), now)
  return fact.state === 'invalid' || fact.state === 'unavailable' ? fact.reason : fact.state
}

describe('a signature of the draft that is right', () => {
  it('says who signed what and when', async () => {
    expect(await verifyCavage(await signed(), policyOf(), resolverOf(pair), NOW)).toMatchObject({
      state: 'valid',
      value: {
        keyId: 'key-1',
        algorithm: 'RS256',
        covered: ['digest', 'x-request-id', 'date'],
        createdAt: NOW,
      },
    })
  })

  const NAMES = ['rsa-sha256', 'RSA-SHA256', 'SHA256withRSA', 'sha256WithRsa', 'rsa-v1_5-sha256', 'hs2019']
  it.each(NAMES)('agrees with the algorithm called %s', async (name) => {
    expect(await reasonOf(signed({ parameters: `keyId="key-1",algorithm="${name}"` }))).toBe('valid')
  })

  it('finds the hash itself where the message names no algorithm', async () => {
    expect(await reasonOf(signed({ parameters: 'keyId="key-1"' }))).toBe('valid')
    const other = named(await keyPair('RS512'), 'RS256', 'RS512')
    expect(await reasonOf(signed({ parameters: 'keyId="key-1"', signer: other }), policyOf(), other)).toBe(
      'valid',
    )
  })

  it('covers the request target, its own times, empty values and blanks', async () => {
    const list = 'digest x-request-id date (request-target) (created) (expires) psu-agent psu-geo'
    const parameters = `keyId="key-1",algorithm="hs2019",created=${AT},expires=${AT + 60}`
    const headers = { 'psu-agent': '', 'psu-geo': 'GEO:52.5;13.1' }
    expect(await reasonOf(signed({ list, parameters, headers }))).toBe('valid')
  })

  it('reads names in any case, parameters in any order, and blanks between them', async () => {
    const message = await signed()
    const [, , list = '', signature = ''] = message.headers.get('signature')?.split(/,(?=[a-z])/) ?? []
    const field = `${signature} , ${list.replace('digest', 'Digest')},\t algorithm="rsa-sha256" , keyId="key-1"`
    expect(await reasonOf(withHeaders(message, { signature: field }))).toBe('valid')
  })

  it('passes over parameters that it does not know', async () => {
    expect(await reasonOf(signed({ parameters: 'keyId="key-1",nonce="1",opaque=""' }))).toBe('valid')
  })
})

describe('what the draft or the policy refuses', () => {
  const ALGORITHMS = [
    ['rsa-sha512', 'signature_wrong'],
    ['rsa-sha1', 'algorithm_mismatch'],
    ['hmac-sha256', 'algorithm_mismatch'],
    ['none', 'algorithm_mismatch'],
    ['', 'algorithm_mismatch'],
  ] as const
  it.each(ALGORITHMS)('an algorithm called "%s"', async (name, expected) => {
    expect(await reasonOf(signed({ parameters: `keyId="key-1",algorithm="${name}"` }))).toBe(expected)
  })

  const COVERAGE = [
    ['no digest covered', { list: 'x-request-id date' }, 'coverage_insufficient'],
    ['no request id covered', { list: 'digest date' }, 'coverage_insufficient'],
    ['a person named and not covered', { headers: { 'psu-id': 'anna' } }, 'coverage_insufficient'],
    ['a header that is not there', { list: 'digest x-request-id date psu-name' }, 'component_absent'],
    ['a header named twice', { list: 'digest x-request-id date digest' }, 'component_duplicated'],
    ['two request ids', { headers: { 'x-request-id': `${ID}, ${ID}` } }, 'component_repeated'],
    ['two dates', { headers: { date: `${DATE}, ${DATE}` } }, 'parameter_refused'],
    ['an unknown special name', { list: 'digest x-request-id date (nothing)' }, 'component_unknown'],
    [
      'a time that is covered and not there',
      { list: 'digest x-request-id date (created)' },
      'component_absent',
    ],
    ['an old date', { headers: { date: 'Sat, 21 Nov 2026 11:54:49 GMT' } }, 'signature_stale'],
    ['a date of tomorrow', { headers: { date: 'Sat, 21 Nov 2026 12:00:11 GMT' } }, 'signature_from_future'],
    ['a date that is none', { headers: { date: '2026-11-21T12:00:00Z' } }, 'parameter_refused'],
    ['the 31st of February', { headers: { date: 'Sat, 31 Feb 2026 12:00:00 GMT' } }, 'parameter_refused'],
    [
      'created tomorrow, though unsigned',
      { parameters: `keyId="key-1",created=${AT + 99}` },
      'signature_from_future',
    ],
    ['expired, though unsigned', { parameters: `keyId="key-1",expires=${AT - 99}` }, 'signature_expired'],
    ['a key of nobody', { parameters: 'keyId="key-2"' }, 'key_unknown'],
  ] as const
  it.each(COVERAGE)('%s', async (_name, asked, expected) => {
    expect(await reasonOf(signed(asked))).toBe(expected)
  })

  const CLOCKS = [
    ['created', 'digest x-request-id date', 'coverage_insufficient'],
    ['date_or_created', 'digest x-request-id date', 'valid'],
    ['date_or_created', 'digest x-request-id date (created)', 'valid'],
  ] as const
  it.each(CLOCKS)(
    'a time that is not signed, where the clock is %s and covered are %s',
    async (clock, list, expected) => {
      const parameters = `keyId="key-1",created=${AT}`
      expect(await reasonOf(signed({ list, parameters }), policyOf({ clock }))).toBe(expected)
    },
  )

  it('takes no weak key and none that the policy has no algorithm for', async () => {
    const weak = await keyPair('RS256', 'key-1', 1_024)
    expect(await reasonOf(signed({ signer: weak }), policyOf(), weak)).toBe('key_weak')
    const curve = await keyPair('ES256')
    expect(await reasonOf(signed({ signer: curve, parameters: 'keyId="key-1"' }), policyOf(), curve)).toBe(
      'algorithm_refused',
    )
  })
})

describe('a Signature header that can be read in two ways', () => {
  const CHANGES = [
    ['a parameter twice', (field: string) => `${field},keyId="key-1"`],
    ['a parameter twice in another case', (field: string) => `${field},KEYID="key-1"`],
    ['two headers, joined', (field: string) => `${field}, ${field}`],
    ['no list of headers', (field: string) => field.replace(/headers="[^"]*",/, '')],
    ['an empty list', (field: string) => field.replace(/headers="[^"]*"/, 'headers=""')],
    ['two blanks in the list', (field: string) => field.replace('digest x', 'digest  x')],
    ['no signature', (field: string) => field.replace(/,signature=.*/, '')],
    ['an empty signature', (field: string) => field.replace(/signature=.*/, 'signature=""')],
    ['no key id', (field: string) => field.replace('keyId="key-1",', '')],
    ['an empty key id', (field: string) => field.replace('"key-1"', '""')],
    ['an open quote', (field: string) => field.slice(0, -1)],
    ['a number for a text', (field: string) => field.replace('"key-1"', '1')],
    ['a text for a number', (field: string) => `${field},created="1"`],
    ['words before it', (field: string) => `Signature ${field}`],
    ['a comma behind it', (field: string) => `${field},`],
    ['sloppy base64', (field: string) => field.replace(/=+"$/, '"')],
    ['nothing', () => ''],
    ['the later RFC’s syntax', () => 'sig1=:AAAA:'],
  ] as const
  it.each(CHANGES)('is refused: %s', async (_name, change) => {
    const message = await signed()
    const field = change(message.headers.get('signature') ?? '')
    expect(await reasonOf(withHeaders(message, { signature: field }))).toBe('signature_malformed')
  })

  it('is refused when a number has two spellings, or the field is too long', async () => {
    expect(await reasonOf(signed({ parameters: `keyId="key-1",created=0${AT}` }))).toBe('parameter_refused')
    expect(await reasonOf(signed({ parameters: `keyId="${'k'.repeat(9_000)}"` }))).toBe('signature_too_large')
  })
})

describe('Digest', () => {
  const DIGESTS = [
    ['lower case', async () => `sha-256=${await sha('SHA-256', BODY)}`, 'valid'],
    ['SHA-512', async () => `SHA-512=${await sha('SHA-512', BODY)}`, 'valid'],
    ['several', async () => `md5=AAAA, SHA-256=${await sha('SHA-256', BODY)}`, 'valid'],
    ['another body', async () => `SHA-256=${await sha('SHA-256', '')}`, 'digest_mismatch'],
    [
      'twice',
      async () => `SHA-256=${await sha('SHA-256', BODY)},sha-256=${await sha('SHA-256', '')}`,
      'digest_malformed',
    ],
    ['MD5 alone', async () => 'MD5=AAAA', 'digest_unsupported'],
    ['the later RFC’s syntax', async () => `sha-256=:${await sha('SHA-256', BODY)}:`, 'digest_malformed'],
    ['nothing', async () => '', 'digest_malformed'],
  ] as const
  it.each(DIGESTS)('%s', async (_name, value, expected) => {
    expect(await reasonOf(signed({ headers: { digest: await value() } }))).toBe(expected)
  })

  it('of a request without content is that of nothing', async () => {
    const empty = await signed({ headers: { digest: `SHA-256=${await sha('SHA-256', '')}` } })
    expect(await reasonOf({ ...empty, body: new Uint8Array() })).toBe('valid')
    expect(await reasonOf({ ...(await signed()), body: new Uint8Array() })).toBe('digest_mismatch')
  })
})
