/** What an Estate object writes down, it has again: with any number of shards, however full it is. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { hash32 } from '../../../src/lib/hash32.ts'
import { encodeCohorts } from '../../../src/observe/estate/codec.ts'
import { type CohortState, newCohortState } from '../../../src/observe/estate/cohort-state.ts'
import { newEstateStore } from '../../../src/observe/estate/estate-store.ts'
import { CHUNKS, newPool, type Pool } from '../../../src/observe/estate/pool.ts'
import { addUsual } from '../../../src/observe/estate/usual.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 2, 12)
/** What an object holds of networks. */
const NETWORKS = 2_304

/** One that has been there for longer than an hour. */
function cohort(): CohortState {
  const state = { ...newCohortState(NOW - HOUR), lastAt: NOW, weight: 5 }
  for (const at of [NOW - HOUR, NOW]) addUsual(state.usual, [9, 9, 9, 0], at)
  return state
}

/** Names that come to the first of so many shards. */
function namesOf(shards: number, count: number): readonly string[] {
  const names: string[] = []
  for (let n = 0; names.length < count; n += 1) {
    const name = `network:${n}:login`
    if (hash32(name) % shards === 0) names.push(name)
  }
  return names
}

function allChanged(pool: Pool): Pool {
  return { ...pool, changed: () => new Set(Array(CHUNKS).keys()) }
}

function inObject(name: string, work: (storage: DurableObjectStorage) => void): Promise<void> {
  return runInDurableObject(env.ESTATE.getByName(name), (_instance, { storage }) => work(storage))
}

describe('the store of the estate', () => {
  it.each([1, 16, 64, 256])('keeps a full table of one of %i shards', async (shards) => {
    await inObject(`of-${shards}`, (storage) => {
      const pool = newPool()
      for (const name of namesOf(shards, NETWORKS)) pool.restore(name, cohort())
      newEstateStore(storage).saveChunks(allChanged(pool), CHUNKS, NOW)
      const sizes = storage.sql.exec<{ size: number }>('SELECT length(states) AS size FROM cohorts').toArray()
      // Three and a half times as many, each three and a half times as large, have to fit into rows too.
      expect(Math.max(...sizes.map(({ size }) => size))).toBeLessThan(150_000)
      const again = newPool()
      newEstateStore(storage).load(again, NOW)
      expect(again.size).toBe(NETWORKS)
    })
  })

  it('has what the version before wrote, and each cohort once from then on', async () => {
    await inObject('before', (storage) => {
      const store = newEstateStore(storage)
      const names = namesOf(16, 400)
      // It had them in chunks by the hash that says the shard, too.
      store.saveChunks(allChanged(newPool()), CHUNKS, NOW)
      for (const [chunk, mine] of Map.groupBy(names, (name) => hash32(name) % CHUNKS)) {
        const states = encodeCohorts(mine.map((name) => [name, cohort()] as const))
        storage.sql.exec('INSERT OR REPLACE INTO cohorts VALUES (?, ?, ?)', chunk, NOW, states)
      }
      const [first, second] = [newPool(), newPool()]
      store.load(first, NOW)
      expect(first.size).toBe(names.length)
      const { size } = storage.sql
        .exec<{ size: number }>('SELECT sum(length(states) - 1) AS size FROM cohorts')
        .one()
      const one = encodeCohorts(names.map((name) => [name, cohort()] as const)).length - 1
      expect(size).toBe(one)
      newEstateStore(storage).load(second, NOW)
      expect(second.size).toBe(names.length)
    })
  })
})
