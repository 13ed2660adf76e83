import { describe, expect, it } from 'vitest'
import { weaknessesOf } from '../../../src/inventory/watch/weaknesses.ts'

const HSTS = { 'strict-transport-security': 'max-age=31536000' }
const FRESH = { ...HSTS, 'cache-control': 'max-age=60' }

describe('the headers of an answer', () => {
  it.each([
    ['say nothing against it', HSTS, {}, []],
    ['lack HSTS', {}, {}, ['hsts_missing']],
    ['open it to every page', { ...HSTS, 'access-control-allow-origin': '*' }, {}, ['cors_any_origin']],
    ['name one page', { ...HSTS, 'access-control-allow-origin': 'https://app.bank.example' }, {}, []],
    [
      'trust a page without an origin, with credentials',
      { ...HSTS, 'access-control-allow-origin': 'null', 'access-control-allow-credentials': 'true' },
      { origin: 'null' },
      ['cors_any_origin_with_credentials'],
    ],
    ['let a shared cache keep it', FRESH, {}, ['cacheable']],
    ['let nobody keep it', { ...HSTS, 'cache-control': 'no-store, max-age=60' }, {}, []],
    ['keep it for its caller', { ...HSTS, 'cache-control': 'private, max-age=60' }, {}, []],
    // RFC 9111 section 3.5
    ['are for a caller who has authorised himself', FRESH, { authorization: 'Bearer a' }, []],
    [
      'are for everybody, whoever has asked',
      { ...HSTS, 'cache-control': 'public, max-age=60' },
      { authorization: 'Bearer a' },
      ['cacheable'],
    ],
    ['tell a version', { ...HSTS, server: 'Apache/2.4.1' }, {}, ['server_version']],
    ['tell a product', { ...HSTS, server: 'cloudflare' }, {}, []],
  ])('%s', (_what, headers, asked, weaknesses) => {
    const response = new Response(null, { headers: headers as HeadersInit })
    const request = { method: 'GET', headers: new Headers(asked as HeadersInit) }
    expect(weaknessesOf(response, request, false)).toEqual(weaknesses)
  })

  it('say nothing of the hop behind the gate, which the gate knows itself', () => {
    const response = new Response(null, { headers: HSTS })
    expect(weaknessesOf(response, { method: 'GET', headers: new Headers() }, true)).toEqual([
      'plaintext_origin',
    ])
  })
})
