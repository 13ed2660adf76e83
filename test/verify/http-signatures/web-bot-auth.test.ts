import { beforeAll, describe, expect, it } from 'vitest'
import { DIRECTORY_PATH, directorySource } from '../../../src/verify/http-signatures/directory.ts'
import { verifyAgent } from '../../../src/verify/http-signatures/web-bot-auth.ts'
import { newKeyring } from '../../../src/verify/keys/keyring.ts'
import { sourceKeys } from '../../../src/verify/keys/resolver.ts'
import type { SignedMessage } from '../../../src/verify/signed/types.ts'
import { type Publisher, publisher } from '../keys/publisher.ts'
import { base64, type KeyPair, keyPair, messageOf, signMessage, withHeaders } from './signer.ts'

const NOW = 1_790_000_000_000
const AT = NOW / 1_000
const HOST = 'crawler.example'
const AGENT = `https://${HOST}`
const POLICY = { agents: new Map([[HOST, 'Invented Crawler']]), skewSeconds: 10, maxLifetimeSeconds: 86_400 }

let pair: KeyPair
let print: string
beforeAll(async () => {
  pair = await keyPair('Ed25519')
  print = await thumbprintOf(pair)
})

function jwkOf({ key }: KeyPair): Readonly<Record<string, unknown>> {
  return key.material.kind === 'jwk' ? { ...key.material.jwk } : {}
}

/** RFC 7638, RFC 8037 appendix A.3. */
async function thumbprintOf(one: KeyPair): Promise<string> {
  const { x } = jwkOf(one)
  const canonical = new TextEncoder().encode(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`)
  const hash = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', canonical)))
  return hash.replaceAll('+', '-').replaceAll('/', '_').replace('=', '')
}

async function directory(
  keys: readonly KeyPair[],
  signers: readonly KeyPair[],
  authority = HOST,
  more = '',
): Promise<Response> {
  const [inputs, signatures]: [string[], string[]] = [[], []]
  for (const [index, signer] of signers.entries()) {
    const parameters = `("@authority";req);created=${AT};expires=${AT + 300};keyid="${await thumbprintOf(signer)}";tag="http-message-signatures-directory"${more}`
    const base = `"@authority";req: ${authority}\n"@signature-params": ${parameters}`
    inputs.push(`sig${index}=${parameters}`)
    signatures.push(`sig${index}=:${base64(await signer.sign(base))}:`)
  }
  return new Response(JSON.stringify({ keys: keys.map(jwkOf), purpose: 'search' }), {
    headers: {
      'content-type': 'application/http-message-signatures-directory+json',
      ...(signers.length === 0
        ? {}
        : { 'signature-input': inputs.join(', '), signature: signatures.join(', ') }),
    },
  })
}

interface Told {
  readonly agent?: string | null
  readonly covered?: readonly (readonly [string, string])[]
  readonly parameters?: string
  readonly signer?: KeyPair
}

/** A request as the later drafts sign it, but for what is told otherwise. */
async function request({
  agent = `sig1="${AGENT}"`,
  covered,
  parameters,
  signer = pair,
}: Told = {}): Promise<SignedMessage> {
  const headers = agent === null ? {} : { 'signature-agent': agent }
  const lines = covered ?? [
    ['"@authority"', 'bank.example'],
    ['"signature-agent";key="sig1"', `"${AGENT}"`],
  ]
  const said = parameters ?? `;created=${AT};expires=${AT + 60};keyid="${print}";tag="web-bot-auth"`
  return signMessage({ method: 'GET', headers }, lines, said, signer)
}

async function reasonOf(
  message: SignedMessage | Promise<SignedMessage>,
  place?: Publisher,
  proof: 'required' | 'optional' = 'required',
): Promise<string> {
  const from = place ?? (await published())
  const room = { ring: newKeyring(), ports: from.ports, now: NOW }
  const fact = await verifyAgent(
    await message,
    POLICY,
    (host) => sourceKeys(room, directorySource(host, proof)),
    NOW,
  )
  return fact.state === 'invalid' || fact.state === 'unavailable' ? fact.reason : fact.state
}

async function published(answer?: () => Promise<Response>): Promise<Publisher> {
  const place = publisher()
  place.answer = answer ?? (() => directory([pair], [pair]))
  return place
}

describe('an agent that proves who it is', () => {
  it('is known by its host and by the operator’s name for it', async () => {
    const place = await published()
    const room = { ring: newKeyring(), ports: place.ports, now: NOW }
    const keysOf = (host: string) => sourceKeys(room, directorySource(host, 'required'))
    expect(await verifyAgent(await request(), POLICY, keysOf, NOW)).toMatchObject({
      state: 'valid',
      value: {
        host: HOST,
        name: 'Invented Crawler',
        keyThumbprint: print,
        keyId: print,
        algorithm: 'Ed25519',
      },
    })
    expect(place.asked).toEqual([`https://${HOST}${DIRECTORY_PATH}`])
  })

  it('may name itself in the syntax of the first drafts, and cover the target instead of the authority', async () => {
    const agent = `"${AGENT}"`
    const covered = [
      ['"@target-uri"', 'https://bank.example/payments?dry=1'],
      ['"signature-agent"', agent],
    ] as const
    expect(await reasonOf(request({ agent, covered }))).toBe('valid')
  })

  it('may stand beside other agents’ names in one dictionary', async () => {
    expect(await reasonOf(request({ agent: `other="https://other.example", sig1="${AGENT}"` }))).toBe('valid')
  })
})

describe('an agent that proves nothing', () => {
  const AUTHORITY = ['"@authority"', 'bank.example'] as const
  const MEMBER = ['"signature-agent";key="sig1"', `"${AGENT}"`] as const
  const BAD = [
    ['does not say who it is', { agent: null, covered: [AUTHORITY] }, 'agent_missing'],
    ['does not sign who it is', { covered: [AUTHORITY] }, 'agent_unsigned'],
    [
      'signs another’s name',
      {
        agent: `sig1="https://evil.example", sig2="${AGENT}"`,
        covered: [AUTHORITY, ['"signature-agent";key="sig2"', `"${AGENT}"`]],
      },
      'agent_unsigned',
    ],
    [
      'covers its name in both ways',
      { covered: [AUTHORITY, MEMBER, ['"signature-agent"', `sig1="${AGENT}"`]] },
      'agent_unsigned',
    ],
    ['is not listed', { agent: 'sig1="https://other.example"' }, 'agent_not_listed'],
    ['is no URL', { agent: 'sig1="crawler.example"' }, 'agent_malformed'],
    ['is a token', { agent: 'sig1=crawler' }, 'agent_malformed'],
    ['brings its keys along', { agent: 'sig1="data:application/json,%7B%7D"' }, 'agent_malformed'],
    ['lives somewhere below', { agent: `sig1="${AGENT}/agents/one"` }, 'agent_malformed'],
    ['is reached without TLS', { agent: `sig1="http://${HOST}"` }, 'agent_malformed'],
    ['covers no authority', { covered: [MEMBER] }, 'coverage_insufficient'],
  ] as const
  it.each(BAD)('because it %s', async (_name, told, expected) => {
    expect(await reasonOf(request(told))).toBe(expected)
  })

  const PARAMETERS = [
    [
      'no expiry',
      (print: string) => `;created=${AT};keyid="${print}";tag="web-bot-auth"`,
      'parameter_missing',
    ],
    [
      'no time of signing',
      (print: string) => `;expires=${AT + 9};keyid="${print}";tag="web-bot-auth"`,
      'parameter_missing',
    ],
    ['no key id', () => `;created=${AT};expires=${AT + 9};tag="web-bot-auth"`, 'parameter_missing'],
    [
      'a day and a second',
      (print: string) => `;created=${AT};expires=${AT + 86_401};keyid="${print}";tag="web-bot-auth"`,
      'signature_lives_too_long',
    ],
    [
      'another’s key',
      () => `;created=${AT};expires=${AT + 9};keyid="${'A'.repeat(43)}";tag="web-bot-auth"`,
      'key_unknown',
    ],
    [
      'another algorithm',
      (print: string) =>
        `;created=${AT};expires=${AT + 9};keyid="${print}";alg="rsa-pss-sha512";tag="web-bot-auth"`,
      'algorithm_mismatch',
    ],
    [
      'another tag',
      (print: string) => `;created=${AT};expires=${AT + 9};keyid="${print}";tag="other"`,
      'absent',
    ],
  ] as const
  it.each(PARAMETERS)('because its signature has %s', async (_name, parameters, expected) => {
    expect(await reasonOf(request({ parameters: parameters(print) }))).toBe(expected)
  })

  it('because its signature is of another request', async () => {
    const message = await request()
    expect(await reasonOf({ ...message, origin: 'https://shop.example' })).toBe('signature_wrong')
    expect(await reasonOf(request({ signer: await keyPair('Ed25519') }))).toBe('signature_wrong')
    expect(await reasonOf(withHeaders(message, { signature: 'sig1=' }))).toBe('signature_malformed')
    expect(await reasonOf(messageOf({}))).toBe('absent')
  })

  it('and costs no network when nobody listed it', async () => {
    const place = await published()
    await reasonOf(request({ agent: 'sig1="https://other.example"' }), place)
    await reasonOf(request({ covered: [AUTHORITY] }), place)
    expect(place.asked).toEqual([])
  })
})

describe('a key directory', () => {
  it('has to be signed by each key in it: whose it is not counts for nothing', async () => {
    const other = await keyPair('Ed25519')
    expect(await reasonOf(request(), await published(() => directory([pair, other], [pair])))).toBe('valid')
    expect(await reasonOf(request(), await published(() => directory([pair, other], [other])))).toBe(
      'key_unknown',
    )
    expect(await reasonOf(request(), await published(() => directory([pair], [])))).toBe('key_unknown')
    expect(await reasonOf(request(), await published(() => directory([pair], [])), 'optional')).toBe('valid')
  })

  it('is of its own host and of today', async () => {
    const mirrored = await published(() => directory([pair], [pair], 'other.example'))
    expect(await reasonOf(request(), mirrored)).toBe('key_unknown')
    expect(await reasonOf(request(), mirrored, 'optional')).toBe('key_unknown')
    const room = { ring: newKeyring(), ports: (await published()).ports, now: NOW + 600_000 }
    const found = await sourceKeys(room, directorySource(HOST, 'required'))({ keyId: print })
    expect(found).toEqual({ state: 'invalid', reason: 'key_unknown' })
  })

  it('has its own media type, and is no page of its host', async () => {
    const page = await published(async () => Response.json({ keys: [jwkOf(pair)] }))
    expect(await reasonOf(request(), page)).toBe('key_source_unavailable')
    const gone = await published(async () => new Response('no', { status: 404 }))
    expect(await reasonOf(request(), gone)).toBe('key_source_unavailable')
  })
})
