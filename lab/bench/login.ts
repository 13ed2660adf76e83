/** Login requests of people in a current browser, as the edge hands them to the gate. */
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
  'content-type': 'application/x-www-form-urlencoded',
  origin: 'https://localhost:8443',
  referer: 'https://localhost:8443/login',
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

/** One HTTP/1.1 message for each person: own address, own user name. */
export function logins(people: number): readonly Buffer[] {
  return Array.from({ length: people }, (_, person) => {
    const body = `username=person-${person}&password=correct-horse-${person}`
    const headers = {
      ...HEADERS,
      'cf-connecting-ip': `198.18.${(person >> 8) & 255}.${person & 255}`,
      [CF_BLOB_HEADER]: JSON.stringify(CF),
      'content-length': String(Buffer.byteLength(body)),
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    return Buffer.from(`POST /login HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  })
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

/** How the gate of the bench is configured. */
export const GATE = {
  vars: { ROUTES: [LOGIN_ROUTE], JURISDICTION: 'none' },
  secrets: { GATE_KEYS: `bench:${'A'.repeat(43)}`, OPERATOR_TOKEN: 'operator-token-of-the-bench' },
}
