// What one Ledger object may hold was bounded in keys and rows, and nobody had added up the bytes. Here, because only Node says how large its heap is.
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { newSeenIds } from '../../src/lib/seen-ids.ts'
import type { Annex, AnnexName, AnnexTypes } from '../../src/observe/annex.ts'
import { newState, touch } from '../../src/observe/behaviour.ts'
import { decode, encode } from '../../src/observe/codec.ts'
import { CONSENT_ANNEX } from '../../src/observe/consent/consent.ts'
import type { ConsentRow } from '../../src/observe/consent/types.ts'
import { HISTORY } from '../../src/observe/history/history.ts'
import { type HistoryRecord, MOST_SIGHTS } from '../../src/observe/history/record.ts'
import { ORDER } from '../../src/observe/order/order.ts'
import type { OrderRow } from '../../src/observe/order/types.ts'
import { QUOTA_ANNEX } from '../../src/observe/quota/quota.ts'
import type { QuotaRow } from '../../src/observe/quota/types.ts'
import { newRows } from '../../src/observe/rows.ts'
import { newShard } from '../../src/observe/shard.ts'
import type { WalkRow } from '../../src/observe/walk/types.ts'
import { WALK } from '../../src/observe/walk/walk.ts'
import { NOON } from '../fixtures/facts.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void // What the flag has just made.

/** Twice what fits: a bound that is raised is filled as well. */
const KEYS = 16_384
const nameOf = (n: number): string => `client:fp-${n.toString(36).padStart(12, 'x')}@203.0.113.${n % 256}/32`
const hashes = (count: number): number[] => Array.from({ length: count }, (_, n) => 2 ** 31 + 7 * n)
const each = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

/** Bytes of the heap, once nothing more is to be collected: what is let go in one round may hold what goes in the next. */
async function settledHeap(): Promise<number> {
  let used = Number.POSITIVE_INFINITY
  for (let round = 0; round < 20; round += 1) {
    await setTimeout(5)
    collect()
    const now = process.memoryUsage().heapUsed
    if (used - now < 50_000) return now
    used = now
  }
  return used
}

/** MB of Node's heap, in which a reference takes eight bytes; in workerd's it takes four. Of three the middle one: others use the heap, too. */
async function heldBy(fill: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const before = await settledHeap()
    const held = [fill()]
    taken.push(((await settledHeap()) - before) / 1_000_000)
    // Whatever nobody asks for afterwards a collector may take.
    if (held.pop() === undefined) throw new Error('Nothing was filled')
  }
  return taken.toSorted((one, other) => one - other)[1] ?? 0
}

function keysWith(things: number): unknown {
  const state = newState(NOON)
  for (let n = 0; n < things; n += 1)
    touch(state, {
      at: NOON + n,
      attempt: true,
      page: true,
      account: n * 7_919,
      client: n * 104_729,
      resource: n * 1_299_709,
    })
  const bytes = encode(state)
  const shard = newShard()
  for (let n = 0; n < KEYS; n += 1) {
    const copy = decode(bytes)
    if (copy !== undefined) shard.restore(nameOf(n), copy)
  }
  return shard
}

function idsOf(): unknown {
  return each(2, () => {
    const ids = newSeenIds(8_192)
    for (let n = 0; n < 2 * KEYS; n += 1) ids.add(`01JD${n.toString(36).padStart(20, '0')}`)
    return ids
  })
}

/** Through their bytes, so that no row shares anything with another. */
function rowsOf<N extends AnnexName>(annex: Annex<N>, count: number, row: AnnexTypes[N]['row']): unknown {
  const { name, ...options } = annex
  const rows = newRows<AnnexTypes[N]['row']>({ annex: name, ...options }, undefined)
  const bytes = annex.codec.encode(row)
  for (let n = 0; n < count; n += 1) {
    const copy = annex.codec.decode(bytes)
    if (copy !== undefined) rows.put(nameOf(n), copy, NOON + 1)
  }
  return rows
}

const ORDER_ROW: OrderRow = {
  ...{
    firstAt: NOON,
    whole: true,
    step: 'read',
    steppedAt: NOON,
    previous: 'login',
    pending: false,
    token: 2 ** 31,
  },
  taken: {
    navigation: NOON,
    login: NOON,
    consent: NOON,
    authorisation: NOON,
    read: NOON,
    payment: NOON,
    other: NOON,
  },
  ...{ skips: 1.5, skippedAt: NOON },
}

function walkRow(recent: number, answered: number, listed: number): WalkRow {
  return {
    ...{ at: NOON, fresh: 1.5, neighbours: 1.5, misses: 1.5, outside: 1.5, asked: 1.5, missing: 1.5 },
    ...{ run: 3, direction: 1, stem: 2 ** 31, number: 123_456_789_012 },
    ...{ recent: hashes(recent), askedBy: hashes(recent), ended: hashes(recent), answered: hashes(answered) },
    listed: { collection: 2 ** 31, owners: hashes(listed), whole: true },
  }
}

function historyRow(most: number): HistoryRecord {
  const sight = { hash: 2 ** 31, firstAt: NOON, lastAt: NOON, days: 3 }
  const seen = (trait: keyof typeof MOST_SIGHTS) => each(Math.min(most, MOST_SIGHTS[trait]), () => sight)
  return {
    ...{ confirmedAt: NOON, successAt: NOON, successes: 9, days: 9, takeoverAt: 0 },
    ...{ strangerWeight: 1.5, strangerAt: NOON, strangerNetworks: 2 ** 31 },
    sights: {
      ...{ device: seen('device'), software: seen('software'), prefix: seen('prefix') },
      ...{ network: seen('network'), country: seen('country') },
    },
  }
}

function consentRow(accesses: number, accounts: number): ConsentRow {
  const access = (n: number) => ({
    resource: `k1.${n}`.padEnd(19, 'r'),
    requestId: `01JD${n}`.padEnd(24, '0'),
    at: NOON,
    pages: 1,
  })
  return {
    accesses: each(accesses, access),
    ...{ ended: false, until: NOON, agreed: 4, asked: 4, owner: 'PSDGB-FCA-765432' },
    lists: [
      {
        ...{ collection: 'accounts', keyId: 'k1', at: NOON, pendingUntil: 0 },
        accounts: each(accounts, (n) => `${n}`.padEnd(16, 'a')),
      },
    ],
    ...{ keepUntil: NOON, lookedAt: 0, looks: 0 },
  }
}

const QUOTA_ROW: QuotaRow = { window: 1, tokens: 5, exhaustedUntil: NOON, borrowingUntil: NOON, searched: 0 }

/** What fills each part, and how many MB it may take: half as much again as it takes. Their sums are in docs/storage.md. */
const PARTS: readonly (readonly [part: string, fill: () => unknown, mostMb: number])[] = [
  ['keys of one visitor each', () => keysWith(1), 30],
  ['keys with every sketch full', () => keysWith(4_000), 185],
  ['ids', idsOf, 10],
  ['orders', () => rowsOf(ORDER, KEYS, ORDER_ROW), 9],
  ['walks without a list', () => rowsOf(WALK, KEYS, walkRow(16, 0, 0)), 15],
  ['walks with everything full', () => rowsOf(WALK, KEYS, walkRow(16, 64, 256)), 7],
  ['histories of one device', () => rowsOf(HISTORY, KEYS / 2, historyRow(1)), 12],
  ['histories with everything full', () => rowsOf(HISTORY, KEYS / 2, historyRow(99)), 38],
  ['ordinary consents', () => rowsOf(CONSENT_ANNEX, KEYS / 4, consentRow(4, 2)), 5],
  ['consents with everything full', () => rowsOf(CONSENT_ANNEX, KEYS / 32, consentRow(1_024, 512)), 7],
  ['quotas', () => rowsOf(QUOTA_ANNEX, KEYS / 8, QUOTA_ROW), 0.5],
]

describe('one Ledger object holds no more in memory than the bytes that are said:', () => {
  it.each(PARTS)('%s', { timeout: 60_000 }, async (_part, fill, mostMb) => {
    const mb = await heldBy(fill)
    expect(mb).toBeGreaterThan(mostMb / 3)
    expect(mb).toBeLessThan(mostMb)
  })
})
