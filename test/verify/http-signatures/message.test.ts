import { beforeAll, describe, expect, it } from 'vitest'
import { verifyMessage } from '../../../src/verify/http-signatures/message.ts'
import {
  type MessagePolicy,
  type MessagePolicySpec,
  messagePolicy,
} from '../../../src/verify/http-signatures/policy.ts'
import type { SignedMessage } from '../../../src/verify/signed/types.ts'
import {
  type KeyPair,
  keyPair,
  messageOf,
  named,
  resolverOf,
  secretKey,
  sha,
  signMessage,
  withHeaders,
} from './signer.ts'

const NOW = 1_790_000_000_000
const AT = NOW / 1_000
const BODY = '{"amount":"1.00"}'

const SPEC: MessagePolicySpec = {
  select: { tag: 'bank' },
  coverage: {
    required: ['@method', { anyOf: [['@target-uri'], ['@authority', '@path', '@query']] }],
    whenPresent: ['authorization'],
    singletons: ['x-request-id'],
  },
  algorithms: ['PS512', 'RS256', 'ES256', 'ES384', 'Ed25519', 'HS256'],
  digest: { when: 'with_body', algorithms: ['sha-256', 'sha-512'] },
  time: { maxAgeSeconds: 300, skewSeconds: 10 },
  parameters: {
    created: 'required',
    expires: 'optional',
    nonce: 'optional',
    keyid: 'required',
    alg: 'optional',
  },
  maxLifetimeSeconds: 600,
  digestFields: ['content-digest', 'repr-digest'],
}

function policyOf(changes: Partial<MessagePolicySpec> = {}): MessagePolicy {
  const made = messagePolicy({ ...SPEC, ...changes })
  if (!made.ok) throw new Error(made.mistakes.join())
  return made.policy
}

const PARAMETERS = `;created=${AT};keyid="key-1";tag="bank"`
const LINES = [
  ['"@method"', 'POST'],
  ['"@target-uri"', 'https://bank.example/payments?dry=1'],
] as const

let ed: KeyPair
beforeAll(async () => {
  ed = await keyPair('Ed25519')
})

async function reasonOf(
  message: SignedMessage | Promise<SignedMessage>,
  policy = policyOf(),
  pair = ed,
  now = NOW,
): Promise<string> {
  const fact = await verifyMessage(await message, policy, resolverOf(pair), now)
  return fact.state === 'invalid' || fact.state === 'unavailable' ? fact.reason : fact.state
}

describe('a signature that is right', () => {
  it('says who signed what and when', async () => {
    const message = await signMessage({}, LINES, `${PARAMETERS};nonce="n1";expires=${AT + 60}`, ed)
    const fact = await verifyMessage(message, policyOf(), resolverOf(ed), NOW)
    expect(fact).toMatchObject({
      state: 'valid',
      value: {
        keyId: 'key-1',
        keyThumbprint: 'print-of-key-1',
        algorithm: 'Ed25519',
        covered: ['"@method"', '"@target-uri"'],
        createdAt: NOW,
        expiresAt: NOW + 60_000,
        nonce: 'n1',
      },
    })
  })

  it.each(['PS512', 'RS256', 'ES256', 'ES384', 'Ed25519'] as const)('verifies with %s', async (kind) => {
    const pair = await keyPair(kind)
    expect(await reasonOf(signMessage({}, LINES, PARAMETERS, pair), policyOf(), pair)).toBe('valid')
  })

  it('verifies an HMAC where the policy takes one, and nowhere else', async () => {
    const pair = await secretKey(new Uint8Array(32).fill(7), 'key-1')
    const message = signMessage({}, LINES, PARAMETERS, pair)
    expect(await reasonOf(message, policyOf(), pair)).toBe('valid')
    expect(await reasonOf(message, policyOf({ algorithms: ['Ed25519'] }), pair)).toBe('algorithm_refused')
  })

  const COMPONENTS = [
    ['"@authority"', 'bank.example'],
    ['"@scheme"', 'https'],
    ['"@request-target"', '/payments?dry=1&a=b%20c&empty'],
    ['"@path"', '/payments'],
    ['"@query"', '?dry=1&a=b%20c&empty'],
    ['"@query-param";name="dry"', '1'],
    ['"@query-param";name="a"', 'b%20c'],
    ['"@query-param";name="empty"', ''],
    ['"content-type"', 'application/json'],
    ['"x-list"', 'a, b,  c'],
    ['"x-empty"', ''],
    ['"priority";sf', 'u=1, i'],
    ['"priority";key="u"', '1'],
    ['"priority";key="i"', '?1'],
  ] as const
  it.each(COMPONENTS)('covers %s as RFC 9421 section 2 spells it', async (component, value) => {
    const sent = {
      target: '/payments?dry=1&a=b%20c&empty',
      headers: {
        'content-type': ' application/json ',
        'x-list': 'a, b,  c',
        'x-empty': '',
        priority: 'u=1,  i',
      },
    }
    const uri = ['"@target-uri"', `https://bank.example${sent.target}`] as const
    const lines = [LINES[0], uri, [component, value]] as const
    expect(await reasonOf(signMessage(sent, lines, PARAMETERS, ed))).toBe('valid')
  })

  it('calls an absent query a question mark, an absent path a slash, and leaves the default port out', async () => {
    const lines = [
      ['"@method"', 'GET'],
      ['"@authority"', 'bank.example'],
      ['"@path"', '/'],
      ['"@query"', '?'],
    ] as const
    const sent = { method: 'GET', origin: 'https://BANK.example:443', target: '' }
    expect(await reasonOf(signMessage(sent, lines, PARAMETERS, ed))).toBe('valid')
  })
})

describe('what the policy asks for', () => {
  const MESSAGES = [
    ['nothing covered', [], PARAMETERS, 'coverage_insufficient'],
    ['no target', [LINES[0]], PARAMETERS, 'coverage_insufficient'],
    ['half of a group', [LINES[0], ['"@authority"', 'bank.example']], PARAMETERS, 'coverage_insufficient'],
    ['no time of signing', LINES, ';keyid="key-1";tag="bank"', 'parameter_missing'],
    ['no key id', LINES, `;created=${AT};tag="bank"`, 'parameter_missing'],
    ['another tag', LINES, `;created=${AT};keyid="key-1";tag="shop"`, 'signature_label_missing'],
    ['no tag', LINES, `;created=${AT};keyid="key-1"`, 'signature_label_missing'],
    ['a text for a time', LINES, ';created="now";keyid="key-1";tag="bank"', 'parameter_refused'],
    ['a time before time', LINES, ';created=-1;keyid="key-1";tag="bank"', 'parameter_refused'],
    ['a token for a key id', LINES, `;created=${AT};keyid=key-1;tag="bank"`, 'parameter_refused'],
    ['a key of nobody', LINES, `;created=${AT};keyid="key-2";tag="bank"`, 'key_unknown'],
    ['tomorrow', LINES, `;created=${AT + 11};keyid="key-1";tag="bank"`, 'signature_from_future'],
    ['yesterday', LINES, `;created=${AT - 311};keyid="key-1";tag="bank"`, 'signature_stale'],
    ['expired', LINES, `${PARAMETERS};expires=${AT - 10}`, 'signature_expired'],
    ['expires in a year', LINES, `${PARAMETERS};expires=${AT + 601}`, 'signature_lives_too_long'],
    ['within the skew ahead', LINES, `;created=${AT + 10};keyid="key-1";tag="bank"`, 'valid'],
    ['within age and skew', LINES, `;created=${AT - 310};keyid="key-1";tag="bank"`, 'valid'],
    ['expired within the skew', LINES, `${PARAMETERS};expires=${AT - 9}`, 'valid'],
    ['its own algorithm', LINES, `${PARAMETERS};alg="ed25519"`, 'valid'],
    ['another algorithm', LINES, `${PARAMETERS};alg="rsa-pss-sha512"`, 'algorithm_mismatch'],
    ['an unknown algorithm', LINES, `${PARAMETERS};alg="none"`, 'algorithm_mismatch'],
    ['a parameter that we do not know', LINES, `${PARAMETERS};x=1`, 'valid'],
  ] as const
  it.each(MESSAGES)('%s', async (_name, lines, parameters, expected) => {
    expect(await reasonOf(signMessage({}, lines, parameters, ed))).toBe(expected)
  })

  it('refuses a request whose authorization is there and not covered', async () => {
    const sent = { headers: { authorization: 'Bearer abc' } }
    expect(await reasonOf(signMessage(sent, LINES, PARAMETERS, ed))).toBe('coverage_insufficient')
    const lines = [...LINES, ['"authorization"', 'Bearer abc']] as const
    expect(await reasonOf(signMessage(sent, lines, PARAMETERS, ed))).toBe('valid')
  })

  it('takes exactly the configured label and reads no other signature', async () => {
    const message = await signMessage({}, LINES, PARAMETERS, ed, 'ours')
    expect(await reasonOf(message, policyOf({ select: { label: 'ours' } }))).toBe('valid')
    expect(await reasonOf(message, policyOf({ select: { label: 'sig1' } }))).toBe('signature_label_missing')
  })

  it('refuses two signatures of one tag, because the bank might take the other', async () => {
    const [one, two] = [
      await signMessage({}, LINES, PARAMETERS, ed, 'one'),
      await signMessage({}, LINES, PARAMETERS, ed, 'two'),
    ]
    const both = withHeaders(one, {
      'signature-input': `${one.headers.get('signature-input')}, ${two.headers.get('signature-input')}`,
      signature: `${one.headers.get('signature')}, ${two.headers.get('signature')}`,
    })
    expect(await reasonOf(both)).toBe('signature_ambiguous')
    expect(await reasonOf(both, policyOf({ select: { label: 'two' } }))).toBe('valid')
  })

  it('refuses a weak key, a secret used as a public key and a key that is for something else', async () => {
    const weak = await keyPair('RS256', 'key-1', 1_024)
    expect(await reasonOf(signMessage({}, LINES, PARAMETERS, weak), policyOf(), weak)).toBe('key_weak')
    const short = await secretKey(new Uint8Array(16), 'key-1')
    expect(await reasonOf(signMessage({}, LINES, PARAMETERS, short), policyOf(), short)).toBe('key_weak')
    const confused = named(await keyPair('RS256'), 'HS256')
    expect(await reasonOf(signMessage({}, LINES, PARAMETERS, confused), policyOf(), confused)).toBe(
      'key_algorithm_refused',
    )
  })
})

describe('components that say nothing', () => {
  const REFUSED = [
    ['"x-absent"', '', 'component_absent'],
    ['"@status"', '200', 'component_unknown'],
    ['"@signature-params"', '', 'component_unknown'],
    ['"@nothing"', '', 'component_unknown'],
    ['"constructor"', '', 'component_absent'],
    ['"Content-Type"', 'application/json', 'component_unknown'],
    ['"content-type";bs', ':YXBwbGljYXRpb24vanNvbg==:', 'component_unsupported'],
    ['"content-type";tr', 'application/json', 'component_unsupported'],
    ['"content-type";req', 'application/json', 'component_unsupported'],
    ['"content-type";sf', 'application/json', 'component_unsupported'],
    ['"content-type";key="a"', 'application/json', 'component_unsupported'],
    ['"content-type";x', 'application/json', 'component_unsupported'],
    ['"@method";sf', 'POST', 'component_unsupported'],
    ['"@method";req', 'POST', 'component_unsupported'],
    ['"@query-param"', '1', 'component_unsupported'],
    ['"@query-param";name="none"', '', 'component_absent'],
    ['"@query-param";name="twice"', '1', 'component_repeated'],
    ['"priority";key="absent"', '', 'component_absent'],
    ['"x-request-id"', 'a, b', 'component_repeated'],
    ['"content-type";sf=1', 'application/json', 'component_unsupported'],
  ] as const
  it.each(REFUSED)('refuses %s', async (component, value, expected) => {
    const target = '/payments?twice=1&twice=2'
    const headers = {
      'content-type': 'application/json',
      priority: 'u=1',
      'x-request-id': 'a, b',
    }
    const lines = [LINES[0], ['"@target-uri"', `https://bank.example${target}`], [component, value]] as const
    expect(await reasonOf(signMessage({ target, headers }, lines, PARAMETERS, ed))).toBe(expected)
  })

  it('refuses a value that is no ASCII, for which signer and verifier would need an encoding that no RFC names', async () => {
    const lines = [...LINES, ['"x-name"', 'Zoë']] as const
    const message = signMessage({ headers: { 'x-name': 'Zoë' } }, lines, PARAMETERS, ed)
    expect(await reasonOf(message)).toBe('component_unsupported')
  })

  it('refuses a component that is covered twice, in whatever order its parameters stand', async () => {
    expect(await reasonOf(signMessage({}, [...LINES, LINES[0]], PARAMETERS, ed))).toBe('component_duplicated')
  })

  it('refuses a field that is no list and came twice, though the signer joined it as we do', async () => {
    const sent = { headers: { 'content-type': 'application/json, text/plain' } }
    const lines = [...LINES, ['"content-type"', 'application/json, text/plain']] as const
    expect(await reasonOf(signMessage(sent, lines, PARAMETERS, ed))).toBe('component_repeated')
  })
})

describe('fields that can be read in two ways', () => {
  const FIELDS = [
    ['a label twice', (input: string) => `${input}, ${input}`],
    ['a parameter twice', (input: string) => `${input};keyid="key-1"`],
    ['a decimal that looks like a second', (input: string) => input.replace(`=${AT}`, `=${AT}.0`)],
    ['a number with a zero before it', (input: string) => input.replace(`=${AT}`, `=0${AT}`)],
    ['no list', () => 'sig1=1'],
    ['nothing of the kind', () => '((('],
    ['an empty field', () => ''],
  ] as const
  it.each(FIELDS)('refuses %s in Signature-Input', async (_name, change) => {
    const message = await signMessage({}, LINES, PARAMETERS, ed)
    const input = change(message.headers.get('signature-input') ?? '')
    expect(await reasonOf(withHeaders(message, { 'signature-input': input }))).toMatch(
      /^signature_(malformed|label_missing)$/,
    )
  })

  it('refuses padding and bits that no base64 needs', async () => {
    const message = await signMessage({}, LINES, PARAMETERS, ed)
    const signature = message.headers.get('signature') ?? ''
    const sloppy = [
      signature.replace('==:', '=:'),
      signature.replace('==:', ':'),
      signature.replace(/.==:$/, 'x==:'),
    ]
    for (const one of sloppy.filter((text) => text !== signature)) {
      expect(await reasonOf(withHeaders(message, { signature: one }))).toMatch(
        /^signature_(malformed|wrong)$/,
      )
    }
  })

  it('tells half a signature from none', async () => {
    const message = await signMessage({}, LINES, PARAMETERS, ed)
    expect(await reasonOf(withHeaders(message, { signature: null }))).toBe('signature_incomplete')
    expect(await reasonOf(withHeaders(message, { 'signature-input': null }))).toBe('signature_incomplete')
    expect(await reasonOf(withHeaders(message, { signature: 'other=:AAAA:' }))).toBe('signature_incomplete')
    expect(await reasonOf(messageOf({}))).toBe('absent')
  })

  it('reads no more than fits', async () => {
    const message = await signMessage({}, LINES, PARAMETERS, ed)
    const many = Array.from({ length: 9 }, (_, index) => `l${index}=()`).join(', ')
    expect(await reasonOf(withHeaders(message, { 'signature-input': many }))).toBe('signature_too_large')
    const long = `sig1=("${'a'.repeat(17_000)}")${PARAMETERS}`
    expect(await reasonOf(withHeaders(message, { 'signature-input': long }))).toBe('signature_malformed')
  })
})

describe('content', () => {
  async function withBody(headers: Readonly<Record<string, string>>, covered: readonly string[]) {
    const lines = covered.map((name) => [`"${name}"`, headers[name] ?? ''] as const)
    return signMessage({ body: BODY, headers }, [...LINES, ...lines], PARAMETERS, ed)
  }

  it('takes a signed digest that is the body’s, of either algorithm and either field', async () => {
    const [short, long] = [await sha('SHA-256', BODY), await sha('SHA-512', BODY)]
    for (const value of [`sha-256=:${short}:`, `sha-512=:${long}:`, `md5=:AAAA:, sha-256=:${short}:`]) {
      expect(await reasonOf(withBody({ 'content-digest': value }, ['content-digest']))).toBe('valid')
      expect(await reasonOf(withBody({ 'repr-digest': value }, ['repr-digest']))).toBe('valid')
    }
  })

  it('asks for a digest wherever there is a body, and for none where there is not', async () => {
    expect(await reasonOf(withBody({}, []))).toBe('digest_missing')
    expect(await reasonOf(signMessage({}, LINES, PARAMETERS, ed))).toBe('valid')
    const always = policyOf({ digest: { when: 'always', algorithms: ['sha-256'] } })
    expect(await reasonOf(signMessage({}, LINES, PARAMETERS, ed), always)).toBe('digest_missing')
  })

  it('does not count a digest that nobody signed, or of which one member is signed', async () => {
    const value = `sha-256=:${await sha('SHA-256', BODY)}:`
    expect(await reasonOf(withBody({ 'content-digest': value }, []))).toBe('digest_missing')
    const lines = [...LINES, ['"content-digest";key="sha-256"', value.slice('sha-256='.length)]] as const
    const sent = { body: BODY, headers: { 'content-digest': value } }
    expect(await reasonOf(signMessage(sent, lines, PARAMETERS, ed))).toBe('digest_missing')
  })

  const WRONG = [
    ['another body', async () => `sha-256=:${await sha('SHA-256', '{}')}:`, 'digest_mismatch'],
    [
      'one of two wrong',
      async () => `sha-256=:${await sha('SHA-256', BODY)}:, sha-512=:${await sha('SHA-512', '')}:`,
      'digest_mismatch',
    ],
    ['an old algorithm alone', async () => 'md5=:AAAA:', 'digest_unsupported'],
    ['a hash of the wrong length', async () => 'sha-256=:AAAA:', 'digest_malformed'],
    ['a text', async () => 'sha-256="abc"', 'digest_malformed'],
    ['the old syntax', async () => `SHA-256=${await sha('SHA-256', BODY)}`, 'digest_malformed'],
  ] as const
  it.each(WRONG)('refuses %s', async (_name, value, expected) => {
    expect(await reasonOf(withBody({ 'content-digest': await value() }, ['content-digest']))).toBe(expected)
  })
})

describe('a policy', () => {
  const MISTAKES = [
    ['requires nothing', { coverage: { ...SPEC.coverage, required: [] } }, 'requires_no_component'],
    [
      'requires an empty group',
      { coverage: { ...SPEC.coverage, required: [{ anyOf: [[]] }] } },
      'requires_an_empty_group',
    ],
    [
      'requires a misspelt component',
      { coverage: { ...SPEC.coverage, required: ['Content-Type'] } },
      'component_misspelled',
    ],
    ['takes no algorithm', { algorithms: [] }, 'takes_no_algorithm'],
    ['bounds no time', { parameters: { ...SPEC.parameters, created: 'optional' } }, 'requires_no_time'],
    [
      'has an endless age',
      { time: { maxAgeSeconds: Number.POSITIVE_INFINITY, skewSeconds: 0 } },
      'time_out_of_range',
    ],
    ['compares no digest', { digest: { when: 'always', algorithms: [] } }, 'takes_no_digest_algorithm'],
    [
      'requires a digest that it does not compare',
      {
        coverage: { ...SPEC.coverage, required: ['content-digest'] },
        digest: { when: 'never', algorithms: [] },
      },
      'digest_signed_but_not_compared',
    ],
  ] as const
  it.each(MISTAKES)('that %s is none', (_name, changes, mistake) => {
    const made = messagePolicy({ ...SPEC, ...changes })
    expect(made.ok ? [] : made.mistakes).toContain(mistake)
  })
})
