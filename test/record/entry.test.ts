import { describe, expect, it } from 'vitest'
import type { Contradiction, Evidence } from '../../src/evidence.ts'
import { ABSENT, invalid, unavailable, valid } from '../../src/lib/fact.ts'
import { unpackVector, wholeVector } from '../../src/lib/vector.ts'
import type { DecisionRecord } from '../../src/ports.ts'
import { dataPoint } from '../../src/record/columns.ts'
import { entryOf, MAX_ENTRY_BYTES } from '../../src/record/entry.ts'
import type { AppProof } from '../../src/verify/attestation/types.ts'
import {
  behaviourOf,
  clientOf,
  evidenceOf,
  exchangeOf,
  matchOf,
  NO_CONDUCT,
  NO_PROOF,
  NO_TALLY,
  NOON,
} from '../fixtures/facts.ts'
import { DENIED, recordOf, SCORE } from '../fixtures/records.ts'
import { tpp } from '../fixtures/scene.ts'

const SECRETS = {
  user: 'agatha.nobody@example.org',
  card: '4000001234567899',
  password: 'correct-horse-battery-staple',
  token: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZ2F0aGEifQ.c2lnbmF0dXJl',
  address: '203.0.113.77',
  cookie: 'session=9f8e7d6c5b4a',
  account: 'GB29NWBK60161331926819',
  subject: 'CN=Agatha Nobody',
} as const

/** A request into which everything personal was put that a request can hold. */
function personal(): DecisionRecord {
  const { user, card, password, token, address, cookie, account, subject } = SECRETS
  const raw = `/accounts/${account}/login?user=${user}&card=${card}&access_token=${token}`
  const url = `https://bank.example${raw}`
  const headers = { authorization: `Bearer ${token}`, cookie, 'x-user': user, 'user-agent': `app/${user}` }
  const body = JSON.stringify({ user, password, card })
  const client = clientOf()
  const evidence: Evidence = {
    ...evidenceOf(),
    exchange: exchangeOf({
      target: { ...exchangeOf().target, raw, path: `/accounts/${account}/login`, query: `user=${user}` },
      headers: new Headers(headers),
      address,
      request: new Request(url, { method: 'POST', headers, body }),
    }),
    client: {
      ...client,
      network: { ...client.network, address, prefix: '203.0.113.0/24', subscriber: `${address}/32` },
      certificate: valid({ der: subject, chain: [token], chainTooLarge: false, revoked: false }),
      listed: [{ kind: 'address', entry: address, note: 'seen in a botnet' }],
    },
    match: { ...matchOf({ pattern: '/accounts/{AccountId}/login' }), parameters: { AccountId: account } },
    content: valid({
      bytes: new TextEncoder().encode(body),
      streamed: false,
      credentials: { user, password, card },
    }),
    claims: { account: 'k1.pseudonymous-account', card: 'k1.pseudonymous-card', password: 'k1.ab' },
    proof: { ...NO_PROOF, token: valid({ kind: 'jwt', thumbprint: 'thumb-of-token', expiresAt: undefined }) },
  }
  const response = new Response(`welcome ${user}`, { headers: { 'set-cookie': cookie } })
  return recordOf({
    evidence,
    answer: { response, outcome: 'success', originStatus: 200, upstream: 'forwarded' },
  })
}

describe('what is recorded', () => {
  it.each(Object.entries(SECRETS))(
    'never holds the %s of a request, in journal or analytics',
    (_name, secret) => {
      const entry = entryOf(personal())
      const bytes = JSON.stringify([entry, dataPoint(entry)])
      expect(bytes).toContain('203.0.113.0/24')
      expect(bytes).not.toContain(secret)
      expect(bytes).not.toContain(encodeURIComponent(secret))
      expect(bytes).not.toContain(btoa(secret).slice(0, -2))
    },
  )

  it.each(['k1.pseudonymous-account', 'k1.pseudonymous-card', 'k1.ab', 'thumb-of-token'])(
    'holds no pseudonym either (%s): two decisions about one person cannot be joined by it',
    (pseudonym) => {
      const entry = entryOf(personal())
      expect(JSON.stringify([entry, dataPoint(entry)])).not.toContain(pseudonym)
    },
  )

  it('explains the decision: who it seemed to be, what it had done, what was decided and why', () => {
    const hour = { ...NO_TALLY, requests: 12.34567, attempts: 11, failures: 10, accounts: 9 }
    const evidence = evidenceOf({
      proof: {
        ...NO_PROOF,
        certificate: invalid('certificate_expired'),
        signature: unavailable('key_source_unavailable'),
      },
      conduct: {
        ...NO_CONDUCT,
        keys: {
          ...NO_CONDUCT.keys,
          address: valid(behaviourOf({ hour, regularity: 0.12345 })),
          account: unavailable('ledger_timeout'),
        },
        cohort: valid({ behaviour: behaviourOf({ hour }), staleness: 5 }),
      },
    })
    const entry = entryOf(recordOf({ evidence }))
    expect(entry).toMatchObject({
      type: 'decision',
      reference: 'ref-1',
      at: NOON,
      route: 'login',
      pattern: '/login',
      prefix: '192.0.2.0/24',
      family: 'chrome',
      major: 131,
      action: 'deny',
      rule: 'score_deny',
      intent: 'credential_stuffing',
      abuse: 0.97,
      model: 'a1b2c3d4',
      originStatus: null,
      counterfactual: DENIED.counterfactual,
      proof: {
        certificate: 'invalid:certificate_expired',
        token: 'absent',
        signature: 'unavailable:key_source_unavailable',
        pass: 'absent',
      },
    })
    expect(Object.keys(entry.conduct)).toEqual(['account', 'address', 'cohort'])
    expect(entry.conduct.account).toBe('unavailable:ledger_timeout')
    expect(entry.conduct.address).toMatchObject({
      requests: 12.346,
      attempts: 11,
      accounts: 9,
      regularity: 0.123,
    })
  })

  it('keeps what was looked at in a signature, and nothing of what was signed', () => {
    const proof = {
      ...NO_PROOF,
      signing: { profile: 'obie-4.0', fault: '', place: '', failures: 2 },
      signature: valid({
        ...{ keyId: 'key-1', algorithm: 'PS256', keyThumbprint: 'thumb', covered: ['secret-name'] },
        ...{ keyAge: 86_400_000, skew: 1_500, sealUnknownSince: undefined },
      }),
    }
    const entry = entryOf(recordOf({ evidence: evidenceOf({ proof, replay: valid({ retry: true }) }) }))
    expect(entry.signature).toEqual({
      ...{ profile: 'obie-4.0', fault: '', place: '', keyId: 'key-1', algorithm: 'PS256', key: 'thumb' },
      ...{ keyAgeMs: 86_400_000, skewMs: 1_500, failures: 2 },
    })
    expect(entry.replay).toBe('valid:retry')
    expect(JSON.stringify(entry)).not.toContain('secret-name')
    expect(entryOf(recordOf({})).signature).toBeNull()
  })

  it('keeps what a vendor says of an app, and not which device it is', () => {
    const proof = {
      ...NO_PROOF,
      app: valid<AppProof>({
        ...{ platform: 'apple', app: 'TEAM123456.com.example.bank', madeAt: NOON - 1_500 },
        ...{ keyThumbprint: 'one-device', counter: 9, previousCounter: 7 },
        ...{ keyFirstSeenAt: NOON - 86_400_000, environment: 'production' },
        build: { category: 4, bundleVersion: '5.1' },
      }),
    } as const
    const entry = entryOf(recordOf({ evidence: evidenceOf({ proof }) }))
    expect(entry.app).toEqual({
      ...{ platform: 'apple', app: 'TEAM123456.com.example.bank', version: '5.1' },
      ...{ verdict: 'production category 4', ageMs: 1_500, keyAgeMs: 86_400_000, counted: 2 },
    })
    expect(entry.proof.app).toBe('valid')
    expect(JSON.stringify(entry)).not.toContain('one-device')
    expect(entryOf(recordOf({})).app).toBeNull()
  })

  it('keeps why in words, what a shadow made of it, and exactly what was scored, so that a model can learn from it', () => {
    const features = Float32Array.of(1, Number.NaN, 0.1, -3e38)
    const entry = entryOf(
      recordOf({
        score: valid({
          ...SCORE,
          shadow: { model: 'beef', intent: 'scraping', abuse: 0.98765, agrees: false },
          features,
        }),
        explanation: {
          contributions: [{ feature: 'http1', value: 1, effect: 2, words: 'yes: HTTP/1' }],
          rest: -0.12345,
          nearest: { feature: 'http1', abuse: 0.0321, words: 'HTTP/1: no instead of yes' },
        },
      }),
    )
    expect(entry.contributions).toEqual([{ feature: 'http1', value: 1, effect: 2, words: 'yes: HTTP/1' }])
    expect(entry.rest).toBe(-0.123)
    expect(entry.nearest).toBe('HTTP/1: no instead of yes: abuse 0.032')
    expect(entry.shadow).toEqual({ model: 'beef', intent: 'scraping', abuse: 0.988, agrees: false })
    expect(unpackVector(wholeVector(entry.vector), 4)).toEqual(features)
    expect(dataPoint(entry).doubles.at(-1)).toBe(0.988)
  })

  it('says so when there was no score', () => {
    const entry = entryOf(recordOf({ score: unavailable('model_absent'), explanation: undefined }))
    expect(entry).toMatchObject({
      score: 'unavailable:model_absent',
      abuse: null,
      intent: '',
      contributions: [],
      rest: null,
    })
    expect(dataPoint(entry).doubles[0]).toBe(-1)
  })

  it('is bounded, whatever the request holds', () => {
    const entry = entryOf(enormous())
    const { blobs, indexes, doubles } = dataPoint(entry)
    expect(new TextEncoder().encode(JSON.stringify(entry)).length).toBeLessThanOrEqual(MAX_ENTRY_BYTES)
    expect(blobs.reduce((sum, blob) => sum + new TextEncoder().encode(blob).length, 0)).toBeLessThan(16_384)
    expect(new TextEncoder().encode(indexes[0]).length).toBeLessThanOrEqual(96)
    expect(doubles.every(Number.isFinite)).toBe(true)
  })
})

/** Every text at its longest, every list at its fullest, in characters of three bytes. */
function enormous(): DecisionRecord {
  const long = '语'.repeat(5_000)
  const client = clientOf()
  const behaviour = valid(
    behaviourOf({ hour: { ...NO_TALLY, requests: 123_456_789.123 }, regularity: 0.123 }),
  )
  const keys = Object.fromEntries(Object.keys(NO_CONDUCT.keys).map((kind) => [kind, behaviour]))
  const cohort = valid({ behaviour: behaviour.value, staleness: 1 })
  return recordOf({
    evidence: evidenceOf({
      exchange: exchangeOf({
        id: long,
        method: long,
        target: { ...exchangeOf().target, differences: new Array(100).fill('percent_encoding') },
      }),
      client: {
        ...client,
        network: { ...client.network, prefix: long, country: long },
        tls: { ...client.tls, ja4: valid(long) },
        fingerprint: long,
        contradictions: new Array<Contradiction>(1_000).fill('accept_encoding_unlike_claim'),
        listed: new Array(1_000).fill({ kind: 'address', entry: long, note: long }),
      },
      route: { id: long, pattern: long },
      content: ABSENT,
      proof: {
        ...NO_PROOF,
        certificate: valid(
          tpp({ organisation: long, name: long, country: long, thumbprint: long, der: long }),
        ),
        app: valid({
          ...{ platform: 'google', app: long, madeAt: 0, issuedAt: 0, binding: 'nonce' },
          verdicts: { app: long, device: [long], licensing: long, versionCode: 1e300 },
        }),
        examination: {
          thumbprint: long,
          organisation: long,
          kind: 'ob_transport',
          fault: long,
          warnings: new Array(1_000).fill(long),
        },
        signing: { profile: long, fault: long, place: long, failures: 123_456_789 },
        signature: valid({
          ...{ keyId: long, algorithm: long, keyThumbprint: long, covered: new Array(1_000).fill(long) },
          ...{ keyAge: 123_456_789.123, skew: -123_456_789.123, sealUnknownSince: 123_456_789 },
        }),
      },
      conduct: { ...NO_CONDUCT, keys: { ...NO_CONDUCT.keys, ...keys }, cohort, route: cohort },
    }),
    score: valid({
      ...SCORE,
      model: long,
      shadow: { model: long, intent: 'credential_stuffing', abuse: 0.123456789, agrees: false },
      features: new Float32Array(5_000).fill(1.23456789),
    }),
    verdict: { ...DENIED, rule: long, reason: long, counterfactual: long },
    explanation: {
      contributions: new Array(500).fill({
        ...{ feature: long, value: 1.23456789, effect: -1.23456789, words: long },
      }),
      rest: -1.23456789,
      nearest: { feature: long, abuse: 0.123456789, words: long },
    },
  })
}
