/**
 * Between many isolates and the pools: takes the parcels of some hundred isolates, makes one parcel for each pool of them, and
 * answers each isolate with its part of the answers. So a pool hears from some leaves, and not from thousands of isolates.
 *
 * A parcel of an isolate is acknowledged when every pool has acknowledged what it became part of. Until then the isolate
 * sends it again, and it is not gathered again: it waits for the same parcels, which are sent again as they are. So a retry
 * counts once, in the pools that had answered too. A leaf that dies forgets which those were: what it had sent in its last
 * seconds may then count twice.
 */
import { newSeenIds } from '../../lib/seen-ids.ts'
import { allWithin } from '../../lib/within.ts'
import { type Pools, SENT_FOR_MS } from './client.ts'
import { type Answer, isWhole, type Parcel } from './parcel.ts'
import { newRound, type Round, receiptFor } from './round.ts'

export interface Leaf {
  /** Undefined where a pool has not answered, where there is no room, or for what is no parcel of this version. */
  swap(parcel: Parcel, pools: Pools): Promise<Answer | undefined>
  /** Cohorts in the rounds that not every pool has answered. */
  readonly waiting: number
}

export interface LeafPorts {
  /** A fresh random name. */
  readonly isolate: string
  swap(shard: number, pools: Pools, parcel: Parcel): Promise<unknown>
  /** Milliseconds since the epoch. */
  now(): number
  /** Keeps a call alive that is late. */
  outlive(work: Promise<unknown>): void
}

/** Gathered for so long: two of these and the way between fit into what an isolate waits. */
const GATHER_MS = 500
const BUDGET_MS = 1_500
/** A round that a pool does not answer is remembered for longer than any parcel comes again, by a clock that a slow request holds up. */
const KEPT_MS = 2 * SENT_FOR_MS
/**
 * Cohorts in such rounds, some 50 MB when every sketch is full. Beyond that nothing new is taken: isolates hold what they have
 * to tell, and say what they give up of it.
 */
const MAX_WAITING = 32_768
/** Rounds with their answers at hand, for isolates that these have not reached. */
const MAX_ANSWERED = 16
/** Of parcels in other answered rounds the ids alone: those of half a minute, of five hundred isolates. */
const MAX_IDS = 16_384

interface Running {
  readonly begunAt: number
  readonly round: Round
  readonly pools: Pools
  readonly parcels: Set<string>
  /** The attempt that is under way. */
  sending: Promise<void> | undefined
}

export function newLeaf(ports: LeafPorts): Leaf {
  let open: Running | undefined
  let rounds: Running[] = []
  const acknowledged = newSeenIds(MAX_IDS)
  let sequence = 0
  const named = { isolate: ports.isolate, next: () => sequence++ }

  function forgetOld(now: number): void {
    const answered = rounds.filter((running) => running !== open && running.round.isAnswered())
    const over = answered.slice(0, Math.max(0, answered.length - MAX_ANSWERED))
    for (const { parcels } of over) for (const id of parcels) acknowledged.add(id)
    rounds = rounds.filter((running) =>
      answered.includes(running) ? !over.includes(running) : now - running.begunAt < KEPT_MS,
    )
  }

  function waiting(): number {
    return rounds.reduce((sum, { round }) => (round.isAnswered() ? sum : sum + round.size), 0)
  }

  function begin(pools: Pools, at: number): Running {
    const running: Running = {
      begunAt: ports.now(),
      round: newRound(pools.shards, at),
      pools,
      parcels: new Set(),
      sending: undefined,
    }
    rounds = [...rounds, running]
    open = running
    running.sending = new Promise((resolve) => setTimeout(resolve, GATHER_MS)).then(() => {
      if (open === running) open = undefined
      return send(running)
    })
    return running
  }

  async function send({ round, pools }: Running): Promise<void> {
    const parcels = Array.from(round.outstanding(named))
    const calls = parcels.map(
      ([shard, parcel]) =>
        () =>
          ports.swap(shard, pools, parcel),
    )
    const answers = await allWithin(calls, BUDGET_MS, ports.outlive)
    for (const [index, answer] of answers.entries()) {
      const shard = parcels[index]?.[0]
      if (answer.ok && shard !== undefined) round.hear(shard, answer.value)
    }
  }

  /** Undefined where there is no room. */
  function runningOf(id: string, parcel: Parcel, pools: Pools): Running | undefined {
    const known = rounds.find(({ parcels }) => parcels.has(id))
    if (known !== undefined) return known
    forgetOld(ports.now())
    if (waiting() >= MAX_WAITING) return undefined
    const running = open?.pools.shards === pools.shards ? open : begin(pools, parcel.at)
    running.parcels.add(id)
    running.round.add(parcel)
    return running
  }

  return {
    async swap(parcel, pools) {
      if (!isWhole(parcel)) return undefined
      const id = `${parcel.isolate}.${parcel.sequence}`
      if (acknowledged.has(id)) return receiptFor(parcel)
      const running = runningOf(id, parcel, pools)
      if (running === undefined) return undefined
      running.sending ??= send(running)
      await running.sending
      running.sending = undefined
      return running.round.answerTo(parcel)
    },
    get waiting() {
      return waiting()
    },
  }
}
