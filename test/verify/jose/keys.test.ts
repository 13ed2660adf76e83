import { describe, expect, it } from 'vitest'
import { readJwk, verificationKey } from '../../../src/verify/jose/jwk.ts'
import { chooseKey, readKeySet } from '../../../src/verify/jose/key-set.ts'
import { importKey } from '../../../src/verify/signed/import-key.ts'
import { pairFor } from './keys.ts'

const ec = await pairFor('ES256')
const rsa = await pairFor('PS256')

describe('readJwk()', () => {
  it.each<[string, object, string]>([
    ['is for encryption', { use: 'enc' }, 'key_use_refused'],
    ['may only sign', { key_ops: ['sign'] }, 'key_use_refused'],
    ['may do nothing that we know', { key_ops: 'verify' }, 'key_use_refused'],
    ['has its private half with it', { d: 'AAAA' }, 'key_private'],
    ['names another algorithm than its curve has', { alg: 'ES384' }, 'key_algorithm_refused'],
    ['names an algorithm of another type', { alg: 'PS256' }, 'key_algorithm_refused'],
    ['names an algorithm of secrets', { alg: 'HS256' }, 'key_algorithm_refused'],
    ['names no algorithm that is one', { alg: 'ES521' }, 'key_algorithm_refused'],
    ['is on another curve than its coordinates', { crv: 'P-384', alg: undefined }, 'key_malformed'],
    ['is on a curve that nobody names', { crv: 'P-192' }, 'key_malformed'],
    ['has a coordinate with padding', { x: `${'A'.repeat(43)}=` }, 'key_malformed'],
    ['has a short coordinate', { x: 'AAAA' }, 'key_malformed'],
    ['has a number for a name', { kid: 7 }, 'key_malformed'],
    ['is of no type', { kty: 'DSA' }, 'key_malformed'],
  ])('refuses a key that %s', (_what, members, reason) => {
    const jwk = JSON.parse(JSON.stringify({ ...ec.jwk, ...members }))
    expect(readJwk(jwk)).toEqual({ ok: false, reason })
  })

  it.each([
    ['1,024 bits', Buffer.alloc(128, 0xff).toString('base64url'), 'AQAB', 'key_weak'],
    ['an exponent of one', rsa.jwk.n, 'AQ', 'key_weak'],
    ['an even exponent', rsa.jwk.n, 'Ag', 'key_weak'],
    ['an even modulus', Buffer.alloc(256, 0xfe).toString('base64url'), 'AQAB', 'key_malformed'],
    ['16,384 bits', Buffer.alloc(2_048, 0xff).toString('base64url'), 'AQAB', 'key_weak'],
    ['a leading zero', `AA${String(rsa.jwk.n)}`, 'AQAB', 'key_malformed'],
    ['no exponent', rsa.jwk.n, '', 'key_malformed'],
  ])('refuses an RSA key of %s', (_what, n, e, reason) => {
    expect(readJwk({ kty: 'RSA', n: n ?? '', e })).toMatchObject({ ok: false, reason })
  })

  it('leaves a key without an algorithm to whatever its type allows', () => {
    const { alg: _alg, ...jwk } = rsa.jwk
    const read = readJwk(jwk)
    expect(read.ok && read.value.algorithms).toEqual(['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'])
  })

  it('names a key as RFC 7638 section 3.1 does in its example', async () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs' +
      'tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
    const read = readJwk({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' })
    if (!read.ok) throw new Error(read.reason)
    const key = await verificationKey(read.value, 5)
    expect(key).toMatchObject({ thumbprint: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', firstSeenAt: 5 })
  })

  it('imports a point only if it is on its curve', async () => {
    const y = `${String(ec.jwk.y).slice(0, -2)}${String(ec.jwk.y).endsWith('AA') ? 'BA' : 'AA'}`
    const read = readJwk({ ...ec.jwk, y })
    const key = read.ok ? await verificationKey(read.value) : undefined
    expect(key === undefined ? 'key_malformed' : await importKey(key, 'ES256')).toMatchObject({
      reason: 'key_malformed',
    })
  })
})

describe('readKeySet() and chooseKey()', () => {
  const set = (...keys: unknown[]) => {
    const read = readKeySet(JSON.stringify({ keys }))
    if (!read.ok) throw new Error(read.reason)
    return read.value
  }

  it.each([
    ['what is no JSON', 'not json', 'key_set_malformed'],
    ['keys that are no list', '{"keys":{}}', 'key_set_malformed'],
    ['a key that is no object', '{"keys":[1]}', 'key_set_malformed'],
    ['two lists of keys', '{"keys":[],"keys":[]}', 'key_set_malformed'],
    ['257 keys', `{"keys":[${'{},'.repeat(256)}{}]}`, 'key_set_too_large'],
    ['half a megabyte', `{"keys":[],"a":"${'x'.repeat(524_288)}"}`, 'key_set_too_large'],
    ['secrets among public keys', '{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"EC"}]}', 'key_set_mixed'],
  ])('refuses %s', (_what, text, reason) => {
    expect(readKeySet(text)).toEqual({ ok: false, reason })
  })

  it('keeps the good keys of a set with bad ones, and says which were bad', () => {
    const { keys, refused } = set(ec.jwk, { ...rsa.jwk, kid: 'enc', use: 'enc' }, { kty: 'XYZ' })
    expect(keys.map(({ kid }) => kid)).toEqual(['key-1'])
    expect(refused).toEqual([
      { kid: 'enc', reason: 'key_use_refused' },
      { kid: undefined, reason: 'key_malformed' },
    ])
  })

  it('chooses by key id, and without one only where there is no choice', () => {
    const other = { ...rsa.jwk, kid: 'key-2' }
    expect(chooseKey(set(ec.jwk, other), { keyId: 'key-2', algorithm: 'PS256' })).toMatchObject({ ok: true })
    expect(chooseKey(set(ec.jwk, other), { algorithm: 'ES256' })).toMatchObject({ ok: true })
    const twin = { ...rsa.jwk, kid: 'key-3' }
    expect(chooseKey(set(other, twin), { algorithm: 'PS256' })).toEqual({
      ok: false,
      reason: 'key_ambiguous',
    })
  })

  it.each<[string, unknown[], { keyId?: string; algorithm?: string }, string]>([
    ['nobody has the id', [ec.jwk], { keyId: 'x', algorithm: 'ES256' }, 'key_unknown'],
    [
      'the key is for another algorithm',
      [ec.jwk],
      { keyId: 'key-1', algorithm: 'ES384' },
      'key_algorithm_refused',
    ],
    ['two have the id', [ec.jwk, { ...ec.jwk }], { keyId: 'key-1', algorithm: 'ES256' }, 'key_ambiguous'],
    [
      'a bad namesake may be the one',
      [ec.jwk, { ...ec.jwk, x: '' }],
      { keyId: 'key-1', algorithm: 'ES256' },
      'key_ambiguous',
    ],
    [
      'the key is for encryption',
      [{ ...ec.jwk, use: 'enc' }],
      { keyId: 'key-1', algorithm: 'ES256' },
      'key_use_refused',
    ],
    [
      'the private key was published',
      [{ ...ec.jwk, d: 'AA' }],
      { keyId: 'key-1', algorithm: 'ES256' },
      'key_revoked',
    ],
    [
      'the message names no algorithm that is one',
      [ec.jwk],
      { keyId: 'key-1', algorithm: 'none' },
      'key_algorithm_refused',
    ],
  ])('finds none where %s', (_what, keys, hint, reason) => {
    expect(chooseKey(set(...keys), hint)).toEqual({ ok: false, reason })
  })

  it('finds a key that was published a second time for encryption', () => {
    const keys = set(ec.jwk, { ...ec.jwk, use: 'enc' })
    expect(chooseKey(keys, { keyId: 'key-1', algorithm: 'ES256' })).toMatchObject({ ok: true })
  })
})
