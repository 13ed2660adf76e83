import { describe, expect, it } from 'vitest'
import { assess } from '../../../src/inventory/risk/assess.ts'
import { compileOwnCheck } from '../../../src/inventory/risk/own-checks.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import type { OwnCheck } from '../../../src/inventory/risk/types.ts'
import { entry, landscape, names, operation, signal } from './landscape.ts'

function own(when: string, changes: Partial<OwnCheck> = {}): OwnCheck {
  return {
    id: 'own_check',
    title: 'A check of the bank’s own',
    owasp: ['API8'],
    remediation: 'Ask the owner.',
    likelihood: 'likely',
    when,
    ...changes,
  }
}

function says(when: string, scene: Parameters<typeof landscape>[0] = {}): boolean {
  const { sightings } = assess(landscape(scene), { ...DEFAULT_SETTINGS, own: [own(when)] })
  return sightings.some(({ check }) => check === 'own_check')
}

describe('a check of the organisation’s own', () => {
  it.each([
    ['operation.requests > 5000 && operation.sessions < 100', true],
    ['operation.server_errors * 1000 > operation.requests', false],
    ['operation.tags.exists(t, t == "Accounts")', true],
    ['"iban" in operation.carries', false],
    ['operation.exposure == "financial" && !operation.tls.all(t, t.startsWith("TLSv1.3"))', false],
    ['operation.codes.exists(c, c == "500")', true],
    ['operation.owner == "" || operation.older', false],
    ['operation.path.contains("/aisp/") && operation.method in ["GET", "HEAD"]', true],
    ['operation.accepted.filter(a, a.contains("bearer")).size() == 1', true],
    ['operation.last_seen_days >= 0 && operation.first_seen_days > 60', true],
    ['"caller_listed" in operation.signals && operation.signals["caller_listed"] > 2', false],
  ])('%s: %s', (when, expected) => {
    expect(says(when)).toBe(expected)
  })

  it('reads what the gate has counted', () => {
    const scene = { landscape: { signals: [signal('caller_listed', { requests: 3, accepted: 0 })] } }
    expect(
      says('"caller_listed" in operation.signals && operation.signals["caller_listed"] > 2', scene),
    ).toBe(true)
  })

  it('has the severity that it says, or that of what the operation carries', () => {
    const severity = (changes: Partial<OwnCheck>) =>
      assess(landscape(), { ...DEFAULT_SETTINGS, own: [own('true', changes)] }).sightings[0]?.severity
    expect(severity({})).toBe('medium')
    expect(severity({ severity: 'critical' })).toBe('critical')
  })
})

describe('an expression is refused', () => {
  it.each([
    ['expression_too_long', `"${'x'.repeat(1_000)}" == ""`],
    ['expression_malformed', 'operation.requests >'],
    ['expression_malformed', `${'('.repeat(40)}true${')'.repeat(40)}`],
    ['expression_malformed', Array.from({ length: 100 }, () => 'true').join(' && ')],
    ['expression_mistyped', 'operation.requests'],
    ['expression_mistyped', 'operation.password == "x"'],
    ['expression_mistyped', 'process.env.X == "x"'],
    ['expression_mistyped', 'operation.requests > "5"'],
    // (a+)+$ over forty characters would take longer than the universe has.
    ['expression_refused', 'operation.path.matches("(a+)+$")'],
    ['expression_nested', 'operation.tags.all(a, operation.tags.all(b, a == b))'],
    ['expression_nested', 'operation.tags.exists(a, operation.codes.filter(b, b == a).size() > 0)'],
  ])('%s: %s', (reason, when) => {
    expect(compileOwnCheck(own(when))).toEqual({ ok: false, reason })
  })

  it('and named, and stops nothing else', () => {
    const settings = {
      ...DEFAULT_SETTINGS,
      own: [own('operation.'), own('true', { id: 'shadow_operation' })],
    }
    const { sightings, problems } = assess(
      landscape({ operations: [operation({ deprecated: true })] }),
      settings,
    )
    expect(sightings.map(({ check }) => check)).toEqual(['zombie_operation'])
    expect(problems).toEqual([
      'own_check_refused own_check expression_malformed',
      'own_check_refused shadow_operation id_taken',
    ])
  })
})

describe('an expression that fails', () => {
  it('is named, and is no finding', () => {
    const settings = { ...DEFAULT_SETTINGS, own: [own('operation.signals["nothing"] > 1')] }
    const { sightings, problems } = assess(landscape(), settings)
    expect(sightings).toEqual([])
    expect(problems).toEqual(['own_check_failed own_check'])
  })

  it('takes no longer over lists that are full', () => {
    const full = names(Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`code${index}`, 5])))
    const entries = [entry({ codes: full, hosts: full })]
    const when = `operation.codes.map(c, c + c).filter(c, c.contains("1")).all(c, c.size() > 3)`
    expect(says(when, { entries })).toBe(true)
  })
})
