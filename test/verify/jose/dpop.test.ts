import { createHash } from 'node:crypto'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { ABSENT, invalid, known } from '../../../src/lib/fact.ts'
import { type DpopQuestion, verifyProof } from '../../../src/verify/jose/dpop.ts'
import { FAPI2_PROOF } from '../../../src/verify/jose/fapi.ts'
import { comparableUri } from '../../../src/verify/jose/http-uri.ts'
import { NOW, SECONDS } from './detached.ts'
import { type Pair, pairFor } from './keys.ts'

let pair: Pair
beforeAll(async () => {
  pair = await pairFor('ES256')
})

const TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
const HASH = createHash('sha256').update(TOKEN).digest('base64url')
const CLAIMS = {
  jti: 'e1j3V_bKic8-LAEB',
  htm: 'GET',
  htu: 'https://api.bank.example/accounts/22289',
  iat: SECONDS - 1,
  ath: HASH,
}
type Changes = Readonly<Record<string, unknown>>

function publicJwk(): Record<string, unknown> {
  const { kty, crv, x, y } = pair.jwk
  return { kty, crv, x, y }
}

function make(claims: Changes = {}, header: Changes = {}): Promise<string> {
  const members = Object.entries({ ...CLAIMS, ...claims }).filter(([, value]) => value !== undefined)
  const protectedHeader = Object.fromEntries(
    Object.entries({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk(), ...header }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  // Wrong headers are what some of these are about.
  return new SignJWT(Object.fromEntries(members))
    .setProtectedHeader(protectedHeader as unknown as { alg: string })
    .sign(pair.privateKey)
}

function ask(field: string | null, changes: Partial<DpopQuestion> = {}) {
  return verifyProof({
    field,
    method: 'GET',
    uri: 'https://api.bank.example/accounts/22289?from=2026',
    accessToken: TOKEN,
    policy: FAPI2_PROOF,
    now: NOW,
    ...changes,
  })
}

describe('verifyProof() (RFC 9449 section 4.3)', () => {
  it('proves which key the caller has, and gives the id that may be used once', async () => {
    expect(known(await ask(await make()))).toMatchObject({
      jti: CLAIMS.jti,
      keyThumbprint: pair.key.thumbprint,
      createdAt: NOW - 1_000,
    })
  })

  it('needs no token where there is none, at a token endpoint', async () => {
    expect((await ask(await make({ ath: undefined }), { accessToken: undefined })).state).toBe('valid')
  })

  it('is absent without the header field, and refused with two of them', async () => {
    expect(await ask(null)).toEqual(ABSENT)
    const proof = await make()
    expect(await ask(`${proof}, ${proof}`)).toEqual(invalid('proof_twice'))
  })

  it.each<[string, Changes, string]>([
    ['is for another method', { htm: 'POST' }, 'proof_method_mismatch'],
    ['is for a method in lower case', { htm: 'get' }, 'proof_method_mismatch'],
    ['is for another resource', { htu: 'https://api.bank.example/accounts/1' }, 'proof_uri_mismatch'],
    ['is for another host', { htu: 'https://evil.example/accounts/22289' }, 'proof_uri_mismatch'],
    ['is for another scheme', { htu: 'http://api.bank.example/accounts/22289' }, 'proof_uri_mismatch'],
    ['is for what is no URL', { htu: '/accounts/22289' }, 'claim_invalid'],
    ['names a user in its URL', { htu: 'https://api.bank.example@evil.example/' }, 'claim_invalid'],
    [
      'is for another token',
      { ath: createHash('sha256').update('x').digest('base64url') },
      'proof_token_mismatch',
    ],
    ['is for no token', { ath: undefined }, 'claim_missing'],
    ['has no id', { jti: undefined }, 'claim_missing'],
    ['has an id of 257 characters', { jti: 'x'.repeat(257) }, 'claim_invalid'],
    ['has no time', { iat: undefined }, 'claim_missing'],
    ['is of 61 seconds ago', { iat: SECONDS - 61 }, 'token_stale'],
    ['is of 11 seconds from now', { iat: SECONDS + 11 }, 'token_from_future'],
    ['has ended', { exp: SECONDS - 1 }, 'token_expired'],
  ])('refuses a proof that %s', async (_what, claims, reason) => {
    expect(await ask(await make(claims))).toMatchObject(invalid(reason))
  })

  it.each<[string, Changes, string]>([
    ['another type', { typ: 'JWT' }, 'header_member_invalid'],
    ['no type', { typ: undefined }, 'header_member_missing'],
    ['no key', { jwk: undefined }, 'header_member_missing'],
    ['a key that is a text', { jwk: 'x' }, 'key_malformed'],
    ['a secret for a key', { jwk: { kty: 'oct', k: 'A'.repeat(43) } }, 'key_algorithm_refused'],
    ['a URL to fetch a key from', { jku: 'https://evil.example' }, 'header_member_refused'],
  ])('refuses a proof with %s', async (_what, header, reason) => {
    expect(await ask(await make({}, header))).toMatchObject(invalid(reason))
  })

  it('refuses a proof that brings the private key along', async () => {
    expect(await ask(await make({}, { jwk: { ...publicJwk(), d: 'A'.repeat(43) } }))).toMatchObject(
      invalid('header_member_invalid'),
    )
  })

  it('refuses a proof under another key than it names', async () => {
    const other = await pairFor('ES256')
    const { kty, crv, x, y } = other.jwk
    expect(await ask(await make({}, { jwk: { kty, crv, x, y } }))).toEqual(invalid('signature_wrong'))
  })

  it('asks for a nonce where nonces were given out (section 8)', async () => {
    const nonces = ['current', 'previous']
    expect(await ask(await make(), { nonces })).toMatchObject(invalid('proof_nonce_missing'))
    expect(await ask(await make({ nonce: 'old' }), { nonces })).toMatchObject(invalid('proof_nonce_mismatch'))
    expect((await ask(await make({ nonce: 'previous' }), { nonces })).state).toBe('valid')
  })
})

describe('comparableUri() (RFC 3986 section 6.2)', () => {
  it.each([
    ['HTTPS://API.Bank.Example:443/a', 'https://api.bank.example/a'],
    ['https://api.bank.example', 'https://api.bank.example/'],
    ['https://api.bank.example/%7euser/%2fa?b#c', 'https://api.bank.example/~user/%2Fa'],
    ['http://api.bank.example:80/', 'http://api.bank.example/'],
    ['http://api.bank.example:443/', 'http://api.bank.example:443/'],
    ['https://[2001:db8::1]:8443/A', 'https://[2001:db8::1]:8443/A'],
  ])('reads %s as %s', (text, uri) => {
    expect(comparableUri(text)).toBe(uri)
  })

  it.each([
    'https://a/../b',
    'https://a/%2e%2e/b',
    'https://a/.',
    'https://a/%zz',
    'https://a/%',
    'https://a\\b/',
    'https://a/\\b',
    'https://a@b/',
    'ftp://a/',
    '//a/',
    'https:///a',
    'https://a/ b',
    'https://a/\tb',
    'https://ä/',
    `https://a/${'x'.repeat(2_048)}`,
  ])('refuses %s', (text) => {
    expect(comparableUri(text)).toBeUndefined()
  })
})
