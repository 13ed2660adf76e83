import { describe, expect, it } from 'vitest'
import { claimsFrom } from '../src/claims.ts'
import { keysFrom } from '../src/keys.ts'

const master = (id: string, byte: number) => ({ id, bytes: new Uint8Array(32).fill(byte) })
const keys = keysFrom({ gateKeys: [master('k1', 1)], signatureKey: undefined })
const DAY = 86_400_000

describe('keysFrom()', () => {
  it('gives one value different names for different purposes, so that one key betrays one purpose', () => {
    const account = keys.mac('account', '', 'person-001').mac
    const pass = keys.mac('pass', '', 'person-001').mac
    expect(account).not.toEqual(pass)
    expect(account.length).toBe(32)
  })

  it('keeps scope and value apart, so that no pair runs together into another', () => {
    expect(keys.mac('account', 'a', 'bc').mac).not.toEqual(keys.mac('account', 'ab', 'c').mac)
  })

  it('still knows an older key after a rotation, and no key that was taken out', () => {
    const rotated = keysFrom({ gateKeys: [master('k2', 2), master('k1', 1)], signatureKey: undefined })
    const old = keys.mac('account', '', 'person-001')
    expect(rotated.mac('account', '', 'person-001').keyId).toBe('k2')
    expect(rotated.macWith('k1', 'account', '', 'person-001')).toEqual(old)
    expect(rotated.macWith('k0', 'account', '', 'person-001')).toBeUndefined()
  })

  it('signs nothing without a signature key', async () => {
    expect(await keys.sign(new Uint8Array(4))).toBeUndefined()
  })

  it('signs what the public half of its key verifies', async () => {
    // Both algorithms yield either a key or a pair; Ed25519 yields a pair.
    const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
    const jwk = (await crypto.subtle.exportKey('jwk', pair.privateKey)) as { x: string; d: string }
    const signatureKey = { kty: 'OKP', crv: 'Ed25519', x: jwk.x, d: jwk.d, kid: 'gate-1' } as const
    const signing = keysFrom({ gateKeys: [master('k1', 1)], signatureKey })
    const base = new TextEncoder().encode('"@method": POST')
    const made = await signing.sign(base)
    expect(made?.keyId).toBe('gate-1')
    const verified = await crypto.subtle.verify(
      'Ed25519',
      pair.publicKey,
      made?.signature ?? new Uint8Array(),
      base,
    )
    expect(verified).toBe(true)
  })
})

describe('claimsFrom()', () => {
  const credentials = { user: 'person-001', password: 'correct horse', card: '4111111111111111' }

  it('keeps nothing from which a person, a card or a password could be read', () => {
    const text = JSON.stringify(claimsFrom(credentials, keys, 0))
    for (const secret of [credentials.user, credentials.password, credentials.card, '411111111']) {
      expect(text).not.toContain(secret)
    }
  })

  it('names one account alike every day and one password alike within a day only', () => {
    const today = claimsFrom(credentials, keys, 10 * DAY)
    const later = claimsFrom(credentials, keys, 10 * DAY + 3_600_000)
    const tomorrow = claimsFrom(credentials, keys, 11 * DAY)
    expect(later).toEqual(today)
    expect(tomorrow.account).toBe(today.account)
    expect(tomorrow.card).toBe(today.card)
    expect(tomorrow.password).not.toBe(today.password)
  })

  it('keeps at most 16 bits of a password', () => {
    const sketches = Array.from(
      { length: 2_000 },
      (_, at) => claimsFrom({ password: `word-${at}` }, keys, 0).password,
    )
    expect(sketches.every((sketch) => /^k1\.[\w-]{3}$/.test(sketch ?? ''))).toBe(true)
    expect(new Set(sketches).size).toBeGreaterThan(1_900)
  })

  it('claims nothing where the body claimed nothing', () => {
    expect(claimsFrom({}, keys, 0)).toEqual({})
  })
})
