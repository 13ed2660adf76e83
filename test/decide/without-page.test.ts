// Most people come with the page, and the page brings a pass: of who tries a secret without one less has to be said.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence, Verdict } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { HISTORY } from '../fixtures/histories.ts'
import {
  behaviour,
  client,
  conduct,
  MERGED,
  match,
  NOTHING_PROVEN,
  NOW,
  person,
  score,
  usedRoute,
} from '../fixtures/scene.ts'

const DAY_MS = 86_400_000
const GUESSED = valid(behaviour({ hour: { attempts: 6, failures: 6, accounts: 6, clients: 1 } }))
const BROWSED = valid(behaviour({ hour: { requests: 2 } }))
/** Of all isolates, and months old. */
const ROUTE = valid({ behaviour: usedRoute(), staleness: 0, merged: MERGED })

function decided(evidence: Evidence, abuse: number): Verdict {
  return decide(evidence, valid(score(abuse)), DEFAULT_POLICY)
}

/** A browser that contradicts itself in nothing, and shows no pass. */
function without(changes: Partial<Evidence> = {}, keys: Partial<Evidence['conduct']['keys']> = {}): Evidence {
  return person({
    proof: NOTHING_PROVEN,
    conduct: conduct({ client: BROWSED, address: GUESSED, ...keys }, { route: ROUTE }),
    ...changes,
  })
}

describe('a secret that is tried without a pass while somebody guesses', () => {
  it('is refused from forty percent on, and not below', () => {
    expect(decided(without(), 0.39)).toMatchObject({ action: 'allow', rule: 'default' })
    const refused = decided(without(), 0.4)
    expect(refused).toMatchObject({ action: 'deny', rule: 'score_without_page' })
    expect(refused.counterfactual).toContain('with an abuse probability under 0.4 (it was 0.400)')
  })

  it('has to be said more of with a pass, after a page, and where nobody guesses', () => {
    const paged = valid(behaviour({ hour: { requests: 2 }, pages: 1 }))
    expect(decided(without({}, { client: paged }), 0.54).action).toBe('flag')
    expect(decided(person({ conduct: conduct({ client: BROWSED, address: GUESSED }) }), 0.54).action).toBe(
      'flag',
    )
    expect(decided(without({}, { address: BROWSED }), 0.74).action).toBe('flag')
  })

  it('is no sign where no browser comes, and nothing on a page that is only looked at', () => {
    expect(decided(without({ match: match({ channel: 'mobile' }) }), 0.54).action).toBe('flag')
    expect(decided(without({ match: match({ sensitivity: 'account' }), claims: {} }), 0.5).action).toBe(
      'flag',
    )
  })

  it('is no sign of whom the account knows, though others guess at it', () => {
    const guessed = conduct({ client: BROWSED, account: GUESSED }, { route: ROUTE })
    const owner = { ...guessed, history: valid({ ...HISTORY, familiar: true }) }
    expect(decided(without({ conduct: guessed }), 0.45).rule).toBe('score_without_page')
    expect(decided(without({ conduct: owner }), 0.45).action).toBe('allow')
  })

  it('has to be said as much more of with a browser and from a country that the account knows', () => {
    const sight = { days: 2, since: 1, last: 1 }
    const traits = { ...HISTORY.traits, software: sight, country: sight }
    const seen = conduct({ client: BROWSED, address: GUESSED }, { route: ROUTE })
    const knowing = { conduct: { ...seen, history: valid({ ...HISTORY, traits }) } }
    expect(decided(without(knowing), 0.89).action).toBe('challenge')
    expect(decided(without(knowing), 0.9).rule).toBe('score_without_page')
  })

  it('waits for a higher threshold, where the bank has set one', () => {
    const thresholds = { ...DEFAULT_POLICY.thresholds, deny: 0.9, certain: 0.9 }
    const policy = { ...DEFAULT_POLICY, thresholds }
    expect(decide(without(), valid(score(0.89)), policy).rule).not.toBe('score_without_page')
    expect(decide(without(), valid(score(0.9)), policy).rule).toBe('score_without_page')
  })
})

describe('a card that is tried without a pass', () => {
  const topUp = match({ id: 'card-top-up', sensitivity: 'payment', pattern: '/api/cards/top-up' })
  const card = { match: topUp, claims: { card: 'k1.card' } }

  it('is asked from fifteen percent on, though nobody guesses', () => {
    expect(decided(without(card, { address: BROWSED }), 0.14).action).toBe('allow')
    expect(decided(without(card, { address: BROWSED }), 0.15)).toMatchObject({
      action: 'challenge',
      rule: 'score_card_without_pass',
    })
  })

  it('is not where it comes with the page, or from an application', () => {
    const paid = person({ ...card, conduct: conduct({ client: BROWSED }), client: client() })
    expect(decided(paid, 0.49).action).toBe('allow')
    const app = match({ id: 'card-top-up', sensitivity: 'payment', channel: 'mobile' })
    expect(decided(without({ ...card, match: app }, { address: BROWSED }), 0.49).action).toBe('allow')
  })
})

/** A gate that cannot tell who has been there before. */
describe.each([
  ['is a day old', { behaviour: usedRoute({ firstSeenAt: NOW - DAY_MS }), staleness: 0, merged: MERGED }],
  [
    'has seen hardly anybody try',
    { behaviour: usedRoute({ day: { attempts: 5, successes: 4 } }), staleness: 0, merged: MERGED },
  ],
  ['has not heard from the estate', { behaviour: usedRoute(), staleness: 0 }],
] as const)('a gate that %s', (_, route) => {
  const seen = conduct({ client: BROWSED, address: GUESSED }, { route: valid(route) })
  const suspect = client({ contradictions: ['tls_unlike_claim'] })

  it.each([
    ['a name', {}],
    ['a name by who contradicts himself', { client: suspect }],
    ['a card', { claims: { card: 'k1.card' }, match: match({ id: 'card-top-up', sensitivity: 'payment' }) }],
  ] as const)('asks for as much of %s without a pass as ever', (_what, changes) => {
    const { rule } = decided(without({ ...changes, conduct: seen }), 0.5)
    expect(['score_without_page', 'score_card_without_pass']).not.toContain(rule)
  })
})

describe('a gate without its ledger', () => {
  it('flags who comes without a pass, whatever the score', () => {
    expect(decided(without({}, { pass: unavailable('ledger_timeout') }), 0.99).action).toBe('flag')
  })
})

describe('a log that is replayed', () => {
  it('tells of no passes, and accuses nobody of having none', () => {
    const { client: seen } = person()
    const partial = { told: new Set(['user-agent']), unjudged: new Set<never>() }
    expect(decided(without({ client: seen }), 0.5).rule).toBe('score_without_page')
    expect(decided(without({ client: { ...seen, partial } }), 0.5).rule).not.toBe('score_without_page')
  })
})
