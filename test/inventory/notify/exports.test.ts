import { describe, expect, it } from 'vitest'
import { csvOf } from '../../../src/inventory/notify/csv.ts'
import { sarifOf } from '../../../src/inventory/notify/sarif.ts'
import { CHECKS } from '../../../src/inventory/risk/checks.ts'
import type { Finding } from '../../../src/inventory/risk/finding-types.ts'
import { AT, DAY } from '../risk/landscape.ts'
import { finding } from './news.ts'

const PLACE = 'accounts v4.yaml#/paths/~1accounts/get/deprecated'
const ACCEPTED: Finding = {
  ...finding({ specification: PLACE, severity: 'high', owner: 'accounts-team' }),
  state: 'accepted',
  acceptance: { by: 'Ada Example', why: 'until the migration', at: AT, until: AT + DAY, severity: 'high' },
}

/** The parts of the log that tests look at. */
interface Log {
  readonly $schema: string
  readonly version: string
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] }
    }
    readonly results: readonly {
      readonly ruleId: string
      readonly ruleIndex: number
      readonly level: string
      readonly suppressions?: readonly object[]
    }[]
  }[]
}

function sarif(findings: readonly Finding[], lineOf?: (file: string, pointer: string) => number): Log {
  const options = lineOf === undefined ? { version: '0.1.0' } : { version: '0.1.0', lineOf }
  return JSON.parse(JSON.stringify(sarifOf(findings, CHECKS, options)))
}

describe('findings as SARIF', () => {
  it('are results of a run, each of a rule that the run describes', () => {
    const { version, runs } = sarif([finding(), ACCEPTED])
    expect(version).toBe('2.1.0')
    expect(runs).toHaveLength(1)
    const [run] = runs
    expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id))
    for (const { ruleId, ruleIndex } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
    }
  })

  it('stand in the specification, at their line where the file is at hand', () => {
    const lineOf = (file: string, pointer: string) => (file === 'accounts v4.yaml' && pointer !== '' ? 42 : 0)
    expect(sarif([ACCEPTED], lineOf).runs[0]?.results[0]).toMatchObject({
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'accounts%20v4.yaml' },
            region: { startLine: 42 },
          },
          properties: { jsonPointer: '/paths/~1accounts/get/deprecated' },
        },
      ],
      partialFingerprints: { 'portcullisFinding/v1': ACCEPTED.id },
    })
  })

  it('without a specification have the operation’s name alone', () => {
    const [result] = sarif([finding()]).runs[0]?.results ?? []
    expect(result).toMatchObject({
      locations: [
        { logicalLocations: [{ fullyQualifiedName: 'GET api.bank.example/internal-export/{id}' }] },
      ],
    })
    expect(JSON.stringify(result)).not.toContain('physicalLocation')
  })

  it('are suppressed where the risk was accepted, and left out where they were fixed', () => {
    const fixed: Finding = { ...finding(), state: 'fixed', fixed: { by: 'gate', why: 'x', at: AT } }
    const results = sarif([ACCEPTED, fixed]).runs[0]?.results ?? []
    expect(results).toHaveLength(1)
    expect(results[0]?.suppressions).toMatchObject([
      { kind: 'external', status: 'accepted', justification: 'until the migration' },
    ])
  })

  it('of a check that is not there any more bring their rule along', () => {
    const [run] = sarif([finding({ check: 'own_check_of_last_year' })]).runs
    expect(run?.results[0]?.ruleIndex).toBe(CHECKS.length)
    expect(run?.tool.driver.rules.at(-1)?.id).toBe('own_check_of_last_year')
  })

  it('have nothing that SARIF’s schema takes for nothing: every text is a text', () => {
    const empty = (value: unknown): boolean =>
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).some((one) => one === null || empty(one))
    expect(empty(sarif([finding(), ACCEPTED]))).toBe(false)
  })
})

describe('findings as CSV', () => {
  it('are one line each, below their names', () => {
    const lines = csvOf([finding(), ACCEPTED]).split('\r\n')
    expect(lines[0]?.split(',').slice(0, 4)).toEqual(['id', 'state', 'severity', 'check'])
    expect(lines).toHaveLength(4)
    expect(lines[2]).toContain('2026-11-22T12:00:00.000Z,Ada Example,until the migration')
  })

  it.each(['=HYPERLINK("https://evil.example")', '+1', '-1', '@SUM(A1)', '\tx'])(
    '%j is a text and no formula, whoever chose it',
    (pointer) => {
      const [, line = ''] = csvOf([finding({ pointer })]).split('\r\n')
      expect(line).toContain(`'${pointer.replaceAll('"', '""')}`)
    },
  )

  it('quote what would be taken for two cells or two lines', () => {
    expect(csvOf([finding({ pointer: 'a,b"c\nd' })])).toContain('"a,b""c\nd"')
  })
})
