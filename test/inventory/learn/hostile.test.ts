/**
 * The tale: an inventory that put every path into its tree first, and tidied up later, lost all of four planted shadow
 * endpoints to random paths answered 200, because the tidying hid them. Here a million observations, half of them hostile,
 * meet the very code that the object runs.
 */
import { describe, expect, it } from 'vitest'
import { memoryInventory } from '../../../src/inventory/learn/memory-inventory.ts'
import { MAX_FOUND } from '../../../src/inventory/learn/shelf.ts'
import type { InventorySnapshot } from '../../../src/inventory/learn/types.ts'
import { answer, BANK, exchange, numbers, START } from './scene.ts'

const SHADOWS = ['/v1/internal/export', '/v1/accounts/{id}/notes', '/debug/config', '/v1/admin/users']
const EVERY_MS = 40

interface Attacker {
  readonly path: () => string
  readonly caller: () => { readonly caller: string; readonly asn: number | undefined }
}

type Random = () => number

function word(random: Random): string {
  let text = ''
  const length = 3 + Math.floor(random() * 8)
  for (let at = 0; at < length; at++) text += String.fromCharCode(97 + Math.floor(random() * 26))
  return text
}

/** 200 prefixes in seven networks. */
function rented(random: Random): ReturnType<Attacker['caller']> {
  const number = Math.floor(random() * 200)
  return { caller: `172.16.${number}.0/24`, asn: 64_700 + (number % 7) }
}

/** A new prefix for nearly every request, in networks of which nobody knows the number. */
function anywhere(random: Random): ReturnType<Attacker['caller']> {
  const octet = (): number => Math.floor(random() * 256)
  return { caller: `${11 + Math.floor(random() * 200)}.${octet()}.${octet()}.0/24`, asn: undefined }
}

function repeating(random: Random, times: number): () => string {
  let path = ''
  let left = 0
  return () => {
    if (left === 0) {
      path = `/${word(random)}/${word(random)}`
      left = times
    }
    left--
    return path
  }
}

const ATTACKERS: Readonly<Record<string, (random: Random) => Attacker>> = {
  'random paths from rented networks': (random) => ({
    path: () => `/${word(random)}/${word(random)}`,
    caller: () => rented(random),
  }),
  'random paths from everywhere': (random) => ({
    path: () => `/${word(random)}-${word(random)}`,
    caller: () => anywhere(random),
  }),
  'paths repeated across sessions of rented networks': (random) => ({
    path: repeating(random, 6),
    caller: () => rented(random),
  }),
  'paths repeated across sessions from everywhere': (random) => ({
    path: repeating(random, 4),
    caller: () => anywhere(random),
  }),
  'random neighbours of a real path': (random) => ({
    path: () => `/v1/internal/${word(random)}`,
    caller: () => rented(random),
  }),
}

function mixed(random: Random): Attacker {
  const kinds = Object.values(ATTACKERS).map((make) => make(random))
  let turn = 0
  return {
    path: () => kinds[++turn % kinds.length]?.path() ?? '',
    caller: () => kinds[turn % kinds.length]?.caller() ?? anywhere(random),
  }
}

function legitimate(random: Random, at: number): Parameters<typeof exchange>[0] {
  const number = Math.floor(random() * 40)
  const caller = { at, caller: `10.${number % 6}.${number}.0/24`, asn: 64_500 + (number % 6) }
  const id = Math.floor(random() * 1_000_000)
  if (random() < 0.02) {
    const shadow = SHADOWS[Math.floor(random() * SHADOWS.length)] ?? ''
    return { ...caller, path: shadow.replace('{id}', String(id)) }
  }
  const paths = ['/v1/accounts', `/v1/accounts/${id}`, `/v1/accounts/${id}/balances`, `/v1/payments/${id}`]
  return { ...caller, path: paths[Math.floor(random() * paths.length)] ?? '' }
}

interface Outcome {
  readonly snapshot: InventorySnapshot
  readonly shadows: readonly string[]
  readonly others: readonly string[]
}

function run(attacker: (random: Random) => Attacker, observations: number): Outcome {
  const random = numbers(7)
  const { path, caller } = attacker(random)
  const inventory = memoryInventory(BANK)
  for (let turn = 0; turn < observations; turn++) {
    const at = START + turn * EVERY_MS
    const scene = turn % 2 === 0 ? legitimate(random, at) : { at, path: path(), ...caller() }
    inventory.observe(exchange(scene), answer(200, { responseBytes: 200 + Math.floor(random() * 4_000) }))
  }
  const [snapshot] = inventory.snapshots(START + observations * EVERY_MS)
  if (snapshot === undefined) throw new Error('Cannot test: there is no shard')
  const found = snapshot.entries.filter(({ origin }) => origin !== 'published').map((entry) => entry.path)
  return {
    snapshot,
    shadows: SHADOWS.filter((shadow) => found.includes(shadow)),
    others: found.filter((one) => !SHADOWS.includes(one)),
  }
}

const MIXED = 'random paths, and paths repeated across sessions, by turns'

/** Most operations that each kind of attack may bring in, in eleven hours of a million requests, or less of fewer. */
const CASES: readonly (readonly [name: string, observations: number, others: number])[] = [
  [MIXED, 1_000_000, 400],
  ['paths repeated across sessions of rented networks', 120_000, 150],
  ['random paths from rented networks', 120_000, 0],
  ['random paths from everywhere', 120_000, 0],
  ['paths repeated across sessions from everywhere', 120_000, 150],
  ['random neighbours of a real path', 120_000, 1],
]

describe('an inventory under attack', () => {
  it.each(CASES)(
    'keeps every planted shadow endpoint and its bounds among %s (%i observations)',
    { timeout: 120_000 },
    (name, observations, most) => {
      const attacker = name === MIXED ? mixed : ATTACKERS[name]
      if (attacker === undefined) throw new Error(`Cannot test ${name}`)
      const { snapshot, shadows, others } = run(attacker, observations)
      expect(shadows).toEqual(SHADOWS)
      expect(others.length).toBeLessThanOrEqual(most)
      expect(snapshot.overflow.suspects).toBeLessThanOrEqual(4_096)
      expect(snapshot.entries.length).toBeLessThanOrEqual(MAX_FOUND + BANK.operations.length)
      // 1.3 kB for each operation; a plain map of the same paths would hold half a million.
      expect(JSON.stringify(snapshot).length).toBeLessThan(2_000_000)
    },
  )

  it('finds a shadow endpoint that begins to be used only during the attack, and is used once in a thousand requests', () => {
    const random = numbers(9)
    const { path, caller } = (ATTACKERS['paths repeated across sessions from everywhere'] ?? (() => never()))(
      random,
    )
    const inventory = memoryInventory(BANK)
    for (let turn = 0; turn < 150_000; turn++) {
      const at = START + turn * EVERY_MS
      const mine = turn > 50_000 && turn % 1_000 === 0
      const number = Math.floor(random() * 40)
      const scene = mine
        ? { at, path: '/v1/late', caller: `10.${number % 6}.${number}.0/24`, asn: 64_500 + (number % 6) }
        : { at, path: path(), ...caller() }
      inventory.observe(exchange(scene), answer())
    }
    const [snapshot] = inventory.snapshots(START)
    expect(snapshot?.entries.map((entry) => entry.path)).toContain('/v1/late')
  })

  it('stores nothing of a hundred thousand paths that do not exist', () => {
    const random = numbers(2)
    const inventory = memoryInventory(BANK)
    for (let turn = 0; turn < 100_000; turn++) {
      inventory.observe(
        exchange({ at: START + turn, path: `/${word(random)}`, ...anywhere(random) }),
        answer(404),
      )
    }
    const [snapshot] = inventory.snapshots(START)
    expect(snapshot?.entries).toEqual([])
    expect(snapshot?.overflow).toMatchObject({ misses: 100_000, suspects: 0 })
  })
})

function never(): never {
  throw new Error('Cannot test: no such attacker')
}
