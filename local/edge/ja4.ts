import { createHash } from 'node:crypto'
import { type ClientHello, isGrease } from './client-hello.ts'

/*
 * JA4, the TLS client fingerprint of FoxIO (BSD 3-Clause), for TLS over TCP. Only that: the rest of the JA4+ family is
 * under another licence and is not implemented here.
 */

const SERVER_NAME = 0x0000
const ALPN = 0x0010
const NOTHING = '000000000000'

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0304, '13'],
  [0x0303, '12'],
  [0x0302, '11'],
  [0x0301, '10'],
  [0x0300, 's3'],
  [0x0002, 's2'],
])

export function ja4(hello: ClientHello): string {
  const ciphers = hello.ciphers.filter((value) => !isGrease(value))
  const extensions = hello.extensions.filter((value) => !isGrease(value))
  const overview = [
    't',
    version(hello),
    extensions.includes(SERVER_NAME) ? 'd' : 'i',
    count(ciphers),
    count(extensions),
    alpn(hello.alpn[0]),
  ].join('')
  // Name and protocol are in the overview already: without them one client has one hash, wherever it goes.
  const rest = extensions.filter((type) => type !== SERVER_NAME && type !== ALPN)
  const algorithms = hello.signatureAlgorithms.filter((value) => !isGrease(value))
  const offered = [sorted(rest), ...(algorithms.length > 0 ? [algorithms.map(hex4).join(',')] : [])].join('_')
  return [
    overview,
    ciphers.length > 0 ? hash(sorted(ciphers)) : NOTHING,
    rest.length > 0 ? hash(offered) : NOTHING,
  ].join('_')
}

function version(hello: ClientHello): string {
  const offered = hello.supportedVersions.filter((value) => !isGrease(value))
  return VERSIONS.get(offered.length > 0 ? Math.max(...offered) : hello.version) ?? '00'
}

/** First and last character of the first protocol offered. */
function alpn(first: Uint8Array | undefined): string {
  const ends = [first?.at(0), first?.at(-1)]
  const [start, end] = ends
  if (!first || start === undefined || end === undefined) return '00'
  // Two rules are about: the reference implementation that made the published captures writes 9 for a byte beyond
  // ASCII, the text of the specification wants hexadecimal digits. The captures are what everybody's tables match.
  if (start > 0x7f || end > 0x7f) return [start, end].map((b) => (b > 0x7f ? '9' : text(b))).join('')
  if (isAlphanumeric(start) && isAlphanumeric(end)) return text(start) + text(end)
  return `${hex2(start).charAt(0)}${hex2(end).charAt(1)}`
}

function isAlphanumeric(byte: number): boolean {
  return /[0-9A-Za-z]/.test(text(byte))
}

function text(byte: number): string {
  return String.fromCharCode(byte)
}

function count(values: readonly number[]): string {
  return String(Math.min(values.length, 99)).padStart(2, '0')
}

function sorted(values: readonly number[]): string {
  return values.map(hex4).sort().join(',')
}

function hex2(value: number): string {
  return value.toString(16).padStart(2, '0')
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0')
}

function hash(list: string): string {
  return createHash('sha256').update(list).digest('hex').slice(0, 12)
}
