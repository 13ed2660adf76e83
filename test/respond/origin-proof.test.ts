// Verifies the gate's signature as a bank would: from the message alone, with code that shares nothing with the signer.
import { describe, expect, it } from 'vitest'
import { keysFrom } from '../../src/keys.ts'
import { fromBase64 } from '../../src/lib/base64.ts'
import { valid } from '../../src/lib/fact.ts'
import { respond } from '../../src/respond/respond.ts'
import { exchange, LICENSED, NOW, type Sent } from '../fixtures/scene.ts'
import { bank, input, keys, SIGNATURE_KEY } from './room.ts'

const ORIGIN = { url: 'https://origin.bank.example', proof: 'signature', timeoutMs: 1 } as const
const PAYMENT = '{"Data":{"InstructedAmount":"10.00"}}'

async function signed(
  sent: Sent = {},
  changes: Parameters<typeof input>[0] = {},
  withKeys = keys,
): Promise<Request> {
  const { requests, tools } = bank(undefined, { config: { origin: ORIGIN, apps: undefined }, keys: withKeys })
  const content = valid({ bytes: new TextEncoder().encode(PAYMENT), streamed: false, credentials: {} })
  await respond(input({ exchange: exchange(sent), content, proof: LICENSED, ...changes }), tools)
  const [request] = requests
  if (request === undefined) throw new Error('Cannot test the signature: nothing was forwarded')
  return request
}

interface Verification {
  readonly ok: boolean
  readonly covered: readonly string[]
  readonly parameters: string
}

/** RFC 9421 sections 2.5 and 3.2, for the last member labelled `portcullis` and the components that we expect. */
async function verification(request: Request): Promise<Verification> {
  const member = (name: string) =>
    [
      ...(request.headers.get(name) ?? '').matchAll(
        /(?:^|, )portcullis=((?:\([^)]*\)[^,]*)|(?::[A-Za-z0-9+/=]*:))/g,
      ),
    ].at(-1)?.[1] ?? ''
  const parameters = member('signature-input')
  const covered = [...(/^\(([^)]*)\)/.exec(parameters)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(
    ([, name = '']) => name,
  )
  const lines = covered.map((name) => {
    const value =
      name === '@method' ? request.method : name === '@target-uri' ? request.url : request.headers.get(name)
    return `"${name}": ${value}`
  })
  const base = new TextEncoder().encode([...lines, `"@signature-params": ${parameters}`].join('\n'))
  const key = await crypto.subtle.importKey(
    'jwk',
    { kty: 'OKP', crv: 'Ed25519', x: SIGNATURE_KEY.x },
    'Ed25519',
    false,
    ['verify'],
  )
  const signature = fromBase64(member('signature').slice(1, -1)) ?? new Uint8Array()
  return { ok: await crypto.subtle.verify('Ed25519', key, signature, base), covered, parameters }
}

async function bodyDigest(request: Request): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await request.clone().arrayBuffer()))
  return `sha-256=:${btoa(String.fromCharCode(...hash))}:`
}

describe('the proof that a request came through the gate', () => {
  it('verifies, and covers method, target, body and everything that the gate vouches for', async () => {
    const request = await signed({ target: '/open-banking/v4.0/pisp/domestic-payments?x=1' })
    const { ok, covered, parameters } = await verification(request)
    expect(ok).toBe(true)
    expect(covered).toEqual([
      '@method',
      '@target-uri',
      'content-digest',
      'client-cert',
      'portcullis-organisation',
      'portcullis-roles',
      'portcullis-certificate',
      'portcullis-risk',
      'portcullis-request-id',
    ])
    expect(parameters).toContain(`;created=${NOW / 1_000};keyid="gate-1";tag="portcullis"`)
    expect(request.headers.get('content-digest')).toBe(await bodyDigest(request))
  })

  const tampered: readonly (readonly [what: string, change: (request: Request) => Request])[] = [
    ['another path', (request) => new Request(`${request.url}x`, request)],
    ['another method', (request) => new Request(request, { method: 'PUT' })],
    ...[
      'client-cert',
      'portcullis-organisation',
      'portcullis-roles',
      'portcullis-risk',
      'portcullis-request-id',
      'content-digest',
    ].map(
      (name) =>
        [
          `another ${name}`,
          (request: Request) => {
            const headers = new Headers(request.headers)
            headers.set(name, `${headers.get(name)}x`)
            return new Request(request, { headers })
          },
        ] as const,
    ),
  ]
  it.each(tampered)('does not verify with %s', async (_what, change) => {
    expect((await verification(change(await signed()))).ok).toBe(false)
  })

  it('covers no certificate where none was proven, so that none can be added', async () => {
    const request = await signed({}, { proof: { ...LICENSED, certificate: { state: 'absent' } } })
    const { ok, covered } = await verification(request)
    expect(ok).toBe(true)
    expect(covered).not.toContain('client-cert')
  })

  it('covers the digest of nothing where there is no body, so that none can be added', async () => {
    const request = await signed({ method: 'GET' }, { content: { state: 'absent' } })
    expect((await verification(request)).covered).toContain('content-digest')
    expect(request.headers.get('content-digest')).toBe(await bodyDigest(request))
  })

  it('covers no digest of an upload that nobody read', async () => {
    const content = valid({ bytes: undefined, streamed: true, credentials: {} })
    const request = await signed({ method: 'PUT', body: 'large' }, { content })
    const { ok, covered } = await verification(request)
    expect(ok).toBe(true)
    expect(covered).not.toContain('content-digest')
    expect(await request.text()).toBe('large')
  })

  it("stands beside a third party's own signature and leaves that whole", async () => {
    const own = { 'signature-input': 'sig1=("@method");created=1;keyid="tpp"', signature: 'sig1=:AAAA:' }
    const request = await signed({ headers: own })
    expect(request.headers.get('signature-input')).toMatch(
      /^sig1=\("@method"\);created=1;keyid="tpp", portcullis=\(/,
    )
    expect(request.headers.get('signature')).toMatch(/^sig1=:AAAA:, portcullis=:/)
    expect((await verification(request)).ok).toBe(true)
  })

  it('cannot be had by sending its label: of two members the last counts (RFC 9651 4.2.2)', async () => {
    const forged = {
      'signature-input': 'portcullis=();created=1;keyid="gate-1"',
      signature: 'portcullis=:AAAA:',
    }
    const { ok, covered } = await verification(await signed({ headers: forged }))
    expect(ok).toBe(true)
    expect(covered).toContain('portcullis-risk')
  })

  it('keeps a digest of the client that holds, because its own signature may cover it', async () => {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-512', new TextEncoder().encode(PAYMENT)))
    const digest = `sha-512=:${btoa(String.fromCharCode(...hash))}:`
    const request = await signed({ headers: { 'content-digest': `md5=:AA==:, ${digest}` } })
    expect(request.headers.get('content-digest')).toBe(`md5=:AA==:, ${digest}`)
    expect((await verification(request)).ok).toBe(true)
  })

  it('replaces a digest that does not hold, or that proves nothing', async () => {
    for (const sent of ['sha-256=:AAAA:', 'unixsum=:AAAA:', 'sha-256', '', 'sha-256=:', ',,,']) {
      const request = await signed({ headers: { 'content-digest': sent } })
      expect(request.headers.get('content-digest'), sent).toBe(await bodyDigest(request))
    }
  })

  it('is missing where there is no key: the configuration refuses that, and nothing is pretended here', async () => {
    const keyless = keysFrom({ gateKeys: [{ id: 'k1', bytes: new Uint8Array(32) }], signatureKey: undefined })
    const request = await signed({}, {}, keyless)
    expect(request.headers.has('signature')).toBe(false)
  })
})
