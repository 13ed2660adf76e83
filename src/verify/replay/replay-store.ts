/** The rows of a Replay object: one per name. All SQL of the reservations is here. */
import { newSchema } from '../../lib/schema.ts'
import type { Claim } from './types.ts'

/** The primary key is the only index: every further one would be written with every row. */
const STEPS = [
  `CREATE TABLE reservations (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    organisation TEXT NOT NULL,
    request TEXT NOT NULL,
    until INTEGER NOT NULL,
    flight TEXT NOT NULL,
    flight_until INTEGER NOT NULL
  ) WITHOUT ROWID`,
] as const

export interface Row {
  readonly name: string
  readonly owner: string
  readonly organisation: string
  /** The request that reserved it. */
  readonly request: string
  readonly until: number
  /** The request that holds it now; empty: none. */
  readonly flight: string
  readonly flightUntil: number
}

export interface ReplayStore {
  /** What is reserved under these names and not over. */
  find(names: readonly string[], now: number): ReadonlyMap<string, Row>
  /** All or nothing. */
  put(rows: readonly Row[]): void
  /** Gives back what this request reserved and nobody used before it. */
  release(names: readonly string[], request: string): void
  /** Ends this request's flight, or gives it longer. */
  fly(names: readonly string[], request: string, until: number): void
  /** Deletes among the next `limit` rows after `cursor` those that are over. Undefined at the end of the table. */
  sweep(now: number, cursor: string, limit: number): string | undefined
  /** Rows, and rows of each organisation. Reads the whole table. */
  census(): ReadonlyMap<string, number>
  isEmpty(): boolean
  reset(): void
}

type Stored = Omit<Row, 'flightUntil'> & { readonly flight_until: number }

export function newReplayStore(storage: DurableObjectStorage): ReplayStore {
  const { sql } = storage
  const schema = newSchema(storage, STEPS)
  const marks = (names: readonly string[]) => names.map(() => '?').join()

  return {
    find(names, now) {
      if (!schema.exists()) return new Map()
      const query = `SELECT * FROM reservations WHERE name IN (${marks(names)}) AND until >= ?`
      const rows = sql.exec<Stored>(query, ...names, now).toArray()
      return new Map(
        rows.map(({ flight_until, ...row }) => [row.name, { ...row, flightUntil: flight_until }]),
      )
    },
    put(rows) {
      schema.prepare()
      storage.transactionSync(() => {
        for (const { name, owner, organisation, request, until, flight, flightUntil } of rows) {
          const query = 'INSERT OR REPLACE INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?)'
          sql.exec(query, name, owner, organisation, request, until, flight, flightUntil)
        }
      })
    },
    release(names, request) {
      if (!schema.exists()) return
      storage.transactionSync(() => {
        // Not from under a retry that holds it by now.
        sql.exec(
          `DELETE FROM reservations WHERE request = ? AND flight IN ('', ?) AND name IN (${marks(names)})`,
          request,
          request,
          ...names,
        )
        fly(names, request, 0)
      })
    },
    fly,
    sweep(now, cursor, limit) {
      if (!schema.exists()) return undefined
      const page = 'SELECT name FROM reservations WHERE name > ? ORDER BY name LIMIT ?'
      const { last } = sql
        .exec<{ last: string | null }>(`SELECT max(name) AS last FROM (${page})`, cursor, limit)
        .one()
      if (last === null) return undefined
      sql.exec('DELETE FROM reservations WHERE name > ? AND name <= ? AND until < ?', cursor, last, now)
      return last
    },
    census() {
      if (!schema.exists()) return new Map()
      const query = 'SELECT organisation, count(*) AS rows FROM reservations GROUP BY organisation'
      const rows = sql.exec<{ organisation: string; rows: number }>(query).toArray()
      return new Map(rows.map((row) => [row.organisation, row.rows]))
    },
    isEmpty: () => !schema.exists() || sql.exec('SELECT 1 FROM reservations LIMIT 1').toArray().length === 0,
    reset: schema.reset,
  }

  function fly(names: readonly string[], request: string, until: number): void {
    if (!schema.exists()) return
    const flight = until === 0 ? '' : request
    const query = `UPDATE reservations SET flight = ?, flight_until = ? WHERE flight = ? AND name IN (${marks(names)})`
    sql.exec(query, flight, until, request, ...names)
  }
}

export function rowOf(
  { name, owner, until, exclusive }: Claim,
  organisation: string,
  request: string,
  flightUntil: number,
): Row {
  return {
    name,
    owner,
    organisation,
    request,
    until,
    flight: exclusive ? request : '',
    flightUntil: exclusive ? flightUntil : 0,
  }
}
