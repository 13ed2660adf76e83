/**
 * Where may be asked. The places stand in certificates of issuers that the bank trusts, and are still other people's
 * words: a place that leads into our own network, or to another service than a web server, is refused. What a name
 * resolves to, a Worker cannot see.
 */
import { type IpAddress, parseIp } from '../../lib/ip.ts'

export interface PlacePolicy {
  /** The only hosts that may be asked, lower case; undefined for every host that a trusted issuer names. */
  readonly hosts: readonly string[] | undefined
  /** Besides 80 and 443. */
  readonly ports: readonly number[]
}

/** Real ones have 20 to 120 characters. */
const MAX_LENGTH = 1_024

/** The place as a URL without a fragment, or undefined where it may not be asked. */
export function placeOf(text: string, policy: PlacePolicy): URL | undefined {
  if (text.length > MAX_LENGTH || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  // The parser has turned decimal, octal, hexadecimal and short IPv4 spellings into dotted ones (WHATWG URL section 3.5).
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return undefined
  url.hash = ''
  const host = url.hostname.replace(/\.$/, '')
  if (!isAskable(host) || !isAskablePort(url, policy)) return undefined
  return policy.hosts === undefined || policy.hosts.includes(host) ? url : undefined
}

function isAskablePort({ port }: URL, { ports }: PlacePolicy): boolean {
  return port === '' || port === '80' || port === '443' || ports.includes(Number(port))
}

/** Names that belong to one machine or network: RFC 6761, RFC 6762, RFC 8375, and those that networks use without leave. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa)$/

function isAskable(host: string): boolean {
  const address = addressIn(host)
  if (address !== undefined) return isPublic(address)
  return host.includes('.') && !host.startsWith('[') && !PRIVATE_NAME.test(host)
}

function addressIn(host: string): IpAddress | undefined {
  return parseIp(host.startsWith('[') ? host.slice(1, -1) : host)
}

/**
 * Networks that are not the Internet (IANA special-purpose registries, RFC 6890), as the first address and
 * the length of the prefix. IPv4-mapped addresses are IPv4 addresses already (`parseIp`).
 */
const SPECIAL_4: readonly (readonly [base: number, bits: number])[] = [
  [0x0000_0000, 8], // this network
  [0x0a00_0000, 8], // private
  [0x6440_0000, 10], // shared by a carrier's customers
  [0x7f00_0000, 8], // loopback
  [0xa9fe_0000, 16], // link-local, where clouds keep their instances' credentials
  [0xac10_0000, 12], // private
  [0xc000_0000, 24], // protocol assignments
  [0xc000_0200, 24], // documentation
  [0xc058_6300, 24], // 6to4 relays
  [0xc0a8_0000, 16], // private
  [0xc612_0000, 15], // benchmarks
  [0xc633_6400, 24], // documentation
  [0xcb00_7100, 24], // documentation
  [0xe000_0000, 3], // multicast and reserved
]

function isPublic(address: IpAddress): boolean {
  const [first = 0, second = 0] = address.words
  if (address.family === 6) return isPublic6(first, second)
  const number = first * 65_536 + second
  return !SPECIAL_4.some(([base, bits]) => {
    const size = 2 ** (32 - bits)
    return number >= base && number < base + size
  })
}

/**
 * Global unicast alone (RFC 4291 section 2.4), and of it neither the protocol assignments, documentation, nor what
 * carries an IPv4 address inside: 6to4 (RFC 3056) and Teredo (RFC 4380) reach a private one. NAT64 is outside of it.
 */
function isPublic6(first: number, second: number): boolean {
  if (first < 0x2000 || first > 0x3fff || first === 0x2002) return false
  if (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) return false
  return !(first === 0x3fff && second < 0x1000)
}
