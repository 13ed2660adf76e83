/**
 * Which Ledger object serves which key. Keys that meet in one object go in one call, and the whole point is few
 * calls: a warm login asks two objects (home and account), a third party's request one.
 *
 * - A proven organisation has objects of its own, so many that none of them is a bank's bottleneck. What it claims besides
 *   (consent, token, client, address) lives there with it: a neighbour behind the same address neither finds nor fills those
 *   keys. Which of them serves a request, its consent says; otherwise its token; otherwise its network; at the customers' own
 *   door one does. A consent that is only asked about lives in its own place, and whoever asks in that of the token: two of
 *   them, where those are not the same.
 * - Everybody else's client-side keys live at home: the shard of their network prefix.
 * - An account or a card lives in the shard of its own pseudonym, so that attempts on it from everywhere meet; so does the
 *   account in one network, beside it.
 * - An installation, and a signer or a consent without a proven organisation, in the shard of its own name.
 * - A pass lives where it was issued, which its id says.
 *
 * The shards are a fixed number, or a million single-use addresses would create a million objects. Their number is
 * part of their name: after a change of it claimed keys begin anew, instead of half of them finding stale state.
 */
import type { Footprint, KeyKind, LedgerKey } from '../evidence.ts'
import { hash32 } from '../lib/hash32.ts'
import type { Annex, AnnexName, AnnexTypes, Asks } from './annex.ts'
import { ANNEX_NAMES, ANNEXES } from './annexes.ts'
import { keyName } from './wire.ts'

/** The keys of one request that one object serves. */
export interface Placement {
  readonly object: string
  readonly keys: readonly LedgerKey[]
  /** What the object calls each key. */
  readonly names: readonly string[]
  /** By key, where any of them has former names that live here too. */
  readonly formerly?: readonly (readonly string[])[]
  /** Under which of these names each annex is asked; left out where none is asked here. */
  readonly asked?: Readonly<Partial<Record<AnnexName, string>>>
  /** What these are asked; what others are asked elsewhere does not travel here. */
  readonly asks?: Asks
  /** The object knows these keys under former names alone: it is asked, and counts nothing. */
  readonly readOnly?: true
}

export interface Shards {
  /** Objects that share all claimed keys. */
  readonly shards: number
  /** Objects that share one proven organisation's keys. */
  readonly organisationShards: number
}

type Site = 'home' | 'own' | 'kin' | 'account' | 'pass'

const SITES = {
  tpp: 'home',
  signer: 'kin',
  token: 'home',
  consent: 'kin',
  account: 'own',
  account_network: 'account',
  card: 'own',
  app: 'own',
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

export function organisationName(organisation: string, spread: number, shards: number): string {
  return `organisation-${organisation.slice(0, 128)}-${(spread % shards).toString(36)}-of-${shards}`
}

/** Where the keys of a footprint live: kept with it, because it is asked before the answer and after it. */
export interface Placed {
  /** A copy of the footprint, with other keys perhaps, has other places. */
  readonly of: Footprint
  readonly shards: Shards
  readonly placements: readonly Placement[]
}

export function place(footprint: Footprint, shards: Shards): readonly Placement[] {
  const { placed } = footprint
  if (placed?.of === footprint && placed.shards === shards) return placed.placements
  const placements = newPlacements(footprint, shards)
  footprint.placed = { of: footprint, shards, placements }
  return placements
}

interface OpenPlacement extends Placement {
  readonly keys: LedgerKey[]
  readonly names: string[]
  formerly?: (readonly string[])[]
  asked?: Partial<Record<AnnexName, string>>
  asks?: Asks
}

/** Where each key of one request lives. */
interface Premises {
  readonly home: string
  readonly organisation: string | undefined
  readonly shards: number
  readonly organisationShards: number
}

function newPlacements(footprint: Footprint, shards: Shards): readonly Placement[] {
  const organisation = footprint.keys.find((key) => key.kind === 'tpp' && key.standing === 'proven')?.id
  const premises = {
    home:
      organisation === undefined
        ? shardName(footprint.home, shards.shards)
        : organisationName(organisation, footprint.spread, shards.organisationShards),
    organisation,
    shards: shards.shards,
    organisationShards: shards.organisationShards,
  }
  const placements: OpenPlacement[] = []
  for (const key of footprint.keys) {
    const object = objectOf(key, key.id, premises)
    const placement = openAt(placements, object, footprint.silent)
    placement.keys.push(key)
    placement.names.push(keyName(key))
    if (key.formerly !== undefined) placeFormer(placements, placement, key, premises)
  }
  askAnnexes(placements, footprint)
  return placements
}

function openAt(placements: OpenPlacement[], object: string, readOnly?: true): OpenPlacement {
  const known = placements.find((other) => other.object === object && other.readOnly === readOnly)
  if (known !== undefined) return known
  const placement = { object, keys: [], names: [], ...(readOnly && { readOnly }) }
  placements.push(placement)
  return placement
}

/** After a rotation of keys: a former name that lives with the new one is renamed there, any other is asked where it lives. */
function placeFormer(
  placements: OpenPlacement[],
  placement: OpenPlacement,
  key: LedgerKey,
  premises: Premises,
): void {
  for (const id of key.formerly ?? []) {
    const name = keyName({ kind: key.kind, id })
    const object = objectOf(key, id, premises)
    if (object === placement.object) {
      placement.formerly ??= []
      const index = placement.keys.length - 1
      for (let empty = placement.formerly.length; empty <= index; empty += 1) placement.formerly.push([])
      placement.formerly[index] = [...(placement.formerly[index] ?? []), name]
      continue
    }
    const elsewhere = openAt(placements, object, true)
    elsewhere.keys.push(key)
    elsewhere.names.push(name)
  }
}

function askAnnexes(placements: readonly OpenPlacement[], { asks, keys }: Footprint): void {
  for (const annex of ANNEX_NAMES) {
    if (asks[annex] === undefined) continue
    const kind = kindsFor(annex, asks)?.find((one) => keys.some((key) => key.kind === one))
    if (kind === undefined) continue
    for (const placement of placements) {
      const name = placement.names[placement.keys.findIndex((key) => key.kind === kind)]
      if (name === undefined) continue
      placement.asked = { ...placement.asked, [annex]: name }
      placement.asks = { ...placement.asks, [annex]: asks[annex] }
    }
  }
}

function kindsFor<N extends AnnexName>(name: N, asks: Asks): readonly KeyKind[] | undefined {
  const annex: Annex<N> | undefined = ANNEXES[name]
  const ask: AnnexTypes[N]['ask'] | undefined = asks[name]
  return (ask === undefined ? undefined : annex?.kindsFor?.(ask)) ?? annex?.kinds
}

function objectOf(key: LedgerKey, id: string, premises: Premises): string {
  const { home, organisation, shards, organisationShards } = premises
  const site: Site = SITES[key.kind]
  if (site === 'kin' && organisation !== undefined && key.place !== undefined)
    return organisationName(organisation, key.place, organisationShards)
  if (site === 'home' || (site === 'kin' && organisation !== undefined)) return home
  if (site === 'pass') return passObject(id, home, shards)
  // An account in a network is named `<account>@<network>` (`footprint.ts`).
  const source = site === 'account' ? id.slice(0, id.lastIndexOf('@')) : id
  return shardName(shardOf(source, shards), shards)
}

function passObject(id: string, home: string, shards: number): string {
  const issuedAt = Number.parseInt(/^([0-9a-z]{1,4})\./.exec(id)?.[1] ?? '', 36)
  // A pass without a shard, or from before their number changed, is served at home.
  return issuedAt < shards ? shardName(issuedAt.toString(36), shards) : home
}
