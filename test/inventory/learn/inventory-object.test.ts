import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { inventoryFrom, newInventoryMemory, objectName } from '../../../src/inventory/learn/client.ts'
import { inventoryDesk } from '../../../src/inventory/learn/desk.ts'
import { newOpen, seal } from '../../../src/inventory/learn/open.ts'
import type { Decision, InventorySnapshot } from '../../../src/inventory/learn/types.ts'
import { known } from '../../../src/lib/fact.ts'
import { answer, BANK, exchange, HOST, numbers, START } from './scene.ts'

/** Storage lasts for the whole file: each test has shards of its own, told apart by their number. */
function gate(shards: number) {
  const later: Promise<unknown>[] = []
  const faults: string[] = []
  const options = {
    waitUntil: (work: Promise<unknown>) => void later.push(work),
    report: (fault: string) => void faults.push(fault),
  }
  const memory = newInventoryMemory(BANK, { shards, isolate: `isolate-${shards}`, waitMs: 20 })
  const desk = inventoryDesk(env.INVENTORY, { shards, ...options })
  return {
    inventory: inventoryFrom(env.INVENTORY, { memory, ...options }),
    memory,
    desk,
    faults,
    async sent(): Promise<void> {
      while (later.length > 0) await Promise.all(later.splice(0))
    },
    async evict(): Promise<void> {
      for (let shard = 0; shard < shards; shard++) {
        const stub = env.INVENTORY.getByName(objectName(shard, shards))
        // What a running object would do five seconds after a change.
        await stub.decide(decision({ id: 'any', kind: 'split', path: '/any' }))
        await evictDurableObject(stub)
      }
    },
    async entries(): Promise<InventorySnapshot['entries']> {
      const snapshots = known(await desk.snapshots())
      return snapshots?.flatMap(({ entries }) => entries) ?? []
    },
  }
}

function decision(changes: Partial<Decision>): Decision {
  return {
    id: 'd1',
    kind: 'pin',
    method: '*',
    host: HOST,
    path: '/',
    note: '',
    by: 'ops',
    at: START,
    ...changes,
  }
}

describe('the Inventory object', () => {
  it('keeps every planted shadow endpoint over a restart, among attackers who repeat paths across sessions', async () => {
    const { inventory, sent, evict, entries } = gate(2)
    const random = numbers(4)
    const shadows = ['/v1/internal/export', '/debug/config']
    const attack = async (round: number) => {
      for (let turn = 0; turn < 2_000; turn++) {
        const at = START + (round * 2_000 + turn) * 500
        const mine = turn % 20 === 0
        const path = mine ? (shadows[(turn / 20) % 2] ?? '') : `/x${Math.floor(random() * 300)}q/y`
        const caller = mine ? `10.0.${turn % 7}.0/24` : `172.16.${Math.floor(random() * 50)}.0/24`
        inventory.observe(exchange({ at, path, caller, asn: mine ? 64_500 + (turn % 3) : 64_700 }), answer())
        inventory.observe(exchange({ at, path: `/v1/accounts/${turn}`, caller: '10.0.0.0/24' }), answer())
        if (turn % 250 === 249) await sent()
      }
    }
    await attack(0)
    await evict()
    await attack(1)
    await evict()
    const found = await entries()
    for (const path of shadows) {
      const entry = found.find((one) => one.path === path)
      expect(entry?.usage.requests, path).toBeGreaterThan(40)
    }
    expect(found.find(({ key }) => key === 'GET /v1/accounts/{AccountId}')?.usage.requests).toBe(4_000)
    // Fifty prefixes of one network pay for at most sixteen.
    expect(found.filter(({ origin }) => origin === 'learnt').length).toBeLessThanOrEqual(2 + 2 * 17)
  })

  it('touches no storage until it is told something', async () => {
    const stub = env.INVENTORY.getByName('untouched')
    await stub.snapshot()
    await stub.changes(0, 10)
    const tables = await runInDurableObject(stub, (_instance, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'entry'").toArray(),
    )
    expect(tables).toEqual([])
  })

  it('counts a parcel once that comes twice', async () => {
    const stub = env.INVENTORY.getByName('twice')
    const { inventory, memory, sent } = gate(1)
    inventory.observe(exchange(), answer())
    await sent()
    const parcel = { ...seal(newOpen(0, START), 'same'), misses: 3 }
    await stub.absorb(parcel)
    await stub.absorb(parcel)
    expect(await stub.snapshot()).toMatchObject({ overflow: { misses: 3 } })
    expect(memory.parcels.lost).toBe(0)
  })

  it('acknowledges a decision only when it is durable', async () => {
    const { inventory, desk, sent, entries } = gate(3)
    expect(await desk.decide(decision({ path: '/v1/reports/{name}' }))).toEqual({
      state: 'valid',
      value: true,
    })
    for (let shard = 0; shard < 3; shard++)
      await evictDurableObject(env.INVENTORY.getByName(objectName(shard, 3)))
    inventory.observe(exchange({ path: '/v1/reports/yearly' }), answer())
    await sent()
    expect((await entries()).map(({ path, origin }) => [path, origin])).toEqual([
      ['/v1/reports/{name}', 'pinned'],
    ])
    expect(await desk.withdraw('d1')).toEqual({ state: 'valid', value: true })
    expect(await desk.withdraw('d1')).toEqual({ state: 'valid', value: false })
  })

  it('tells what is new once, in order, over a restart too', async () => {
    const { inventory, desk, sent, evict } = gate(4)
    const paths = ['/v1/accounts', '/v1/accounts/1', '/v1/payments/1']
    for (const path of paths) inventory.observe(exchange({ path }), answer())
    await sent()
    await evict()
    for (const path of paths) inventory.observe(exchange({ path, at: START + 60_000 }), answer())
    await sent()
    const changes = await Promise.all([0, 1, 2, 3].map((shard) => desk.changes(shard, 0, 100)))
    const all = changes.flatMap((fact) => known(fact) ?? [])
    expect(all.map(({ what, key }) => `${what} ${key}`).sort()).toEqual([
      'operation_first_used GET /v1/accounts',
      'operation_first_used GET /v1/accounts/{AccountId}',
      'operation_first_used GET /v1/payments/{PaymentId}',
    ])
  })

  it('answers its own bug with a fault and never throws', async () => {
    const stub = env.INVENTORY.getByName('faulty')
    // What a later version of an isolate might send.
    const answered = await stub.absorb({ id: 'x', published: 7 } as never)
    expect(answered).toMatchObject({ fault: expect.stringContaining('TypeError') })
  })

  it('teaches isolates what is usual, so that walking through objects stands out without a hop', async () => {
    const { inventory, sent } = gate(5)
    for (let caller = 0; caller < 150; caller++) {
      for (let at = 0; at < 3; at++) {
        inventory.observe(
          exchange({ path: `/v1/accounts/${caller}${at}`, caller: `10.${caller}.0.0/24`, at: START }),
          answer(),
        )
      }
    }
    const walker = { caller: '172.16.0.0/24', at: START + 700_000 }
    for (let at = 0; at < 60; at++)
      inventory.observe(exchange({ ...walker, path: `/v1/accounts/7${at}` }), answer())
    await sent()
    const signals = inventory.signals(exchange({ ...walker, path: '/v1/accounts/1' }))
    expect(signals.undocumented).toBe(false)
    expect(signals.usualObjects).toBe(4)
    expect(signals.objects).toBeGreaterThan(40)
    expect(inventory.signals(exchange({ path: '/v1/nowhere' })).undocumented).toBe(true)
    expect(inventory.signals(exchange({ path: '/v1/accounts', method: 'DELETE' })).methodUndeclared).toBe(
      true,
    )
  })
})
