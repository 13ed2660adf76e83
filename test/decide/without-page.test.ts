// People come with the page, and the page brings a pass: of who tries a secret without one less has to be said.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence, Verdict } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
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

function decided(evidence: Evidence, abuse: number): Verdict {
  return decide(evidence, valid(score(abuse)), DEFAULT_POLICY)
}

/** A browser that contradicts itself in nothing, and shows no pass. */
function without(changes: Partial<Evidence> = {}, keys: Partial<Evidence['conduct']['keys']> = {}): Evidence {
  return person({
    proof: NOTHING_PROVEN,
    conduct: conduct({ client: BROWSED, address: GUESSED, ...keys }),
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

  it('has to be said more of with a pass, and where nobody guesses', () => {
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

  it('is no sign on a young gate, on a route that hardly anybody uses, or without the ledger', () => {
    const young = { behaviour: usedRoute({ firstSeenAt: NOW - DAY_MS }), staleness: 0, merged: MERGED }
    const fresh = conduct({ client: BROWSED, address: GUESSED }, { route: valid(young) })
    expect(decided(without({ conduct: fresh }), 0.94).action).toBe('flag')
    const seldom = { behaviour: usedRoute({ day: { attempts: 5, successes: 4 } }), staleness: 0 }
    const alone = conduct({ client: BROWSED, address: GUESSED }, { route: valid(seldom) })
    expect(decided(without({ conduct: alone }), 0.94).action).toBe('flag')
    expect(decided(without({}, { pass: unavailable('ledger_timeout') }), 0.99).action).toBe('flag')
  })
})

describe('a card that is tried without a pass', () => {
  const topUp = match({ id: 'card-top-up', sensitivity: 'payment', pattern: '/api/cards/top-up' })
  const card = { match: topUp, claims: { card: 'k1.card' } }

  it('is refused from fifteen percent on, though nobody guesses', () => {
    expect(decided(without(card, { address: BROWSED }), 0.14).action).toBe('allow')
    expect(decided(without(card, { address: BROWSED }), 0.15)).toMatchObject({
      action: 'deny',
      rule: 'score_card_without_page',
    })
  })

  it('is not where it comes with the page, or from an application', () => {
    const paid = person({ ...card, conduct: conduct({ client: BROWSED }), client: client() })
    expect(decided(paid, 0.49).action).toBe('allow')
    const app = match({ id: 'card-top-up', sensitivity: 'payment', channel: 'mobile' })
    expect(decided(without({ ...card, match: app }, { address: BROWSED }), 0.49).action).toBe('allow')
  })
})
