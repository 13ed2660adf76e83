import { describe, expect, it } from 'vitest'
import { diffOf } from '../../../src/inventory/export/diff.ts'
import { openApiPath, shapeOf } from '../../../src/inventory/export/paths.ts'
import { csvOf, rowOf } from '../../../src/inventory/export/rows.ts'
import { memoryInventory } from '../../../src/inventory/learn/memory-inventory.ts'
import { operationsOf } from '../../../src/inventory/learn/operations.ts'
import { matcherFor } from '../../../src/inventory/specs/match.ts'
import type { MediaType } from '../../../src/inventory/types.ts'
import { csvRow } from '../../../src/lib/csv.ts'
import { answer, exchange, operation, START, specification } from '../learn/scene.ts'

const json: MediaType = {
  ...{ essence: 'application/json', parameters: '', kind: 'json' },
  ...{ validator: undefined, shape: undefined, fields: {} },
}
const PUBLISHED = specification([
  operation('GET /v1/accounts', { responses: [{ status: '200', headers: [], content: [json] }] }),
  operation('GET /v1/old', { deprecated: true }),
])

function seen() {
  const inventory = memoryInventory(PUBLISHED)
  const match = matcherFor(PUBLISHED)
  const ask = (method: string, path: string, status = 200, mediaType = 'application/json') => {
    for (let at = 0; at < 6; at++) {
      const scene = { at: START + at, method, path, caller: `10.${at}.0.0/24`, asn: 64_500 + at }
      const facts = { ...exchange(scene), match: match(method, path) }
      inventory.observe(facts, answer(status, { mediaType }))
      const names = [{ place: 'query', name: 'debug' } as const]
      if (path === '/v1/accounts')
        inventory.remark(facts, answer(status), { departures: [], data: [], names })
    }
  }
  ask('GET', '/v1/accounts')
  ask('GET', '/v1/accounts', 418, 'text/html')
  ask('GET', '/v1/old')
  ask('DELETE', '/v1/accounts')
  ask('GET', '/v1/-cmd')
  const snapshots = inventory.snapshots(START)
  return operationsOf(PUBLISHED, snapshots, { at: START })
}

describe('the difference between what was published and what was seen', () => {
  it('names every operation and every part of one that is on one side alone', () => {
    const items = diffOf(seen(), PUBLISHED).map(({ key, difference, detail }) =>
      `${difference} ${key} ${detail}`.trim(),
    )
    expect(items.sort()).toEqual([
      'media_type_unpublished GET /v1/accounts text/html',
      'method_unpublished DELETE api.bank.example/v1/accounts',
      'operation_ended_and_served GET /v1/old deprecated',
      'operation_unpublished GET api.bank.example/v1/-cmd',
      'query_unpublished GET /v1/accounts debug',
      'status_unpublished GET /v1/accounts 418',
      'status_unpublished GET /v1/old 200',
    ])
  })
})

describe('the inventory as a table', () => {
  it('has one line for each operation, the same columns in each', () => {
    const rows = seen().map(rowOf)
    const lines = csvOf(rows).trimEnd().split('\r\n')
    expect(lines).toHaveLength(rows.length + 1)
    expect(lines[0]).toMatch(/^key,status,reason,weak,ignored,method,path/)
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual((lines[0] ?? '').split(',').sort())
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['=cmd|"/c calc"!A1', '"\'=cmd|""/c calc""!A1"'],
    ['two\nlines', '"two\nlines"'],
    ['plain', 'plain'],
  ])('writes %j so that no spreadsheet runs it: %j', (cell, written) => {
    expect(csvRow([cell])).toBe(`${written}\r\n`)
  })
})

describe('templates for OpenAPI', () => {
  it.each([
    ['/a/{id}/b/{id}', '/a/{id}/b/{id2}', ['id', 'id2']],
    ['/a/{AccountId}', '/a/{AccountId}', ['AccountId']],
    ['/a/report-{id}.csv', '/a/report-{id}.csv', ['id']],
    ['/a/{*}', '/a/{rest}', ['rest']],
    ['/', '/', []],
  ])('%s becomes %s', (template, path, parameters) => {
    expect(openApiPath(template)).toEqual({ path, parameters })
  })

  it('are one where parameters differ in their names alone', () => {
    expect(shapeOf('/a/{id}/b')).toBe(shapeOf('/a/{AccountId}/b'))
    expect(shapeOf('/a/{id}/b')).not.toBe(shapeOf('/a/x/b'))
  })
})
