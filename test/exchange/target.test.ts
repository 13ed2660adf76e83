import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TargetDifference } from '../../src/evidence.ts'
import { normalisePath, readTarget } from '../../src/exchange/target.ts'

const BANK = 'https://bank.example'

function read(raw: string): { path: string; differences: readonly TargetDifference[] } {
  const { path, differences } = readTarget(`${BANK}${raw}`)
  return { path, differences }
}

describe('readTarget(): what is left as it is', () => {
  it.each([
    '/',
    '/login',
    '/accounts/22289/balances',
    '/accounts/',
    '/open-banking/v4.0/aisp/accounts',
    '/a%20b',
    '/%E2%82%AC',
    "/~a.b_c-d!$&'()*+,=:@",
    '/.well-known/x',
    '/a..b/...',
  ])('%s', (raw) => {
    expect(read(raw)).toEqual({ path: raw, differences: [] })
  })

  it('keeps the query as it came, whatever is in it', () => {
    const target = readTarget(`${BANK}/a?x=/../%2e&y='"|`)
    expect(target).toMatchObject({ raw: `/a?x=/../%2e&y='"|`, path: '/a', query: `x=/../%2e&y='"|` })
    expect(target.differences).toEqual([])
  })
})

describe('readTarget(): every other spelling of a path is read as the most lenient origin reads it, and named', () => {
  it.each<[raw: string, path: string, differences: TargetDifference[]]>([
    // RFC 3986 section 6.2.2.1 and 6.2.2.2
    ['/%6cogin', '/login', ['percent_encoding']],
    ['/%6Cogin', '/login', ['percent_encoding']],
    ['/%7Euser', '/~user', ['percent_encoding']],
    ['/a%2fb', '/a%2Fb', ['percent_encoding', 'encoded_separator']],
    ['/a%2Fb', '/a%2Fb', ['encoded_separator']],
    ['/a%5Cb', '/a%5Cb', ['encoded_separator']],
    ['/login%3Fx', '/login%3Fx', ['encoded_separator']],
    ['/login%23', '/login%23', ['encoded_separator']],
    ['/%252e%252e/admin', '/%252e%252e/admin', ['percent_encoding']],
    // section 6.2.2.3
    ['/a/./b', '/a/b', ['dot_segment']],
    ['/a/../b', '/b', ['dot_segment']],
    ['/a/b/..', '/a/', ['dot_segment']],
    ['/../../login', '/login', ['dot_segment']],
    ['/a/%2e%2E/login', '/login', ['percent_encoding', 'dot_segment']],
    // What servers make of the rest
    ['//login', '/login', ['empty_segment']],
    ['/a//b///', '/a/b/', ['empty_segment']],
    ['/login;jsessionid=1', '/login', ['path_parameter']],
    ['/login;.css', '/login', ['path_parameter']],
    ['/a/..;/login', '/login', ['path_parameter', 'dot_segment']],
    ['/a/%2e%2e;x/login', '/login', ['percent_encoding', 'path_parameter', 'dot_segment']],
    ['/login%3b.css', '/login%3B.css', ['percent_encoding', 'path_parameter']],
    ['/a\\..\\login', '/login', ['backslash', 'dot_segment']],
    ['\\login', '/login', ['backslash', 'empty_segment']],
    // Not characters at all
    ['/login%00', '/login%00', ['control_character']],
    ['/login%0d%0aX', '/login%0D%0AX', ['percent_encoding', 'control_character']],
    ['/login\u0001', '/login%01', ['control_character']],
    ['/%zz', '/%25zz', ['malformed_encoding']],
    ['/100%', '/100%25', ['malformed_encoding']],
    ['/%C0%AFlogin', '/%C0%AFlogin', ['malformed_encoding']],
    ['/%C0%AE%C0%AE/login', '/%C0%AE%C0%AE/login', ['malformed_encoding']],
    ['/%ED%A0%80', '/%ED%A0%80', ['malformed_encoding']],
    ['/%E2%82', '/%E2%82', ['malformed_encoding']],
    ['/caf\u00e9', '/caf%C3%A9', ['malformed_encoding']],
    ['/a|b', '/a%7Cb', ['percent_encoding']],
    ['/{id}', '/%7Bid%7D', ['percent_encoding']],
  ])('%s', (raw, path, differences) => {
    const found = read(raw)
    expect(found.path).toBe(path)
    expect([...found.differences].sort()).toEqual([...differences].sort())
  })
})

describe('readTarget(): what workerd gives for unusual requests', () => {
  it('reads the asterisk-form of OPTIONS, which names no path', () => {
    expect(readTarget('http://bank.example*')).toEqual({
      raw: '*',
      origin: 'http://bank.example',
      host: 'bank.example',
      path: '/',
      query: '',
      differences: ['empty_segment'],
    })
  })

  it('does not take a host that ends in an asterisk for the asterisk-form', () => {
    expect(readTarget('http://bank*/login')).toMatchObject({ raw: '/login', path: '/login', differences: [] })
  })

  it('reads an authority without a path as its root', () => {
    expect(readTarget('https://bank.example?a=1')).toMatchObject({ raw: '/?a=1', path: '/', query: 'a=1' })
  })

  it.each([
    ['https://Bank.Example:8443/', 'bank.example', 'https://Bank.Example:8443', ['host_case']],
    ['https://[2001:db8::1]:8443/', '[2001:db8::1]', 'https://[2001:db8::1]:8443', []],
    ['https://[::1]/', '[::1]', 'https://[::1]', []],
    ['https://someone@bank.example/', 'bank.example', 'https://someone@bank.example', []],
  ])('finds the host in %s', (url, host, origin, differences) => {
    expect(readTarget(url)).toMatchObject({ host, origin, differences })
  })
})

describe('normalisePath()', () => {
  const unit = fc.constantFrom(...'/.;\\%2eE5cCfF0aAbzZ~|? \u0000\u00e9', '%2e', '%2F', '%C0', '..', '%25')
  const paths = fc.string({ unit, maxLength: 24 }).map((text) => `/${text}`)

  it('gives a path that it leaves alone afterwards: normalising twice is normalising once', () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const once = normalisePath(raw, new Set())
        expect(normalisePath(once, new Set())).toBe(once)
      }),
      { numRuns: 5_000 },
    )
  })

  it('leaves nothing in a path that a second reader could take for structure', () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const path = normalisePath(raw, new Set())
        expect(path).toMatch(/^(?:\/(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-F]{2})+)*\/?$/)
        expect(path).not.toMatch(/\/\.{1,2}(?:\/|$)/)
      }),
      { numRuns: 5_000 },
    )
  })

  it('names a difference whenever the result is another text', () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const differences = new Set<TargetDifference>()
        const path = normalisePath(raw, differences)
        if (path !== raw) expect(differences.size).toBeGreaterThan(0)
      }),
      { numRuns: 5_000 },
    )
  })

  it('needs time in proportion to the length, on the longest paths and worst characters', () => {
    const long = '/a/../%2e;x%25%32%65\\'.repeat(1_000)
    expect(normalisePath(long, new Set()).startsWith('/')).toBe(true)
  })
})
