/**
 * Which Ledger object serves which key. Keys that meet in one object go in one call, and the whole point is few
 * calls: a warm login asks two objects (home and account), everything else one.
 *
 * - A proven organisation has an object of its own, and what it claims besides (token, client, address) lives there
 *   with it: a neighbour behind the same address neither finds nor fills those keys.
 * - Everybody else's client-side keys live at home: the shard of their network prefix.
 * - An account or a card lives in the shard of its own pseudonym, so that attempts on it from everywhere meet.
 * - A pass lives where it was issued, which its id says.
 *
 * The shards are a fixed number, or a million single-use addresses would create a million objects. Their number is
 * part of their name: after a change of it claimed keys begin anew, instead of half of them finding stale state.
 */
import type { Footprint, KeyKind, LedgerKey } from '../evidence.ts'
import { hash32 } from '../lib/hash32.ts'
import { keyName } from './wire.ts'

/** The keys of one request that one object serves. */
export interface Placement {
  readonly object: string
  readonly keys: readonly LedgerKey[]
  /** What the object calls each key. */
  readonly names: readonly string[]
}

type Site = 'organisation' | 'home' | 'own' | 'pass'

const SITES = {
  tpp: 'organisation',
  signer: 'home',
  token: 'home',
  consent: 'home',
  account: 'own',
  account_network: 'own',
  card: 'own',
  app: 'home',
  pass: 'pass',
  client: 'home',
  address: 'home',
  prefix: 'home',
} as const satisfies Record<KeyKind, Site>

/** The shard of everything that hashes like this, as passes and footprints name it: base 36. */
export function shardOf(source: string, shards: number): string {
  return (hash32(source) % shards).toString(36)
}

export function shardName(shard: string, shards: number): string {
  return `claimed-${shard}-of-${shards}`
}

export function organisationName(organisation: string): string {
  return `organisation-${organisation.slice(0, 128)}`
}

const placed = new WeakMap<
  Footprint,
  { readonly shards: number; readonly placements: readonly Placement[] }
>()

/** Asked of each footprint before its answer and after it: remembered with it. */
export function place(footprint: Footprint, shards: number): readonly Placement[] {
  const known = placed.get(footprint)
  if (known?.shards === shards) return known.placements
  const placements = newPlacements(footprint, shards)
  placed.set(footprint, { shards, placements })
  return placements
}

interface OpenPlacement extends Placement {
  readonly keys: LedgerKey[]
  readonly names: string[]
}

function newPlacements(footprint: Footprint, shards: number): readonly Placement[] {
  const organisation = footprint.keys.find((key) => key.kind === 'tpp' && key.standing === 'proven')
  const home =
    organisation === undefined ? shardName(footprint.home, shards) : organisationName(organisation.id)
  const placements: OpenPlacement[] = []
  for (const key of footprint.keys) {
    const object = objectOf(key, home, shards)
    let placement = placements.find((other) => other.object === object)
    if (placement === undefined) {
      placement = { object, keys: [], names: [] }
      placements.push(placement)
    }
    placement.keys.push(key)
    placement.names.push(keyName(key))
  }
  return placements
}

function objectOf(key: LedgerKey, home: string, shards: number): string {
  const site: Site = SITES[key.kind]
  if (site === 'own') return shardName(shardOf(key.id, shards), shards)
  if (site !== 'pass') return home
  const issuedAt = Number.parseInt(/^([0-9a-z]{1,4})\./.exec(key.id)?.[1] ?? '', 36)
  // A pass without a shard, or from before their number changed, is served at home.
  return issuedAt < shards ? shardName(issuedAt.toString(36), shards) : home
}
