/** The store in SQLite: one table, because nothing is ever looked up but by kind and name. */
import type { Kind, Records, Store } from './store.ts'

/** A demo that is left running under attack must not grow for ever: what expires first goes first. */
const MAX_ROWS = 50_000
const WRITES_BETWEEN_SWEEPS = 500

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    json TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires_at);
`

/** As much of a Durable Object's `SqlStorage` as is used here, so that tests can bring another SQLite. */
export interface Sql {
  exec<T extends Record<string, string | number>>(
    query: string,
    ...bindings: (string | number)[]
  ): { toArray(): T[]; one(): T }
}

export function createSqlStore(sql: Sql, now: () => number): Store {
  sql.exec(SCHEMA)
  let writes = 0

  const sweep = (): void => {
    sql.exec('DELETE FROM records WHERE expires_at <= ?', now())
    const { rows } = sql.exec<{ rows: number }>('SELECT COUNT(*) AS rows FROM records').one()
    if (rows <= MAX_ROWS) return
    sql.exec(
      'DELETE FROM records WHERE (kind, id) IN (SELECT kind, id FROM records ORDER BY expires_at LIMIT ?)',
      rows - MAX_ROWS,
    )
  }

  return {
    get(kind, id) {
      const [row] = sql
        .exec<Row>('SELECT json FROM records WHERE kind = ? AND id = ? AND expires_at > ?', kind, id, now())
        .toArray()
      return row === undefined ? undefined : parsed(kind, row)
    },
    put(kind, id, record, expiresAt) {
      writes += 1
      if (writes % WRITES_BETWEEN_SWEEPS === 0) sweep()
      sql.exec(
        'INSERT OR REPLACE INTO records (kind, id, json, expires_at) VALUES (?, ?, ?, ?)',
        kind,
        id,
        JSON.stringify(record),
        expiresAt,
      )
    },
    remove(kind, id) {
      sql.exec('DELETE FROM records WHERE kind = ? AND id = ?', kind, id)
    },
    list(kind, prefix) {
      return sql
        .exec<Row>(
          'SELECT json FROM records WHERE kind = ? AND id >= ? AND id < ? AND expires_at > ? ORDER BY id',
          kind,
          prefix,
          `${prefix}\uffff`,
          now(),
        )
        .toArray()
        .map((row) => parsed(kind, row))
    },
    count(kind) {
      return sql
        .exec<{ rows: number }>(
          'SELECT COUNT(*) AS rows FROM records WHERE kind = ? AND expires_at > ?',
          kind,
          now(),
        )
        .one().rows
    },
  }
}

type Row = { json: string }

/** A parsed boundary: nobody but `put` above wrote the row, under the same kind. */
function parsed<K extends Kind>(_: K, row: Row): Records[K] {
  return JSON.parse(row.json) as Records[K]
}
