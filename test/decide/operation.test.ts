// What the inventory knows of an operation, as rules: noted, and stopped only where an operator says so.
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { DEFAULT_POLICY } from '../../src/decide/policy.ts'
import type { Evidence, Route } from '../../src/evidence.ts'
import type { OperationSignals } from '../../src/inventory/watch/signals.ts'
import { valid } from '../../src/lib/fact.ts'
import { LICENSED, match, person, score } from '../fixtures/scene.ts'

const USUAL: OperationSignals = {
  ...{ undocumented: false, methodUndeclared: false, objects: 1, usualObjects: 4 },
  ...{ exposure: 'financial', shown: 'token', asked: 'token' },
}

function evidence(change: Partial<OperationSignals>, route: Partial<Route> = {}): Evidence {
  return person({ match: match(route), operation: { ...USUAL, ...change } })
}

const verdictOf = (sent: Evidence, policy = DEFAULT_POLICY) => decide(sent, valid(score(0)), policy)

describe('an operation', () => {
  it.each<[string, Partial<OperationSignals>, Partial<Route>, string]>([
    ['that is published, and called as it should be', {}, { conformance: 'observe' }, 'default'],
    ['that is in no document', { undocumented: true }, { conformance: 'observe' }, 'operation_undocumented'],
    [
      'whose method is in no document',
      { methodUndeclared: true },
      { conformance: 'enforce' },
      'operation_undocumented',
    ],
    ['in no document, of which nobody says that they are whole', { undocumented: true }, {}, 'default'],
    ['of which one caller wants far too many', { objects: 200, usualObjects: 4 }, {}, 'operation_enumerated'],
    ['of which everybody wants many', { objects: 200, usualObjects: 128 }, {}, 'default'],
    ['of which nobody knows what is usual', { objects: 200, usualObjects: undefined }, {}, 'default'],
    ['that is asked for with too little', { shown: 'none' }, {}, 'operation_weakly_guarded'],
    ['that carries nothing of worth', { shown: 'none', exposure: 'plain', asked: 'none' }, {}, 'default'],
  ])('%s', (_what, change, route, rule) => {
    const verdict = verdictOf(evidence(change, route))
    expect(verdict.rule).toBe(rule)
    expect(verdict.action).toBe(rule === 'default' ? 'allow' : 'flag')
  })

  it('is stopped where the operator says so', () => {
    const rules = { operation_weakly_guarded: { action: 'deny' } } as const
    const verdict = verdictOf(evidence({ shown: 'none' }), { ...DEFAULT_POLICY, rules })
    expect(verdict).toMatchObject({ action: 'deny', reason: 'operation_weakly_guarded' })
    expect(verdict.counterfactual).toContain('with token authentication, which financial data asks for')
  })

  it('may be asked for in numbers by a proven third party, whose customers are many', () => {
    const sent = { ...evidence({ objects: 250, usualObjects: 4 }), proof: LICENSED }
    expect(verdictOf(sent).rule).toBe('default')
  })
})
