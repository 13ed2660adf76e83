import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { toBase64url } from '../../src/lib/base64.ts'
import { ABSENT, invalid, known } from '../../src/lib/fact.ts'
import { verifyToken } from '../../src/verify/token.ts'
import { NOW } from '../fixtures/scene.ts'

const SECONDS = NOW / 1_000

function json(value: unknown): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)))
}

function jwt(claims: unknown, header: unknown = { alg: 'PS256' }): string {
  return `Bearer ${json(header)}.${json(claims)}.c2lnbmF0dXJl`
}

describe('verifyToken()', () => {
  it('names an opaque token without keeping it', () => {
    const token = known(verifyToken('Bearer mF_9.B5f-4.1JqM', true, NOW))
    expect(token).toMatchObject({ kind: 'opaque', expiresAt: undefined })
    expect(token?.thumbprint).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(JSON.stringify(token)).not.toContain('mF_9')
  })

  it.each(['Bearer', 'bearer', 'BEARER'])(
    'takes the scheme %s: schemes have no case (RFC 9110 11.1)',
    (scheme) => {
      expect(verifyToken(`${scheme} abc`, true, NOW).state).toBe('valid')
    },
  )

  it('reads when a JWT expires', () => {
    expect(known(verifyToken(jwt({ exp: SECONDS + 300 }), true, NOW))).toMatchObject({
      kind: 'jwt',
      expiresAt: NOW + 300_000,
    })
    expect(known(verifyToken(jwt({}), true, NOW))).toMatchObject({ kind: 'jwt', expiresAt: undefined })
  })

  it.each([
    ['expired an hour ago', { exp: SECONDS - 3_600 }, 'token_expired'],
    ['expired at the edge of the skew', { exp: SECONDS - 60 }, 'token_expired'],
    ['is for tomorrow', { nbf: SECONDS + 86_400 }, 'token_not_yet_valid'],
    ['has an expiry in words', { exp: 'never' }, 'token_malformed'],
    ['has an expiry of null', { exp: null }, 'token_malformed'],
  ] as const)('refuses a JWT that %s', (_what, claims, reason) => {
    expect(verifyToken(jwt(claims), true, NOW)).toEqual(invalid(reason))
  })

  it('forgives a minute: clocks differ', () => {
    expect(verifyToken(jwt({ exp: SECONDS - 59 }), true, NOW).state).toBe('valid')
    expect(verifyToken(jwt({ nbf: SECONDS + 60 }), true, NOW).state).toBe('valid')
  })

  it('does not say that a JWT is opaque because its claims cannot be read', () => {
    const header = json({ alg: 'PS256' })
    expect(verifyToken(`Bearer ${header}.!!!.x`, true, NOW)).toEqual(invalid('token_malformed'))
    expect(verifyToken(`Bearer ${header}.e30x.x`, true, NOW)).toEqual(invalid('token_malformed'))
    expect(verifyToken(jwt([1]), true, NOW)).toEqual(invalid('token_malformed'))
  })

  it.each([
    ['no token', 'Bearer'],
    ['only a space', 'Bearer '],
    ['two tokens', 'Bearer abc def'],
    ['two headers, joined by the platform', 'Bearer abc, Bearer def'],
    ['padding in the middle', 'Bearer ab=c'],
    ['a control character', 'Bearer ab\u0000c'],
    ['a letter beyond ASCII', 'Bearer abcé'],
    ['a token longer than any', `Bearer ${'a'.repeat(9_000)}`],
  ])('refuses %s', (_what, header) => {
    expect(verifyToken(header, true, NOW)).toEqual(invalid('token_malformed'))
  })

  it('takes a token beside a proof of possession where proofs are verified', () => {
    expect(verifyToken('DPoP abc', true, NOW, true)).toMatchObject({ state: 'valid' })
  })

  it.each(['Basic dXNlcjpwYXNz', 'DPoP abc', 'abc', 'Digest username="x"', '=', ' Bearer abc'])(
    'refuses the scheme of "%s" where a token is required, and leaves it alone elsewhere',
    (header) => {
      expect(verifyToken(header, true, NOW)).toEqual(invalid('token_scheme_refused'))
      expect(verifyToken(header, false, NOW)).toEqual(ABSENT)
    },
  )

  it('knows nothing of a request without the header', () => {
    expect(verifyToken(null, true, NOW)).toEqual(ABSENT)
    expect(verifyToken('', true, NOW)).toEqual(ABSENT)
  })

  it('gives one token one name and two tokens two', () => {
    const name = (token: string) => known(verifyToken(`Bearer ${token}`, true, NOW))?.thumbprint
    expect(name('abc')).toBe(name('abc'))
    expect(name('abc')).not.toBe(name('abd'))
  })

  it('reads what another implementation signs, and its dates', async () => {
    const key = new Uint8Array(32).fill(1)
    const signed = (from: number, to: number) =>
      new SignJWT({ scope: 'accounts' })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setNotBefore(from)
        .setExpirationTime(to)
        .sign(key)
    const read = async (from: number, to: number) =>
      verifyToken(`Bearer ${await signed(from, to)}`, true, NOW)
    expect(known(await read(SECONDS - 10, SECONDS + 300))).toMatchObject({
      kind: 'jwt',
      expiresAt: NOW + 300_000,
    })
    expect(await read(SECONDS - 900, SECONDS - 300)).toEqual(invalid('token_expired'))
    expect(await read(SECONDS + 300, SECONDS + 900)).toEqual(invalid('token_not_yet_valid'))
  })
})
