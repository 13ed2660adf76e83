/**
 * The estate's side: the cohorts of all isolates, merged. What an Estate object wraps in storage, and what tests and the
 * laboratory use as it is.
 */
import { hash32 } from '../../lib/hash32.ts'
import { newSeenIds } from '../../lib/seen-ids.ts'
import { type ActorRoom, newActorRoom } from '../actor/room.ts'
import { type CohortState, newAbsorber, newCohortState } from './cohort-state.ts'
import { MERGED_NUMBERS, writeMerged } from './merged.ts'
import { kindOf } from './names.ts'
import { type Answer, HEAD_NUMBERS, isWhole, type Parcel, pour } from './parcel.ts'
import { newPartitions } from './partitions.ts'

export interface Pool {
  /** Takes a parcel in, once however often it comes, and tells what is known of its cohorts. Undefined for no parcel of ours. */
  swap(parcel: Parcel): Answer | undefined
  restore(name: string, state: CohortState): void
  /** Forgets cohorts that were not seen since. */
  forgetBefore(at: number): void
  /** Chunks whose cohorts have changed since they were last taken. */
  changed(): ReadonlySet<number>
  /** The cohorts of one chunk, to be written down. */
  takeChunk(chunk: number): Iterable<readonly [name: string, state: CohortState]>
  readonly actors: ActorRoom
  readonly size: number
}

/** An object holds three times what an isolate does: 7,680 cohorts, and 50 MB when every sketch is full. */
const CAPACITY = 3
/** A sender tries again within seconds; a thousand senders make a thousand parcels in one. */
const MAX_IDS = 16_384

/** Cohorts are written down in so many pieces: a row each would cost a hundred times as much. */
export const CHUNKS = 64

export function newPool(capacity = CAPACITY): Pool {
  const cohorts = newPartitions<CohortState>(capacity)
  const seen = newSeenIds(MAX_IDS)
  const actors = newActorRoom()
  const absorber = newAbsorber()
  const changed = new Set<number>()
  let since = Number.POSITIVE_INFINITY

  function stateOf(name: string, at: number): CohortState | undefined {
    const kind = kindOf(name)
    if (kind === undefined) return undefined
    const found = cohorts.get(kind, name)
    if (found !== undefined) return found
    const state = newCohortState(at)
    cohorts.add(kind, name, state, at)
    return state
  }

  return {
    swap(parcel) {
      const { isolate, sequence, at, sealedAt, names } = parcel
      const id = `${isolate}.${sequence}`
      if (!seen.has(id)) {
        if (!isWhole(parcel)) return undefined
        seen.add(id)
        since = Math.min(since, at)
        let offset = HEAD_NUMBERS
        for (const name of names) {
          absorber.begin(stateOf(name, at) ?? newCohortState(at), at)
          offset = pour(parcel.numbers, offset, absorber)
          absorber.end()
          changed.add(chunkOf(name))
        }
        actors.absorb(parcel.actors ?? [])
      }
      const numbers = new Float64Array(names.length * MERGED_NUMBERS).fill(Number.NaN)
      for (const [index, name] of names.entries()) {
        const kind = kindOf(name)
        const state = kind === undefined ? undefined : cohorts.get(kind, name)
        if (state !== undefined) writeMerged(numbers, index * MERGED_NUMBERS, state, { at: sealedAt, since })
      }
      const organisations = (parcel.actors ?? []).map(({ organisation }) => organisation)
      return { isolate, sequence, numbers, actors: actors.pictures(organisations, sealedAt) }
    },
    restore(name, state) {
      since = Math.min(since, state.firstSeenAt)
      const kind = kindOf(name)
      if (kind !== undefined && cohorts.get(kind, name) === undefined)
        cohorts.add(kind, name, state, state.lastAt)
    },
    forgetBefore(at) {
      cohorts.sweep((state) => state.lastAt < at)
    },
    changed: () => changed,
    *takeChunk(chunk) {
      changed.delete(chunk)
      for (const [, name, state] of cohorts.entries()) if (chunkOf(name) === chunk) yield [name, state]
    },
    actors,
    get size() {
      return cohorts.size
    },
  }
}

/** By another hash than the shard's: sixteen shards would else have four chunks each, too large to be written. */
export function chunkOf(name: string): number {
  return hash32(`chunk ${name}`) % CHUNKS
}
