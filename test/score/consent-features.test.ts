/** Each feature of consents: it moves on its campaign, it stays where it is for an honest reader, and says when it knows nothing. */
import { describe, expect, it } from 'vitest'
import type { ConsentFact, Evidence } from '../../src/evidence.ts'
import { ABSENT, invalid, unavailable, valid } from '../../src/lib/fact.ts'
import type { ConsentClaim, ConsentQuota } from '../../src/observe/consent/types.ts'
import { CONSENT_FEATURES } from '../../src/score/features/consent.ts'
import { CONSENT_WORDS } from '../../src/score/words/consent.ts'
import { evidenceOf, NO_CONDUCT } from '../fixtures/facts.ts'
import { behaviour } from '../fixtures/scene.ts'

type Name = keyof typeof CONSENT_FEATURES

interface Case {
  readonly consent?: ConsentFact
  readonly claim?: ConsentClaim
  readonly regularity?: number
}

function evidenceFor({ consent = ABSENT, claim, regularity }: Case): Evidence {
  const keys =
    regularity === undefined
      ? NO_CONDUCT.keys
      : { ...NO_CONDUCT.keys, consent: valid({ ...behaviour(), regularity }) }
  const evidence = evidenceOf({ conduct: { ...NO_CONDUCT, keys, consent } })
  return claim === undefined ? evidence : { ...evidence, consent: claim }
}

function known(quota?: Partial<ConsentQuota>): ConsentFact {
  const whole = { limit: 4, used: 1, granted: true, page: false, retryAfter: undefined, ...quota }
  return valid({
    quota: quota && whole,
    until: undefined,
    perDay: undefined,
    unknown: false,
    due: false,
    learnt: true,
  })
}

const there = (doubts: ConsentClaim['presence']['doubts'] = []): ConsentClaim => {
  return { presence: { claimed: true, doubts }, counted: false }
}
const AWAY: ConsentClaim = { presence: { claimed: false, doubts: [] }, counted: true }

/** On whom it moves, and on whom it stays. */
const ROWS: readonly (readonly [name: Name, attack: Case, moved: number, honest: Case, still: number])[] = [
  ['consentPresenceClaimed', { claim: there() }, 1, { claim: AWAY }, 0],
  [
    'consentPresenceDoubts',
    { claim: there(['presence_not_public', 'presence_stale']) },
    2,
    { claim: there() },
    0,
  ],
  [
    'consentPresenceRegularity',
    { claim: there(), regularity: 0.02 },
    0.02,
    { claim: there(), regularity: 1.4 },
    1.4,
  ],
  [
    'consentQuotaShare',
    { consent: known({ used: 9, granted: false }) },
    1,
    { consent: known({ used: 1 }) },
    0.25,
  ],
  [
    'consentOverQuota',
    { consent: known({ used: 4, granted: false }) },
    1,
    { consent: known({ used: 3 }) },
    0,
  ],
  ['consentForeign', { consent: invalid('consent_of_another') }, 1, { consent: known() }, 0],
  [
    'consentForeign',
    { consent: invalid('consent_account_outside') },
    1,
    { consent: invalid('consent_expired') },
    0,
  ],
  ['consentOver', { consent: invalid('consent_ended') }, 1, { consent: known() }, 0],
]

describe('features of consents', () => {
  it.each(ROWS)(
    '%s moves on its campaign and stays for an honest reader',
    (name, attack, moved, honest, still) => {
      expect(CONSENT_FEATURES[name](evidenceFor(attack))).toBe(moved)
      expect(CONSENT_FEATURES[name](evidenceFor(honest))).toBe(still)
    },
  )

  const NOTHING: readonly Case[] = [{}, { consent: unavailable('ledger_timeout') }]
  it.each(NOTHING)(
    'know nothing of a request without a consent, or while the ledger is silent: %#',
    (nothing) => {
      for (const [name, feature] of Object.entries(CONSENT_FEATURES)) {
        expect([name, feature(evidenceFor(nothing))]).toEqual([name, Number.NaN])
      }
    },
  )

  it('know nothing of what the bank has not told yet', () => {
    const unknown = valid({
      quota: undefined,
      until: undefined,
      perDay: undefined,
      unknown: true,
      due: true,
      learnt: false,
    })
    expect(CONSENT_FEATURES.consentForeign(evidenceFor({ consent: unknown }))).toBeNaN()
    expect(CONSENT_FEATURES.consentOver(evidenceFor({ consent: unknown }))).toBeNaN()
  })

  it('have words, each', () => {
    expect(Object.keys(CONSENT_WORDS)).toEqual(Object.keys(CONSENT_FEATURES))
  })
})
