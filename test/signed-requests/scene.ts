/** A bank whose routes ask for signatures, a third party with its certificates and keys, and requests between them. */
import { env } from 'cloudflare:workers'
import { type Issued, issueCertificate } from '../../local/edge/issue.ts'
import { qualifiedExtensions } from '../../local/tpp/qualified.ts'
import type { PresentedCertificate } from '../../src/evidence.ts'
import { guard } from '../../src/guard.ts'
import { type HouseWish, type TestHouse, testHouse } from '../fixtures/house.ts'
import { base64Of, holder, type TestAuthority, testAuthority } from '../fixtures/pki.ts'
import { NOW } from '../fixtures/scene.ts'

export const AUTHORITY = await testAuthority()
export const ORGANISATION = 'PSDGB-OB-0015800001HQQrZAAX'
export const OTHER = 'PSDGB-FCA-765432'
const DAY_MS = 86_400_000

export const QWAC = await holder(AUTHORITY, {
  organisation: ORGANISATION,
  roles: ['PSP_AI', 'PSP_PI', 'PSP_IC'],
})
export const OTHERS_QWAC = await holder(AUTHORITY, {
  organisation: OTHER,
  roles: ['PSP_AI', 'PSP_PI', 'PSP_IC'],
})

export interface SealWish {
  readonly authority?: TestAuthority
  readonly organisation?: string
  readonly type?: 'web' | 'eseal'
  readonly notAfter?: Date
  readonly algorithm?: 'P-256' | 'RSA-2048'
}

export async function seal({
  authority = AUTHORITY,
  organisation = ORGANISATION,
  type = 'eseal',
  notAfter = new Date(NOW + 300 * DAY_MS),
  algorithm = 'RSA-2048',
}: SealWish = {}): Promise<Issued> {
  return issueCertificate({
    subject: `2.5.4.97=${organisation},CN=Invented seal,O=Invented Aggregator Ltd,C=GB`,
    use: type === 'web' ? 'website' : 'seal',
    issuer: authority.issuing,
    notBefore: new Date(NOW - 30 * DAY_MS),
    notAfter,
    algorithm,
    extensions: qualifiedExtensions({
      type,
      roles: ['PSP_AI', 'PSP_PI', 'PSP_IC'],
      authority: { name: 'Invented Authority', id: 'GB-FCA' },
      disclosure: 'https://trust.example/disclosure_en.pdf',
    }),
  })
}

export function derOf({ certificate }: Issued): string {
  return base64Of(certificate.rawData)
}

type RouteBinding = Readonly<Record<string, unknown>>

/** wrangler.toml's routes, these in place of their namesakes. */
export function routesWith(...changed: readonly RouteBinding[]): readonly RouteBinding[] {
  const shipped = env.ROUTES as readonly RouteBinding[]
  const ids = new Set(changed.map(({ id }) => id))
  return [...shipped.filter(({ id }) => !ids.has(id)), ...changed]
}

export const KEYS_URL = 'https://keys.tpp.example/jwks.json'

export interface BankWish extends HouseWish {
  readonly answer?: (request: Request) => Response | Promise<Response>
  readonly sets?: Readonly<Record<string, string>>
}

/** A house that trusts the authority; key sets are what these places answer. */
export function bank({
  sets = {},
  answer = () => Response.json({ ok: true }),
  ...wish
}: BankWish = {}): TestHouse & {
  readonly asked: string[]
} {
  const asked: string[] = []
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(request.url)
    const text = sets[request.url]
    if (text === undefined) return new Response(null, { status: 404 })
    return new Response(text, { headers: { 'content-type': 'application/json' } })
  }
  return { ...testHouse({ anchors: AUTHORITY.anchors }, answer, { fetch, ...wish }), asked }
}

export interface Sent {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly certificate?: PresentedCertificate | undefined
}

export function requestOf({ method = 'POST', path, headers = {}, body, certificate = QWAC }: Sent): Request {
  return new Request(`https://bank.example${path}`, {
    method,
    headers: { 'cf-connecting-ip': '203.0.113.50', ...headers },
    ...(body === undefined ? {} : { body }),
    cf: {
      httpProtocol: 'HTTP/1.1',
      tlsVersion: 'TLSv1.3',
      asn: 64_500,
      tlsClientAuth: presentation(certificate),
    },
  })
}

function presentation(certificate: PresentedCertificate): object {
  return {
    certPresented: '1',
    certVerified: 'FAILED:unable to verify the first certificate',
    certRevoked: '0',
    certRFC9440: `:${certificate.der}:`,
    certRFC9440TooLarge: false,
    certChainRFC9440: certificate.chain.map((item) => `:${item}:`).join(', '),
    certChainRFC9440TooLarge: false,
  }
}

export interface Told {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
  readonly reason: string
  readonly rule: string
  readonly fault: string | undefined
}

/** What the caller and the operator are told. */
export async function tell(house: TestHouse, sent: Sent | Request): Promise<Told> {
  const response = await guard(sent instanceof Request ? sent : requestOf(sent), house)
  const text = await response.text()
  const record = house.records.at(-1)
  if (record === undefined) throw new Error('Cannot take a record: there is none')
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
    reason: record.verdict.reason,
    rule: record.verdict.rule,
    fault: record.evidence.proof.signing?.fault,
  }
}
