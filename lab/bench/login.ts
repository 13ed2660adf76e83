/** Login requests of people in a current browser, as the edge hands them to the gate. */
import { get, type RequestOptions } from 'node:http'
import { CF_BLOB_HEADER } from '../../local/workerd.ts'

/** Facts of Chromium over TLS 1.3 and HTTP/2. */
const CF = {
  httpProtocol: 'HTTP/2',
  tlsVersion: 'TLSv1.3',
  tlsCipher: 'AEAD-AES128-GCM-SHA256',
  clientAcceptEncoding: 'gzip, deflate, br, zstd',
  asn: 64500,
  asOrganization: 'Example Broadband',
  country: 'GB',
  botManagement: { ja4: 't13d1516h2_8daaf6152771_d8a2da3f94cd', ja3Hash: '0'.repeat(32) },
}

const HEADERS = {
  host: 'localhost:8443',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'accept-encoding': 'gzip, br',
  'accept-language': 'en-GB,en;q=0.9',
  'cache-control': 'max-age=0',
  'sec-ch-ua': '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Windows"',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-user': '?1',
  'upgrade-insecure-requests': '1',
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'x-forwarded-proto': 'https',
}

/** Who logs in: `first` shifts to people whom no gate has met yet. */
export interface People {
  readonly count: number
  readonly first?: number
}

/** One HTTP/1.1 message for each person: own address, own user name, and the pass that the front door gave. */
export function logins({ count, first = 0 }: People, cookies: readonly string[] = []): readonly Buffer[] {
  return Array.from({ length: count }, (_, at) => {
    const person = first + at
    const body = `username=person-${person}&password=correct-horse-${person}`
    const cookie = cookies[at]
    const headers = {
      ...headersOf(person),
      ...(cookie === undefined ? {} : { cookie }),
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      origin: 'https://localhost:8443',
      referer: 'https://localhost:8443/login',
    }
    return message('POST', headers, body)
  })
}

/** Fetches the login page once for each person, as a browser does first, and keeps the cookies. */
export async function visit(
  { host, port }: { host: string; port: number },
  people: People,
): Promise<string[]> {
  const cookies: string[] = []
  for (const person of Array(people.count).keys()) {
    const headers = headersOf((people.first ?? 0) + person)
    cookies.push(await fetchCookie({ host, port, path: '/login', headers }))
  }
  return cookies
}

function fetchCookie(options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = get(options, (response) => {
      response.resume()
      const [cookie = ''] = response.headers['set-cookie'] ?? []
      response.on('end', () => resolve(cookie.split(';')[0] ?? ''))
    })
    sent.on('error', reject)
  })
}

function headersOf(person: number): Readonly<Record<string, string>> {
  return {
    ...HEADERS,
    'cf-connecting-ip': `198.${18 + (person >> 16)}.${(person >> 8) & 255}.${person & 255}`,
    [CF_BLOB_HEADER]: JSON.stringify(CF),
  }
}

function message(method: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from(`${method} /login HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** Everything is computed and nothing enforced: two thousand people who log in forty times each are a flood. */
const LOGIN_ROUTE = {
  id: 'login-form',
  methods: ['POST'],
  pattern: '/login',
  dialect: 'page',
  channel: 'browser',
  sensitivity: 'login',
  posture: 'observe',
  user: ['username'],
  password: ['password'],
  mediaTypes: ['application/x-www-form-urlencoded'],
  failureStatuses: [401],
}

const PAGE_ROUTE = {
  id: 'login-page',
  methods: ['GET'],
  pattern: '/login',
  dialect: 'page',
  channel: 'browser',
}

/** How the gate of the bench is configured. */
export const GATE = {
  vars: { ROUTES: [LOGIN_ROUTE, PAGE_ROUTE], JURISDICTION: 'none' },
  secrets: { GATE_KEYS: `bench:${'A'.repeat(43)}`, OPERATOR_TOKEN: 'operator-token-of-the-bench' },
}

/** The same, with every login held against the demo bank's specification. */
export const CONFORMING = {
  ...GATE,
  vars: { ...GATE.vars, ROUTES: [{ ...LOGIN_ROUTE, conformance: 'observe' }, PAGE_ROUTE] },
}
