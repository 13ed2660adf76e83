import { describe, expect, it } from 'vitest'
import type { Behaviour, Contradiction, Evidence, KeyKind } from '../../src/evidence.ts'
import { ABSENT, invalid, unavailable, valid } from '../../src/lib/fact.ts'
import { FEATURE_NAMES, FEATURES, INTENTS, vector } from '../../src/score/features.ts'
import {
  behaviourOf,
  clientOf,
  evidenceOf,
  exchangeOf,
  NO_CONDUCT,
  NO_PROOF,
  NO_TALLY,
  NOON,
} from '../fixtures/facts.ts'
import { COMMITTED } from './feature-names.ts'

type Name = keyof typeof FEATURES

function conductOf(kind: KeyKind, behaviour: Behaviour): Evidence['conduct'] {
  return { ...NO_CONDUCT, keys: { ...NO_CONDUCT.keys, [kind]: valid(behaviour) } }
}

const JA4 = valid('t13d1516h2_8daaf6152771_d8a2da3f94cd')
const ordinary = evidenceOf({
  client: clientOf({ tls: { version: 'TLSv1.3', cipher: undefined, ja4: JA4, ja3: ABSENT } }),
})

describe('the feature vector', () => {
  it('has names that are unique', () => {
    expect(new Set(FEATURE_NAMES).size).toBe(FEATURE_NAMES.length)
  })

  it('begins with every committed name in the committed order, because a model knows features by position', () => {
    expect(FEATURE_NAMES.slice(0, COMMITTED.length)).toEqual(COMMITTED)
  })

  it('has every name committed, so that the guard above sees the next change', () => {
    expect(FEATURE_NAMES.slice(COMMITTED.length)).toEqual([])
  })

  it('keeps the order of intents, which are the classes of every model', () => {
    expect(INTENTS).toEqual([
      'benign_person',
      'benign_automation',
      'credential_stuffing',
      'password_spraying',
      'card_testing',
      'enumeration',
      'scraping',
      'account_takeover',
    ])
  })

  it('fills the vector in the order of the names', () => {
    const into = new Float32Array(FEATURE_NAMES.length)
    vector(ordinary, into)
    expect(Array.from(into)).toEqual(Object.values(FEATURES).map((measure) => Math.fround(measure(ordinary))))
  })

  it('is NaN or finite, never infinite, for a request about which nothing is known', () => {
    const into = new Float32Array(FEATURE_NAMES.length)
    vector(evidenceOf(), into)
    expect(Array.from(into).filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toEqual([])
  })
})

describe('what could not be known is NaN', () => {
  const unreachable = unavailable('verifier_failed' as const)
  const down = unavailable('ledger_timeout' as const)
  const nothing = evidenceOf({
    client: clientOf({
      tls: { version: undefined, cipher: undefined, ja4: ABSENT, ja3: ABSENT },
      protocol: undefined,
    }),
    proof: {
      ...NO_PROOF,
      certificate: unreachable,
      token: unreachable,
      signature: ABSENT,
      pass: unreachable,
    },
    conduct: { ...NO_CONDUCT, keys: { ...NO_CONDUCT.keys, address: down } },
  })
  const UNKNOWN: readonly Name[] = [
    'tlsUnlikeClaim',
    'protocolUnlikeClaim',
    'tls13',
    'http1',
    'provenTpp',
    'certificateRefused',
    'tokenHeld',
    'tokenRefused',
    'passHeld',
    'passRefused',
    'passCleared',
    'passAge',
    'addressAttemptsHour',
    'addressRegularity',
    'accountFailuresDay',
    'cardAttemptsHour',
    'cohortFailureRatioHour',
    'cohortShareOfRoute',
    'routeUnresolvedShare',
  ]
  it.each(UNKNOWN)('%s', (name) => {
    expect(FEATURES[name](nothing)).toBeNaN()
  })

  it('also a failure ratio of a key on which the bank has answered nothing yet', () => {
    const behaviour = behaviourOf({ hour: { ...NO_TALLY, attempts: 3 } })
    expect(
      FEATURES.addressFailureRatioHour(evidenceOf({ conduct: conductOf('address', behaviour) })),
    ).toBeNaN()
  })

  it('but a certificate that was not shown is a certificate that does not hold', () => {
    expect(FEATURES.provenTpp(ordinary)).toBe(0)
    expect(FEATURES.certificateRefused(ordinary)).toBe(0)
  })
})

describe('a feature moves on abuse and stays still on an ordinary request', () => {
  const contradicting = (...contradictions: Contradiction[]) =>
    evidenceOf({ client: clientOf({ contradictions }) })
  const hammered = behaviourOf({
    hour: {
      ...NO_TALLY,
      requests: 240,
      attempts: 200,
      failures: 95,
      successes: 5,
      misses: 40,
      accounts: 190,
    },
    firstSeenAt: NOON - 60_000,
    sinceLast: 250,
    regularity: 0.05,
  })
  const MOVED: readonly (readonly [name: Name, abuse: Evidence, value: number, still: number])[] = [
    ['tlsUnlikeClaim', contradicting('tls_unlike_claim'), 1, 0],
    ['protocolUnlikeClaim', contradicting('protocol_unlike_claim'), 1, 0],
    ['userAgentObsolete', contradicting('user_agent_obsolete'), 1, 0],
    [
      'headerContradictions',
      contradicting('tls_unlike_claim', 'accept_unlike_claim', 'client_hints_missing'),
      2,
      0,
    ],
    [
      'spoofedHeaders',
      evidenceOf({ exchange: exchangeOf({ spoofed: ['client-cert', 'x-ssl-cert'] }) }),
      2,
      0,
    ],
    ['contentProblem', evidenceOf({ content: invalid('json_duplicate_member') }), 1, 0],
    ['passRefused', evidenceOf({ proof: { ...NO_PROOF, pass: invalid('pass_forged') } }), 1, 0],
    ['documented', evidenceOf({ route: { documented: false } }), 0, 1],
    ['hosting', evidenceOf({ client: clientOf({ hosting: true }) }), 1, 0],
  ]
  it.each(MOVED)('%s', (name, abuse, value, still) => {
    expect(FEATURES[name](abuse)).toBe(value)
    expect(FEATURES[name](ordinary)).toBe(still)
  })

  const CONDUCT: readonly (readonly [name: Name, kind: KeyKind, value: number])[] = [
    ['addressAttemptsHour', 'address', Math.log1p(200)],
    ['addressFailureRatioHour', 'address', 0.95],
    ['addressAccountsHour', 'address', Math.log1p(190)],
    ['addressMissesHour', 'address', Math.log1p(40)],
    ['addressRegularity', 'address', 0.05],
    ['addressSinceFirst', 'address', Math.log1p(60)],
    ['addressSinceLast', 'address', Math.log1p(0.25)],
    ['clientRequestsHour', 'client', Math.log1p(240)],
    ['passAccountsHour', 'pass', Math.log1p(190)],
  ]
  it.each(CONDUCT)('%s, under the key of its own kind', (name, kind, value) => {
    expect(FEATURES[name](evidenceOf({ conduct: conductOf(kind, hammered) }))).toBeCloseTo(value, 12)
    expect(FEATURES[name](ordinary)).toBeNaN()
  })

  it('attempts that were refused before the bank saw them still count against a cohort', () => {
    const behaviour = behaviourOf({ hour: { ...NO_TALLY, attempts: 500, failures: 20, successes: 0 } })
    const conduct = { ...NO_CONDUCT, cohort: valid({ behaviour, staleness: 0 }) }
    expect(FEATURES.cohortUnresolvedShare(evidenceOf({ conduct }))).toBeCloseTo(0.96, 12)
  })

  it('a bank that is ten times as large looks the same, as far as cohorts and routes go', () => {
    const sized = (size: number) => {
      const tally = { ...NO_TALLY, requests: 900, attempts: 300, failures: 60, successes: 200, accounts: 240 }
      const hour = Object.fromEntries(Object.entries(tally).map(([name, count]) => [name, count * size]))
      const picture = valid({
        behaviour: behaviourOf({ hour: { ...NO_TALLY, ...hour }, pages: 400 * size }),
        staleness: 0,
      })
      const into = new Float32Array(FEATURE_NAMES.length)
      vector(evidenceOf({ conduct: { ...NO_CONDUCT, cohort: picture, route: picture } }), into)
      return Array.from(into)
    }
    expect(sized(10)).toEqual(sized(1))
  })

  it('a clock that runs a little behind makes no negative age', () => {
    const behaviour = behaviourOf({ firstSeenAt: NOON + 5_000 })
    expect(FEATURES.addressSinceFirst(evidenceOf({ conduct: conductOf('address', behaviour) }))).toBe(0)
  })
})
