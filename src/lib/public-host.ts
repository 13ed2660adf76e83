/** Whether a host name of a URL stands for a machine on the Internet. */
import { type IpAddress, parseIp } from './ip.ts'

/** Names that belong to one machine or network: RFC 6761, RFC 6762, RFC 8375, and those that networks use without leave. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa)$/

/** @param host as `URL.hostname` has it: short and octal forms of IPv4 are whole by then */
export function isPublicHost(host: string): boolean {
  const name = host.replace(/\.$/, '')
  const address = parseIp(name.startsWith('[') ? name.slice(1, -1) : name)
  if (address !== undefined) return isPublicAddress(address)
  return name.includes('.') && !name.startsWith('[') && !PRIVATE_NAME.test(name)
}

/**
 * IPv4 networks that are not the Internet (IANA special-purpose registry, RFC 6890), as the first address and the length of
 * the prefix. IPv4-mapped addresses are IPv4 addresses already (`parseIp`).
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

export function isPublicAddress({ family, words }: IpAddress): boolean {
  const [first = 0, second = 0] = words
  if (family === 6) return isPublic6(first, second)
  const number = first * 65_536 + second
  return !SPECIAL_4.some(([base, bits]) => number >= base && number < base + 2 ** (32 - bits))
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
