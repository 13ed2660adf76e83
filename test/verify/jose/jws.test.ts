import { CompactSign } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { invalid, known, unavailable, valid } from '../../../src/lib/fact.ts'
import { verifyJws } from '../../../src/verify/jose/jws.ts'
import type { JwsPolicy } from '../../../src/verify/jose/types.ts'
import type { KeyHint } from '../../../src/verify/signed/types.ts'
import {
  BODY,
  detached,
  EXTENSIONS,
  encoded,
  HEADER,
  IAT,
  ISS,
  ISSUER,
  NOW,
  POLICY,
  SECONDS,
  signText,
  TAN,
} from './detached.ts'
import { keyOf, type Pair, pairFor } from './keys.ts'

let rsa: Pair
let ec: Pair

beforeAll(async () => {
  rsa = await pairFor('PS256')
  ec = await pairFor('ES256')
})

function ask(text: string, changes: Partial<Parameters<typeof verifyJws>[0]> = {}) {
  return verifyJws({
    text,
    detached: BODY,
    policy: POLICY,
    resolve: rsa.resolve,
    expected: { [ISS]: ISSUER },
    now: NOW,
    ...changes,
  })
}

describe('verifyJws() on a detached payload', () => {
  it('accepts what jose signed over the body as it came, white space and all', async () => {
    const verdict = await ask(await detached(rsa.privateKey))
    expect(known(verdict)).toMatchObject({
      algorithm: 'PS256',
      keyId: 'key-1',
      keyThumbprint: rsa.key.thumbprint,
      createdAt: NOW - 1_000,
      payload: BODY,
      covered: ['alg', 'kid', 'typ', 'cty', IAT, ISS, TAN, 'crit'],
    })
  })

  it('says what was signed, octet for octet, however many signatures were verified since', async () => {
    const text = await detached(rsa.privateKey)
    const first = known(await ask(text))
    const other = await detached(rsa.privateKey, { b64: false, crit: ['b64', ...EXTENSIONS] })
    const second = known(await ask(other))
    const header = text.slice(0, text.indexOf('.'))
    expect(Buffer.from(first?.signingInput ?? []).toString()).toBe(`${header}.${encoded(BODY)}`)
    const unencoded = `${other.slice(0, other.indexOf('.'))}.${Buffer.from(BODY).toString()}`
    expect(Buffer.from(second?.signingInput ?? []).toString()).toBe(unencoded)
  })

  it('verifies signatures at the same time, each over its own bytes', async () => {
    const bodies = Array.from({ length: 50 }, (_, at) => new TextEncoder().encode(`{"at":${at}}`))
    const texts = await Promise.all(bodies.map((body) => detached(rsa.privateKey, {}, body)))
    const right = await Promise.all(texts.map((text, at) => ask(text, { detached: bodies[at] ?? BODY })))
    const wrong = await Promise.all(texts.map((text, at) => ask(text, { detached: bodies[at + 1] ?? BODY })))
    expect(right.map(({ state }) => state)).toEqual(bodies.map(() => 'valid'))
    expect(wrong).toEqual(bodies.map(() => invalid('signature_wrong')))
  })

  it('accepts an unencoded payload with dots in it, large and small (RFC 7797)', async () => {
    for (const length of [0, 10, 100_000]) {
      const body = new TextEncoder().encode('.a'.repeat(length))
      const text = await detached(rsa.privateKey, { b64: false, crit: ['b64', ...EXTENSIONS] }, body)
      expect((await ask(text, { detached: body })).state).toBe('valid')
      expect(await ask(text, { detached: new TextEncoder().encode(`${'.a'.repeat(length)}.`) })).toEqual(
        invalid('signature_wrong'),
      )
    }
  })

  it('refuses a body of which one octet was changed', async () => {
    const text = await detached(rsa.privateKey)
    const changed = Uint8Array.from(BODY)
    changed[3] = 0x20
    changed[2] = 0x20
    expect(await ask(text, { detached: changed })).toEqual(invalid('signature_wrong'))
  })

  it('refuses a payload that stands where it should have been left out', async () => {
    const [header, , signature] = (await detached(rsa.privateKey)).split('.')
    expect(await ask(`${header}.${encoded(BODY)}.${signature}`)).toEqual(invalid('jws_not_detached'))
  })

  const IN_FUTURE = ['signature_from_future', IAT]
  it.each<[string, Record<string, unknown>, string, string?]>([
    ['has no key id', { kid: undefined }, 'header_member_missing', 'kid'],
    ['has no time', { [IAT]: undefined, crit: [ISS, TAN] }, 'header_member_missing', IAT],
    ['has no issuer', { [ISS]: undefined, crit: [IAT, TAN] }, 'header_member_missing', ISS],
    ['has no crit', { crit: undefined }, 'header_member_missing', 'crit'],
    ['leaves an extension out of crit', { crit: [IAT, ISS] }, 'header_member_invalid', 'crit'],
    ['has another type', { typ: 'JWT' }, 'header_member_invalid', 'typ'],
    ['has another content type', { cty: 'text/plain' }, 'header_member_invalid', 'cty'],
    ['has another trust anchor', { [TAN]: 'evil.example' }, 'header_member_invalid', TAN],
    ['has its time as text', { [IAT]: String(SECONDS) }, 'header_member_invalid', IAT],
    ['has its time in milliseconds', { [IAT]: NOW }, 'header_member_invalid', IAT],
    ['has a negative time', { [IAT]: -1 }, 'header_member_invalid', IAT],
    ['is of 11 seconds from now', { [IAT]: SECONDS + 11 }, ...(IN_FUTURE as [string, string])],
    ['is of five minutes and a second ago', { [IAT]: SECONDS - 301 }, 'signature_stale', IAT],
    ['names another issuer', { [ISS]: 'someone/else' }, 'header_member_mismatch', ISS],
    ['has a member nobody asked for', { nonce: 'x' }, 'header_member_refused', 'nonce'],
    ['brings its key', { jwk: { kty: 'RSA' } }, 'header_member_refused', 'jwk'],
    ['says where its key is', { jku: 'https://evil.example/jwks' }, 'header_member_refused', 'jku'],
    ['says where its certificate is', { x5u: 'https://evil.example/c' }, 'header_member_refused', 'x5u'],
    ['has a number for a type', { typ: 1 }, 'header_member_invalid', 'typ'],
  ])('refuses a header that %s', async (_what, changes, reason, member) => {
    const text = await signText(rsa.privateKey, headerText(changes), encoded(BODY), '')
    expect(await ask(text)).toEqual({ ...invalid(reason), ...(member ? { member } : {}) })
  })

  it.each([
    ['decimals in the time, which genuine signers send', { [IAT]: SECONDS - 0.582 }],
    ['ten seconds of skew', { [IAT]: SECONDS + 10 }],
    ['crit in another order', { crit: [TAN, IAT, ISS] }],
    ['no type', { typ: undefined }],
    ['a content type without application/', { cty: 'JSON' }],
  ])('accepts %s', async (_what, changes) => {
    expect((await ask(await detached(rsa.privateKey, changes))).state).toBe('valid')
  })

  it('tells the versions of a profile apart by b64', async () => {
    const legacy = { b64: false, crit: ['b64', ...EXTENSIONS] }
    const old = await detached(rsa.privateKey, legacy)
    const recent = await detached(rsa.privateKey)
    const withOld: JwsPolicy = { ...POLICY, b64: 'false', crit: [['b64', ...EXTENSIONS]] }
    const withRecent: JwsPolicy = { ...POLICY, b64: 'absent', crit: [EXTENSIONS] }
    expect((await ask(old, { policy: withOld })).state).toBe('valid')
    expect((await ask(recent, { policy: withRecent })).state).toBe('valid')
    expect((await ask(old, { policy: withRecent })).state).toBe('invalid')
    expect((await ask(recent, { policy: { ...withOld, crit: [EXTENSIONS] } })).state).toBe('invalid')
  })
})

function headerText(changes: Record<string, unknown>): string {
  return JSON.stringify({ ...HEADER, ...changes })
}

describe('verifyJws() on spellings', () => {
  const OPEN: JwsPolicy = {
    algorithms: ['PS256', 'ES256'],
    required: [],
    members: {},
    understood: [],
    b64: 'absent',
    maxCharacters: 4_096,
  }
  const attached = (text: string, policy: JwsPolicy = OPEN) =>
    verifyJws({ text, policy, resolve: rsa.resolve, now: NOW })

  it('accepts a compact JWS with its payload, and an empty one', async () => {
    for (const payload of ['hello', '']) {
      const signer = new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader({ alg: 'PS256' })
      const verdict = known(await attached(await signer.sign(rsa.privateKey)))
      expect(Buffer.from(verdict?.payload ?? []).toString()).toBe(payload)
    }
  })

  it('refuses every second spelling of one JWS: a replay memory would take it for another', async () => {
    const text = await signText(rsa.privateKey, '{"alg":"PS256"}', encoded('hello'))
    expect((await attached(text)).state).toBe('valid')
    const [header = '', payload = '', signature = ''] = text.split('.')
    const last = signature.charCodeAt(signature.length - 1)
    const spellings = [
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.${signature}==`,
      `${header}.${payload}. ${signature}`,
      `${header}.${payload}.${signature}\n`,
      ` ${text}`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      `${header}.${payload}.${signature.slice(0, -1)}${String.fromCharCode(last + 1)}`,
      `${header}.${payload}.${signature}.`,
      `${header}.${payload}.${signature}.${signature}`,
      `.${payload}.${signature}`,
      `${header}..${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      header,
      '',
      '..',
    ]
    for (const spelling of spellings) expect((await attached(spelling)).state).toBe('invalid')
  })

  it.each([
    ['{"alg":"PS256","alg":"PS256"}', 'header_member_twice'],
    ['{"alg":"PS256","\\u0061lg":"none"}', 'header_member_twice'],
    ['{"alg":"PS256","crit":["a"],"a":1,"a":2}', 'header_member_twice'],
    ['{"alg":"PS256"', 'header_malformed'],
    ['["alg"]', 'header_malformed'],
    ['null', 'header_malformed'],
    ['{"kid":"a"}', 'header_member_missing'],
    ['{"alg":1}', 'header_member_invalid'],
    ['{"alg":"PS256","crit":[]}', 'header_member_invalid'],
    ['{"alg":"PS256","crit":["exp"]}', 'header_member_invalid'],
    ['{"alg":"PS256","crit":["exp","exp"],"exp":1}', 'header_member_invalid'],
    ['{"alg":"PS256","crit":["alg"]}', 'header_member_invalid'],
    ['{"alg":"PS256","crit":"exp","exp":1}', 'header_member_invalid'],
    ['{"alg":"PS256","crit":["exp"],"exp":1}', 'critical_unknown'],
    ['{"alg":"PS256","b64":false}', 'header_member_invalid'],
    ['{"alg":"PS256","b64":"false","crit":["b64"]}', 'header_member_invalid'],
    ['{"alg":"PS256","b64":true}', 'header_member_refused'],
    ['{"alg":"none"}', 'algorithm_refused'],
    ['{"alg":"HS256"}', 'algorithm_refused'],
    ['{"alg":"RS256"}', 'algorithm_refused'],
    ['{"alg":"ps256"}', 'algorithm_refused'],
    ['{"alg":"__proto__"}', 'algorithm_refused'],
    ['{"alg":"constructor"}', 'algorithm_refused'],
    ['{"alg":"PS256","__proto__":{"kid":"x"},"jku":"https://evil.example"}', 'header_member_refused'],
    ['{"alg":"PS256","a":[[[[1]]]]}', 'header_malformed'],
    [new Uint8Array([0x7b, 0x22, 0x61, 0x6c, 0x67, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), 'header_malformed'],
  ])('refuses the header %s, though it is rightly signed', async (header, reason) => {
    const text = await signText(rsa.privateKey, header, encoded('hello'))
    expect(await attached(text)).toMatchObject(invalid(reason))
  })

  it('takes white space in the header and letters beyond ASCII as they are', async () => {
    const header = '{ "alg" : "PS256",\n\t"kid" : "Prüfschlüssel €" }'
    const verdict = known(await attached(await signText(rsa.privateKey, header, encoded('hello'))))
    expect(verdict?.keyId).toBe('Prüfschlüssel €')
  })

  it('bounds what it reads', async () => {
    expect(await attached('a'.repeat(4_097))).toEqual(invalid('jws_too_large'))
    const header = JSON.stringify({ alg: 'PS256', a: 'x'.repeat(13_000) })
    const text = await signText(rsa.privateKey, header, '')
    expect(await attached(text, { ...OPEN, maxCharacters: 20_000 })).toEqual(invalid('jws_too_large'))
    const short = await signText(rsa.privateKey, '{"alg":"PS256"}', '')
    expect(await attached(`${short}${'A'.repeat(1_400)}`)).toEqual(invalid('jws_malformed'))
  })
})

describe('verifyJws() and keys', () => {
  const OPEN: JwsPolicy = {
    algorithms: ['PS256', 'RS256', 'ES256', 'ES384', 'HS256', 'Ed25519'],
    required: [],
    members: {},
    understood: [],
    b64: 'absent',
    maxCharacters: 4_096,
  }

  it('asks for the key with what the header says, and for nothing before the header is in order', async () => {
    const hints: KeyHint[] = []
    const resolve = async (hint: KeyHint) => {
      hints.push(hint)
      return valid(rsa.key)
    }
    const header = { alg: 'PS256', kid: 'k', x5c: ['AAAA'], 'x5t#S256': 'BBBB' }
    const text = await signText(rsa.privateKey, JSON.stringify(header), encoded('x'))
    expect((await verifyJws({ text, policy: OPEN, resolve, now: NOW })).state).toBe('valid')
    expect(hints).toEqual([{ algorithm: 'PS256', keyId: 'k', x5c: ['AAAA'], x5tS256: 'BBBB' }])
    await verifyJws({ text: text.slice(3), policy: OPEN, resolve, now: NOW })
    await verifyJws({ text, policy: { ...OPEN, algorithms: ['ES256'] }, resolve, now: NOW })
    expect(hints.length).toBe(1)
  })

  it.each(['PS256', 'RS256', 'ES256', 'ES384', 'Ed25519'])('verifies %s signed by jose', async (alg) => {
    const pair = await pairFor(alg)
    const text = await new CompactSign(BODY).setProtectedHeader({ alg }).sign(pair.privateKey)
    expect((await verifyJws({ text, policy: OPEN, resolve: pair.resolve, now: NOW })).state).toBe('valid')
  })

  it('knows EdDSA, the old name of Ed25519 (RFC 9864)', async () => {
    const pair = await pairFor('Ed25519', { alg: 'EdDSA' })
    const text = await new CompactSign(BODY).setProtectedHeader({ alg: 'EdDSA' }).sign(pair.privateKey)
    const verdict = await verifyJws({ text, policy: OPEN, resolve: pair.resolve, now: NOW })
    expect(known(verdict)?.algorithm).toBe('Ed25519')
  })

  it('refuses RS256 under a key that was published for PS256, though both are allowed', async () => {
    const other = await pairFor('RS256')
    const key = await keyOf({ ...other.jwk, alg: 'PS256' })
    const text = await new CompactSign(BODY).setProtectedHeader({ alg: 'RS256' }).sign(other.privateKey)
    const resolve = async () => valid(key)
    expect(await verifyJws({ text, policy: OPEN, resolve, now: NOW })).toEqual(
      invalid('key_algorithm_refused'),
    )
  })

  it('refuses an HMAC under the public key, in whatever spelling', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(rsa.jwk))
    const text = await new CompactSign(BODY).setProtectedHeader({ alg: 'HS256' }).sign(secret)
    const verdict = await verifyJws({ text, policy: OPEN, resolve: rsa.resolve, now: NOW })
    expect(verdict).toEqual(invalid('key_algorithm_refused'))
  })

  it('refuses the signature of another key', async () => {
    const text = await new CompactSign(BODY).setProtectedHeader({ alg: 'ES256' }).sign(ec.privateKey)
    const other = await pairFor('ES256')
    expect(await verifyJws({ text, policy: OPEN, resolve: other.resolve, now: NOW })).toEqual(
      invalid('signature_wrong'),
    )
  })

  it('names the key source and its outage, which are two things', async () => {
    const text = await new CompactSign(BODY).setProtectedHeader({ alg: 'ES256' }).sign(ec.privateKey)
    const ask = (fact: Awaited<ReturnType<Pair['resolve']>>) =>
      verifyJws({ text, policy: OPEN, resolve: async () => fact, now: NOW })
    expect(await ask(unavailable('key_source_unavailable'))).toEqual(unavailable('key_source_unavailable'))
    expect(await ask(invalid('key_revoked'))).toEqual(invalid('key_revoked'))
    expect(await ask({ state: 'absent' })).toEqual(invalid('key_unknown'))
  })

  it('gives the age of the key on', async () => {
    const text = await new CompactSign(BODY).setProtectedHeader({ alg: 'ES256' }).sign(ec.privateKey)
    const resolve = async () => valid({ ...ec.key, firstSeenAt: 123 })
    expect(known(await verifyJws({ text, policy: OPEN, resolve, now: NOW }))?.keyFirstSeenAt).toBe(123)
  })
})
