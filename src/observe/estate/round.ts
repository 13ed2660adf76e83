/** What a leaf gathers in one go, and sends to the pools until every one of them has acknowledged its part. Pure. */
import { hash32 } from '../../lib/hash32.ts'
import type { ActorReport } from '../actor/book.ts'
import { gather } from './crowd.ts'
import { type Delta, newDelta, newReckoned, type Reckoned, raise } from './delta.ts'
import { weigh } from './heaviest.ts'
import { MERGED_NUMBERS } from './merged.ts'
import { type Answer, HEAD_NUMBERS, isAnswer, type Parcel, packDeltas, pour, type Sink } from './parcel.ts'

export interface Round {
  /** False for a parcel that is none of ours. */
  add(parcel: Parcel): void
  /** Parcels that were not acknowledged yet, by shard; the same ones every time. Nothing may be added any more. */
  outstanding(name: { readonly isolate: string; next(): number }): ReadonlyMap<number, Parcel>
  /** What one pool has answered to its parcel; false where that is no answer to it. */
  hear(shard: number, answer: unknown): boolean
  /** The part of the answers that belongs to this parcel; undefined while a pool has not answered. */
  answerTo(parcel: Parcel): Answer | undefined
  isAnswered(): boolean
  /** Cohorts in it. */
  readonly size: number
}

interface Part {
  readonly deltas: Map<string, Delta>
  readonly actors: ActorReport[]
  parcel: Parcel | undefined
  answer: Answer | undefined
}

/** @param at when the first parcel in it was opened */
export function newRound(shards: number, at: number): Round {
  const parts = new Map<number, Part>()
  const gathering = newGathering()
  let sealedAt = at

  function partOf(name: string): Part {
    const shard = hash32(name) % shards
    const known = parts.get(shard)
    if (known !== undefined) return known
    const part = { deltas: new Map(), actors: [], parcel: undefined, answer: undefined }
    parts.set(shard, part)
    return part
  }

  function deltaOf(name: string): Delta {
    const { deltas } = partOf(name)
    const known = deltas.get(name)
    if (known !== undefined) return known
    const delta = newDelta(name)
    deltas.set(name, delta)
    return delta
  }

  function isAnswered(): boolean {
    for (const { answer } of parts.values()) if (answer === undefined) return false
    return true
  }

  return {
    add(parcel) {
      let offset = HEAD_NUMBERS
      for (const name of parcel.names) {
        gathering.begin(deltaOf(name))
        offset = pour(parcel.numbers, offset, gathering)
      }
      for (const report of parcel.actors ?? []) partOf(actorName(report)).actors.push(report)
      sealedAt = Math.max(sealedAt, parcel.sealedAt)
    },
    outstanding(named) {
      const sent = new Map<number, Parcel>()
      for (const [shard, part] of parts) {
        part.parcel ??= {
          isolate: named.isolate,
          sequence: named.next(),
          at,
          sealedAt,
          ...{ ...packDeltas(Array.from(part.deltas.values())), actors: part.actors },
        }
        part.deltas.clear()
        if (part.answer === undefined) sent.set(shard, part.parcel)
      }
      return sent
    },
    hear(shard, answer) {
      const part = parts.get(shard)
      if (part?.parcel === undefined || !isAnswer(answer, part.parcel)) return false
      part.answer = answer
      // Sent no more: of what was in it the names alone are looked at again.
      part.parcel = { ...part.parcel, numbers: NO_NUMBERS }
      return true
    },
    answerTo: (parcel) => (isAnswered() ? answerFrom(parcel, partOf) : undefined),
    isAnswered,
    get size() {
      let size = 0
      for (const { parcel, deltas } of parts.values()) size += parcel?.names.length ?? deltas.size
      return size
    },
  }
}

const NO_NUMBERS = new Float64Array(0)

/** It was taken in, and nothing is told: whoever has the answer has forgotten it. */
export function receiptFor({ isolate, sequence, names }: Parcel): Answer {
  return { isolate, sequence, numbers: unknown(names.length) }
}

function unknown(cohorts: number): Float64Array {
  return new Float64Array(cohorts * MERGED_NUMBERS).fill(Number.NaN)
}

function answerFrom(
  { isolate, sequence, names, actors = [] }: Parcel,
  partOf: (name: string) => Part,
): Answer {
  const numbers = unknown(names.length)
  const places = new Map<Part, Map<string, number>>()
  for (const [index, name] of names.entries()) {
    const part = partOf(name)
    const place = placesIn(part, places).get(name)
    if (place === undefined || part.answer === undefined) continue
    const from = place * MERGED_NUMBERS
    numbers.set(part.answer.numbers.subarray(from, from + MERGED_NUMBERS), index * MERGED_NUMBERS)
  }
  const pictures = actors.map((report) => {
    const part = partOf(actorName(report))
    const place = part.actors.findIndex(({ organisation }) => organisation === report.organisation)
    return part.answer?.actors?.[place]
  })
  return { isolate, sequence, numbers, actors: pictures }
}

function placesIn(part: Part, all: Map<Part, Map<string, number>>): Map<string, number> {
  const known = all.get(part)
  if (known !== undefined) return known
  const made = new Map((part.parcel?.names ?? []).map((name, index) => [name, index]))
  all.set(part, made)
  return made
}

/** Where a third party's own cohort lives too. */
function actorName({ organisation }: ActorReport): string {
  return `tpp:${organisation}`
}

function newGathering(): Sink & { begin(delta: Delta): void } {
  let delta = newDelta('')
  let into: Reckoned = newReckoned()
  return {
    begin(next) {
      delta = next
      into = next.reckoned ?? newReckoned()
      next.reckoned = into
    },
    sum: (column, amount) => raise(delta.sums, column, amount),
    gap: (bin, count) => raise(into.gaps, bin, count),
    account(hash) {
      into.accounts = gather(into.accounts, hash)
    },
    client(hash) {
      into.clients = gather(into.clients, hash)
    },
    address(hash) {
      into.addresses = gather(into.addresses, hash)
    },
    caller: (name, count, error) => weigh(into.callers, name, count, error),
    target: (name, count, error) => weigh(into.targets, name, count, error),
  }
}
