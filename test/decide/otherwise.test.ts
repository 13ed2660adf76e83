// What an operator is told would have been without a finding: the rest of the rules is asked, and what was noted stays noted.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/decide/policy.ts'
import type { Evidence } from '../../src/evidence.ts'
import { valid } from '../../src/lib/fact.ts'
import type { ActorDrift } from '../../src/observe/actor/types.ts'
import { behaviour, conduct, exchange, LICENSED, match, person, score } from '../fixtures/scene.ts'

const DRIFT: ActorDrift = {
  ...{ age: 90 * 86_400_000, staleness: 0, weeks: 12, consents: 9, newcomer: false, drift: 0.7 },
  ...{ consentsAbove: 2, requestsAbove: 0, errorsAbove: 0, unattendedAbove: 0, consentsFromUnknown: 0 },
  ...{ accountsAbove: 0, breadthAbove: 0 },
  ...{ unknown: { network: 0, software: 0, certificate: 0 }, because: ['consents_far_above_usual'] },
}
const FLOOD = { tpp: valid(behaviour({ minute: { requests: 5 } })) }
const WALKED = valid({
  ...{ fresh: 30, neighbours: 0, run: 0, misses: 30, outside: undefined, asked: 30, missing: 30 },
})

function thirdParty(changes: Partial<Evidence>): Evidence {
  return person({
    match: match({ channel: 'tpp', sensitivity: 'account' }),
    exchange: exchange({ method: 'GET' }),
    ...{ claims: {}, proof: LICENSED },
    ...changes,
  })
}

const told = (evidence: Evidence, rules: Policy['rules'] = {}) =>
  decide(evidence, valid(score(0.02)), { ...DEFAULT_POLICY, rules }).counterfactual

describe('what would have been without a finding', () => {
  const drifting = { conduct: conduct({}, { actor: valid(DRIFT) }) }

  it('is nothing where nothing else is noted', () => {
    expect(told(thirdParty(drifting))).toBe('without consents_far_above_usual, this would have been allowed')
  })

  it('is a flag all the same where something else is noted after it', () => {
    const spoofed = exchange({ method: 'GET' }, { spoofed: ['x-ssl-cert'] })
    expect(told(thirdParty({ ...drifting, exchange: spoofed }))).toBe(
      'without consents_far_above_usual, this would have been allowed with a flag',
    )
  })

  it.each([
    ['noted', { action: 'flag', limit: 1 }],
    ['observed', { posture: 'observe', limit: 1 }],
  ] as const)('is a flag all the same where something was %s before it', (_, setting) => {
    expect(told(thirdParty({ conduct: conduct(FLOOD, { walk: WALKED }) }), { tpp_flood: setting })).toBe(
      'under 20 missing resources (there were 30), this would have been allowed with a flag',
    )
  })

  it('is no other rule that counts the same questions', () => {
    const walk = valid({ ...WALKED.value, missing: 45, asked: 45, organisation: { asked: 50, missing: 50 } })
    expect(told(thirdParty({ conduct: conduct({}, { walk }) }))).toBe(
      'under 20 missing resources (there were 45), this would have been allowed',
    )
    const more = valid({ ...walk.value, organisation: { asked: 400, missing: 400 } })
    expect(told(thirdParty({ conduct: conduct({}, { walk: more }) }))).toBe(
      'under 20 missing resources (there were 45), this would have been throttled (tpp_inquiries_walked)',
    )
  })
})
