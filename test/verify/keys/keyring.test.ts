import { beforeAll, describe, expect, it } from 'vitest'
import { type FoundKey, findKey, KEYRING_LIMITS, newKeyring } from '../../../src/verify/keys/keyring.ts'
import { kvKeyStore, readStoredSet } from '../../../src/verify/keys/kv-store.ts'
import type { KeyPorts, KeySource } from '../../../src/verify/keys/types.ts'
import { ed25519, jwks, publisher } from './publisher.ts'

const SOURCE: KeySource = {
  url: 'https://keys.example/jwks',
  mediaTypes: ['application/json'],
  namedBy: 'kid',
}
const NOW = 1_790_000_000_000
const { coolDownMs, freshMs, staleMs, unknownMs } = KEYRING_LIMITS

let one: Readonly<Record<string, unknown>>
let two: Readonly<Record<string, unknown>>
beforeAll(async () => {
  one = await ed25519('one')
  two = await ed25519('two')
})

function said(found: FoundKey): string {
  return found.state === 'invalid' || found.state === 'unavailable' ? found.reason : found.state
}

function asker(ports: KeyPorts, ring = newKeyring()) {
  return async (keyId: string, now: number) => said(await findKey(ring, SOURCE, { keyId }, ports, now))
}

describe('a key set that is published', () => {
  it('is read once and used by everybody', async () => {
    const place = publisher()
    place.answer = () => jwks(one, two)
    const ask = asker(place.ports)
    expect(await ask('one', NOW)).toBe('valid')
    expect(await ask('two', NOW + 1)).toBe('valid')
    expect(place.asked).toEqual([SOURCE.url])
  })

  it('is read once for a thousand who ask at the same moment, and all get their key', async () => {
    const place = publisher()
    place.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return jwks(one)
    }
    const ask = asker(place.ports)
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask('one', NOW)))
    expect(new Set(answers)).toEqual(new Set(['valid']))
    expect(place.asked.length).toBe(1)
  })

  it('is used while it is read again behind the answer', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const ask = asker(place.ports)
    await ask('one', NOW)
    place.answer = () => jwks(two)
    expect(await ask('one', NOW + freshMs)).toBe('valid')
    await Promise.all(place.background)
    expect(await ask('one', NOW + freshMs + 1)).toBe('key_unknown')
    expect(await ask('two', NOW + freshMs + 1)).toBe('valid')
  })
})

describe('key ids that nobody published', () => {
  it('do not become load: ten thousand of them in a minute are one reading', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const ask = asker(place.ports)
    await ask('one', NOW)
    for (let index = 0; index < 10_000; index++) {
      expect(await ask(`random-${index}`, NOW + 1 + index * 5)).toBe('key_unknown')
    }
    expect(place.asked.length).toBe(1)
  })

  it('are believed unknown for a while, each for itself', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const ask = asker(place.ports)
    expect(await ask('two', NOW)).toBe('key_unknown')
    expect(await ask('two', NOW + coolDownMs)).toBe('key_unknown')
    expect(place.asked.length).toBe(1)
    place.answer = () => jwks(one, two)
    expect(await ask('two', NOW + unknownMs)).toBe('valid')
    expect(place.asked.length).toBe(2)
  })

  it('find a key that was published a minute ago', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const ask = asker(place.ports)
    await ask('one', NOW)
    place.answer = () => jwks(one, two)
    expect(await ask('two', NOW + coolDownMs)).toBe('valid')
  })

  // A third party published its new key half a minute after we had read its set, signed, and was unknown for five minutes.
  it('find a key that was published and asked for while the source may not be asked, as soon as it may', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const ask = asker(place.ports)
    await ask('one', NOW)
    place.answer = () => jwks(one, two)
    expect(await ask('two', NOW + coolDownMs / 2)).toBe('key_unknown')
    expect(await ask('two', NOW + coolDownMs)).toBe('valid')
    expect(place.asked.length).toBe(2)
  })

  it('are of bounded length and bounded number', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const ring = newKeyring()
    const ask = asker(place.ports, ring)
    expect(await ask('k'.repeat(513), NOW)).toBe('key_unknown')
    expect(place.asked.length).toBe(0)
    for (let index = 0; index < 2_000; index++) await ask(`random-${index}`, NOW)
    expect(ring.held.get(SOURCE.url)?.unknown.size).toBeLessThanOrEqual(256)
  })
})

describe('an outage of who publishes', () => {
  const OUTAGES: readonly (readonly [string, () => Response | Promise<Response>])[] = [
    ['an error', () => new Response('no', { status: 503 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
    ['a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['half a set', () => new Response('{"keys":[', { headers: { 'content-type': 'application/json' } })],
    [
      'a member twice',
      () => new Response('{"keys":[],"keys":[]}', { headers: { 'content-type': 'application/json' } }),
    ],
    ['too many keys', () => jwks(...Array.from({ length: 257 }, () => ({ kty: 'x' })))],
    ['too much', () => Response.json({ keys: [], padding: 'x'.repeat(600_000) })],
    ['no answer', () => Promise.reject(new Error('connection refused'))],
  ]
  it.each(OUTAGES)('keeps the last good set: %s', async (_name, answer) => {
    const place = publisher()
    place.answer = () => jwks(one)
    const ask = asker(place.ports)
    await ask('one', NOW)
    place.answer = answer
    expect(await ask('one', NOW + freshMs)).toBe('valid')
    await Promise.all(place.background)
    expect(await ask('one', NOW + staleMs - 1)).toBe('valid')
    // Nobody can say whether it was published meanwhile.
    expect(await ask('two', NOW + staleMs - 1)).toBe('key_source_unavailable')
    expect(await ask('one', NOW + 2 * staleMs)).toBe('key_source_unavailable')
  })

  it('is asked about again after the cool-down and not before', async () => {
    const place = publisher()
    place.answer = () => new Response('no', { status: 503 })
    const ask = asker(place.ports)
    for (let second = 0; second < 60; second++) {
      expect(await ask('one', NOW + second * 1_000)).toBe('key_source_unavailable')
    }
    expect(place.asked.length).toBe(1)
    place.answer = () => jwks(one)
    expect(await ask('one', NOW + coolDownMs)).toBe('valid')
  })

  it('does not hang others when the request that reads is cancelled', async () => {
    const place = publisher()
    place.answer = () => new Promise(() => undefined)
    const ring = newKeyring()
    const ask = asker(place.ports, ring)
    void ask('one', NOW)
    await new Promise((resolve) => setTimeout(resolve, 1))
    expect(await ask('one', NOW + 1)).toBe('key_source_unavailable')
    place.answer = () => jwks(one)
    // Its lease has a time on it, and ends without anybody.
    expect(await ask('one', NOW + 10_000)).toBe('valid')
  })

  it('gives a slow place its time and no more', async () => {
    const place = publisher()
    place.answer = (request) =>
      new Promise((_resolve, reject) => {
        request.signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    const ask = asker(place.ports, newKeyring({ ...KEYRING_LIMITS, timeoutMs: 20 }))
    expect(await ask('one', NOW)).toBe('key_source_unavailable')
  })
})

describe('what a set says of its keys', () => {
  it('is obeyed: use, life, revocation, secrets and weakness', async () => {
    const place = publisher()
    const at = NOW / 1_000
    place.answer = async () =>
      jwks(
        await ed25519('enc', { use: 'enc' }),
        await ed25519('ops', { key_ops: ['sign'] }),
        await ed25519('old', { exp: at }),
        await ed25519('new', { nbf: at + 1 }),
        await ed25519('gone', { revoked: { revoked_at: at - 1 } }),
        await ed25519('private', { d: 'AAAA' }),
        { kty: 'oct', k: 'A'.repeat(43), kid: 'secret' },
        { kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'small' },
        { kty: 'EC', kid: 'broken' },
        await ed25519('millis', { exp: NOW + 1 }),
        one,
      )
    const ask = asker(place.ports)
    const kids = ['enc', 'ops', 'old', 'new', 'gone', 'private', 'secret', 'small', 'broken', 'millis', 'one']
    const reasons = await Promise.all(kids.map(async (kid) => [kid, await ask(kid, NOW)]))
    expect(Object.fromEntries(reasons)).toEqual({
      enc: 'key_use_refused',
      ops: 'key_use_refused',
      old: 'key_expired',
      new: 'key_not_yet_valid',
      gone: 'key_revoked',
      private: 'key_revoked',
      secret: 'key_revoked',
      small: 'key_weak',
      broken: 'key_malformed',
      millis: 'valid',
      one: 'valid',
    })
  })

  it('leaves no choice between two keys of one name, and one between a key and itself', async () => {
    const place = publisher()
    place.answer = async () => jwks(one, { ...two, kid: 'one' })
    expect(await asker(place.ports)('one', NOW)).toBe('key_ambiguous')
    const other = publisher()
    other.answer = () => jwks(one, one)
    expect(await asker(other.ports)('one', NOW)).toBe('valid')
  })

  it('tells when a key was first seen, but not of those that were always there', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const ring = newKeyring()
    const ask = (keyId: string, now: number) => findKey(ring, SOURCE, { keyId }, place.ports, now)
    expect(await ask('one', NOW)).not.toHaveProperty('value.firstSeenAt')
    place.answer = () => jwks(one, two)
    const later = NOW + coolDownMs
    expect(await ask('two', later)).toHaveProperty('value.firstSeenAt', later)
    // It goes away and comes back: no news.
    place.answer = () => jwks(one)
    await ask('one', later + freshMs)
    await Promise.all(place.background)
    place.answer = () => jwks(one, two)
    expect(await ask('two', later + 2 * freshMs)).toHaveProperty('value.firstSeenAt', later)
  })
})

describe('what outlives an isolate', () => {
  it('serves the next isolate, which asks nobody', async () => {
    const first = publisher()
    first.answer = () => jwks(one)
    await asker(first.ports)('one', NOW)
    await Promise.all(first.background)
    const second = publisher(first.stored)
    expect(await asker(second.ports)('one', NOW + 1_000)).toBe('valid')
    expect(second.asked).toEqual([])
  })

  it('lets one isolate read for all of them', async () => {
    const stored = publisher().stored
    const [first, second] = [publisher(stored), publisher(stored)]
    for (const place of [first, second]) place.answer = () => jwks(one)
    const [askFirst, askSecond] = [asker(first.ports), asker(second.ports)]
    await askFirst('one', NOW)
    await askSecond('one', NOW)
    first.answer = () => jwks(one, two)
    await askFirst('two', NOW + coolDownMs)
    await Promise.all(first.background)
    expect(await askSecond('two', NOW + coolDownMs + 1)).toBe('valid')
    expect(second.asked).toEqual([])
  })

  it('is waited for no longer than the source is', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const store = { get: () => new Promise<never>(() => {}), put: () => Promise.resolve() }
    const ask = asker({ ...place.ports, store }, newKeyring({ ...KEYRING_LIMITS, timeoutMs: 20 }))
    expect(await ask('one', NOW)).toBe('valid')
  })

  it('is done without where the store fails', async () => {
    const place = publisher()
    place.answer = () => jwks(one)
    const broken = {
      get: () => Promise.reject(new Error('store')),
      put: () => Promise.reject(new Error('store')),
    }
    expect(await asker({ ...place.ports, store: broken })('one', NOW)).toBe('valid')
    await Promise.all(place.background)
  })

  it('comes back from KV as it was, and not at all when it is damaged', async () => {
    const kept = new Map<string, string>()
    const store = kvKeyStore({
      // The namespace's other shapes of `get` are not used.
      get: (async (name: string) => kept.get(name) ?? null) as unknown as KVNamespace['get'],
      put: async (name, value) => {
        kept.set(name, String(value))
      },
    })
    const set = { text: '{"keys":[]}', fetchedAt: NOW, since: NOW, firstSeen: { a: NOW }, withheld: ['b'] }
    await store.put(SOURCE.url, set)
    expect(await store.get(SOURCE.url)).toEqual(set)
    expect(await store.get('https://other.example/')).toBeUndefined()
    for (const text of ['', '[]', '{}', '{"text":1}', 'null']) expect(readStoredSet(text)).toBeUndefined()
  })
})
