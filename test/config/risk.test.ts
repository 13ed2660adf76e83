import { describe, expect, it } from 'vitest'
import { readRisk } from '../../src/config/read-risk.ts'
import { CHECKS } from '../../src/inventory/risk/checks.ts'
import { compileOwnCheck } from '../../src/inventory/risk/own-checks.ts'
import { DEFAULT_SETTINGS } from '../../src/inventory/risk/settings.ts'

const vocabulary = { checks: CHECKS, standard: DEFAULT_SETTINGS, compile: compileOwnCheck }
const OWN = {
  id: 'too_many_callers',
  title: 'Too many callers',
  owasp: ['API4'],
  remediation: 'Ask who they are.',
  when: 'operation.sessions > 1000',
}
const TARGET = { name: 'security', host: 'hooks.example' }

describe('the binding RISK', () => {
  it('may be left out: then the standard holds, and nobody is told', () => {
    expect(readRisk(undefined, vocabulary)).toEqual({ ok: true, settings: DEFAULT_SETTINGS, targets: [] })
  })

  it('changes what it names and nothing else', () => {
    const read = readRisk(
      {
        checks: {
          zombie_operation: { severity: 'critical', policies: ['API-07'] },
          dormant_operation: { thresholds: { days: 14 } },
          hidden_input: { off: true },
        },
        severities: { certain: { plain: 'high' } },
        access: { tpp: { financial: 'signed' } },
        goneHours: 1,
        own: [OWN],
        targets: [{ ...TARGET, format: 'slack', digestHours: 24 }],
      },
      vocabulary,
    )
    expect(read).toEqual({
      ok: true,
      settings: {
        ...DEFAULT_SETTINGS,
        checks: {
          zombie_operation: { severity: 'critical', policies: ['API-07'] },
          dormant_operation: { thresholds: { days: 14 } },
          hidden_input: { off: true },
        },
        severities: {
          ...DEFAULT_SETTINGS.severities,
          certain: { ...DEFAULT_SETTINGS.severities.certain, plain: 'high' },
        },
        access: {
          ...DEFAULT_SETTINGS.access,
          tpp: { ...DEFAULT_SETTINGS.access.tpp, financial: 'signed' },
        },
        own: [{ ...OWN, likelihood: 'likely' }],
        endings: { ...DEFAULT_SETTINGS.endings, goneMs: 3_600_000 },
      },
      targets: [{ ...TARGET, format: 'slack', digestHours: 24, rules: [{ atLeast: 'medium' }] }],
    })
  })

  it.each<[string, unknown, RegExp]>([
    ['a check that there is not', { checks: { shadow_operations: { off: true } } }, /shadow_operations/],
    [
      'a threshold that the check has not',
      { checks: { dormant_operation: { thresholds: { day: 1 } } } },
      /day/,
    ],
    ['a severity that there is not', { checks: { hidden_input: { severity: 'urgent' } } }, /urgent/],
    ['a word that nobody reads', { check: {} }, /check/],
    ['an own check under another’s name', { own: [{ ...OWN, id: 'hidden_input' }] }, /hidden_input/],
    ['two own checks of one name', { own: [OWN, OWN] }, /two own checks/],
    [
      'an expression that may take for ever',
      { own: [{ ...OWN, when: 'operation.path.matches("(a+)+")' }] },
      /expression_refused/,
    ],
    [
      'an expression that is no question',
      { own: [{ ...OWN, when: 'operation.requests' }] },
      /expression_mistyped/,
    ],
    [
      'a target with an address for a host',
      { targets: [{ ...TARGET, host: 'https://hooks.example/x' }] },
      /hooks\.example/,
    ],
    ['a target with a port', { targets: [{ ...TARGET, host: 'hooks.example:8443' }] }, /8443/],
    ['a target on this machine', { targets: [{ ...TARGET, host: 'localhost' }] }, /localhost/],
    ['two targets of one name', { targets: [TARGET, TARGET] }, /two targets/],
  ])('%s is a mistake', (_what, value, found) => {
    const read = readRisk(value, vocabulary)
    expect(read).toMatchObject({ ok: false, mistakes: [{ binding: 'RISK' }] })
    expect(JSON.stringify(read)).toMatch(found)
  })
})
