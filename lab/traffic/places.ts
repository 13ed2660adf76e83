/**
 * Where clients are: invented networks, in address space that belongs to nobody on the internet (RFC 1918, RFC 6598,
 * RFC 2544, RFC 3849). What matters is how people share addresses, and that attackers rent the same networks.
 */
import { INSPECTING_PROXIES } from './ja4.ts'
import type { Random } from './random.ts'
import type { Place } from './traffic.ts'

interface Provider {
  readonly asn: number
  readonly organisation: string
  readonly country: string
  /** First two octets of each of its blocks. */
  readonly blocks: readonly [first: number, second: number, count: number]
  /** Which sixteenth of 2001:db8::/32 it delegates from; undefined where it has no IPv6. */
  readonly ipv6?: number
}

/** ASNs for documentation (RFC 5398, RFC 6996). */
const ACCESS: readonly Provider[] = [
  { asn: 64_500, organisation: 'Fibre One', country: 'GB', blocks: [10, 0, 32], ipv6: 1 },
  { asn: 64_501, organisation: 'Cable Two', country: 'GB', blocks: [10, 32, 32] },
  { asn: 64_502, organisation: 'Broadband Three', country: 'GB', blocks: [10, 64, 16], ipv6: 2 },
  { asn: 64_503, organisation: 'Netz Vier', country: 'DE', blocks: [10, 80, 16] },
  { asn: 64_504, organisation: 'Réseau Cinq', country: 'FR', blocks: [10, 96, 16] },
  { asn: 64_505, organisation: 'Red Seis', country: 'ES', blocks: [10, 112, 16] },
]
/** Access networks abroad: residential proxies come from there as well, customers on holiday do too. */
const ABROAD: readonly Provider[] = [
  ['BR', 0],
  ['VN', 1],
  ['IN', 2],
  ['ID', 3],
  ['UA', 4],
  ['TR', 5],
  ['MX', 6],
  ['PL', 7],
].map(([country, index]) => ({
  asn: 64_520 + Number(index),
  organisation: `Access ${country}`,
  country: String(country),
  blocks: [10, 128 + Number(index) * 16, 16] as const,
}))
const CARRIERS: readonly Provider[] = [
  { asn: 64_506, organisation: 'Mobile Alpha', country: 'GB', blocks: [100, 64, 16], ipv6: 3 },
  { asn: 64_507, organisation: 'Mobile Beta', country: 'GB', blocks: [100, 80, 16] },
  { asn: 64_508, organisation: 'Mobile Gamma', country: 'DE', blocks: [100, 96, 16] },
]
/** Satellite access: one address for a region's dishes. */
const SATELLITE: Provider = { asn: 64_509, organisation: 'Low Orbit', country: 'GB', blocks: [100, 112, 4] }
export const HOSTING: readonly Provider[] = [
  { asn: 64_540, organisation: 'Cloud North', country: 'US', blocks: [172, 16, 4] },
  { asn: 64_541, organisation: 'Cloud South', country: 'DE', blocks: [172, 20, 4] },
  { asn: 64_542, organisation: 'Servers East', country: 'NL', blocks: [172, 24, 4] },
  { asn: 64_543, organisation: 'Rented Racks', country: 'RU', blocks: [172, 28, 4] },
]
const PRIVACY: Provider = { asn: 64_544, organisation: 'Quiet VPN', country: 'CH', blocks: [198, 18, 2] }
const RELAY: Provider = { asn: 64_545, organisation: 'Browser Relay', country: 'GB', blocks: [198, 19, 1] }

/** Networks that a list of hosting providers names. One of them is missing from every list, as happens. */
export const LISTED_HOSTING: ReadonlySet<number> = new Set([64_540, 64_541, 64_543, 64_544, 64_545])

function address(provider: Provider, random: Random): string {
  const [first, second, count] = provider.blocks
  if (provider.ipv6 === undefined || random.chance(0.6)) {
    return [first, second + random.below(count), random.below(256), 1 + random.below(254)].join('.')
  }
  // A /48 of the provider's part of 2001:db8::/32, a /64 in it, and a privacy address (RFC 8981).
  const groups = [
    provider.ipv6 * 0x1000 + random.below(0x1000),
    ...Array.from({ length: 5 }, () => random.below(0x10000)),
  ]
  return `2001:db8:${groups.map((group) => group.toString(16)).join(':')}`
}

function placeAt(provider: Provider, kind: Place['kind'], random: Random): Place {
  return {
    address: address(provider, random),
    asn: provider.asn,
    organisation: provider.organisation,
    country: provider.country,
    kind,
  }
}

export function home(random: Random): Place {
  return placeAt(random.chance(0.95) ? random.pick(ACCESS) : random.pick(ABROAD), 'home', random)
}

/** A carrier's address translates hundreds of phones. */
export function carrier(random: Random): Place {
  return placeAt(random.pick(CARRIERS), 'carrier', random)
}

export function hosting(random: Random): Place {
  return placeAt(random.pick(HOSTING), 'hosting', random)
}

/** A dish's address translates a whole region. */
export function satellite(random: Random): Place {
  return placeAt(SATELLITE, 'carrier', random)
}

/** On holiday: a hotel, a friend's home, a rented flat. */
export function abroad(random: Random): Place {
  return placeAt(random.pick(ABROAD), 'home', random)
}

/** What a proxy service rents out of carriers' and satellites' networks: addresses with a neighbourhood behind them. */
export function sharedExit(random: Random): Place {
  return random.chance(0.4) ? satellite(random) : carrier(random)
}

/** One of the few dozen exits that thousands share. */
export function vpn(random: Random): Place {
  const exit = { ...placeAt(PRIVACY, 'vpn', random), address: `198.18.0.${1 + random.below(40)}` }
  return random.chance(0.3) ? { ...exit, country: undefined } : exit
}

/** A browser maker's privacy relay: hosting by its network, thousands of people by its users, at home by its country. */
export function relay(random: Random): Place {
  return { ...placeAt(RELAY, 'vpn', random), country: 'GB' }
}

export function office(random: Random, inspected: boolean): Place {
  const place = placeAt(random.pick(ACCESS), 'office', random)
  return inspected ? { ...place, inspection: random.pick(INSPECTING_PROXIES) } : place
}

/** A residential proxy's exit: somebody's home, here or anywhere. */
export function proxied(random: Random, abroad: number): Place {
  return placeAt(random.chance(abroad) ? random.pick(ABROAD) : random.pick(ACCESS), 'home', random)
}

/** Another address of the same /24 (or /48): attackers rent neighbours. */
export function neighbour(place: Place, random: Random): Place {
  const moved = place.address.includes(':')
    ? place.address.replace(/[0-9a-f]+$/, random.below(0xffff).toString(16))
    : place.address.replace(/\d+$/, String(1 + random.below(254)))
  return { ...place, address: moved }
}
