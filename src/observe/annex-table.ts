/**
 * Rows of annexes in a Ledger object. What must not be lost has a row of its own, written in the call; what may lose a
 * second goes into the keyed log, where it costs no row of its own. A row may be in both: the higher version is the row.
 */
import type { KeyedLog } from '../lib/keyed-log.ts'
import type { Entry } from '../lib/keyed-pages.ts'
import type { Schema } from '../lib/schema.ts'
import { inChunks, marks } from '../lib/sql-lists.ts'
import type { AnnexName } from './annex.ts'
import { ANNEX_NAMES, ANNEXES } from './annexes.ts'
import type { Kept, RowBacking, StoredRow } from './rows.ts'

/** The primary key is the only index: every further one would be written with every row. */
export const ANNEX_TABLE = `CREATE TABLE annex_row (
  name TEXT NOT NULL,
  annex TEXT NOT NULL,
  version INTEGER NOT NULL,
  until INTEGER NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (name, annex)
) WITHOUT ROWID`

/**
 * Beyond this an object takes no new rows of their own until cleaning has made room: a flood may fill a table, and must not
 * fill the object's 10 GB. The keyed log has bounds of its own.
 */
export const MAX_STORED_BYTES = 1024 ** 3
/** A sweep of a large table is done in pieces, so that no request waits behind it. */
const SWEEP_ROWS = 2_000
const HEAD_BYTES = 16

export interface AnnexTable extends RowBacking {
  /** As an entry of the log, which is to be saved. */
  entryOf(row: StoredRow): Entry
  /** Whether an entry of the log is a row that is not over: it may last longer than what nobody touches. */
  keeps(entry: Entry, now: number): boolean
  /** Names of keys that have rows and fit. */
  names(fits: (name: string) => boolean): readonly string[]
  erase(names: readonly string[]): void
  /** Looks at the next rows after `name`. Returns where to go on; undefined at the end. */
  sweep(now: number, name: string): string | undefined
  isEmpty(): boolean
}

/** @param retentionMs the log drops what was touched longer ago, unless it is kept */
export function annexTable(sql: SqlStorage, schema: Schema, log: KeyedLog, retentionMs: number): AnnexTable {
  function ownRow(annex: AnnexName, name: string): Kept | undefined {
    const query = 'SELECT version, until, value FROM annex_row WHERE name = ? AND annex = ?'
    type Row = { version: number; until: number; value: ArrayBuffer }
    const [row] = sql.exec<Row>(query, name, annex).toArray()
    return row && { version: row.version, until: row.until, bytes: new Uint8Array(row.value) }
  }

  function logged(annex: AnnexName, name: string): Kept | undefined {
    const key = logName(annex, name)
    const state = log.load([key]).get(key)
    return state === undefined ? undefined : keptIn(state)
  }

  return {
    load(annex, name) {
      if (!schema.exists()) return undefined
      const own = ownRow(annex, name)
      const soon = logged(annex, name)
      return (soon?.version ?? -1) > (own?.version ?? -1) ? soon : own
    },
    save({ name, annex, version, until, bytes }) {
      schema.prepare()
      if (sql.databaseSize > MAX_STORED_BYTES && ownRow(annex, name) === undefined)
        throw new Error('Cannot keep a row: the object is full')
      const upsert = `INSERT INTO annex_row VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
        SET version = excluded.version, until = excluded.until, value = excluded.value`
      sql.exec(upsert, name, annex, version, until, bytes)
    },
    remove(annex, name) {
      if (!schema.exists()) return
      sql.exec('DELETE FROM annex_row WHERE name = ? AND annex = ?', name, annex)
      const key = logName(annex, name)
      if (log.load([key]).has(key)) log.save([{ name: key, touched: 0, state: NOTHING }])
    },
    entryOf({ annex, name, version, until, changedAt, bytes }) {
      const state = new Uint8Array(HEAD_BYTES + bytes.length)
      const view = new DataView(state.buffer)
      view.setFloat64(0, version, true)
      view.setFloat64(8, until, true)
      state.set(bytes, HEAD_BYTES)
      // Dated ahead of everything that a flood can make, and so that it goes when it is over.
      const touched = ANNEXES[annex]?.madeByBank === true ? until - retentionMs : changedAt
      return { name: logName(annex, name), touched, state }
    },
    keeps: ({ name, state }, now) => isLogName(name) && (keptIn(state)?.until ?? 0) > now,
    names(fits) {
      const own = sql.exec<{ name: string }>('SELECT DISTINCT name FROM annex_row').toArray()
      const logged = log.names(isLogName).map((name) => name.slice(name.indexOf('/') + 1))
      return [...own.map(({ name }) => name), ...logged].filter(fits)
    },
    erase(names) {
      for (const some of inChunks(names))
        sql.exec(`DELETE FROM annex_row WHERE name IN (${marks(some)})`, ...some)
      log.erase(ANNEX_NAMES.flatMap((annex) => names.map((name) => logName(annex, name))))
    },
    sweep(now, name) {
      const page = 'SELECT name FROM annex_row WHERE name > ? ORDER BY name LIMIT ?'
      const query = `SELECT max(name) AS last FROM (${page})`
      const { last } = sql.exec<{ last: string | null }>(query, name, SWEEP_ROWS).one()
      if (last === null) return undefined
      sql.exec('DELETE FROM annex_row WHERE name > ? AND name <= ? AND until <= ?', name, last, now)
      return last
    },
    isEmpty: () => sql.exec('SELECT 1 FROM annex_row LIMIT 1').toArray().length === 0,
  }
}

/** No name of a key begins like this: theirs begin with a kind and a colon. */
function logName(annex: AnnexName, name: string): string {
  return `${annex}/${name}`
}

function isLogName(name: string): boolean {
  return ANNEX_NAMES.some((annex) => name.startsWith(logName(annex, '')))
}

/** What is left of a removed row is empty. */
function keptIn(state: Uint8Array): Kept | undefined {
  if (state.length < HEAD_BYTES) return undefined
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength)
  return {
    version: view.getFloat64(0, true),
    until: view.getFloat64(8, true),
    bytes: state.slice(HEAD_BYTES),
  }
}

const NOTHING = new Uint8Array(0)
