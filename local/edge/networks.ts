/** The network that an address belongs to, as an edge's table of the internet tells it. */
export interface NetworkInfo {
  readonly asn: number
  readonly asOrganization: string
  /** ISO 3166-1, two letters. */
  readonly country: string
}

const GB_BROADBAND: NetworkInfo = { asn: 64_500, asOrganization: 'Example Broadband', country: 'GB' }
const GB_MOBILE: NetworkInfo = { asn: 64_501, asOrganization: 'Example Mobile', country: 'GB' }
const IE_TPP: NetworkInfo = { asn: 64_502, asOrganization: 'Example Account Services', country: 'IE' }
const DE_BROADBAND: NetworkInfo = { asn: 64_503, asOrganization: 'Beispiel Netz', country: 'DE' }
const US_HOSTING: NetworkInfo = { asn: 64_510, asOrganization: 'Example Hosting', country: 'US' }

/** Homes all over the world, as a residential proxy rents them out: the second octet chooses among them. */
const HOMES: readonly NetworkInfo[] = [
  { asn: 64_504, asOrganization: 'Exemple Fibre', country: 'FR' },
  { asn: 64_505, asOrganization: 'Ejemplo Hogar', country: 'ES' },
  { asn: 64_506, asOrganization: 'Esempio Casa', country: 'IT' },
  { asn: 64_507, asOrganization: 'Voorbeeld Thuis', country: 'NL' },
  { asn: 64_508, asOrganization: 'Przyklad Dom', country: 'PL' },
  { asn: 64_509, asOrganization: 'Exemplo Casa', country: 'BR' },
]

/**
 * Loopback has 16 million addresses, and a client may bind to any: here they stand for networks of the world. ASNs are
 * those reserved for documentation (RFC 5398). What is in no block is unknown, as it happens at a real edge.
 */
export function networkOf(address: string): NetworkInfo | undefined {
  // A browser asks for localhost over IPv6 first: it sits where 127.0.0.1 sits.
  if (address === '::1') return GB_BROADBAND
  const octets = /^127\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(address)
  if (!octets) return undefined
  const second = Number(octets[1])
  if (second === 0) return GB_BROADBAND
  if (second === 1) return GB_MOBILE
  if (second === 2) return IE_TPP
  if (second === 3) return DE_BROADBAND
  if (second >= 64 && second < 128) return US_HOSTING
  if (second >= 128 && second < 192) return HOMES[(second - 128) % HOMES.length]
  return undefined
}
