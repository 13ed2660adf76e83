/** Each feature of a request and of the keys it comes under: what it says of a person, and what of a campaign that it is for. */
import { describe, expect, it } from 'vitest'
import type { Behaviour, Contradiction, Evidence, KeyKind, Route } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import { FEATURES } from '../../src/score/features.ts'
import { behaviourOf, clientOf, evidenceOf, exchangeOf, NO_CONDUCT, NO_TALLY } from '../fixtures/facts.ts'

type Name = keyof typeof FEATURES

const person = evidenceOf()

describe('a contradiction moves its own feature and no other', () => {
  const CONTRADICTIONS = {
    clientHintsMissing: 'client_hints_missing',
    clientHintsUnexpected: 'client_hints_unexpected',
    clientHintsDisagree: 'client_hints_disagree',
    fetchMetadataMissing: 'fetch_metadata_missing',
    fetchMetadataUnexpected: 'fetch_metadata_unexpected',
    fetchMetadataDisagrees: 'fetch_metadata_disagrees',
    acceptUnlikeClaim: 'accept_unlike_claim',
    acceptLanguageMissing: 'accept_language_missing',
    acceptEncodingUnlikeClaim: 'accept_encoding_unlike_claim',
    userAgentObsolete: 'user_agent_obsolete',
    userAgentDuplicated: 'user_agent_duplicated',
    headerUnlikeClaim: 'header_unlike_claim',
  } as const satisfies Partial<Record<Name, Contradiction>>
  // Object.entries forgets the keys.
  const pairs = Object.entries(CONTRADICTIONS) as [keyof typeof CONTRADICTIONS, Contradiction][]

  it.each(pairs)('%s', (name, contradiction) => {
    const forged = evidenceOf({ client: clientOf({ contradictions: [contradiction] }) })
    for (const [other] of pairs) expect(FEATURES[other](forged), other).toBe(other === name ? 1 : 0)
    expect(FEATURES[name](person)).toBe(0)
  })
})

describe('what a request says of itself', () => {
  const { claim, shape, network } = clientOf()
  const claiming = (change: Partial<typeof claim>) =>
    evidenceOf({ client: clientOf({ claim: { ...claim, ...change } }) })
  const shaped = (change: Partial<typeof shape>) =>
    evidenceOf({ client: clientOf({ shape: { ...shape, ...change } }) })
  const onRoute = (route: Partial<Route>) => evidenceOf({ route })
  const entry = { kind: 'address', entry: '192.0.2.17', note: '' } as const
  const TOLD: readonly (readonly [name: Name, evidence: Evidence, value: number, ofPerson: number])[] = [
    ['claimsBrowser', claiming({ family: 'tool' }), 0, 1],
    ['claimsApp', claiming({ family: 'app' }), 1, 0],
    ['claimsTool', claiming({ family: 'tool' }), 1, 0],
    ['declaresAutomation', claiming({ declaresAutomation: true }), 1, 0],
    ['headerCount', shaped({ count: 4 }), 4, 14],
    ['hasCookie', shaped({ hasCookie: true }), 1, 0],
    ['hasReferer', shaped({ hasReferer: false }), 0, 1],
    ['languages', shaped({ acceptsLanguage: 0 }), 0, 2],
    ['acceptsBrotli', shaped({ encodings: 'gzip, deflate' }), 0, 1],
    [
      'countryUnknown',
      evidenceOf({ client: clientOf({ network: { ...network, country: undefined } }) }),
      1,
      0,
    ],
    ['listed', evidenceOf({ client: clientOf({ listed: [entry, entry] }) }), 2, 0],
    ['targetDifferences', twoReadings(), 1, 0],
    ['payment', onRoute({ sensitivity: 'payment' }), 1, 0],
    ['accountData', onRoute({ sensitivity: 'account' }), 1, 0],
    ['tppChannel', onRoute({ channel: 'tpp' }), 1, 0],
    ['mobileChannel', onRoute({ channel: 'mobile' }), 1, 0],
    ['browserChannel', onRoute({ channel: 'tpp' }), 0, 1],
  ]
  it.each(TOLD)('%s', (name, evidence, value, ofPerson) => {
    expect(FEATURES[name](evidence)).toBe(value)
    expect(FEATURES[name](person)).toBe(ofPerson)
  })
})

function twoReadings(): Evidence {
  const { target } = exchangeOf()
  return evidenceOf({ exchange: exchangeOf({ target: { ...target, differences: ['percent_encoding'] } }) })
}

/** Somebody who mistyped a password once this morning. */
const HOME = behaviourOf({
  minute: { ...NO_TALLY, requests: 3, attempts: 1, successes: 1, accounts: 1, clients: 1 },
  hour: { ...NO_TALLY, requests: 12, attempts: 1, successes: 1, accounts: 1, clients: 1 },
  day: { ...NO_TALLY, requests: 30, attempts: 3, failures: 1, successes: 2, accounts: 1, clients: 1 },
  regularity: 0.9,
  pages: 4,
})

/** A list that is tried from here, by turns under several names. */
const LIST = behaviourOf({
  minute: { ...NO_TALLY, requests: 20, attempts: 20, failures: 19, successes: 1, accounts: 20, clients: 4 },
  hour: {
    ...NO_TALLY,
    ...{ requests: 240, attempts: 200, failures: 190, successes: 10, misses: 40, accounts: 180, clients: 25 },
  },
  day: {
    ...NO_TALLY,
    requests: 900,
    attempts: 800,
    failures: 760,
    successes: 40,
    accounts: 700,
    clients: 60,
  },
  regularity: 0.05,
  pages: 0,
})

describe('what a key has done tells a list from a home', () => {
  const COUNTED: readonly (readonly [name: Name, kind: KeyKind, list: number, home: number])[] = [
    ['addressAttemptsMinute', 'address', Math.log1p(20), Math.log1p(1)],
    ['addressAttemptsHour', 'address', Math.log1p(200), Math.log1p(1)],
    ['addressFailuresDay', 'address', Math.log1p(760), Math.log1p(1)],
    ['addressAccountsDay', 'address', Math.log1p(700), Math.log1p(1)],
    ['addressClientsHour', 'address', Math.log1p(25), Math.log1p(1)],
    ['addressRequestsHour', 'address', Math.log1p(240), Math.log1p(12)],
    ['addressPages', 'address', 0, Math.log1p(4)],
    ['clientAttemptsHour', 'client', Math.log1p(200), Math.log1p(1)],
    ['clientFailureRatioHour', 'client', 0.95, 0],
    ['clientAccountsHour', 'client', Math.log1p(180), Math.log1p(1)],
    ['clientMissesHour', 'client', Math.log1p(40), 0],
    ['clientRegularity', 'client', 0.05, 0.9],
    ['clientPages', 'client', 0, Math.log1p(4)],
    ['prefixAttemptsHour', 'prefix', Math.log1p(200), Math.log1p(1)],
    ['prefixFailureRatioHour', 'prefix', 0.95, 0],
    ['prefixAccountsHour', 'prefix', Math.log1p(180), Math.log1p(1)],
    ['accountAttemptsHour', 'account', Math.log1p(200), Math.log1p(1)],
    ['accountFailuresDay', 'account', Math.log1p(760), Math.log1p(1)],
    ['accountClientsDay', 'account', Math.log1p(60), Math.log1p(1)],
    ['cardAttemptsHour', 'card', Math.log1p(200), Math.log1p(1)],
    ['cardClientsDay', 'card', Math.log1p(60), Math.log1p(1)],
    ['passAttemptsHour', 'pass', Math.log1p(200), Math.log1p(1)],
    ['passFailureRatioHour', 'pass', 0.95, 0],
    ['tokenRequestsHour', 'token', Math.log1p(240), Math.log1p(12)],
    ['tokenMissesHour', 'token', Math.log1p(40), 0],
  ]

  it.each(COUNTED)('%s', (name, kind, list, home) => {
    expect(FEATURES[name](having(kind, LIST))).toBeCloseTo(list, 12)
    expect(FEATURES[name](having(kind, HOME))).toBeCloseTo(home, 12)
    expect(FEATURES[name](person)).toBeNaN()
  })

  it.each(COUNTED)('%s stays where it was when it is another key that did it', (name, kind) => {
    const others: readonly KeyKind[] = ['address', 'client', 'prefix', 'account', 'card', 'pass', 'token']
    for (const other of others.filter((one) => one !== kind)) {
      expect(FEATURES[name](having(other, LIST)), other).toBeNaN()
    }
  })
})

function having(kind: KeyKind, behaviour: Behaviour): Evidence {
  return evidenceOf({ conduct: { ...NO_CONDUCT, keys: { ...NO_CONDUCT.keys, [kind]: valid(behaviour) } } })
}

describe('what all do who are alike tells a campaign from a popular browser', () => {
  const popular = behaviourOf({
    hour: { ...NO_TALLY, requests: 900, attempts: 80, failures: 8, successes: 72, accounts: 60 },
    pages: 160,
  })
  const campaign = behaviourOf({
    hour: { ...NO_TALLY, requests: 900, attempts: 800, failures: 760, successes: 40, accounts: 800 },
    pages: 80,
  })
  const ALIKE: readonly (readonly [
    name: Name,
    group: 'cohort' | 'route',
    campaign: number,
    popular: number,
  ])[] = [
    ['cohortSupport', 'cohort', Math.log1p(100), Math.log1p(80)],
    ['cohortFailureRatioHour', 'cohort', 0.95, 0.1],
    ['cohortAccountsPerAttempt', 'cohort', 1, 0.75],
    ['cohortPagesPerAttempt', 'cohort', 0.1, 2],
    ['routeFailureRatioHour', 'route', 0.95, 0.1],
  ]

  it.each(ALIKE)('%s', (name, group, ofCampaign, ofPopular) => {
    const of = (behaviour: Behaviour) =>
      evidenceOf({ conduct: { ...NO_CONDUCT, [group]: valid({ behaviour, staleness: 0 }) } })
    expect(FEATURES[name](of(campaign))).toBeCloseTo(ofCampaign, 12)
    expect(FEATURES[name](of(popular))).toBeCloseTo(ofPopular, 12)
    expect(FEATURES[name](person)).toBeNaN()
  })
})
