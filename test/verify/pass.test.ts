import { describe, expect, it } from 'vitest'
import { keysFrom } from '../../src/keys.ts'
import { cookiesNamed } from '../../src/lib/cookie.ts'
import { ABSENT, invalid, valid } from '../../src/lib/fact.ts'
import { mintPass, PASS_COOKIE, passCookie, verifyPass } from '../../src/verify/pass.ts'
import { verify } from '../../src/verify/verify.ts'
import { testHouse } from '../fixtures/house.ts'
import { client, exchange, match, NOTHING_PROVEN, NOW } from '../fixtures/scene.ts'

const OLD = { id: 'k1', bytes: new Uint8Array(32).fill(1) }
const NEW = { id: 'k2', bytes: new Uint8Array(32).fill(2) }
const keys = keysFrom({ gateKeys: [OLD], signatureKey: undefined })
const PASS = { id: '1c.0b54a7e2-9f1d', issuedAt: NOW - 60_000, cleared: false }
const VALUE = mintPass(PASS, client().fingerprint, keys)

function shown(cookie: string, now = NOW, who = client(), with_ = keys) {
  return verifyPass(exchange({ headers: { cookie } }, { arrivedAt: now }), who, with_)
}

describe('a pass', () => {
  it('is read back as it was minted, among other cookies', () => {
    expect(shown(`sid=1; ${PASS_COOKIE}=${VALUE}; theme=dark`)).toEqual(valid(PASS))
    const cleared = mintPass({ ...PASS, cleared: true }, client().fingerprint, keys)
    expect(shown(`${PASS_COOKIE}=${cleared}`)).toEqual(valid({ ...PASS, cleared: true }))
  })

  it('names nobody: no address, no fingerprint, no account is in it', () => {
    expect(VALUE).toMatch(/^v1\.k1\.1c\.0b54a7e2-9f1d\.[0-9a-z]+\.0\.[A-Za-z0-9_-]{43}$/)
  })

  it('is a cookie of this host alone, over https, that no script reads', () => {
    expect(passCookie(VALUE)).toBe(
      `__Host-portcullis=${VALUE}; Max-Age=43200; Path=/; Secure; HttpOnly; SameSite=Lax`,
    )
  })

  it('is over after twelve hours, and does not come from the future', () => {
    const cookie = `${PASS_COOKIE}=${VALUE}`
    expect(shown(cookie, PASS.issuedAt + 43_200_000).state).toBe('valid')
    expect(shown(cookie, PASS.issuedAt + 43_201_000)).toEqual(invalid('pass_expired'))
    expect(shown(cookie, PASS.issuedAt - 60_000).state).toBe('valid')
    expect(shown(cookie, PASS.issuedAt - 62_000)).toEqual(invalid('pass_expired'))
  })

  it('does not move to another client: a harvested pass is known as one', () => {
    const other = client({ fingerprint: 'python-on-linux' })
    expect(shown(`${PASS_COOKIE}=${VALUE}`, NOW, other)).toEqual(invalid('pass_of_another_client'))
  })

  it('survives a rotation of keys, and is over when its key is gone', () => {
    const both = keysFrom({ gateKeys: [NEW, OLD], signatureKey: undefined })
    const later = keysFrom({ gateKeys: [NEW], signatureKey: undefined })
    expect(shown(`${PASS_COOKIE}=${VALUE}`, NOW, client(), both).state).toBe('valid')
    expect(shown(`${PASS_COOKIE}=${VALUE}`, NOW, client(), later)).toEqual(invalid('pass_expired'))
  })

  const [v, keyId, shard, random, at, cleared, mac] = VALUE.split('.')
  it.each([
    ['a later time', `${v}.${keyId}.${shard}.${random}.zzzzzz.${cleared}.${mac}`],
    ['a challenge that was never met', `${v}.${keyId}.${shard}.${random}.${at}.1.${mac}`],
    ['another identity', `${v}.${keyId}.${shard}.${random}0.${at}.${cleared}.${mac}`],
    ['another shard', `${v}.${keyId}.2.${random}.${at}.${cleared}.${mac}`],
    ['an invented signature', `${v}.${keyId}.${shard}.${random}.${at}.${cleared}.${'A'.repeat(43)}`],
  ])('with %s is forged', (_what, value) => {
    expect(shown(`${PASS_COOKIE}=${value}`)).toEqual(invalid('pass_forged'))
  })

  it.each([
    ['nothing', ''],
    ['one word', 'x'],
    ['a version that is not', VALUE.replace('v1', 'v2')],
    ['a shard that is none', VALUE.replace('.1c.', '.1C.')],
    ['a piece too few', VALUE.slice(0, VALUE.lastIndexOf('.'))],
    ['a piece too many', `${VALUE}.x`],
    ['a signature too short', VALUE.slice(0, -1)],
    ['another spelling of its signature', `${VALUE.slice(0, -1)}${respell(VALUE.at(-1))}`],
    ['ten thousand characters', `v1.k1.1c.${'a'.repeat(10_000)}.1.0.${mac}`],
  ])('of %s is malformed', (_what, value) => {
    expect(shown(`${PASS_COOKIE}=${value}`)).toEqual(invalid('pass_malformed'))
  })

  it('sent twice is malformed: no browser does that', () => {
    expect(shown(`${PASS_COOKIE}=${VALUE}; ${PASS_COOKIE}=${VALUE}`)).toEqual(invalid('pass_malformed'))
    expect(shown(`${PASS_COOKIE}=${VALUE}, ${PASS_COOKIE}=${VALUE}`)).toEqual(invalid('pass_malformed'))
  })

  it('is absent where there is no such cookie', () => {
    expect(shown(`__host-portcullis=${VALUE}`)).toEqual(ABSENT)
    expect(shown('')).toEqual(ABSENT)
    expect(verifyPass(exchange({ headers: {} }), client(), keys)).toEqual(ABSENT)
  })
})

/** The last of 43 characters carries two bits that mean nothing: another letter, the same bytes. */
function respell(last: string | undefined): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet[alphabet.indexOf(last ?? 'A') + 1] ?? ''
}

describe('cookiesNamed()', () => {
  it('takes no cookie whose name only looks alike', () => {
    expect(cookiesNamed('xa=1; a=2; a =3; ab=4; =5; a', 'a')).toEqual(['2', '3'])
    expect(cookiesNamed(null, 'a')).toEqual([])
    expect(cookiesNamed(`a=1; ${'x'.repeat(20_000)}`, 'a')).toEqual([])
  })
})

const tools = () => ({ ...testHouse({}), keys })

describe('verify()', () => {
  it('keeps each proof for itself: a good pass is not lost beside a bad token', async () => {
    const sent = exchange({ headers: { cookie: `${PASS_COOKIE}=${VALUE}`, authorization: 'Bearer a b' } })
    const input = { exchange: sent, client: client(), match: match({ token: 'required' }), content: ABSENT }
    expect((await verify(input, tools())).proof).toEqual({
      ...NOTHING_PROVEN,
      token: invalid('token_malformed'),
      pass: valid(PASS),
    })
  })

  it('leaves a Basic login alone where the route asks for no token', async () => {
    const sent = exchange({ headers: { authorization: 'Basic dXNlcjpwYXNz' } })
    const input = { exchange: sent, client: client(), match: match(), content: ABSENT }
    expect((await verify(input, tools())).proof.token).toEqual(ABSENT)
  })
})
