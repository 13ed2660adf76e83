// A score with an intent that nobody honest has.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence } from '../../src/evidence.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import {
  behaviour,
  client,
  conduct,
  exchange,
  LICENSED,
  MERGED,
  match,
  NOTHING_PROVEN,
  NOW,
  person,
  score,
  usedRoute,
  WITH_PASS,
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

describe('a program that shows nothing and asks for open pages in a hurry', () => {
  const ROUTE = valid({ behaviour: usedRoute(), staleness: 0, merged: MERGED })
  const program = client({ claim: { ...client().claim, family: 'tool' } })
  const asking = (
    before: number,
    changes: Partial<Evidence> = {},
    route: Evidence['conduct']['route'] = ROUTE,
  ) =>
    visitor(before, {
      client: program,
      conduct: conduct(
        { client: valid(behaviour({ minute: { requests: before }, hour: { requests: before } })) },
        { route },
      ),
      ...changes,
    })
  const judged = (evidence: Evidence, abuse: number) => decide(evidence, valid(score(abuse)), DEFAULT_POLICY)

  it('is slowed from ten percent on, at the fourth request of a minute', () => {
    expect(judged(asking(3), 0.09).action).toBe('allow')
    expect(judged(asking(3), 0.1)).toMatchObject({ action: 'throttle', rule: 'score_hurried_program' })
    expect(judged(asking(2), 0.49).action).toBe('allow')
  })

  it('is slowed for less the more often it asks', () => {
    expect(judged(asking(7), 0.049).action).toBe('allow')
    expect(judged(asking(7), 0.05)).toMatchObject({ action: 'throttle', rule: 'score_hurried_program' })
    expect(judged(asking(79), 0.004).action).toBe('allow')
    expect(judged(asking(79), 0.005)).toMatchObject({ action: 'throttle', rule: 'score_hurried_program' })
    expect(judged(asking(79), 0.2).limit).toBeCloseTo(0.005, 10)
  })

  it('is slowed on paths that the gate does not know', () => {
    const unmatched = match({ channel: 'direct', sensitivity: 'other' })
    expect(judged(asking(3, { match: unmatched }), 0.1).action).toBe('throttle')
  })

  it.each([
    ['a browser', { client: client() }],
    ['an application', { client: client({ claim: { ...client().claim, family: 'app' } }) }],
    ['who shows a pass', { proof: WITH_PASS }],
    ['who asks for data', { match: match({ channel: 'browser', sensitivity: 'account' }) }],
    ['who is on the mobile channel', { match: match({ channel: 'mobile', sensitivity: 'other' }) }],
    [
      'an agent that proves itself',
      { proof: { ...NOTHING_PROVEN, agent: valid({ name: 'crawler', host: 'agent.example' }) } },
    ],
  ] as const)('is not %s', (_who, changes) => {
    expect(judged(asking(3, changes), 0.49).action).toBe('allow')
  })

  it('is let be by a gate that does not know the route for a week, and by one that has not heard from the others', () => {
    const young = valid({
      behaviour: usedRoute({ firstSeenAt: NOW - 86_400_000 }),
      staleness: 0,
      merged: MERGED,
    })
    expect(judged(asking(3, {}, young), 0.49).action).toBe('allow')
    expect(judged(asking(3, {}, valid({ behaviour: usedRoute(), staleness: 0 })), 0.49).action).toBe('allow')
  })

  it('is not slowed for what a log that is replayed does not tell', () => {
    const partial = { told: new Set(['user-agent']), unjudged: new Set<never>() }
    expect(judged(asking(3, { client: { ...program, partial } }), 0.49).action).toBe('allow')
  })
})
