import { describe, expect, it } from 'vitest'
import type { Problem } from '../../lab/specs/problem.ts'
import { tell } from '../../lab/specs/text.ts'

function problem(severity: Problem['severity'], at: number): Problem {
  const rule = severity === 'error' ? 'path_malformed' : 'media_type_unchecked'
  return { rule, severity, pointer: `/${at}`, detail: 'said so' }
}

function headOf(...severities: readonly Problem['severity'][]): string | undefined {
  const report = { file: 'bank.json', title: 'Bank', version: '1', operations: 2, usable: true }
  return tell([{ ...report, problems: severities.map(problem) }]).split('\n')[0]
}

describe('what npm run specs tells people', () => {
  it.each([
    [[], 'nothing wrong'],
    [['warning'], '1 warning'],
    [['error'], '1 error'],
    [['warning', 'error', 'warning'], '1 error, 2 warnings'],
    [['error', 'error'], '2 errors'],
  ] as const)('counts %j as %s', (severities, count) => {
    expect(headOf(...severities)).toBe(`bank.json: Bank, 1: 2 operations, ${count}`)
  })
})
