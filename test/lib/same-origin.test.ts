import { describe, expect, it } from 'vitest'
import { isCrossSite } from '../../src/lib/same-origin.ts'

const URL_OF_GATE = 'https://bank.example/_portcullis/sign-in'

describe('isCrossSite()', () => {
  it.each([
    ['nothing, as programs and old browsers do', {}, false],
    ['a page of this host', { 'sec-fetch-site': 'same-origin', origin: 'https://bank.example' }, false],
    ['the person, by way of the address bar', { 'sec-fetch-site': 'none' }, false],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, true],
    ['another host of the bank', { 'sec-fetch-site': 'same-site' }, true],
    ['another origin alone', { origin: 'https://evil.example' }, true],
    ['this host without TLS', { origin: 'http://bank.example' }, true],
    ['an origin that hides itself', { origin: 'null' }, true],
    ['a value that no browser sends', { 'sec-fetch-site': 'Same-Origin, cross-site' }, true],
  ])('of a request that names %s', (_what, headers: Record<string, string>, expected) => {
    expect(isCrossSite(new Headers(headers), URL_OF_GATE)).toBe(expected)
  })

  it('knows the default port as none, and no origin where the target has none', () => {
    const headers = new Headers({ origin: 'https://bank.example' })
    expect(isCrossSite(headers, 'https://bank.example:443/x')).toBe(false)
    expect(isCrossSite(headers, 'https://[/x')).toBe(true)
  })
})
