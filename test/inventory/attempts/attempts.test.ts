/** What a request tries that no schema rules out; and what honest requests do, which looks like it and is not. */
import { describe, expect, it } from 'vitest'
import { type Asked, attemptsIn } from '../../../src/inventory/attempts/attempts.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import type {
  ConformanceFinding,
  ConformanceReport,
  Operation,
  SecurityNeed,
} from '../../../src/inventory/types.ts'
import { exchange } from '../../fixtures/scene.ts'
import { operation } from '../learn/scene.ts'

const LIMITS = DEFAULT_SETTINGS.requests
const ACCOUNT = operation('PUT /accounts/{AccountId}/alias')

interface Scene {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly channel?: Asked['channel']
  readonly scopes?: readonly string[]
  readonly security?: Operation['security']
  /** Rule, place and pointer of what the specification does not have. */
  readonly strangers?: readonly (readonly [ConformanceFinding['rule'], ConformanceFinding['place'], string])[]
}

function attempts(scene: Scene, limits = LIMITS) {
  const { query = '', headers = {}, body, strangers = [] } = scene
  const findings = strangers.map(([rule, place, pointer]) => ({
    ...{ rule, place, pointer, field: pointer, strength: 'undeclared', operation: ACCOUNT.id },
  }))
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  const asked: Asked = {
    operation: { ...ACCOUNT, security: scene.security ?? [] },
    values: ['1234'],
    exchange: exchange({
      method: 'PUT',
      target: `/accounts/1234/alias${query === '' ? '' : `?${query}`}`,
      headers: { ...type, ...headers },
    }),
    channel: scene.channel ?? 'tpp',
    scopes: scene.scopes,
    body: body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body)),
    // Of a report only the findings are read.
    report: { findings, unchecked: [], match: { kind: 'path_undeclared' } } as ConformanceReport,
  }
  return attemptsIn(asked, limits)
}

describe('a second object', () => {
  it.each<[string, Scene]>([
    ['in the query', { query: 'accountId=99', strangers: [['query_undeclared', 'query', 'accountId']] }],
    [
      'in a header',
      { headers: { 'x-account-id': '99' }, strangers: [['header_undeclared', 'header', 'x-account-id']] },
    ],
    [
      'in the body',
      {
        body: { Data: { account_id: 99 } },
        strangers: [['property_undeclared', 'body', '/Data/account_id']],
      },
    ],
  ])('%s is told', (_where, scene) => {
    expect(attempts(scene)).toEqual(['object_elsewhere'])
  })

  it.each<[string, Scene]>([
    ['the same again', { query: 'accountId=1234', strangers: [['query_undeclared', 'query', 'accountId']] }],
    ['declared there', { query: 'accountId=99' }],
    ['another name', { query: 'owner=99', strangers: [['query_undeclared', 'query', 'owner']] }],
    ['not there', { body: { a: 1 }, strangers: [['property_undeclared', 'body', '/b/accountId']] }],
    [
      'a pointer into a prototype',
      { body: {}, strangers: [['property_undeclared', 'body', '/__proto__/accountId']] },
    ],
  ])('%s is not', (_what, scene) => {
    expect(attempts(scene)).toEqual([])
  })
})

describe('an address for the bank to fetch', () => {
  it.each<[string, Scene]>([
    ['inside the network', { body: { Data: { CallbackUrl: 'http://10.0.0.7/hook' } } }],
    ['of the cloud’s own machine', { body: { hooks: ['http://169.254.169.254/latest'] } }],
    ['that hides behind short forms', { body: { url: 'http://127.1:8080/' } }],
    ['of another protocol', { body: { url: 'gopher://example.com:70/x' } }],
    ['of a file', { body: { logo: 'file:///etc/passwd' } }],
    ['with white space in front', { body: { url: ' http://localhost/' } }],
    ['in the query', { query: 'webhook=http%3A%2F%2F%5B%3A%3A1%5D%2F' }],
    ['in a header', { headers: { 'tpp-notification-uri': 'https://intra.local/x' } }],
  ])('%s is told', (_what, scene) => {
    expect(attempts(scene)).toEqual(['url_target_refused'])
  })

  it('is told however its slashes are written', () => {
    const headers = { 'content-type': 'application/json' }
    const body = new TextEncoder().encode(String.raw`{"url":"http:\u002f\u002f10.0.0.1\/"}`)
    const asked: Asked = {
      ...{ operation: ACCOUNT, values: ['1'], channel: 'tpp', scopes: undefined, body, report: undefined },
      exchange: exchange({ method: 'PUT', target: '/accounts/1/alias', headers }),
    }
    expect(attemptsIn(asked, LIMITS)).toEqual(['url_target_refused'])
  })

  it.each<[string, Scene]>([
    ['on the Internet', { body: { CallbackUrl: 'https://hooks.example.com/in' } }],
    ['that a browser is sent to', { body: { redirectUri: 'http://127.0.0.1:51004/cb' } }],
    ['that a browser is sent to, in a header', { headers: { 'tpp-redirect-uri': 'http://localhost/cb' } }],
    ['in a sentence', { body: { note: 'see http://localhost/ for more' } }],
    ['that is none', { body: { url: 'http://' } }],
  ])('%s is not', (_what, scene) => {
    expect(attempts(scene)).toEqual([])
  })

  it('is told where the bank names the only hosts, and this is none of them', () => {
    const limits = { ...LIMITS, urlHosts: ['*.example.com', 'hooks.example.org'] }
    const told = (url: string) => attempts({ body: { url } }, limits)
    expect(told('https://a.example.com/')).toEqual([])
    expect(told('https://hooks.example.org/')).toEqual([])
    expect(told('https://example.com/')).toEqual(['url_target_refused'])
    expect(told('https://evil-example.com/')).toEqual(['url_target_refused'])
  })

  it('costs no more than a bounded walk, whatever the body is', () => {
    let deep: unknown = 'http://localhost/'
    for (let level = 0; level < 200; level++) deep = [deep]
    expect(attempts({ body: deep })).toEqual([])
    expect(attempts({ body: { a: Array(10_000).fill('x'), b: 'x://', c: ['//', ':', '://'] } })).toEqual([])
  })
})

describe('too much at once', () => {
  it.each<[string, string, readonly string[]]>([
    ['a page of a million', 'limit=1000000', ['page_too_large']],
    ['a page of a hundred', 'pageSize=100', []],
    ['a number that is none', 'limit=all', []],
    [
      'thirty years',
      'fromBookingDateTime=1990-01-01T00:00:00&toBookingDateTime=2026-01-01',
      ['date_range_too_wide'],
    ],
    ['thirty years until now', 'dateFrom=1990-01-01', ['date_range_too_wide']],
    ['two years', 'dateFrom=2024-01-01&dateTo=2026-01-01', []],
    ['no dates', 'from=GBP&to=EUR', []],
  ])('%s', (_what, query, expected) => {
    expect(attempts({ query })).toEqual(expected)
  })
})

describe('a token', () => {
  const token = (alg: string) => {
    const header = btoa(JSON.stringify({ typ: 'JWT', alg })).replaceAll('=', '')
    return { authorization: `Bearer ${header}.e30.${alg === 'none' ? '' : 'AAAA'}` }
  }
  it.each<[string, string, Asked['channel'], readonly string[]]>([
    ['that nobody signed', 'none', 'mobile', ['token_algorithm_weak']],
    ['that nobody signed, in capitals', 'NONE', 'mobile', ['token_algorithm_weak']],
    ['with a shared key, of a third party', 'HS256', 'tpp', ['token_algorithm_weak']],
    ['with a shared key, of the bank’s own session', 'HS256', 'mobile', []],
    ['as it should be', 'PS256', 'tpp', []],
  ])('%s', (_what, alg, channel, expected) => {
    expect(attempts({ headers: token(alg), channel })).toEqual(expected)
  })

  it('that is opaque or no token says nothing', () => {
    for (const authorization of ['Bearer abc', 'Basic eyJ.a.b', 'Bearer eyJ!.a.b', 'Bearer eyJ.e30.x']) {
      expect(attempts({ headers: { authorization } })).toEqual([])
    }
  })
})

describe('a token’s scopes', () => {
  const need = (type: SecurityNeed['type'], scopes: readonly string[]): SecurityNeed => ({
    ...{ name: type, type, scheme: undefined, in: undefined, parameter: undefined, scopes },
  })
  const accounts = need('oauth2', ['accounts'])
  it.each<[string, readonly string[] | undefined, Operation['security'], readonly string[]]>([
    ['are those that are asked for', ['accounts', 'openid'], [[accounts]], []],
    ['are others', ['payments'], [[accounts]], ['scope_missing']],
    ['are none', [''], [[accounts]], ['scope_missing']],
    ['are unknown', undefined, [[accounts]], []],
    ['are good for one way in', ['payments'], [[accounts], [need('oauth2', ['payments'])]], []],
    ['are asked for in one way of two', ['payments'], [[accounts], [need('apiKey', [])]], []],
    ['are asked for by nobody', ['payments'], [], []],
    ['are roles of something else', ['payments'], [[need('mutualTLS', ['AISP'])]], []],
  ])('%s', (_what, scopes, security, expected) => {
    expect(attempts({ ...(scopes === undefined ? {} : { scopes }), security })).toEqual(expected)
  })
})
