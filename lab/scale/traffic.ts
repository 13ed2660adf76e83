/**
 * Footprints of a bank's requests, as the ledger places them: who calls how often is drawn, everything else is the gate's own.
 * The numbers are our own assumptions, and `docs/scale.md` says them, and which requests are not drawn.
 */
import type { Footprint, LedgerKey } from '../../src/evidence.ts'
import { type Shards, shardOf } from '../../src/observe/shards.ts'
import { MIX } from '../cost/bill.ts'
import type { Random } from '../traffic/random.ts'

export interface Crowd {
  readonly organisations: number
  readonly consents: number
  readonly people: number
  /** Networks (IPv4 /24) that people come from. */
  readonly prefixes: number
}

export const CROWD: Crowd = { organisations: 40, consents: 2_000_000, people: 5_000_000, prefixes: 400_000 }

export type Kind = 'third party' | 'login'

/** One request of the bank's day, by the shares of `npm run cost`. */
export function newTraffic(crowd: Crowd, { shards }: Shards, random: Random): () => Footprint {
  const logins = MIX.login
  let requests = 0
  return () => {
    requests += 1
    return random.chance(logins) ? login(crowd, shards, random, requests) : third(crowd, random, requests)
  }
}

/** A few third parties have most of the customers: Zipf's law, so that the largest has a quarter of the calls. */
function third({ organisations, consents }: Crowd, random: Random, at: number): Footprint {
  const organisation = zipf(organisations, random)
  const consent = random.below(consents)
  const id = `k1.${consent.toString(36)}`
  return footprint(
    at,
    [
      { kind: 'tpp', id: `PSDGB-FCA-${100_000 + organisation}`, standing: 'proven' },
      { kind: 'consent', id, standing: 'proven' },
      { kind: 'client', id: `software@203.0.113.${organisation}/32`, standing: 'claimed' },
    ],
    consent,
    '0',
  )
}

function login({ people, prefixes }: Crowd, shards: number, random: Random, at: number): Footprint {
  const person = random.below(people)
  const prefix = `${person % prefixes}.0/24`
  const account = `k1.a${person.toString(36)}`
  return footprint(
    at,
    [
      { kind: 'account', id: account, standing: 'claimed' },
      { kind: 'account_network', id: `${account}@as1`, standing: 'claimed' },
      { kind: 'client', id: `software@${person}`, standing: 'claimed' },
      { kind: 'address', id: `${person}/32`, standing: 'claimed' },
      { kind: 'prefix', id: prefix, standing: 'claimed' },
    ],
    0,
    shardOf(prefix, shards),
  )
}

function footprint(at: number, keys: readonly LedgerKey[], spread: number, home: string): Footprint {
  return {
    ...{ requestId: String(at), at, route: 'r', sensitivity: 'account', attempt: false, page: false, keys },
    ...{ account: undefined, client: '', resource: undefined, cohort: '', cohorts: {} },
    ...{ home, spread, asks: {} },
  }
}

/** By inversion of the sum: rank r with a weight of 1 / r. */
function zipf(count: number, random: Random): number {
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1))
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [rank, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return rank
  }
  return count - 1
}
