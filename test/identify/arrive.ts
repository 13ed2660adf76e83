/** Sends a request into IDENTIFY as the edge would: the client's Accept-Encoding moves to `cf`, the edge's takes its place. */
import type { CertificateSource } from '../../src/config.ts'
import type { Client } from '../../src/evidence.ts'
import { receive } from '../../src/exchange/receive.ts'
import { identify } from '../../src/identify/identify.ts'
import { listsFrom } from '../../src/identify/list-index.ts'
import { NO_LISTS } from '../../src/identify/lists.ts'

export const NOON = Date.UTC(2026, 10, 20, 12, 0, 0)
const CLOCK = { now: () => NOON, id: () => 'ref-1' }
const LISTS = listsFrom(NO_LISTS)

export interface Captured {
  readonly method?: string
  readonly path?: string
  readonly protocol?: string
  readonly ja4?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Added to what the edge says, or in its place. */
  readonly cf?: Readonly<Record<string, unknown>>
  readonly address?: string
}

export function arrive(
  captured: Captured,
  lists = LISTS,
  source: CertificateSource = { kind: 'cloudflare' },
): Client {
  const { method = 'GET', path = '/login', protocol = 'HTTP/2', ja4, headers, cf, address } = captured
  const { 'accept-encoding': clientAcceptEncoding = '', ...rest } = headers
  const request = new Request(`https://bank.example${path}`, {
    method,
    headers: { ...rest, 'accept-encoding': 'gzip, br', 'cf-connecting-ip': address ?? '203.0.113.7' },
    cf: {
      httpProtocol: protocol,
      tlsVersion: 'TLSv1.3',
      tlsCipher: 'AEAD-AES128-GCM-SHA256',
      clientAcceptEncoding,
      asn: 64_500,
      asOrganization: 'Example Broadband',
      country: 'GB',
      ...(ja4 === undefined ? {} : { botManagement: { ja4 } }),
      ...cf,
    },
  })
  return identify(receive(request, CLOCK, source.kind), lists, source)
}
