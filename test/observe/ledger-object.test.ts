import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { entriesIn, packEntries } from '../../src/lib/keyed-pages.ts'
import { newSchema } from '../../src/lib/schema.ts'
import { newState } from '../../src/observe/behaviour.ts'
import { FIRST_TABLE } from '../../src/observe/first-rows.ts'
import type { Ledger } from '../../src/observe/ledger-object.ts'
import { newLedgerStore } from '../../src/observe/ledger-store.ts'
import { type Arrival, unpack } from '../../src/observe/wire.ts'
import { NOON } from '../fixtures/facts.ts'

/** Three attempts just now, as the first version of the codec wrote them. */
function firstVersion(at: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(34 + 3 * 13 * 4 + 4)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 1)
  view.setFloat64(1, at, true)
  view.setFloat64(9, at, true)
  for (const [window, length] of [60_000, 3_600_000, 86_400_000].entries()) {
    const base = 34 + window * 13 * 4
    view.setUint32(base, Math.floor(at / length), true)
    view.setUint32(base + 4, 3, true)
    view.setUint32(base + 8, 3, true)
  }
  return bytes
}

type Stub = DurableObjectStub<Ledger>

function arrival(id: string, keys: readonly string[], at = Date.now()): Arrival {
  return { id, at, attempt: true, page: false, account: `k1.${id}`, client: 'fp', keys }
}

async function requestsToday(
  stub: Stub,
  id: string,
  key: string,
  at = Date.now(),
): Promise<number | undefined> {
  return unpack(await stub.observe(arrival(id, [key], at)), 1)?.[0]?.day.requests
}

/** Longer than the second after which changes are written down. */
function written(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_300))
}

async function rows(stub: Stub): Promise<readonly string[]> {
  return runInDurableObject(stub, (_instance, state) => {
    const { sql } = state.storage
    const tables = sql.exec("SELECT name FROM sqlite_master WHERE name = 'page'").toArray()
    if (tables.length === 0) return []
    const blobs = sql.exec<{ body: ArrayBuffer }>('SELECT body FROM recent UNION ALL SELECT body FROM page')
    const names = blobs.toArray().flatMap(({ body }) => Array.from(entriesIn(new Uint8Array(body))))
    return Array.from(new Set(names.map(({ name }) => name))).sort()
  })
}

describe('the Ledger object', () => {
  it('touches no storage until something is to be written: an attacker mints no objects by asking', async () => {
    const stub = env.LEDGER.getByName('fresh')
    await stub.observe(arrival('r1', ['address:a']))
    const tables = await runInDurableObject(stub, (_instance, state) =>
      state.storage.sql
        .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
        .toArray(),
    )
    expect(tables).toEqual([])
  })

  it('writes at most once a second, all that changed', async () => {
    const stub = env.LEDGER.getByName('writes')
    for (let n = 0; n < 20; n += 1) await stub.observe(arrival(`r${n}`, [`address:${n % 3}`, 'prefix:p']))
    expect(await rows(stub)).toEqual([])
    await written()
    expect(await rows(stub)).toEqual(['address:0', 'address:1', 'address:2', 'prefix:p'])
  })

  it('writes no sooner than after 600 milliseconds, however much comes: an attack is billed for no more', async () => {
    const stub = env.LEDGER.getByName('paced')
    const begun = Date.now()
    for (let n = 0; Date.now() - begun < 2_500; n += 1) {
      await stub.observe(arrival(`r${n}`, [`address:${n}`]))
      const ended = { id: `r${n}`, at: Date.now(), attempt: true, outcome: 'failure' as const }
      await stub.settle([{ ...ended, keys: [`address:${n}`] }])
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const saves = await runInDurableObject(stub, (_instance, { storage }) =>
      storage.sql.exec<{ saves: number }>('SELECT max(sequence) AS saves FROM recent').one(),
    )
    expect(saves.saves).toBeGreaterThan(0)
    expect(saves.saves).toBeLessThanOrEqual((Date.now() - begun) / 600)
  })

  it('writes one row for a second, however many keys had requests in it', async () => {
    const stub = env.LEDGER.getByName('one-row')
    const kinds = ['tpp', 'token', 'consent', 'client', 'address', 'prefix', 'pass']
    for (let n = 0; n < 40; n += 1)
      await stub.observe(
        arrival(
          `r${n}`,
          kinds.map((kind) => `${kind}:${n}`),
        ),
      )
    await written()
    const stored = await runInDurableObject(stub, (_instance, { storage }) =>
      storage.sql.exec<{ rows: number }>('SELECT count(*) AS rows FROM recent').one(),
    )
    // Two, where the forty took longer than a second.
    expect(stored.rows).toBeLessThanOrEqual(2)
    expect(await rows(stub)).toHaveLength(280)
  })

  it('has its state back from storage after an eviction', async () => {
    const stub = env.LEDGER.getByName('evicted')
    for (let n = 0; n < 7; n += 1) await stub.observe(arrival(`r${n}`, ['address:a', 'prefix:p']))
    await stub.settle([
      { id: 'r1', at: Date.now(), attempt: true, outcome: 'failure', keys: ['address:a', 'prefix:p'] },
    ])
    await written()
    await evictDurableObject(stub)
    const behaviours = unpack(await stub.observe(arrival('r8', ['address:a', 'prefix:p', 'address:new'])), 3)
    expect(behaviours?.[0]?.hour).toMatchObject({
      requests: 7,
      attempts: 7,
      failures: 1,
      accounts: 7,
      clients: 1,
    })
    expect(behaviours?.[1]?.hour.requests).toBe(7)
    expect(behaviours?.[2]?.hour.requests).toBe(0)
  })

  it('settles keys that are in storage alone', async () => {
    const stub = env.LEDGER.getByName('settled-late')
    await stub.observe(arrival('r1', ['address:a']))
    await written()
    await evictDurableObject(stub)
    const settlement = {
      id: 'r1',
      at: Date.now(),
      attempt: true,
      outcome: 'failure' as const,
      keys: ['address:a'],
    }
    expect(await stub.settle([settlement])).toBe(1)
    expect(unpack(await stub.observe(arrival('r2', ['address:a'])), 1)?.[0]?.day.failures).toBe(1)
  })

  it('reads more keys than SQLite binds to one statement', async () => {
    const stub = env.LEDGER.getByName('many')
    const keys = Array.from({ length: 230 }, (_, n) => `address:${n}`)
    await stub.observe(arrival('r1', keys))
    await written()
    await evictDurableObject(stub)
    const behaviours = unpack(await stub.observe(arrival('r2', keys)), keys.length)
    expect(behaviours?.map(({ day }) => day.requests)).toEqual(keys.map(() => 1))
  })

  it('erases a subject in memory and in storage', async () => {
    const stub = env.LEDGER.getByName('erased')
    await stub.observe(arrival('r1', ['account:k1.alice', 'account:k1.bob']))
    await written()
    expect(await stub.erase(['account:k1.alice'])).toBe(1)
    expect(await rows(stub)).toEqual(['account:k1.bob'])
    expect(await requestsToday(stub, 'r2', 'account:k1.alice')).toBe(0)
    expect(await requestsToday(stub, 'r3', 'account:k1.bob')).toBe(1)
  })

  it('reads what the first version wrote, until it is a day old', async () => {
    const stub = env.LEDGER.getByName('first-version')
    await runInDurableObject(stub, (_instance, state) => {
      const { sql } = state.storage
      newSchema(state.storage, [FIRST_TABLE]).prepare()
      sql.exec('INSERT INTO behaviour VALUES (?, ?, ?)', 'address:then', Date.now(), firstVersion(Date.now()))
      sql.exec('INSERT INTO behaviour VALUES (?, ?, ?)', 'address:old', Date.now() - 2 * 86_400_000, 'x')
    })
    await stub.observe(arrival('r1', ['address:new']))
    await written()
    await evictDurableObject(stub)
    const told = unpack(await stub.observe(arrival('r2', ['address:then', 'address:new'])), 2)
    expect(told?.map(({ day, hour }) => [day.requests, hour.attempts])).toEqual([
      [3, 3],
      [1, 1],
    ])
    while (await runDurableObjectAlarm(stub)) {
      const left = await runInDurableObject(stub, (_instance, { storage }) =>
        storage.sql.exec<{ key: string }>('SELECT key FROM behaviour').toArray(),
      )
      if (left.every(({ key }) => key === 'address:then')) return
    }
    throw new Error('Cannot see it deleted')
  })

  it('returns a fault instead of throwing', async () => {
    const stub = env.LEDGER.getByName('fault')
    const broken = { ...arrival('r1', []), keys: undefined } as unknown as Arrival // what a caller's bug would send
    expect(await stub.observe(broken)).toEqual({ fault: expect.stringMatching(/^TypeError at /) })
  })

  it('takes a row that it cannot read for none', async () => {
    const stub = env.LEDGER.getByName('unreadable')
    await stub.observe(arrival('r1', ['address:a']))
    await written()
    await runInDurableObject(stub, (_instance, state) => {
      const entry = { name: 'address:a', touched: Date.now(), state: new Uint8Array([9, 0xff]) }
      state.storage.sql.exec('UPDATE recent SET body = ?', packEntries([entry]))
    })
    await evictDurableObject(stub)
    expect(await requestsToday(stub, 'r2', 'address:a')).toBe(0)
  })
})

describe('cleaning a Ledger object', () => {
  const DAY = 86_400_000
  /** Eight pieces of pages, then the rows of the first version, then those of the annexes. */
  const ALARMS = 10

  it('deletes what was not touched for 25 hours and keeps the rest', async () => {
    const stub = env.LEDGER.getByName('swept')
    await stub.observe(arrival('old', ['address:old'], Date.now() - 2 * DAY))
    await stub.observe(arrival('new', ['address:new']))
    await written()
    for (let alarms = 0; alarms < ALARMS; alarms += 1) expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await rows(stub)).toEqual(['address:new'])
  })

  it('is cleaned where an annex alone has written: tokens that are handed out count under no key', async () => {
    const stub = env.LEDGER.getByName('handed out')
    const window = { window: 1, limit: 10, endsAt: Date.now() + 1_000 }
    const request = {
      id: 'take',
      at: Date.now(),
      attempt: false,
      page: false,
      account: undefined,
      client: 'fp',
    }
    await stub.observe({
      ...{ ...request, readOnly: true, keys: ['tpp:PSDGB-FCA-1'], asked: { quota: 'tpp:PSDGB-FCA-1' } },
      asks: { quota: { kind: 'take', ...window, parts: 2, back: 0 } },
    })
    const planned = () => runInDurableObject(stub, (_object, { storage }) => storage.getAlarm())
    await expect.poll(planned, { timeout: 5_000 }).not.toBeNull()
  })

  it('does a bounded amount of work per alarm, and goes on where it stopped', async () => {
    const stub = env.LEDGER.getByName('bounded')
    await runInDurableObject(stub, async (_instance, state) => {
      const stale = newState(NOON - 30 * DAY)
      const states = new Map(Array.from({ length: 4_500 }, (_, n) => [`address:${n}`, stale]))
      newLedgerStore(state.storage).save({ states, rows: [] })
      await state.storage.setAlarm(Date.now() + DAY)
    })
    const left: number[] = []
    for (let alarms = 0; alarms < ALARMS; alarms += 1) {
      expect(await runDurableObjectAlarm(stub)).toBe(true)
      left.push((await rows(stub)).length)
    }
    for (const [at, kept] of left.slice(0, 8).entries())
      expect(Math.abs(kept - 4_500 * (1 - (at + 1) / 8))).toBeLessThan(300)
    expect(left.at(-1)).toBe(0)
    // Nothing is left: the object has given its storage back and sleeps.
    expect(await runDurableObjectAlarm(stub)).toBe(false)
    expect(await requestsToday(stub, 'r1', 'address:back')).toBe(0)
    await written()
    expect(await rows(stub)).toEqual(['address:back'])
  })
})
