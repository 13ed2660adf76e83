/** The rows of an Estate object: cohorts in chunks, third parties one by one. All SQL of the estate is here. */
import { newSchema } from '../../lib/schema.ts'
import { decodeActor, encodeActor } from '../actor/codec.ts'
import { ACTOR_RETENTION_MS } from '../actor/room.ts'
import { decodeCohorts, encodeCohorts } from './codec.ts'
import { CHUNKS, chunkOf, type Pool } from './pool.ts'

const STEPS = [
  `CREATE TABLE cohorts (
    chunk INTEGER PRIMARY KEY,
    saved INTEGER NOT NULL,
    states BLOB NOT NULL
  )`,
  `CREATE TABLE actors (
    organisation TEXT PRIMARY KEY,
    touched INTEGER NOT NULL,
    state BLOB NOT NULL
  ) WITHOUT ROWID`,
] as const

/** What is usual at an hour is learnt in two weeks; what was not seen for so long is usual no more. */
export const COHORT_RETENTION_MS = 35 * 86_400_000
/** SQLite in a Durable Object takes 2 MB in a row. */
const MAX_CHUNK_BYTES = 1_900_000

export interface EstateStore {
  load(pool: Pool, now: number): void
  /** Writes at most so many of the chunks that have changed. */
  saveChunks(pool: Pool, limit: number, now: number): void
  /** Writes the third parties that were seen since. */
  saveActors(pool: Pool, since: number): void
  /** Forgets what is out of date; false where nothing is left. */
  sweep(pool: Pool, now: number): boolean
  /** Everything was deleted underneath. */
  reset(): void
}

export function newEstateStore(storage: DurableObjectStorage): EstateStore {
  const schema = newSchema(storage, STEPS)
  const { sql } = storage

  function saveChunks(pool: Pool, limit: number, now: number): void {
    write(pool, Array.from(pool.changed()).slice(0, limit), now)
  }

  function write(pool: Pool, chunks: readonly number[], now: number): void {
    if (chunks.length === 0) return
    schema.prepare()
    for (const chunk of chunks) {
      const states = encodeCohorts(pool.takeChunk(chunk))
      if (states.length > MAX_CHUNK_BYTES) continue
      sql.exec('INSERT OR REPLACE INTO cohorts (chunk, saved, states) VALUES (?, ?, ?)', chunk, now, states)
    }
  }

  return {
    load(pool, now) {
      if (!schema.exists()) return
      let elsewhere = false
      const rows = sql.exec<{ chunk: number; states: ArrayBuffer }>('SELECT chunk, states FROM cohorts')
      for (const { chunk, states } of rows) {
        for (const [name, state] of decodeCohorts(new Uint8Array(states))) {
          pool.restore(name, state)
          elsewhere ||= chunkOf(name) !== chunk
        }
      }
      // The version before had them in other chunks: all are written anew at once, or two would have one cohort.
      if (elsewhere) write(pool, Array.from(Array(CHUNKS).keys()), now)
      const actors = sql.exec<{ organisation: string; state: ArrayBuffer }>(
        'SELECT organisation, state FROM actors ORDER BY touched',
      )
      for (const { organisation, state } of actors) {
        const decoded = decodeActor(new Uint8Array(state))
        if (decoded !== undefined) pool.actors.restore(organisation, decoded)
      }
    },
    saveChunks,
    saveActors(pool, since) {
      schema.prepare()
      for (const [organisation, state] of pool.actors.entries()) {
        if (state.lastAt < since) continue
        sql.exec(
          'INSERT OR REPLACE INTO actors (organisation, touched, state) VALUES (?, ?, ?)',
          ...[organisation, state.lastAt, encodeActor(state)],
        )
      }
    },
    sweep(pool, now) {
      pool.forgetBefore(now - COHORT_RETENTION_MS)
      pool.actors.forgetBefore(now - ACTOR_RETENTION_MS)
      if (schema.exists()) sql.exec('DELETE FROM actors WHERE touched < ?', now - ACTOR_RETENTION_MS)
      return pool.size + pool.actors.size > 0
    },
    reset: schema.reset,
  }
}
