/**
 * `request.cf`, as Cloudflare fills it (and `local/edge` after it). The only file that reads it: everything in it is
 * parsed and bounded here, and what has another type than documented is absent.
 */
import { MAX_CHAIN, MAX_LEAF } from './rfc9440.ts'

/**
 * `cf.tlsClientAuth`, in Cloudflare's own field names. What it says of the chain (`certVerified`) is not read: it knows no
 * trusted list, and gives the certificates whatever it thinks of them.
 */
export interface ClientAuth {
  readonly certRevoked: string
  /** Lower-case hexadecimal. */
  readonly certFingerprintSHA256: string
  readonly certRFC9440: string
  readonly certRFC9440TooLarge: boolean
  readonly certChainRFC9440: string
  readonly certChainRFC9440TooLarge: boolean
}

export interface EdgeProperties {
  readonly asn: number | undefined
  readonly asOrganization: string | undefined
  readonly country: string | undefined
  readonly httpProtocol: string | undefined
  /** Absent on a connection without TLS, for which Cloudflare gives the empty string. */
  readonly tlsVersion: string | undefined
  readonly tlsCipher: string | undefined
  /** The client's own Accept-Encoding, where the edge has put another in its place. */
  readonly clientAcceptEncoding: string | undefined
  readonly ja3: string | undefined
  readonly ja4: string | undefined
  readonly clientAuth: ClientAuth | undefined
}

const MAX_NAME = 128

const COUNTRY = /^(?!XX$)[A-Z][A-Z0-9]$/
const JA3 = /^[0-9a-f]{32}$/
const JA4 = /^[tqd][0-9a-z]{2}[di]\d{4}[0-9a-zA-Z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/

export function edgeProperties(request: Request): EdgeProperties {
  const cf = record(request.cf)
  const bot = record(cf.botManagement)
  return {
    asn: autonomousSystem(cf.asn),
    asOrganization: text(cf.asOrganization, MAX_NAME),
    country: matching(cf.country, COUNTRY),
    httpProtocol: text(cf.httpProtocol, MAX_NAME),
    tlsVersion: text(cf.tlsVersion, MAX_NAME),
    tlsCipher: text(cf.tlsCipher, MAX_NAME),
    clientAcceptEncoding: text(cf.clientAcceptEncoding, MAX_NAME),
    ja3: matching(bot.ja3Hash, JA3),
    ja4: matching(bot.ja4, JA4),
    clientAuth: clientAuth(record(cf.tlsClientAuth)),
  }
}

function clientAuth(auth: Readonly<Record<string, unknown>>): ClientAuth | undefined {
  if (auth.certPresented !== '1') return undefined
  const field = (name: keyof ClientAuth, max: number): string => text(auth[name], max) ?? ''
  return {
    certRevoked: field('certRevoked', MAX_NAME),
    certFingerprintSHA256: field('certFingerprintSHA256', MAX_NAME).toLowerCase(),
    certRFC9440: field('certRFC9440', MAX_LEAF),
    certRFC9440TooLarge: auth.certRFC9440TooLarge === true,
    certChainRFC9440: field('certChainRFC9440', MAX_CHAIN),
    certChainRFC9440TooLarge: auth.certChainRFC9440TooLarge === true,
  }
}

/** Members of an object of unknown making: each is checked for its type before it is used. */
function record(value: unknown): Readonly<Record<string, unknown>> {
  // A parsed boundary: any object can be read as a record of unknowns.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** A longer text is absent and not cut: half a name is another name. */
function text(value: unknown, maxLength: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= maxLength ? value : undefined
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined
}

/** RFC 6793: 32 bits; 0 is reserved (RFC 7607). */
function autonomousSystem(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0xffffffff
    ? value
    : undefined
}
