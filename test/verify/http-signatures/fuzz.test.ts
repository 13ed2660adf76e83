/** Every input is counted: more than 80,000, none of which throws, hangs, or is believed after it was changed. */
import { beforeAll, describe, expect, it } from 'vitest'
import { signatureBase } from '../../../src/verify/http-signatures/base.ts'
import { verifyCavage } from '../../../src/verify/http-signatures/cavage.ts'
import { readCavageSignature } from '../../../src/verify/http-signatures/cavage-header.ts'
import { agreesWithCertificate } from '../../../src/verify/http-signatures/certificate-key-id.ts'
import { contentDigestFault, digestFault } from '../../../src/verify/http-signatures/digest.ts'
import { verifyMessage } from '../../../src/verify/http-signatures/message.ts'
import { cavagePolicy, messagePolicy } from '../../../src/verify/http-signatures/policy.ts'
import { chooseSignature } from '../../../src/verify/http-signatures/signature-input.ts'
import { readUrlKeyId } from '../../../src/verify/http-signatures/url-key-id.ts'
import { readPublishedSet } from '../../../src/verify/keys/published-set.ts'
import type { SignedMessage } from '../../../src/verify/signed/types.ts'
import { base64, type KeyPair, keyPair, messageOf, resolverOf, sha, signMessage } from './signer.ts'

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0)
const AT = NOW / 1_000
const BODY = '{"amount":"1.00"}'

/** mulberry32: small, seeded, the same everywhere. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What these syntaxes are made of, so that changes hit something more often than letters would. */
const PIECES = [
  ...[
    '"',
    '\\',
    ',',
    ';',
    '=',
    ':',
    '(',
    ')',
    ' ',
    '\t',
    '*',
    '?1',
    '@',
    '%',
    '-',
    '.',
    '0',
    '9',
    'a',
    'Z',
    '+',
    '/',
  ],
  ...[
    '"@method"',
    ';sf',
    ';key="a"',
    ';bs',
    ';req',
    ';created=1',
    'sig1=()',
    ':AAAA:',
    '1.0',
    '__proto__',
    'é',
    '\\"',
    '%"',
  ],
]

function mutate(text: string, next: () => number): string {
  let changed = text
  for (let times = 1 + Math.floor(next() * 3); times > 0; times--) {
    const at = Math.floor(next() * (changed.length + 1))
    const length = Math.floor(next() * 4)
    const piece = next() < 0.3 ? '' : (PIECES[Math.floor(next() * PIECES.length)] ?? '')
    changed = changed.slice(0, at) + piece + changed.slice(at + length)
  }
  return changed
}

/** Headers take no line breaks and no other control characters; neither does what the platform hands us. */
function headersOf(fields: Readonly<Record<string, string>>): Headers {
  return new Headers(
    Object.entries(fields).map(([name, value]) => [name, value.replace(/[^\x20-\x7e\t]/g, '')]),
  )
}

const INPUT = `sig1=("@method" "@target-uri" "content-digest";key="sha-256" "@query-param";name="a");created=${AT};keyid="k";alg="ed25519";tag="t"`

describe('fields that nobody wrote by hand', () => {
  it('Signature-Input and Signature: 30,000', () => {
    const next = random(1)
    const request = messageOf({
      headers: { 'content-digest': 'sha-256=:AAAA:', priority: 'u=1' },
      target: '/a?a=1',
    })
    let read = 0
    for (let count = 0; count < 30_000; count++) {
      const headers = headersOf({
        'signature-input': mutate(INPUT, next),
        signature: mutate('sig1=:AAAA:', next),
      })
      const chosen = chooseSignature(headers, next() < 0.5 ? { label: 'sig1' } : { tag: 't' })
      if (chosen?.ok !== true) continue
      read++
      const base = signatureBase(chosen.value, { kind: 'request', request }, [])
      if (base.ok) expect(base.value.covered.length).toBe(chosen.value.components.length)
    }
    expect(read).toBeGreaterThan(100)
  })

  it('the draft’s Signature: 20,000', () => {
    const next = random(2)
    const field = `keyId="SN=1,CA=CN=x",algorithm="rsa-sha256",created=${AT},headers="(request-target) date digest",signature="AAAA"`
    let read = 0
    for (let count = 0; count < 20_000; count++) {
      const said = readCavageSignature(mutate(field, next))
      if (!said.ok) continue
      read++
      expect(said.value.headers.length).toBeGreaterThan(0)
      expect(new Set(said.value.headers).size).toBe(said.value.headers.length)
    }
    expect(read).toBeGreaterThan(100)
  })

  it('digests, old and new: 20,000, of which only the body’s own hold', async () => {
    const next = random(3)
    const [body, hash] = [new TextEncoder().encode(BODY), await sha('SHA-256', BODY)]
    for (let count = 0; count < 10_000; count++) {
      const fresh = mutate(`sha-256=:${hash}:, md5=:AAAA:`, next)
      if (contentDigestFault(fresh, body, ['sha-256']) === undefined) expect(fresh).toContain(hash)
      const old = mutate(`md5=AAAA,SHA-256=${hash}`, next)
      if (digestFault(old, body, ['sha-256']) === undefined) expect(old).toContain(hash)
    }
  })

  it('key ids: 10,000, of which none names another certificate', () => {
    const next = random(4)
    const issuer = {
      der: new Uint8Array(),
      attributes: [{ rdn: 0, type: '2.5.4.3', der: new Uint8Array(), text: 'A, B' }],
    }
    for (let count = 0; count < 5_000; count++) {
      const keyId = mutate('SN=0a5c66,CA=CN=A\\, B', next)
      if (agreesWithCertificate(keyId, { serial: '0a5c66', issuer })) expect(keyId).toMatch(/a5c66/i)
      const url = readUrlKeyId(mutate('https://tpp.example/seal_abc', next))
      if (url !== undefined) expect(new URL(url.url).protocol).toBe('https:')
    }
  })

  it('key sets: 5,000', async () => {
    const next = random(5)
    const text =
      '{"keys":[{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","kid":"a","exp":1,"revoked":{"revoked_at":1}}]}'
    for (let count = 0; count < 5_000; count++) {
      const set = await readPublishedSet(mutate(text, next), () => undefined)
      if (set.ok) expect(set.value.keys.length).toBe(0)
    }
  })
})

describe('a right signature that somebody changed', () => {
  let pair: KeyPair
  beforeAll(async () => {
    pair = await keyPair('Ed25519')
  })

  /** One place of the message changed, by a bit or by a piece. */
  function change(message: SignedMessage, next: () => number): SignedMessage {
    const names = [...message.headers.keys()]
    const at = Math.floor(next() * (names.length + 4))
    const name = names[at]
    const edit = (text: string) => (next() < 0.5 ? flip(text, next) : mutate(text, next))
    if (name !== undefined) {
      const headers = new Headers(message.headers)
      headers.set(name, edit(headers.get(name) ?? '').replace(/[^\x20-\x7e\t]/g, ''))
      return { ...message, headers }
    }
    switch (at - names.length) {
      case 0:
        return { ...message, method: edit(message.method) }
      case 1:
        return { ...message, origin: edit(message.origin) }
      case 2:
        return { ...message, target: edit(message.target) }
      default:
        return { ...message, body: new TextEncoder().encode(flip(BODY, next)) }
    }
  }

  function flip(text: string, next: () => number): string {
    const at = Math.floor(next() * text.length)
    return (
      text.slice(0, at) +
      String.fromCharCode(text.charCodeAt(at) ^ (1 << Math.floor(next() * 7))) +
      text.slice(at + 1)
    )
  }

  /** Whatever is still believed has to be the very bytes that were signed, over the very body that was hashed. */
  function same(original: Uint8Array, said: Uint8Array, message: SignedMessage): boolean {
    const body = new TextDecoder().decode(message.body)
    return Buffer.compare(original, said) === 0 && body === BODY
  }

  it('under RFC 9421: 10,000 changes, of which only other spellings of the same are believed', async () => {
    const made = messagePolicy({
      select: { label: 'sig1' },
      coverage: {
        required: ['@method', '@target-uri', 'content-digest', 'x-request-id'],
        whenPresent: [],
        singletons: [],
      },
      algorithms: ['Ed25519'],
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
    })
    if (!made.ok) throw new Error(made.mistakes.join())
    const digest = `sha-256=:${await sha('SHA-256', BODY)}:`
    const lines = [
      ['"@method"', 'POST'],
      ['"@target-uri"', 'https://bank.example/payments?dry=1'],
      ['"content-digest"', digest],
      ['"x-request-id"', 'a-1'],
    ] as const
    const headers = { 'content-digest': digest, 'x-request-id': 'a-1' }
    const message = await signMessage({ body: BODY, headers }, lines, `;created=${AT};keyid="key-1"`, pair)
    const right = await verifyMessage(message, made.policy, resolverOf(pair), NOW)
    if (right.state !== 'valid') throw new Error(`Cannot start: ${right.state}`)
    const next = random(6)
    for (let count = 0; count < 10_000; count++) {
      const changed = change(message, next)
      const said = await verifyMessage(changed, made.policy, resolverOf(pair), NOW)
      if (said.state === 'valid') {
        expect(same(right.value.signingInput, said.value.signingInput, changed)).toBe(true)
      }
    }
  })

  it('under the draft: 10,000 changes, of which only other spellings of the same are believed', async () => {
    const made = cavagePolicy({
      coverage: {
        required: ['digest', 'x-request-id', 'date', '(request-target)'],
        whenPresent: [],
        singletons: [],
      },
      algorithms: ['Ed25519'],
      digest: { when: 'always', algorithms: ['sha-256'] },
      time: { maxAgeSeconds: 300, skewSeconds: 10 },
      clock: 'date',
    })
    if (!made.ok) throw new Error(made.mistakes.join())
    const date = 'Sat, 21 Nov 2026 12:00:00 GMT'
    const digest = `SHA-256=${await sha('SHA-256', BODY)}`
    const input = `(request-target): post /payments?dry=1\ndigest: ${digest}\nx-request-id: a-1\ndate: ${date}`
    const signature = base64(await pair.sign(input))
    const field = `keyId="key-1",algorithm="ed25519",headers="(request-target) digest x-request-id date",signature="${signature}"`
    const message = messageOf({
      body: BODY,
      headers: { date, digest, 'x-request-id': 'a-1', signature: field },
    })
    const right = await verifyCavage(message, made.policy, resolverOf(pair), NOW)
    if (right.state !== 'valid') throw new Error(`Cannot start: ${right.state}`)
    const next = random(7)
    for (let count = 0; count < 10_000; count++) {
      const changed = change(message, next)
      const said = await verifyCavage(changed, made.policy, resolverOf(pair), NOW)
      if (said.state === 'valid') {
        expect(same(right.value.signingInput, said.value.signingInput, changed)).toBe(true)
      }
    }
  })
})

describe('fields made to take long', () => {
  const LONG = [
    '"'.repeat(16_000),
    '\\'.repeat(16_000),
    'a=1;'.repeat(4_000),
    'a=('.repeat(5_000),
    `sig1=(${'"a" '.repeat(4_000)})`,
    `sig1=(${'"a";sf '.repeat(2_000)});created=1`,
    `sig1=${' '.repeat(16_000)}1`,
    `keyId="${'\\"'.repeat(4_000)}`,
    `keyId="a",headers="${'a '.repeat(4_000)}"`,
    `${'a="b",'.repeat(1_300)}`,
    `SN=1,CA=${'CN="'.repeat(500)}`,
    `SN=1,CA=${'\\,'.repeat(1_000)}`,
    `SN=1,CA=${'%25'.repeat(600)}`,
  ]
  it('take milliseconds', () => {
    const issuer = { der: new Uint8Array(), attributes: [] }
    const started = performance.now()
    for (const text of LONG) {
      chooseSignature(headersOf({ 'signature-input': text, signature: text }), { label: 'sig1' })
      readCavageSignature(text)
      digestFault(text, new Uint8Array(), ['sha-256'])
      contentDigestFault(text, new Uint8Array(), ['sha-256'])
      agreesWithCertificate(text, { serial: '1', issuer })
    }
    // workerd's clock stands still between I/O: what would hang is ended by the runner's own time limit.
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
