/** How many calls a second each kind of object gets, and the busiest of its kind. No I/O. */
import type { Footprint } from '../../src/evidence.ts'
import { place, type Shards } from '../../src/observe/shards.ts'
import { MIX } from '../cost/bill.ts'
import type { Random } from '../traffic/random.ts'
import { CROWD, newTraffic } from './traffic.ts'

/** Cloudflare's guidance for one object is some hundred to a thousand calls a second; half of that is left for bursts. */
export const COMFORTABLE = 500
/** Requests a second that Cloudflare gives to one isolate before it starts another. Not published: our assumption. */
const PER_ISOLATE = 200
/** What one isolate sends at most so often (`record/journal.ts`, `observe/estate/client.ts`, `inventory/learn/client.ts`). */
const JOURNAL_ENTRIES = 128
const JOURNAL_MS = 500
const INVENTORY_MS = 2_000
/** Reserving, going on, and letting go of the signature and of its idempotency key. */
const REPLAY_CALLS = 4

export interface Settings extends Shards {
  readonly replayShards: number
  readonly journalShards: number
  readonly estateShards: number
  readonly estateLeaves: number
}

export interface Load {
  readonly object: string
  /** Objects of the kind that are in use. */
  readonly objects: number
  /** Calls a second that the busiest of them gets. */
  readonly busiest: number
  /** Calls a second to all of them. */
  readonly all: number
}

/** At this many requests a second, for so many drawn. */
export function loads(rate: number, settings: Settings, random: Random, drawn = 200_000): readonly Load[] {
  const traffic = newTraffic(CROWD, settings, random)
  const calls = { organisation: new Map<string, number>(), claimed: new Map<string, number>() }
  for (let request = 0; request < drawn; request += 1) count(traffic(), settings, calls)
  const isolates = Math.max(1, Math.ceil(rate / PER_ISOLATE))
  const scaled = (object: string, counted: ReadonlyMap<string, number>): Load => ({
    object,
    objects: counted.size,
    busiest: (Math.max(...counted.values()) * rate) / drawn,
    all: (sum(counted) * rate) / drawn,
  })
  const spread = (object: string, objects: number, all: number): Load => ({
    object,
    objects,
    all,
    busiest: all / objects,
  })
  const perIsolate = rate / isolates
  const batches = isolates * Math.max(1_000 / JOURNAL_MS, perIsolate / JOURNAL_ENTRIES)
  return [
    scaled('Ledger, of one third party', calls.organisation),
    scaled('Ledger, claimed keys', calls.claimed),
    spread('Replay', settings.replayShards, rate * MIX.signed_post * REPLAY_CALLS),
    spread('Journal', settings.journalShards, batches),
    ...estate(settings, isolates, spread),
    spread('Inventory, one shard of it', 1, (isolates * 1_000) / INVENTORY_MS),
  ]
}

function estate(
  { estateShards, estateLeaves }: Settings,
  isolates: number,
  spread: (object: string, objects: number, all: number) => Load,
): readonly Load[] {
  if (estateLeaves === 0) return [spread('Estate', estateShards, isolates * estateShards)]
  // A leaf gathers what its isolates bring within a second, and sends one parcel to each shard.
  return [
    spread('Estate, leaves', estateLeaves, isolates),
    spread('Estate', estateShards, estateLeaves * estateShards),
  ]
}

function count(
  footprint: Footprint,
  settings: Settings,
  calls: { readonly organisation: Map<string, number>; readonly claimed: Map<string, number> },
): void {
  for (const { object } of place(footprint, settings)) {
    const counted = object.startsWith('organisation-') ? calls.organisation : calls.claimed
    counted.set(object, (counted.get(object) ?? 0) + 1)
  }
}

function sum(counted: ReadonlyMap<string, number>): number {
  let total = 0
  for (const value of counted.values()) total += value
  return total
}
