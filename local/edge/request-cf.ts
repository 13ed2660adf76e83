import type { ClientHello } from './client-hello.ts'
import { ja3 } from './ja3.ts'
import { ja4 } from './ja4.ts'
import { networkOf } from './networks.ts'
import type { TlsClientAuth } from './tls-client-auth.ts'

/** `request.cf`, as far as Cloudflare's edge fills it from what really happened on the wire. */
export interface RequestCf extends ConnectionCf {
  readonly httpProtocol: string
  /** The client's own; the header is overwritten. */
  readonly clientAcceptEncoding?: string
}

/** The part that holds for all requests of a connection. */
export interface ConnectionCf {
  readonly colo: string
  readonly asn?: number
  readonly asOrganization?: string
  readonly country?: string
  readonly tlsVersion: string
  readonly tlsCipher: string
  readonly tlsClientHelloLength: string
  readonly tlsClientAuth: TlsClientAuth
  readonly botManagement?: { readonly ja3Hash: string; readonly ja4: string }
}

/** The header in which a direct socket of local workerd takes `request.cf` (see workerd.ts). */
export const CF_BLOB_HEADER = 'MF-CF-Blob'

/** No airport has this code. */
export const COLO = 'LCL'

export interface Handshake {
  readonly address: string
  readonly hello: ClientHello
  readonly version: string
  readonly cipher: string
  readonly clientAuth: TlsClientAuth
}

export function connectionCf(handshake: Handshake, botManagement: boolean): ConnectionCf {
  const { hello } = handshake
  return {
    colo: COLO,
    ...networkOf(handshake.address),
    tlsVersion: handshake.version,
    tlsCipher: CIPHERS[handshake.cipher] ?? handshake.cipher,
    tlsClientHelloLength: String(hello.bytes),
    tlsClientAuth: handshake.clientAuth,
    ...(botManagement ? { botManagement: { ja3Hash: ja3(hello), ja4: ja4(hello) } } : {}),
  }
}

/** TLS 1.3 suites: OpenSSL has RFC 8446's names, Cloudflare BoringSSL's. Older suites have one name in both. */
const CIPHERS: Readonly<Record<string, string>> = {
  TLS_AES_128_GCM_SHA256: 'AEAD-AES128-GCM-SHA256',
  TLS_AES_256_GCM_SHA384: 'AEAD-AES256-GCM-SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'AEAD-CHACHA20-POLY1305-SHA256',
}

/** As the header's value: JSON in ASCII, because a name in a certificate may be in any script. */
export function cfBlob(cf: RequestCf): string {
  return JSON.stringify(cf).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
