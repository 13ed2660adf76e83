import { describe, expect, it } from 'vitest'
import { known } from '../../src/lib/fact.ts'
import captures from '../fixtures/captured-clients.json'
import { arrive, type Captured } from './arrive.ts'

const CHROMIUM = captures.filter(({ client }) => client === 'Chromium 156, headless')
const PAGE = CHROMIUM[0]
const CURL = captures.find(({ client }) => client === 'curl 7.88')
if (PAGE === undefined || CURL === undefined) throw new Error('Cannot test: captures missing')

describe('identify(): network', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7', '203.0.113.0/24', '203.0.113.7/32'],
    ['2001:DB8:1:2:3::9', '2001:db8:1:2:3::9', '2001:db8:1::/48', '2001:db8:1:2::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7', '203.0.113.0/24', '203.0.113.7/32'],
    ['', '', 'unknown', 'unknown'],
    ['203.0.113.7, 192.0.2.1', '', 'unknown', 'unknown'],
    ['<script>', '', 'unknown', 'unknown'],
  ])('reads "%s"', (sent, address, prefix, subscriber) => {
    expect(arrive({ headers: {}, address: sent }).network).toEqual({
      address,
      prefix,
      subscriber,
      asn: 64_500,
      organisation: 'Example Broadband',
      country: 'GB',
    })
  })

  it('leaves absent what the edge does not say, or says in another type or length', () => {
    const cf = {
      asn: '64500',
      asOrganization: 'x'.repeat(129),
      country: 'XX',
      httpProtocol: 2,
      tlsVersion: '',
    }
    const { network, protocol, tls } = arrive({ headers: {}, cf: { ...cf, botManagement: 'none' } })
    expect(network).toMatchObject({ asn: undefined, organisation: undefined, country: undefined })
    expect(protocol).toBeUndefined()
    expect(tls).toMatchObject({ version: undefined, ja4: { state: 'absent' }, ja3: { state: 'absent' } })
  })

  it('keeps Cloudflare’s code for Tor beside the countries', () => {
    expect(arrive({ headers: {}, cf: { country: 'T1' } }).network.country).toBe('T1')
  })
})

describe('identify(): TLS fingerprints', () => {
  it('takes JA3 and JA4 in their own forms and nothing else', () => {
    const ja3Hash = 'cd08e31494f9531f560d64c695473da9'
    const good = arrive({ headers: {}, cf: { botManagement: { ja3Hash, ja4: PAGE.ja4 } } })
    expect(known(good.tls.ja3)).toBe(ja3Hash)
    expect(known(good.tls.ja4)).toBe(PAGE.ja4)
    const bad = arrive({ headers: {}, cf: { botManagement: { ja3Hash: 'x', ja4: 'x'.repeat(5_000) } } })
    expect(bad.tls).toMatchObject({ ja3: { state: 'absent' }, ja4: { state: 'absent' } })
  })
})

describe('identify(): header shape', () => {
  it('counts the client’s own headers, and takes its own Accept-Encoding', () => {
    const { shape } = arrive({
      headers: {
        'user-agent': 'x',
        'accept-encoding': 'gzip',
        'accept-language': 'de, en;q=0.8',
        cookie: 'a=b',
      },
    })
    expect(shape).toMatchObject({
      count: 4,
      hasCookie: true,
      hasReferer: false,
      hasOrigin: false,
      acceptsLanguage: 2,
      encodings: 'gzip',
    })
    expect(shape.bytes).toBeGreaterThan(60)
  })

  it('is alike for one browser’s form and call, and another for curl', () => {
    const names = CHROMIUM.filter(({ what }) => what !== 'a preflight').map((c) => arrive(c).shape.names)
    expect(new Set(names).size).toBe(1)
    expect(names).not.toContain(arrive(CURL).shape.names)
  })

  it('is bounded, however many names there are', () => {
    const headers = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`name${at}`, 'x']))
    expect(arrive({ headers }).shape).toMatchObject({ count: 3_001 })
  })
})

describe('identify(): fingerprint', () => {
  it('is one for all that a browser sends: pages, forms, calls, images, beacons, preflights', () => {
    const fingerprints = CHROMIUM.map((capture) => arrive(capture).fingerprint)
    expect(fingerprints.length).toBeGreaterThan(10)
    expect(new Set(fingerprints).size).toBe(1)
  })

  it.each<[what: string, change: Partial<Captured>]>([
    [
      'a resumed session, whose hello has one extension more',
      { ja4: 't13d1518h2_8daaf6152771_ffffffffffff' },
    ],
    ['another grease among the signature algorithms', { ja4: 't13d1517h2_8daaf6152771_5cd47779f5c5' }],
    ['an address without a name', { ja4: 't13i1516h2_8daaf6152771_f4f7aae15fbc' }],
    ['HTTP/3', { ja4: 'q13d0312h3_55b375c5d22e_06cda9e17597', protocol: 'HTTP/3' }],
    ['a cookie', { headers: { ...PAGE.headers, cookie: 'session=1' } }],
    ['another address', { address: '2001:db8::1' }],
  ])('survives %s', (_what, change) => {
    expect(arrive({ ...PAGE, ...change }).fingerprint).toBe(arrive(PAGE).fingerprint)
  })

  it('survives the move to HTTP/3 without JA4 too', () => {
    const without = (protocol: string) => arrive({ ...PAGE, ja4: undefined, protocol }).fingerprint
    expect(without('HTTP/3')).toBe(without('HTTP/2'))
    expect(without('HTTP/1.1')).not.toBe(without('HTTP/2'))
  })

  const { 'sec-ch-ua': _hints, ...withoutHints } = PAGE.headers
  it.each<[what: string, change: Partial<Captured>]>([
    ['another stack', { ja4: CURL.ja4 }],
    [
      'another version',
      { headers: { ...PAGE.headers, 'user-agent': 'Mozilla/5.0 (X11; Linux) Chrome/155.0' } },
    ],
    ['another language', { headers: { ...PAGE.headers, 'accept-language': 'vi-VN' } }],
    ['other encodings', { headers: { ...PAGE.headers, 'accept-encoding': 'gzip' } }],
    ['no client hints', { headers: withoutHints }],
  ])('changes with %s', (_what, change) => {
    expect(arrive({ ...PAGE, ...change }).fingerprint).not.toBe(arrive(PAGE).fingerprint)
  })
})

describe('identify(): software', () => {
  const headed = (headers: Readonly<Record<string, string>>) =>
    arrive({ ...PAGE, headers: { ...PAGE.headers, ...headers } })
  const agent = (major: number) => `Mozilla/5.0 (X11; Linux x86_64) Chrome/${major}.0.0.0 Safari/537.36`

  it.each([
    ['language', (at: number) => ({ 'accept-language': `${'abcdefghij'[at]}q-GB,en;q=0.9` })],
    ['version', (at: number) => ({ 'user-agent': agent(140 + at) })],
    ['list of encodings', (at: number) => ({ 'accept-encoding': `gzip, x-${at}` })],
  ])('is one, whatever %s the client writes into each request', (_what, headers) => {
    const names = Array.from({ length: 10 }, (_, at) => headed(headers(at)).software)
    expect(new Set([...names]).size).toBe(1)
  })

  it('tells stacks and families apart', () => {
    expect(arrive({ ...PAGE, ja4: CURL.ja4 }).software).not.toBe(arrive(PAGE).software)
    expect(headed({ 'user-agent': 'curl/8.9' }).software).not.toBe(arrive(PAGE).software)
  })

  it.each([
    ['a made-up version', { 'user-agent': agent(4_000) }, { 'user-agent': agent(5_000) }],
    ['text that is no language', { 'accept-language': 'x-one' }, { 'accept-language': '??' }],
    ['another region', { 'accept-language': 'en-GB' }, { 'accept-language': 'en-US,en;q=0.9' }],
  ])('and the fingerprint does not change for %s', (_what, one, other) => {
    expect(headed(one).fingerprint).toBe(headed(other).fingerprint)
  })
})

describe('identify(): real clients', () => {
  it.each([
    ['Chromium 156, headless', 'chrome', true],
    ['Chromium 156 with another user agent', 'chrome', false],
    ['curl 7.88', 'tool', true],
    ['Wget 1.21', 'tool', true],
    ['Node 22’s fetch', 'tool', true],
    ['Node 22’s https', 'none', false],
    ['Python 3.11’s urllib', 'tool', true],
  ])('%s is %s, and says that it is automation: %s', (name, family, declaresAutomation) => {
    const capture = captures.find(({ client }) => client === name.replace('’', "'"))
    expect(capture && arrive(capture).claim).toMatchObject({ family, declaresAutomation })
  })
})
