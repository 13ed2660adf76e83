/** The rows of an Attestation object: one per attested key. All SQL of the keys is here. */
import { newSchema } from '../../lib/schema.ts'
import type { AppleEnvironment, AttestedKey } from './types.ts'

/** The primary key is the only index: every further one would be written with every row. */
const STEPS = [
  `CREATE TABLE keys (
    key_id TEXT PRIMARY KEY,
    public_key BLOB NOT NULL,
    app TEXT NOT NULL,
    environment TEXT NOT NULL,
    attested INTEGER NOT NULL,
    challenge TEXT NOT NULL,
    counter INTEGER NOT NULL,
    used INTEGER NOT NULL
  ) WITHOUT ROWID`,
] as const

export interface AttestationStore {
  find(keyId: string): AttestedKey | undefined
  /** With a counter of 0. */
  put(key: AttestedKey, now: number): void
  counter(keyId: string): number | undefined
  raise(keyId: string, counter: number, now: number): void
  erase(keyIds: readonly string[]): void
  /** Deletes among the next `limit` rows after `cursor` those not used since `before`. Undefined at the end of the table. */
  sweep(before: number, cursor: string, limit: number): string | undefined
  isFull(): boolean
  isEmpty(): boolean
  reset(): void
}

/** About four million keys: a flood of attestations, which costs a genuine device each, must not fill the object's 10 GB. */
export const MAX_STORED_BYTES = 1024 ** 3

type Row = {
  readonly key_id: string
  readonly public_key: ArrayBuffer
  readonly app: string
  readonly environment: string
  readonly attested: number
  readonly challenge: string
}

export function newAttestationStore(storage: DurableObjectStorage): AttestationStore {
  const { sql } = storage
  const schema = newSchema(storage, STEPS)

  return {
    find(keyId) {
      if (!schema.exists()) return undefined
      const columns = 'key_id, public_key, app, environment, attested, challenge'
      const [row] = sql.exec<Row>(`SELECT ${columns} FROM keys WHERE key_id = ?`, keyId).toArray()
      return row === undefined ? undefined : keyOf(row)
    },
    put({ keyId, publicKey, app, environment, attestedAt, challenge }, now) {
      schema.prepare()
      const query = 'INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, 0, ?)'
      sql.exec(query, keyId, publicKey, app, environment, attestedAt, challenge, now)
    },
    counter(keyId) {
      if (!schema.exists()) return undefined
      const query = 'SELECT counter FROM keys WHERE key_id = ?'
      return sql.exec<{ counter: number }>(query, keyId).toArray()[0]?.counter
    },
    raise(keyId, counter, now) {
      // The condition is the object's own promise, whatever becomes of the code above it.
      const query = 'UPDATE keys SET counter = ?, used = ? WHERE key_id = ? AND counter < ?'
      sql.exec(query, counter, now, keyId, counter)
    },
    erase(keyIds) {
      if (!schema.exists()) return
      for (const keyId of keyIds) sql.exec('DELETE FROM keys WHERE key_id = ?', keyId)
    },
    sweep(before, cursor, limit) {
      if (!schema.exists()) return undefined
      const page = 'SELECT key_id FROM keys WHERE key_id > ? ORDER BY key_id LIMIT ?'
      const query = `SELECT max(key_id) AS last FROM (${page})`
      const { last } = sql.exec<{ last: string | null }>(query, cursor, limit).one()
      if (last === null) return undefined
      sql.exec('DELETE FROM keys WHERE key_id > ? AND key_id <= ? AND used < ?', cursor, last, before)
      return last
    },
    isFull: () => sql.databaseSize > MAX_STORED_BYTES,
    isEmpty: () => !schema.exists() || sql.exec('SELECT 1 FROM keys LIMIT 1').toArray().length === 0,
    reset: schema.reset,
  }
}

function keyOf({ key_id, public_key, app, environment, attested, challenge }: Row): AttestedKey {
  return {
    keyId: key_id,
    publicKey: new Uint8Array(public_key),
    app,
    // Written by `put` alone.
    environment: environment as AppleEnvironment,
    attestedAt: attested,
    challenge,
  }
}
