/** A snapshot of the lists, made so that a request pays one look-up for each prefix length that occurs in them. */
import type { ListHit, Network } from '../evidence.ts'
import { type IpAddress, maskIp, parseIp } from '../lib/ip.ts'
import type { Lists } from '../ports.ts'
import type { ListedPrefix, ListSnapshot } from './lists.ts'

/** Entries of one family and length, by the prefix's bits. */
interface Layer {
  readonly family: IpAddress['family']
  readonly length: number
  readonly entries: Map<number | string, ListedPrefix>
}

export function listsFrom(snapshot: ListSnapshot): Lists {
  const layers = layersOf(snapshot.prefixes)
  const networks = new Map(snapshot.networks.map((entry) => [entry.asn, entry.note]))
  const hosting = new Set(snapshot.hosting)
  return {
    malicious: (network) => {
      const hits = prefixHits(network, layers)
      const note = network.asn === undefined ? undefined : networks.get(network.asn)
      return note === undefined ? hits : [...hits, { kind: 'asn', entry: `AS${network.asn}`, note }]
    },
    hosting: (asn) => asn !== undefined && hosting.has(asn),
  }
}

const NO_HITS: readonly ListHit[] = []

/** Longest first: the most exact entry explains best. */
function prefixHits(network: Network, layers: readonly Layer[]): readonly ListHit[] {
  const address = layers.length === 0 ? undefined : parseIp(network.address)
  if (address === undefined) return NO_HITS
  return layers.flatMap(({ family, length, entries }) => {
    const found = family === address.family ? entries.get(keyOf(address, length)) : undefined
    return found === undefined ? NO_HITS : [{ kind: found.kind, entry: found.entry, note: found.note }]
  })
}

function layersOf(prefixes: readonly ListedPrefix[]): readonly Layer[] {
  const layers = new Map<string, Layer>()
  for (const listed of prefixes) {
    const { address, length } = listed.prefix
    const name = `${address.family}/${length}`
    const layer = layers.get(name) ?? { family: address.family, length, entries: new Map() }
    layers.set(name, layer)
    layer.entries.set(keyOf(address, length), listed)
  }
  return [...layers.values()].toSorted((one, other) => other.length - one.length)
}

/** IPv4 prefixes are numbers, which cost a tenth of a text to look up; 128 bits do not fit into one. */
function keyOf(address: IpAddress, length: number): number | string {
  if (address.family === 6) return maskIp(address, length).words.join(':')
  const [high = 0, low = 0] = address.words
  const value = high * 0x10000 + low
  return length === 0 ? 0 : value - (value % 2 ** (32 - length))
}
