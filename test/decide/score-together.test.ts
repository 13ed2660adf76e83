// A score with an intent that nobody honest has.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import {
  behaviour,
  conduct,
  exchange,
  LICENSED,
  match,
  NOTHING_PROVEN,
  person,
  score,
} from '../fixtures/scene.ts'

/** Asks for a page, with nothing to show. */
function visitor(requests: number, changes: Partial<Evidence> = {}): Evidence {
  return person({
    exchange: exchange({ method: 'GET', target: '/' }),
    match: match({ channel: 'browser', sensitivity: 'other' }),
    proof: NOTHING_PROVEN,
    claims: {},
    conduct: conduct({ client: valid(behaviour({ minute: { requests }, hour: { requests } })) }),
    ...changes,
  })
}

describe('who most likely enumerates accounts', () => {
  const asking = (changes: Partial<Evidence> = {}) =>
    visitor(2, { match: match({ channel: 'mobile', sensitivity: 'account' }), ...changes })
  const judged = (evidence: Evidence, abuse: number, intent: 'enumeration' | 'scraping' = 'enumeration') =>
    decide(evidence, valid(score(abuse, { intent })), DEFAULT_POLICY)

  it('is slowed from thirty percent on', () => {
    expect(judged(asking(), 0.29).action).toBe('allow')
    expect(judged(asking(), 0.3)).toMatchObject({ action: 'throttle', rule: 'score_enumeration' })
  })

  it('is another than who most likely reads what is their own, or looks at what is open to everybody', () => {
    expect(judged(asking(), 0.49, 'scraping').action).toBe('allow')
    expect(judged(asking({ match: match({ sensitivity: 'other' }) }), 0.49).action).toBe('allow')
    const third = match({ channel: 'tpp', sensitivity: 'account' })
    expect(judged(asking({ match: third }), 0.49).action).toBe('allow')
  })

  it('is nobody where the ledger is away, and no third party that is proven', () => {
    const blind = conduct({ client: unavailable('ledger_timeout') })
    expect(judged(asking({ conduct: blind }), 0.9).rule).not.toBe('score_enumeration')
    expect(judged(asking({ proof: LICENSED }), 0.9).action).not.toBe('throttle')
  })
})
