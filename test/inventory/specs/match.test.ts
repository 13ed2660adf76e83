/** Which operation a path is: static before parameter, the whole way down and back. */
import { describe, expect, it } from 'vitest'
import { matcherFor } from '../../../src/inventory/specs/match.ts'
import type { Operation } from '../../../src/inventory/types.ts'

function operation(id: string, standing: Operation['standing'] = 'current'): Operation {
  const [method = '', path = ''] = id.split(' ')
  return {
    id,
    method,
    path,
    document: 0,
    version: '1',
    standing,
    operationId: undefined,
    deprecated: false,
    sunset: undefined,
    tags: [],
    owner: undefined,
    security: [],
    parameters: [],
    body: undefined,
    responses: [],
    carries: [],
  }
}

function found(ids: readonly string[], method: string, path: string): string {
  for (const list of [ids, ids.toReversed()]) matcherFor({ operations: list.map((id) => operation(id)) })
  const match = matcherFor({ operations: ids.map((id) => operation(id)) })(method, path)
  return match.kind === 'operation' ? `${match.operation.id} ${match.values.join()}` : match.kind
}

const IDS = [
  'GET /accounts/{id}',
  'GET /accounts/me',
  'DELETE /accounts/{id}',
  'GET /accounts/{id}/balances',
  'GET /{service}/{product}/{id}',
  'GET /{service}/{product}/{id}/status',
  'GET /files/{name}.csv',
  'GET /files/report-{id}.csv',
  'GET /files/{name}',
  'POST /',
]

describe('an operation is found', () => {
  it.each([
    ['GET', '/accounts/1', 'GET /accounts/{id} 1'],
    ['GET', '/accounts/me', 'GET /accounts/me '],
    ['GET', '/accounts/me/', 'GET /accounts/me '],
    // No operation of the better template has the method.
    ['DELETE', '/accounts/me', 'DELETE /accounts/{id} me'],
    ['GET', '/accounts/me/balances', 'GET /accounts/{id}/balances me'],
    // The static branch ends, and the walk goes back.
    ['GET', '/accounts/me/status', 'GET /{service}/{product}/{id} accounts,me,status'],
    ['GET', '/accounts/1/balances/status', 'GET /{service}/{product}/{id}/status accounts,1,balances'],
    ['HEAD', '/accounts/1', 'GET /accounts/{id} 1'],
    ['GET', '/Accounts/1/Balances', 'GET /{service}/{product}/{id} Accounts,1,Balances'],
    ['GET', '/ACCOUNTS/me', 'GET /accounts/me '],
    ['GET', '/files/a.csv', 'GET /files/{name}.csv a'],
    ['GET', '/files/report-7.csv', 'GET /files/report-{id}.csv 7'],
    ['GET', '/files/report-.csv', 'GET /files/{name}.csv report-'],
    ['GET', '/files/a.pdf', 'GET /files/{name} a.pdf'],
    ['GET', '/files/.csv', 'GET /files/{name} .csv'],
    ['POST', '/', 'POST / '],
    ['PUT', '/accounts/1', 'method_undeclared'],
    ['GET', '/', 'method_undeclared'],
    ['GET', '/nothing', 'path_undeclared'],
    ['GET', '/a/b/c/d/e', 'path_undeclared'],
    ['GET', '/__proto__/constructor', 'path_undeclared'],
  ])('%s %s: %s', (method, path, expected) => {
    expect(found(IDS, method, path)).toBe(expected)
    expect(found(IDS.toReversed(), method, path)).toBe(expected)
  })

  it('in the current document before an older one', () => {
    const operations = [operation('GET /a/{old}', 'older'), operation('GET /a/{new}')]
    expect(matcherFor({ operations })('GET', '/a/1')).toMatchObject({ operation: { id: 'GET /a/{new}' } })
  })

  it('without walking a tree that was built to be walked', () => {
    // Two ways at each of 16 levels, none of which leads to an end.
    const levels = Array.from(
      { length: 16 },
      (_one, at) =>
        `/${Array.from({ length: 16 }, (_two, depth) => (depth === at ? 's' : `{p${depth}}`)).join('/')}/end`,
    )
    const match = matcherFor({ operations: levels.map((path) => operation(`GET ${path}`)) })
    expect(match('GET', `/${Array(16).fill('s').join('/')}/no`).kind).toBe('path_undeclared')
  })
})
