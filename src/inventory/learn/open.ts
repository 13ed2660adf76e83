/** What an isolate has collected for one shard and not sent yet. */
import { newRandom } from '../../lib/urn.ts'
import type { NameSighting, Parcel, Remark, Sighting } from './parcel.ts'
import { newTally, type Tally } from './tally.ts'
import { usageOf } from './usage.ts'

const MAX_PUBLISHED = 1_024
const MAX_SIGHTINGS = 1_024
/** Answers that prove nothing are only of interest where an operation is known already. */
const MAX_MISSES = 256
const MAX_BEHIND = 128
const MAX_NAMES = 512
const MAX_REMARKS = 512

interface Delta {
  readonly method: string
  readonly path: string
  readonly tally: Tally
}

export interface Open {
  readonly shard: number
  readonly openedAt: number
  readonly published: Map<string, Delta>
  readonly names: NameSighting[]
  readonly sightings: Sighting[]
  readonly remarks: Remark[]
  /** Sightings that came, kept or not. */
  offered: number
  misses: number
  /** Words in the places of parameters that came, kept or not. */
  behind: number
  dropped: number
  /** Draws which sighting goes. */
  readonly random: () => number
}

export function newOpen(shard: number, openedAt: number): Open {
  const [published, names, sightings, remarks] = [new Map<string, Delta>(), [], [], []]
  return {
    shard,
    openedAt,
    published,
    names,
    sightings,
    remarks,
    offered: 0,
    misses: 0,
    behind: 0,
    dropped: 0,
    random: newRandom(),
  }
}

/** As it travels. The id makes it count once. */
export function seal(open: Open, id: string): Parcel {
  const { shard, openedAt: at, names, sightings, remarks, misses, dropped } = open
  const published = Array.from(open.published, ([key, { method, path, tally }]) => {
    return { key, method, path, usage: usageOf(tally) }
  })
  return { id, shard, at, published, names, sightings, remarks, misses, dropped }
}

/** Undefined where there is no room. */
export function tallyIn(
  open: Open,
  { id, method, path }: { readonly id: string; readonly method: string; readonly path: string },
  at: number,
): Tally | undefined {
  const known = open.published.get(id)
  if (known !== undefined) return known.tally
  if (open.published.size >= MAX_PUBLISHED) {
    open.dropped++
    return undefined
  }
  const tally = newTally(at)
  open.published.set(id, { method, path, tally })
  return tally
}

/**
 * Of more sightings than there is room for, each stays with the same probability (Vitter 1985): a flood thins what is
 * real no more than it thins itself.
 */
export function keepSighting(open: Open, sighting: Sighting): void {
  open.offered++
  if (open.sightings.length < MAX_SIGHTINGS) {
    open.sightings.push(sighting)
    return
  }
  open.dropped++
  const at = open.random() % open.offered
  if (at < MAX_SIGHTINGS) open.sightings[at] = sighting
}

/** An answer that proves nothing goes along while there is plenty of room. */
export function keepMiss(open: Open, sighting: Sighting): void {
  if (open.sightings.length < MAX_MISSES) keepSighting(open, sighting)
  else open.misses++
}

/** Of words in the places of parameters a few are enough: where they are many, they are its values. */
export function keepBehind(open: Open, sighting: Sighting): void {
  if (open.behind++ < MAX_BEHIND) keepSighting(open, sighting)
}

export function keepName(open: Open, name: NameSighting): void {
  if (open.names.length < MAX_NAMES) open.names.push(name)
  else open.dropped++
}

export function keepRemark(open: Open, remark: Remark): void {
  if (open.remarks.length < MAX_REMARKS) open.remarks.push(remark)
  else open.dropped++
}
