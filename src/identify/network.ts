import type { Network } from '../evidence.ts'
import { formatIp, maskIp, parseIp } from '../lib/ip.ts'
import type { EdgeProperties } from './edge.ts'

/** IPv4 /24 and IPv6 /48: what a provider gives to a town or a company. The longest form that leaves the ledger. */
const PREFIX_BITS = { 4: 24, 6: 48 } as const
/** IPv4 /32 and IPv6 /64: within its /64 a subscriber has 2^64 addresses, so that one address tells nothing. */
const SUBSCRIBER_BITS = { 4: 32, 6: 64 } as const

/**
 * All requests without a readable address share one name. They came past the edge, so they are judged together,
 * strictly; nothing of the text is kept, since whoever wrote it could write a new one each time.
 */
const UNKNOWN = 'unknown'

export function networkFrom(
  address: string,
  edge: Partial<Pick<EdgeProperties, 'asn' | 'asOrganization' | 'country'>>,
): Network {
  const { asn, asOrganization: organisation, country } = edge
  const ip = parseIp(address)
  if (ip === undefined) {
    return { address: '', prefix: UNKNOWN, subscriber: UNKNOWN, asn, organisation, country }
  }
  const cut = (bits: number): string => `${formatIp(maskIp(ip, bits))}/${bits}`
  return {
    address: formatIp(ip),
    prefix: cut(PREFIX_BITS[ip.family]),
    subscriber: cut(SUBSCRIBER_BITS[ip.family]),
    asn,
    organisation,
    country,
  }
}
