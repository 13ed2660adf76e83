/**
 * Between many isolates and the pools: takes the parcels of some hundred isolates, makes one parcel for each pool of them, and
 * answers each isolate with its part of the answers. So a pool hears from some leaves, and not from thousands of isolates.
 *
 * A parcel of an isolate is acknowledged when every pool has acknowledged what it became part of. Until then the isolate
 * sends it again, and it is not gathered again: it waits for the same parcels, which are sent again as they are. A leaf that
 * dies forgets which those were: what it had sent in its last seconds may then count twice.
 */
import { allWithin } from '../../lib/within.ts'
import type { Pools } from './client.ts'
import { type Answer, isWhole, type Parcel } from './parcel.ts'
import { newRound, type Round } from './round.ts'

export interface Leaf {
  /** Undefined where a pool has not answered, or for what is no parcel of this version. */
  swap(parcel: Parcel, pools: Pools): Promise<Answer | undefined>
}

export interface LeafPorts {
  /** A fresh random name. */
  readonly isolate: string
  swap(shard: number, pools: Pools, parcel: Parcel): Promise<unknown>
  /** Keeps a call alive that is late. */
  outlive(work: Promise<unknown>): void
}

/** Gathered for so long: two of these and the way between fit into what an isolate waits. */
const GATHER_MS = 500
const BUDGET_MS = 1_500
/** Rounds remembered: a parcel comes again within seconds, or never. */
const MAX_ROUNDS = 16

interface Running {
  readonly round: Round
  readonly pools: Pools
  readonly parcels: Set<string>
  /** The attempt that is under way. */
  sending: Promise<void> | undefined
}

export function newLeaf(ports: LeafPorts): Leaf {
  let open: Running | undefined
  let rounds: Running[] = []
  let sequence = 0
  const named = { isolate: ports.isolate, next: () => sequence++ }

  function begin(pools: Pools, at: number): Running {
    const running: Running = {
      round: newRound(pools.shards, at),
      pools,
      parcels: new Set(),
      sending: undefined,
    }
    rounds = [...rounds.slice(1 - MAX_ROUNDS), running]
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

  function runningOf(parcel: Parcel, pools: Pools): Running {
    const id = `${parcel.isolate}.${parcel.sequence}`
    const known = rounds.find(({ parcels }) => parcels.has(id))
    if (known !== undefined) return known
    const running = open?.pools.shards === pools.shards ? open : begin(pools, parcel.at)
    running.parcels.add(id)
    running.round.add(parcel)
    return running
  }

  return {
    async swap(parcel, pools) {
      if (!isWhole(parcel)) return undefined
      const running = runningOf(parcel, pools)
      running.sending ??= send(running)
      await running.sending
      running.sending = undefined
      return running.round.answerTo(parcel)
    },
  }
}
