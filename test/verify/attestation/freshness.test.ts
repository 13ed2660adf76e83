import { describe, expect, it } from 'vitest'
import { keysFrom } from '../../../src/keys.ts'
import {
  CHALLENGE_TTL_SECONDS,
  issueChallenge,
  verifyChallenge,
} from '../../../src/verify/attestation/challenge.ts'
import { clientData } from '../../../src/verify/attestation/client-data.ts'
import { readFreshness } from '../../../src/verify/attestation/freshness.ts'
import type { FreshnessPolicy } from '../../../src/verify/attestation/types.ts'
import { text } from './apple.ts'

const master = (id: string, byte: number) => ({ id, bytes: new Uint8Array(32).fill(byte) })
const keys = keysFrom({ gateKeys: [master('k1', 1)], signatureKey: undefined })
const NOW = Date.UTC(2026, 10, 21, 12)
const RANDOM = '0d4f2a1c-7f1e-4c55-9a7e-3b8f6f6f0a11'
const challenge = issueChallenge(RANDOM, NOW, keys)

describe('a challenge', () => {
  it('is known again without having been stored', () => {
    expect(verifyChallenge(challenge, NOW + 1_000, keys)).toEqual({
      state: 'valid',
      value: { issuedAt: NOW, expiresAt: NOW + CHALLENGE_TTL_SECONDS * 1_000 },
    })
  })

  it('is good for five minutes', () => {
    const end = NOW + CHALLENGE_TTL_SECONDS * 1_000
    expect(verifyChallenge(challenge, end, keys).state).toBe('valid')
    expect(verifyChallenge(challenge, end + 1, keys)).toEqual({
      state: 'invalid',
      reason: 'challenge_expired',
    })
    expect(verifyChallenge(challenge, NOW - 61_000, keys).state).toBe('invalid')
  })

  it('outlives a change of keys, and not the loss of its own', () => {
    const rotated = keysFrom({ gateKeys: [master('k2', 2), master('k1', 1)], signatureKey: undefined })
    expect(verifyChallenge(challenge, NOW, rotated).state).toBe('valid')
    const without = keysFrom({ gateKeys: [master('k2', 2)], signatureKey: undefined })
    expect(verifyChallenge(challenge, NOW, without)).toEqual({
      state: 'invalid',
      reason: 'challenge_expired',
    })
  })

  it.each([
    ['with another time', challenge.replace(/^(a1\.k1\.)(\w)/, '$1z'), 'challenge_forged'],
    ['with other randomness', challenge.replace('0d4f', '0d4e'), 'challenge_forged'],
    ['with another mac', `${challenge.slice(0, -22)}${'A'.repeat(22)}`, 'challenge_forged'],
    ['that ends too soon', challenge.slice(0, -1), 'challenge_malformed'],
    ['of another kind', challenge.replace('a1', 'v1'), 'challenge_malformed'],
    ['that is empty', '', 'challenge_malformed'],
  ])('%s is refused', (_what, changed, reason) => {
    expect(verifyChallenge(changed, NOW, keys)).toEqual({ state: 'invalid', reason })
  })
})

const NAMES = { challenge: 'app-challenge', time: 'app-time' }
const POLICY: FreshnessPolicy = { accepts: ['challenge', 'time'], maxAgeSeconds: 60, maxFutureSeconds: 10 }
const read = (headers: Record<string, string>, policy: Partial<FreshnessPolicy> = {}) =>
  readFreshness(new Headers(headers), NAMES, { ...POLICY, ...policy }, NOW, keys)

describe('when evidence was made', () => {
  it('is told by a challenge or by the clock of the app', () => {
    expect(read({ 'app-challenge': challenge })).toMatchObject({ value: { kind: 'challenge', madeAt: NOW } })
    const time = String(NOW - 5_000)
    expect(read({ 'app-time': time })).toEqual({
      state: 'valid',
      value: { kind: 'time', text: time, madeAt: NOW - 5_000, until: NOW + 55_000 },
    })
  })

  it.each<[string, Record<string, string>, Partial<FreshnessPolicy>, string]>([
    ['nothing', {}, {}, 'freshness_missing'],
    ['both', { 'app-challenge': challenge, 'app-time': String(NOW) }, {}, 'freshness_missing'],
    [
      'a time where a challenge is wanted',
      { 'app-time': String(NOW) },
      { accepts: ['challenge'] },
      'freshness_missing',
    ],
    [
      'a challenge where a time is wanted',
      { 'app-challenge': challenge },
      { accepts: ['time'] },
      'freshness_missing',
    ],
    ['a challenge of nobody', { 'app-challenge': 'x' }, {}, 'challenge_malformed'],
    ['a time of a minute ago', { 'app-time': String(NOW - 60_001) }, {}, 'time_stale'],
    ['a time to come', { 'app-time': String(NOW + 10_001) }, {}, 'time_from_future'],
    ['seconds', { 'app-time': String(NOW / 1_000) }, {}, 'time_malformed'],
    ['a time with a sign', { 'app-time': `+${NOW}` }, {}, 'time_malformed'],
  ])('is not told by %s', (_what, headers, policy, reason) => {
    expect(read(headers, policy)).toEqual({ state: 'invalid', reason })
  })
})

describe('what an app signs', () => {
  const fresh = { kind: 'time', text: '1795262400000', madeAt: 0, until: 0 } as const

  it('is the text that docs/mobile-apps.md prints', () => {
    const data = clientData({ method: 'POST', target: '/mobile/v1/login?lang=en', body: text('{}') }, fresh)
    expect(new TextDecoder().decode(data)).toBe(
      [
        'portcullis app request 1',
        'POST',
        '/mobile/v1/login?lang=en',
        'RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o',
        'time 1795262400000',
        '',
      ].join('\n'),
    )
  })

  it('differs with each of its parts', () => {
    const request = { method: 'POST', target: '/a?b', body: text('c') }
    const texts = [
      clientData(request, fresh),
      clientData({ ...request, method: 'PUT' }, fresh),
      clientData({ ...request, target: '/a?c' }, fresh),
      clientData({ ...request, body: text('d') }, fresh),
      clientData(request, { ...fresh, text: '1795262400001' }),
      clientData(request, { ...fresh, kind: 'challenge' }),
    ].map((data) => new TextDecoder().decode(data))
    expect(new Set(texts).size).toBe(texts.length)
  })
})
