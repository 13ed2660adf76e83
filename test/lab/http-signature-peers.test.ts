// Independent programs sign and the gate verifies; what the gate refuses, they refuse.
import { execFileSync } from 'node:child_process'
import { constants, createHash, generateKeyPairSync, type KeyObject, sign, webcrypto } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSignature, webcrypto as peerCrypto, verifySignature } from 'http-message-sig'
import * as peer from 'http-message-signatures'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signatureHeaders } from 'web-bot-auth'
import { Ed25519Signer } from 'web-bot-auth/crypto'
import { verifyCavage } from '../../src/verify/http-signatures/cavage.ts'
import { verifyMessage } from '../../src/verify/http-signatures/message.ts'
import {
  type CavagePolicySpec,
  cavagePolicy,
  type MessagePolicySpec,
  messagePolicy,
} from '../../src/verify/http-signatures/policy.ts'
import { verifyAgent } from '../../src/verify/http-signatures/web-bot-auth.ts'
import type { KeyResolver, SignatureAlgorithm, SignedMessage } from '../../src/verify/signed/types.ts'
import { requireReal } from '../real.ts'

const ORIGIN = 'https://bank.example'
const TARGET = '/v1/payments?dry=1'
const BODY = '{"amount":"1.00"}'
const DIGEST = createHash('sha256').update(BODY).digest('base64')
const HEADERS = {
  'content-type': 'application/json',
  'content-digest': `sha-256=:${DIGEST}:`,
  digest: `SHA-256=${DIGEST}`,
  'x-request-id': '99391c7e-ad88-49ec-a2ad-99ddcb1f7721',
}

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** One change each that nobody may overlook. */
const CHANGES: readonly (readonly [string, (sent: Sent) => Sent])[] = [
  ['the method', (sent) => ({ ...sent, method: 'PUT' })],
  ['the path', (sent) => ({ ...sent, url: sent.url.replace('payments', 'accounts') })],
  ['the query', (sent) => ({ ...sent, url: sent.url.replace('dry=1', 'dry=0') })],
  ['a covered header', (sent) => changed(sent, 'x-request-id', (value) => value.replace('9', '8'))],
  ['the digest', (sent) => changed(changed(sent, 'content-digest', swap), 'digest', swap)],
  ['a header taken away', (sent) => changed(sent, 'x-request-id', () => undefined)],
  ['the key id', (sent) => changed(changed(sent, 'signature-input', otherKey), 'signature', otherKey)],
  [
    'the signature',
    (sent) => changed(sent, 'signature', (value) => value.replace(/([A-Za-z])([A-Za-z])/g, '$2$1')),
  ],
]

const swap = (value: string) => value.replace(DIGEST, createHash('sha256').update('{}').digest('base64'))
const otherKey = (value: string) => value.replace('"key-1"', '"key-2"')

function changed(sent: Sent, name: string, change: (value: string) => string | undefined): Sent {
  const { [name]: value, ...rest } = sent.headers
  const next = value === undefined ? undefined : change(value)
  return { ...sent, headers: next === undefined ? rest : { ...rest, [name]: next } }
}

function lowerCase(headers: Readonly<Record<string, string | string[]>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
}

function toGate({ method, url, headers }: Sent): SignedMessage {
  const origin = new URL(url).origin
  const body = new TextEncoder().encode(BODY)
  return { method, origin, target: url.slice(origin.length), headers: new Headers(headers), body }
}

function resolverOf(publicKey: KeyObject, algorithm: SignatureAlgorithm): KeyResolver {
  const der = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  return async ({ keyId }) =>
    keyId === 'key-1'
      ? {
          state: 'valid',
          value: { material: { kind: 'spki', der }, algorithms: [algorithm], thumbprint: 'peer' },
        }
      : { state: 'invalid', reason: 'key_unknown' }
}

const MESSAGE: MessagePolicySpec = {
  select: { label: 'sig' },
  coverage: {
    required: ['@method', '@path', '@query', '@authority', 'content-digest', 'x-request-id'],
    whenPresent: ['authorization'],
    singletons: [],
  },
  algorithms: ['PS512', 'RS256', 'ES256', 'ES384', 'Ed25519'],
  digest: { when: 'always', algorithms: ['sha-256'] },
  time: { maxAgeSeconds: 300, skewSeconds: 10 },
  parameters: {
    created: 'required',
    expires: 'optional',
    nonce: 'optional',
    keyid: 'required',
    alg: 'optional',
  },
  maxLifetimeSeconds: 600,
  digestFields: ['content-digest'],
}
const CAVAGE: CavagePolicySpec = {
  coverage: { required: ['digest', 'x-request-id', '(request-target)'], whenPresent: [], singletons: [] },
  algorithms: ['RS256', 'Ed25519'],
  digest: { when: 'always', algorithms: ['sha-256'] },
  time: { maxAgeSeconds: 300, skewSeconds: 10 },
  clock: 'created',
}
const COMPONENTS = ['@method', '@path', '@query', '@authority', 'content-digest', 'x-request-id']

async function gateAccepts(sent: Sent, resolve: KeyResolver): Promise<boolean> {
  const made = messagePolicy(MESSAGE)
  if (!made.ok) throw new Error(made.mistakes.join())
  return (await verifyMessage(toGate(sent), made.policy, resolve, Date.now())).state === 'valid'
}

async function gateAcceptsCavage(sent: Sent, resolve: KeyResolver): Promise<boolean> {
  const made = cavagePolicy(CAVAGE)
  if (!made.ok) throw new Error(made.mistakes.join())
  return (await verifyCavage(toGate(sent), made.policy, resolve, Date.now())).state === 'valid'
}

/** Peers throw where they refuse, or say that nothing was verified. */
async function accepts(verify: () => Promise<unknown>): Promise<boolean> {
  try {
    const said = await verify()
    return said !== false && said !== null
  } catch {
    return false
  }
}

const request = { method: 'POST', url: ORIGIN + TARGET, headers: HEADERS }
const ALGORITHMS = [
  ['rsa-pss-sha512', 'PS512', () => generateKeyPairSync('rsa', { modulusLength: 2_048 })],
  ['rsa-v1_5-sha256', 'RS256', () => generateKeyPairSync('rsa', { modulusLength: 2_048 })],
  ['ecdsa-p256-sha256', 'ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ecdsa-p384-sha384', 'ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['ed25519', 'Ed25519', () => generateKeyPairSync('ed25519')],
] as const

/** The library's own signer salts PSS with as much as fits; RFC 9421 section 3.3.1 says 64 octets. */
function signerOf(privateKey: KeyObject, alg: string) {
  if (alg !== 'rsa-pss-sha512') return peer.createSigner(privateKey, alg, 'key-1')
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return {
    id: 'key-1',
    alg,
    sign: async (data: Buffer) => sign('sha512', data, { key: privateKey, padding, saltLength: 64 }),
  }
}

describe('http-message-signatures', () => {
  it('salts PSS in a way of its own, which the gate refuses', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const key = peer.createSigner(privateKey, 'rsa-pss-sha512', 'key-1')
    const signed = await peer.httpbis.signMessage({ key, fields: COMPONENTS, name: 'sig' }, { ...request })
    const sent: Sent = { ...request, headers: lowerCase(signed.headers) }
    expect(await gateAccepts(sent, resolverOf(publicKey, 'PS512'))).toBe(false)
  })

  it.each(ALGORITHMS)(
    'signs with %s under RFC 9421, and refuses what the gate refuses',
    async (alg, ours, generate) => {
      const { privateKey, publicKey } = generate()
      const key = signerOf(privateKey, alg)
      const signed = await peer.httpbis.signMessage({ key, fields: COMPONENTS, name: 'sig' }, { ...request })
      const sent: Sent = { ...request, headers: lowerCase(signed.headers) }
      const verify = peer.createVerifier(publicKey, alg)
      const keyLookup = async ({ keyid }: { readonly keyid?: string }) =>
        keyid === 'key-1' ? { id: 'key-1', algs: [alg], verify } : null
      const peerAccepts = (one: Sent) => accepts(() => peer.httpbis.verifyMessage({ keyLookup }, one))
      expect([await gateAccepts(sent, resolverOf(publicKey, ours)), await peerAccepts(sent)]).toEqual([
        true,
        true,
      ])
      for (const [name, change] of CHANGES) {
        const other = change(sent)
        const said = [await gateAccepts(other, resolverOf(publicKey, ours)), await peerAccepts(other)]
        expect([name, ...said]).toEqual([name, false, false])
      }
    },
  )

  const CAVAGE_ALGORITHMS = ALGORITHMS.filter(([, ours]) => ours === 'RS256' || ours === 'Ed25519')
  it.each(CAVAGE_ALGORITHMS)(
    'signs with %s under the draft, and refuses what the gate refuses',
    async (alg, ours, generate) => {
      const { privateKey, publicKey } = generate()
      const key = peer.createSigner(privateKey, alg, 'key-1')
      const fields = ['@request-target', '@created', 'digest', 'x-request-id']
      const signed = await peer.cavage.signMessage({ key, fields }, { ...request })
      const sent: Sent = { ...request, headers: lowerCase(signed.headers) }
      const verify = peer.createVerifier(publicKey, alg)
      const keyLookup = async ({ keyid }: { readonly keyid?: string }) =>
        keyid === 'key-1' ? { id: 'key-1', verify } : null
      const peerAccepts = (one: Sent) => accepts(() => peer.cavage.verifyMessage({ keyLookup }, one))
      expect([await gateAcceptsCavage(sent, resolverOf(publicKey, ours)), await peerAccepts(sent)]).toEqual([
        true,
        true,
      ])
      for (const [name, change] of CHANGES) {
        const other = change(sent)
        const said = [await gateAcceptsCavage(other, resolverOf(publicKey, ours)), await peerAccepts(other)]
        expect([name, ...said]).toEqual([name, false, false])
      }
    },
  )
})

describe('http-message-sig', () => {
  it('signs with Ed25519, and refuses what the gate refuses', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const [pkcs8, spki] = [
      privateKey.export({ format: 'der', type: 'pkcs8' }),
      publicKey.export({ format: 'der', type: 'spki' }),
    ]
    const secret = await webcrypto.subtle.importKey('pkcs8', pkcs8, { name: 'Ed25519' }, false, ['sign'])
    const open = await webcrypto.subtle.importKey('spki', spki, { name: 'Ed25519' }, false, ['verify'])
    const created = Math.floor(Date.now() / 1_000)
    const fields = await createSignature(new Request(request.url, { method: 'POST', headers: HEADERS }), {
      label: 'sig',
      components: COMPONENTS,
      parameters: { created, keyid: 'key-1' },
      signer: peerCrypto.signer(secret),
    })
    const headers = { ...HEADERS, signature: fields.signature, 'signature-input': fields.signatureInput }
    const sent: Sent = { ...request, headers }
    const peerAccepts = (one: Sent) =>
      accepts(() =>
        verifySignature(new Request(one.url, { method: one.method, headers: one.headers }), {
          label: 'sig',
          policy: {
            algorithms: ['ed25519'],
            requiredComponents: COMPONENTS,
            requiredParameters: ['created'],
          },
          resolveVerifier: ({ parameters }) => {
            if (parameters.keyid !== 'key-1') throw new Error('unknown key')
            return peerCrypto.verifier(open)
          },
        }),
      )
    const resolve = resolverOf(publicKey, 'Ed25519')
    expect([await gateAccepts(sent, resolve), await peerAccepts(sent)]).toEqual([true, true])
    for (const [name, change] of CHANGES) {
      const other = change(sent)
      expect([name, await gateAccepts(other, resolve), await peerAccepts(other)]).toEqual([
        name,
        false,
        false,
      ])
    }
  })
})

describe('web-bot-auth', () => {
  it('signs as an agent that the gate knows', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    // `export` in this format gives a JWK.
    const signer = await Ed25519Signer.fromJWK(privateKey.export({ format: 'jwk' }) as JsonWebKey)
    const agent = '"https://crawler.example"'
    const message = new Request(request.url, { headers: { 'signature-agent': agent } })
    const created = new Date()
    const expires = new Date(created.getTime() + 60_000)
    const fields = await signatureHeaders(message, signer, { created, expires })
    const headers = { 'signature-agent': agent, ...lowerCase({ ...fields }) }
    const der = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
    const keysOf =
      (): KeyResolver =>
      async ({ keyId }) =>
        keyId === signer.keyid
          ? {
              state: 'valid',
              value: { material: { kind: 'spki', der }, algorithms: ['Ed25519'], thumbprint: keyId },
            }
          : { state: 'invalid', reason: 'key_unknown' }
    const policy = {
      agents: new Map([['crawler.example', 'Crawler']]),
      skewSeconds: 10,
      maxLifetimeSeconds: 86_400,
    }
    const said = async (url: string, more: Readonly<Record<string, string>>) =>
      (
        await verifyAgent(
          toGate({ method: 'GET', url, headers: { ...headers, ...more } }),
          policy,
          keysOf,
          Date.now(),
        )
      ).state
    expect(await said(request.url, {})).toBe('valid')
    expect(await said('https://shop.example/', {})).toBe('invalid')
    expect(await said(request.url, { 'signature-agent': '"https://other.example"' })).toBe('invalid')
  })
})

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.runIf(requireReal('openssl', hasOpenssl))('openssl', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'portcullis-openssl-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const run = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  const PSS = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:64']
  const KINDS = [
    [
      'PS512',
      ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
      ['dgst', '-sha512', ...PSS, '-sign', 'key.pem', '-out', 'sig', 'base'],
    ],
    [
      'RS256',
      ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
      ['dgst', '-sha256', '-sign', 'key.pem', '-out', 'sig', 'base'],
    ],
    [
      'Ed25519',
      ['-algorithm', 'ED25519'],
      ['pkeyutl', '-sign', '-rawin', '-inkey', 'key.pem', '-in', 'base', '-out', 'sig'],
    ],
  ] as const

  it.each(KINDS)(
    'signs with %s what the gate verifies, and what the gate refuses once it is changed',
    async (ours, generate, sign) => {
      run('genpkey', ...generate, '-out', 'key.pem')
      const spki = new Uint8Array(run('pkey', '-in', 'key.pem', '-pubout', '-outform', 'DER'))
      const created = Math.floor(Date.now() / 1_000)
      const values = [
        'POST',
        '/v1/payments',
        '?dry=1',
        'bank.example',
        HEADERS['content-digest'],
        HEADERS['x-request-id'],
      ]
      const list = `(${COMPONENTS.map((name) => `"${name}"`).join(' ')});created=${created};keyid="key-1"`
      const lines = COMPONENTS.map((name, index) => `"${name}": ${values[index]}`)
      writeFileSync(join(folder, 'base'), [...lines, `"@signature-params": ${list}`].join('\n'))
      run(...sign)
      const signature = readFileSync(join(folder, 'sig')).toString('base64')
      const sent: Sent = {
        ...request,
        headers: { ...HEADERS, 'signature-input': `sig=${list}`, signature: `sig=:${signature}:` },
      }
      const resolve: KeyResolver = async ({ keyId }) =>
        keyId === 'key-1'
          ? {
              state: 'valid',
              value: { material: { kind: 'spki', der: spki }, algorithms: [ours], thumbprint: 'o' },
            }
          : { state: 'invalid', reason: 'key_unknown' }
      expect(await gateAccepts(sent, resolve)).toBe(true)
      for (const [name, change] of CHANGES) {
        expect([name, await gateAccepts(change(sent), resolve)]).toEqual([name, false])
      }
    },
  )
})
