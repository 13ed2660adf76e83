// A request that is not what the specification of its operation says: refused, noted or left alone, as its route has it.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import { placeFor, refusalFor, ruleFor } from '../../src/decide/reasons.ts'
import type { Conformity, Evidence, Route } from '../../src/evidence.ts'
import type { ConformanceFinding } from '../../src/inventory/types.ts'
import { valid } from '../../src/lib/fact.ts'
import { match, person, score } from '../fixtures/scene.ts'

const REFUSED: ConformanceFinding = {
  rule: 'enum',
  strength: 'refused',
  place: 'body',
  pointer: '/Data/Permissions/0',
  field: '/Data/Permissions/*',
  operation: 'POST /consents',
}

function sent(changes: Partial<Route>, refused: Conformity['refused'] = REFUSED): Evidence {
  return person({ match: match(changes), conformance: { findings: refused ? [refused] : [], refused } })
}

const verdictOf = (evidence: Evidence) => decide(evidence, valid(score(0)), DEFAULT_POLICY)

describe('a request that does not conform', () => {
  it.each([
    [{ conformance: 'enforce' }, 'deny', 'request_nonconforming'],
    [{ conformance: 'enforce', posture: 'observe' }, 'flag', 'request_nonconforming'],
    [{ conformance: 'observe' }, 'flag', 'nonconformance_noted'],
    [{}, 'allow', 'default'],
  ] as const)('on a route with %o: %s', (changes, action, rule) => {
    expect(verdictOf(sent(changes))).toMatchObject({ action, rule })
  })

  it('is told where, in its own words, and the record in the words of the document', () => {
    const evidence = sent({ conformance: 'enforce' })
    const verdict = verdictOf(evidence)
    expect(refusalFor(verdict)).toBe('nonconforming')
    expect(placeFor(verdict, evidence, undefined)).toBe('/Data/Permissions/0')
    expect(ruleFor(verdict, evidence)).toBe('enum')
    expect(ruleFor({ reason: 'score_high' }, evidence)).toBeUndefined()
    expect(verdict.counterfactual).toBe(
      'without enum (body /Data/Permissions/*), this would have been allowed',
    )
  })

  it('passes where nothing of it is refused', () => {
    const evidence = person({
      match: match({ conformance: 'enforce' }),
      conformance: { findings: [], refused: undefined },
    })
    expect(verdictOf(evidence).action).toBe('allow')
  })
})
