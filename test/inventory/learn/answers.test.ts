import { describe, expect, it } from 'vitest'
import { type AnswerHeaders, weaknessesOf } from '../../../src/inventory/learn/answers.ts'

const GOOD = { 'strict-transport-security': 'max-age=31536000', 'cache-control': 'no-store' }

function weaknesses(
  headers: Record<string, string>,
  changes: Partial<AnswerHeaders> = {},
): readonly string[] {
  return weaknessesOf({
    headers: new Headers({ ...GOOD, ...headers }),
    ...{ status: 200, method: 'GET', authorised: true, secure: true, plaintextOrigin: false },
    ...changes,
  })
}

describe('what the headers of an answer give away', () => {
  const CASES: readonly (readonly [
    string,
    Record<string, string>,
    Partial<AnswerHeaders>,
    readonly string[],
  ])[] = [
    ['nothing of a careful bank', {}, {}, []],
    ['any origin', { 'access-control-allow-origin': '*' }, {}, ['cors_any_origin']],
    [
      'any origin, with credentials',
      { 'access-control-allow-origin': 'null', 'access-control-allow-credentials': 'true' },
      {},
      ['cors_any_origin_with_credentials'],
    ],
    [
      'one origin',
      { 'access-control-allow-origin': 'https://app.example', 'access-control-allow-credentials': 'true' },
      {},
      [],
    ],
    ['a public answer', { 'cache-control': 'public, max-age=60' }, {}, ['cacheable']],
    ['an age, with authorisation', { 'cache-control': 'max-age=60' }, {}, []],
    ['an age, without', { 'cache-control': 'max-age=60' }, { authorised: false }, ['cacheable']],
    ['an age of nothing', { 'cache-control': 'max-age=0' }, { authorised: false }, []],
    ['a private answer', { 'cache-control': 'private, max-age=60' }, { authorised: false }, []],
    ['an answer to POST', { 'cache-control': 'public, max-age=60' }, { method: 'POST' }, []],
    ['a version', { server: 'Apache/2.4.1' }, {}, ['server_version']],
    ['a server without version', { server: 'cloudflare' }, {}, []],
    ['a bank behind plain HTTP', {}, { plaintextOrigin: true }, ['plaintext_origin']],
  ]
  it.each(CASES)('%s', (_what, headers, changes, expected) => {
    expect(weaknesses(headers, changes)).toEqual(expected)
  })

  it('is that HSTS is missing, over TLS', () => {
    const headers = new Headers({ 'cache-control': 'no-store' })
    const rest = { headers, status: 200, method: 'GET', authorised: true, plaintextOrigin: false }
    expect(weaknessesOf({ ...rest, secure: true })).toEqual(['hsts_missing'])
    expect(weaknessesOf({ ...rest, secure: false })).toEqual([])
  })
})
