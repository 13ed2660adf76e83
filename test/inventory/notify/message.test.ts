import { describe, expect, it } from 'vitest'
import { byteLength, MAX_BODY_BYTES, messageOf } from '../../../src/inventory/notify/message.ts'
import { type Happening, MAX_AT_ONCE, newsOf, noticesFor } from '../../../src/inventory/notify/notices.ts'
import { wants } from '../../../src/inventory/notify/rules.ts'
import type { Rule, Target } from '../../../src/inventory/notify/types.ts'
import type { TransitionKind } from '../../../src/inventory/risk/finding-types.ts'
import { AT } from '../risk/landscape.ts'
import { finding, notice, TARGET } from './news.ts'

function happening(kind: TransitionKind = 'raised', changes: Parameters<typeof finding>[0] = {}): Happening {
  const found = finding(changes)
  return {
    finding: found,
    transition: { finding: found.id, sequence: 1, at: AT, kind, by: 'gate', why: 'x' },
  }
}

describe('who gets what', () => {
  const gets = (rule: Rule, kind: TransitionKind, changes: Parameters<typeof finding>[0] = {}) =>
    wants({ ...TARGET, rules: [rule] }, finding(changes), kind)

  it.each<[boolean, string, Rule, TransitionKind, Parameters<typeof finding>[0]]>([
    [true, 'everything that is new', {}, 'raised', {}],
    [true, 'what is back', {}, 'reopened', {}],
    [false, 'ends, unless asked for', {}, 'fixed', {}],
    [true, 'ends, where asked for', { kinds: ['fixed'] }, 'fixed', {}],
    [true, 'what is grave enough', { atLeast: 'medium' }, 'raised', { severity: 'high' }],
    [false, 'what is not', { atLeast: 'high' }, 'raised', { severity: 'medium' }],
    [true, 'its checks', { checks: ['shadow_operation'] }, 'raised', {}],
    [true, 'checks that begin so', { checks: ['shadow*'] }, 'raised', {}],
    [false, 'other checks', { checks: ['zombie_operation'] }, 'raised', {}],
    [true, 'its team', { owners: ['accounts-team'] }, 'raised', { owner: 'accounts-team' }],
    [false, 'nobody’s', { owners: ['accounts-team'] }, 'raised', { owner: undefined }],
    [true, 'its tag', { tags: ['Payments', 'Accounts'] }, 'raised', { tags: ['Accounts'] }],
    [false, 'another API', { apis: ['payments'] }, 'raised', { api: 'accounts' }],
    [false, 'papers', { about: 'document' }, 'raised', {}],
    [
      false,
      'what fits one part of a rule alone',
      { atLeast: 'low', apis: ['payments'] },
      'raised',
      { api: 'accounts' },
    ],
  ])('%s: %s', (expected, _what, rule, kind, changes) => {
    expect(gets(rule, kind, changes)).toBe(expected)
  })

  it('any rule is enough, and none is not', () => {
    const target: Target = {
      ...TARGET,
      rules: [{ checks: ['zombie_operation'] }, { apis: ['undocumented'] }],
    }
    expect(noticesFor(target, [happening()], 'a')).toHaveLength(1)
    expect(noticesFor({ ...TARGET, rules: [] }, [happening()], 'a')).toEqual([])
  })

  it('many at once are one, by what was found most', () => {
    const many = Array.from({ length: MAX_AT_ONCE + 1 }, (_, index) =>
      happening('raised', { id: `f${index}`, check: index < 3 ? 'zombie_operation' : 'shadow_operation' }),
    )
    expect(noticesFor(TARGET, many, 'assessment')).toMatchObject([
      {
        id: 'burst-assessment',
        total: 21,
        checks: [
          { what: 'shadow_operation', count: 18 },
          { what: 'zombie_operation', count: 3 },
        ],
      },
    ])
    expect(noticesFor(TARGET, many.slice(1), 'assessment')).toHaveLength(MAX_AT_ONCE)
  })
})

describe('a message', () => {
  it('says what was found, where, how grave it is, and what to do', () => {
    expect(JSON.parse(messageOf(notice(), 'json'))).toEqual({
      type: 'finding.raised',
      timestamp: '2026-11-21T12:00:00.000Z',
      id: notice().id,
      data: {
        by: 'gate',
        why: 'shadow_operation',
        finding: expect.objectContaining({
          check: 'shadow_operation',
          severity: 'medium',
          owasp: ['API9'],
          operation: 'GET api.bank.example/internal-export/{id}',
          remediation: expect.stringContaining('Find its owner.'),
        }),
      },
    })
  })

  it('calls nobody in a chat, whatever a caller has named its parameters', () => {
    const evil = '<!channel> *bold* <https://evil.example|bank> `x`\u202e\n> quote & more'
    const text = messageOf(notice({ pointer: evil, operation: evil, owner: evil }), 'slack')
    const message = JSON.parse(text)
    expect(text).not.toMatch(/[<>]/)
    expect(message.text).toBe('New finding: [medium] An operation is served that no specification has')
    expect(message.blocks[0].text.text).toContain('&lt;!channel&gt;')
    expect(message.blocks[0].text.text).not.toMatch(/[*`\u202e]/)
  })

  it.each(['json', 'slack'] as const)('in %s is never larger than its receiver takes', (format) => {
    const long = '\u0001'.repeat(5_000)
    const huge = {
      operation: long,
      pointer: long,
      owner: long,
      specification: long,
      remediation: long,
      title: long,
      policies: Array.from({ length: 100 }, () => long),
      evidence: Array.from({ length: 8 }, () => ({ what: '\u0001'.repeat(256), count: 1 })),
    }
    const many = Array.from({ length: 30 }, (_, index) => happening('raised', { ...huge, id: `${index}` }))
    const notices = [notice(huge), ...noticesFor(TARGET, many, 'a')]
    for (const one of notices) {
      expect(byteLength(messageOf(one, format))).toBeLessThanOrEqual(MAX_BODY_BYTES)
    }
  })

  it('of a digest says how things stand', () => {
    const score = {
      api: '',
      score: 87,
      unaccepted: 80,
      operations: 10,
      open: { low: 1, medium: 1, high: 0, critical: 0 },
      accepted: 1,
    }
    const digest = {
      id: 'digest-1',
      at: AT,
      kind: 'digest',
      since: AT - 1,
      raised: 2,
      reopened: 1,
      fixed: 3,
      scores: [score],
      findings: [newsOf(finding())],
    } as const
    expect(JSON.parse(messageOf(digest, 'json'))).toMatchObject({
      type: 'findings.digest',
      data: { raised: 2, scores: [{ score: 87 }] },
    })
    expect(JSON.parse(messageOf(digest, 'slack')).text).toBe(
      'Findings: 2 new, 1 again, 3 fixed; score 87 of 100',
    )
  })
})
