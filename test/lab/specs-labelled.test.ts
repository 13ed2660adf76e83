/** More than 200 changes to real bodies, labelled by hand, judged by the compiled module as the gate judges them. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Conformance, conformanceOf, DEFAULT_SETTINGS } from '../../src/inventory/specs/conformance.ts'
import { type Labelled, put } from './specs/labelled.ts'
import { CONSENT, FUNDS } from './specs/labelled-berlin.ts'
import { ACCOUNT_CONSENT, FUNDS_CONFIRMATION, PAYMENT_CONSENT } from './specs/labelled-obie.ts'
import { load, publishedSources, REAL } from './specs/shared-specs.ts'

const TABLES = [ACCOUNT_CONSENT, PAYMENT_CONSENT, FUNDS_CONFIRMATION, CONSENT, FUNDS]

describe.runIf(REAL)('bodies labelled by hand', () => {
  let conformance: Conformance
  beforeAll(async () => {
    conformance = conformanceOf((await load(publishedSources())).specification)
  })

  function findingsOf({ operation: [method, path], headers }: Labelled, body: unknown) {
    const match = conformance.match(method, path)
    expect(match.kind).toBe('operation')
    const request = {
      method,
      query: '',
      headers: new Headers({ 'content-type': 'application/json; charset=utf-8', ...headers }),
      body: new TextEncoder().encode(JSON.stringify(body)),
    }
    return conformance
      .request(match, request, DEFAULT_SETTINGS)
      .findings.map(({ rule, pointer }) => `${rule} ${pointer}`)
  }

  it('are more than 200', () => {
    expect(TABLES.reduce((sum, { rows }) => sum + rows.length, 0)).toBeGreaterThan(200)
  })

  for (const table of TABLES) {
    const name = table.operation.join(' ')
    it(`${name} takes the body as it is`, () => {
      expect(findingsOf(table, table.base)).toEqual([])
    })
    it.each(
      table.rows.map(
        (row) => [row[0], JSON.stringify(row[1])?.slice(0, 60) ?? 'gone', row[2] ?? 'nothing', row] as const,
      ),
    )(`${name}: %s as %s breaks %s`, (_pointer, _value, _rule, [pointer, value, rule, at = pointer]) => {
      const expected = rule === undefined ? [] : [`${rule} ${at}`]
      expect(findingsOf(table, put(table.base, pointer, value))).toEqual(expected)
    })
  }
})
