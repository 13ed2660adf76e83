import { describe, expect, it } from 'vitest'
import type { Contradiction } from '../../src/evidence.ts'
import captures from '../fixtures/captured-clients.json'
import { requireReal } from '../real.ts'
import { arrive, type Captured } from './arrive.ts'

const CHROME_WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const JA4_CHROMIUM = 't13d1516h2_8daaf6152771_02713d6af862'
const JA4_CURL = 't13d3112h2_e8f1e7e78f70_b26ce05bbdd6'

/** A Chrome 156 on Windows that sends the login form of a page it has loaded. */
const FORM: Captured = {
  method: 'POST',
  ja4: JA4_CHROMIUM,
  headers: {
    'user-agent': CHROME_WINDOWS,
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
    'accept-encoding': 'gzip, deflate, br, zstd',
    'accept-language': 'en-GB,en;q=0.9',
    'content-type': 'application/x-www-form-urlencoded',
    origin: 'https://bank.example',
    referer: 'https://bank.example/login',
    'sec-ch-ua': '"Google Chrome";v="156", "Chromium";v="156", "Not(A:Brand";v="8"',
    'sec-ch-ua-mobile': '?0',
    'sec-ch-ua-platform': '"Windows"',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-user': '?1',
    'upgrade-insecure-requests': '1',
  },
}

/** The same with other headers; `undefined` leaves one out. */
function formWith(
  headers: Readonly<Record<string, string | undefined>>,
  change: Partial<Captured> = {},
): readonly Contradiction[] {
  const merged = Object.entries({ ...FORM.headers, ...headers })
  const kept = merged.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  return arrive({ ...FORM, ...change, headers: Object.fromEntries(kept) }).contradictions
}

describe('contradictionsIn(): clients as they really are', () => {
  it.each(captures.map((capture) => [`${capture.client}: ${capture.what}`, capture] as const))(
    'finds nothing against %s',
    (_name, capture) => {
      expect(arrive(capture).contradictions).toEqual([])
    },
  )

  it('finds nothing against a whole and honest form', () => {
    expect(formWith({})).toEqual([])
  })

  it('finds nothing against a browser of which the edge tells neither JA4 nor protocol nor encoding', () => {
    const bare = { httpProtocol: undefined, clientAcceptEncoding: 'gzip, deflate, br', tlsCipher: undefined }
    expect(arrive({ ...FORM, ja4: undefined, cf: bare }).contradictions).toEqual([])
  })

  it('expects neither hints nor fetch metadata of a connection without TLS', () => {
    const names = Object.keys(FORM.headers).filter((name) => !name.startsWith('sec-'))
    const headers = Object.fromEntries(names.map((name) => [name, FORM.headers[name] ?? '']))
    const cf = { tlsVersion: '', httpProtocol: 'HTTP/1.1', clientAcceptEncoding: 'gzip, deflate' }
    expect(arrive({ ...FORM, headers, ja4: undefined, cf }).contradictions).toEqual([])
  })

  it('does not hold a strict referrer policy against anybody', () => {
    expect(formWith({ origin: 'null', referer: undefined })).toEqual([])
  })

  it('lets a page ask for a range of a film', () => {
    const headers = { 'accept-encoding': 'identity;q=1, *;q=0', range: 'bytes=0-' }
    expect(formWith(headers)).toEqual([])
  })
})

describe('contradictionsIn(): each contradiction', () => {
  it.each<[what: string, contradiction: Contradiction, found: readonly Contradiction[]]>([
    ['two user agents', 'user_agent_duplicated', formWith({ 'user-agent': `curl/8.0, ${CHROME_WINDOWS}` })],
    ['curl’s handshake', 'tls_unlike_claim', formWith({}, { ja4: JA4_CURL })],
    ['HTTP/1.1 where HTTP/2 is offered', 'protocol_unlike_claim', formWith({}, { protocol: 'HTTP/1.1' })],
    ['no client hints', 'client_hints_missing', formWith({ 'sec-ch-ua': undefined })],
    [
      'hints of another version',
      'client_hints_disagree',
      formWith({ 'sec-ch-ua': '"Chromium";v="142", "Google Chrome";v="142"' }),
    ],
    ['hints of another platform', 'client_hints_disagree', formWith({ 'sec-ch-ua-platform': '"Linux"' })],
    ['hints of a telephone', 'client_hints_disagree', formWith({ 'sec-ch-ua-mobile': '?1' })],
    [
      'a hidden HeadlessChrome',
      'client_hints_disagree',
      formWith({ 'sec-ch-ua': '"HeadlessChrome";v="156", "Chromium";v="156"' }),
    ],
    [
      'an Edge whose hints do not know it',
      'client_hints_disagree',
      formWith({ 'user-agent': `${CHROME_WINDOWS} Edg/156.0.0.0` }),
    ],
    [
      'no fetch metadata',
      'fetch_metadata_missing',
      formWith({
        'sec-fetch-mode': undefined,
        'sec-fetch-site': undefined,
        'sec-fetch-dest': undefined,
        'sec-fetch-user': undefined,
      }),
    ],
    [
      'Sec-Fetch-Mode alone, as undici sends it',
      'fetch_metadata_disagrees',
      formWith({ 'sec-fetch-site': undefined, 'sec-fetch-dest': undefined }),
    ],
    ['an invented mode', 'fetch_metadata_disagrees', formWith({ 'sec-fetch-mode': 'nested-navigate' })],
    ['an invented site', 'fetch_metadata_disagrees', formWith({ 'sec-fetch-site': 'same' })],
    ['a navigation to nowhere', 'fetch_metadata_disagrees', formWith({ 'sec-fetch-dest': 'empty' })],
    ['a call that fetches a document', 'fetch_metadata_disagrees', formWith({ 'sec-fetch-mode': 'cors' })],
    [
      'a person’s gesture in a call',
      'fetch_metadata_disagrees',
      formWith({ 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }),
    ],
    [
      'a navigation that posts JSON, as impersonating clients do',
      'fetch_metadata_disagrees',
      formWith({ 'content-type': 'application/json' }),
    ],
    ['a navigation by PUT', 'fetch_metadata_disagrees', formWith({}, { method: 'PUT' })],
    ['another origin’s page', 'fetch_metadata_disagrees', formWith({ origin: 'https://evil.example' })],
    ['another origin’s referer', 'fetch_metadata_disagrees', formWith({ referer: 'https://evil.example/' })],
    ['our own origin from abroad', 'fetch_metadata_disagrees', formWith({ 'sec-fetch-site': 'cross-site' })],
    ['an origin from nowhere', 'fetch_metadata_disagrees', formWith({ 'sec-fetch-site': 'none' })],
    ['a page that is not asked for', 'accept_unlike_claim', formWith({ accept: '*/*' })],
    ['no Accept at all', 'accept_unlike_claim', formWith({ accept: undefined })],
    ['no language', 'accept_language_missing', formWith({ 'accept-language': undefined })],
    ['every language, as undici says', 'accept_language_missing', formWith({ 'accept-language': '*' })],
    ['no brotli', 'accept_encoding_unlike_claim', formWith({ 'accept-encoding': 'gzip, deflate' })],
    ['a POST without Origin', 'header_unlike_claim', formWith({ origin: undefined })],
    ['jQuery’s mark on a page', 'header_unlike_claim', formWith({ 'x-requested-with': 'XMLHttpRequest' })],
    ['Pragma alone', 'header_unlike_claim', formWith({ pragma: 'no-cache' })],
  ])('%s is %s', (_what, contradiction, found) => {
    expect(found).toContain(contradiction)
  })

  const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0'
  it('Firefox with client hints is client_hints_unexpected', () => {
    expect(formWith({ 'user-agent': FIREFOX }, { ja4: undefined })).toEqual(['client_hints_unexpected'])
  })

  it.each(['curl/8.5.0', 'okhttp/4.12.0', ''])('"%s" with a page’s headers is neither', (agent) => {
    expect(formWith({ 'user-agent': agent })).toEqual([
      'client_hints_unexpected',
      'fetch_metadata_unexpected',
    ])
  })

  it.each([
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/83.0.4103.116 Safari/537.36',
    'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko',
    'Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.1.2 Safari/605.1.15',
  ])('%s is user_agent_obsolete', (agent) => {
    expect(formWith({ 'user-agent': agent }, { ja4: undefined })).toContain('user_agent_obsolete')
  })
})

/** Name and value of each header in a signature file of curl-impersonate: quotes vary, long ones go over several lines. */
function headersOf(signature: string): Record<string, string> {
  const list = signature.slice(signature.indexOf('headers:'), signature.indexOf('pseudo_headers'))
  const lines = [...list.replace(/\n +(?! *- )/g, ' ').matchAll(/^\s+- ["'](\S+?): (.*?)["']\s*$/gm)]
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value.replaceAll('\\"', '"')]))
}

const SIGNATURES = import.meta.glob<string>('../../../shared/data/fingerprints/signatures/*.yaml', {
  query: '?raw',
  import: 'default',
})
const TABLE = import.meta.glob<string>('../../../shared/data/fingerprints/browser_signatures.csv', {
  query: '?raw',
  import: 'default',
})
const DEFAULTS = import.meta.glob<string>('../../../shared/data/fingerprints/openbullet-defaults.json', {
  query: '?raw',
  import: 'default',
})

describe.runIf(requireReal('../shared/data/fingerprints', Object.keys(SIGNATURES).length > 0))(
  'contradictionsIn(): browsers that others captured',
  () => {
    it.each(Object.entries(SIGNATURES).map(([path, load]) => [path.split('/').at(-1) ?? '', load] as const))(
      'finds nothing but age against %s',
      async (name, load) => {
        const [table] = await Promise.all(Object.values(TABLE).map((read) => read()))
        const row = table?.split('\n').find((line) => line.trim().endsWith(name))
        const ja4 = row?.split(',')[4]
        const headers = headersOf(await load())
        const client = arrive({ headers, ...(ja4 === undefined ? {} : { ja4 }) })
        expect(ja4).toMatch(/^t13d/)
        expect(client.contradictions.filter((found) => found !== 'user_agent_obsolete')).toEqual([])
      },
    )

    it.each(['default_block', 'legacy_block'])('sees through the %s of OpenBullet', async (block) => {
      const [text = '{}'] = await Promise.all(Object.values(DEFAULTS).map((read) => read()))
      const { headers } = JSON.parse(text)[block]
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])
      const { contradictions } = arrive({
        method: 'POST',
        protocol: 'HTTP/1.1',
        ja4: 't13d1810h1_85036bcba153_d41ae481755e',
        headers: { ...Object.fromEntries(lower), 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(contradictions).toEqual(
        expect.arrayContaining([
          'user_agent_obsolete',
          'tls_unlike_claim',
          'protocol_unlike_claim',
          'fetch_metadata_missing',
          'accept_encoding_unlike_claim',
          'header_unlike_claim',
        ]),
      )
    })
  },
)
