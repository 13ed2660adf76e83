/** The rows of a Revocation object: one per certificate. All SQL of revocation is here. */
import { newSchema } from '../../lib/schema.ts'
import { type Knowledge, nothingYet } from './knowledge.ts'
import type { Inquiry } from './wire.ts'

const STEPS = [
  `CREATE TABLE certificate (
    thumbprint TEXT PRIMARY KEY,
    certificate BLOB NOT NULL,
    issuer BLOB NOT NULL,
    used INTEGER NOT NULL,
    due INTEGER NOT NULL,
    leased INTEGER NOT NULL,
    knowledge TEXT NOT NULL
  );
  CREATE TABLE policy (only INTEGER PRIMARY KEY CHECK (only = 1), value TEXT NOT NULL)`,
] as const

/** About 20 MB an object. Every one has a path to a trusted authority: nobody mints them in bulk. */
export const MAX_CERTIFICATES = 4_096
/** `used` is written no finer: a read that writes waits for the disk. */
const USED_GRAIN_MS = 3_600_000
/** What nobody showed for so long is not asked about any more; it is asked when it is shown again. */
const ACTIVE_MS = 24 * 3_600_000
/** And forgotten after so long. */
export const RETENTION_MS = 7 * 24 * 3_600_000

/** A row whose inquiry somebody has undertaken. */
export interface Task extends Inquiry {
  readonly knowledge: Knowledge
}

export interface RevocationStore {
  /** What is known of a certificate, which from now on is a row, recently used. */
  acquaint(inquiry: Inquiry, now: number): { readonly knowledge: Knowledge; readonly due: boolean }
  /** Undertakes at most `limit` due inquiries, of these certificates or of any, until `until` and by nobody else. */
  take(now: number, until: number, limit: number, thumbprints?: readonly string[]): readonly Task[]
  isLeased(thumbprint: string, now: number): boolean
  save(thumbprint: string, knowledge: Knowledge, due: number): void
  /** Forgets what nobody has shown for `RETENTION_MS`. */
  clean(now: number): void
  /** When something has to be done next, milliseconds since the epoch; undefined when the table is empty. */
  next(now: number): number | undefined
  /** What the callers' configuration says, for the alarm, which has no caller. */
  keepPolicy(value: string): void
  policy(): string | undefined
  /** Everything was deleted underneath. */
  reset(): void
}

interface Row extends Record<string, SqlStorageValue> {
  readonly thumbprint: string
  readonly certificate: ArrayBuffer
  readonly issuer: ArrayBuffer
  readonly used: number
  readonly due: number
  readonly leased: number
  readonly knowledge: string
}

export function newRevocationStore(storage: DurableObjectStorage): RevocationStore {
  const schema = newSchema(storage, STEPS)
  const { sql } = storage

  function find(thumbprint: string): Row | undefined {
    return sql.exec<Row>('SELECT * FROM certificate WHERE thumbprint = ?', thumbprint).toArray()[0]
  }

  function makeRoom(): void {
    const { count } = sql.exec<{ count: number }>('SELECT count(*) AS count FROM certificate').one()
    if (count < MAX_CERTIFICATES) return
    const oldest = 'SELECT thumbprint FROM certificate ORDER BY used LIMIT ?'
    sql.exec(`DELETE FROM certificate WHERE thumbprint IN (${oldest})`, count - MAX_CERTIFICATES + 1)
  }

  return {
    acquaint({ thumbprint, certificate, issuer }, now) {
      schema.prepare()
      const row = find(thumbprint)
      if (row === undefined) {
        makeRoom()
        const knowledge = nothingYet(now)
        const insert = 'INSERT INTO certificate VALUES (?, ?, ?, ?, ?, 0, ?)'
        sql.exec(insert, thumbprint, certificate, issuer, now, now, JSON.stringify(knowledge))
        return { knowledge, due: true }
      }
      if (now - row.used >= USED_GRAIN_MS)
        sql.exec('UPDATE certificate SET used = ? WHERE thumbprint = ?', now, thumbprint)
      return { knowledge: knowledgeIn(row), due: row.due <= now && row.leased <= now }
    },
    take(now, until, limit, thumbprints) {
      schema.prepare()
      const among =
        thumbprints === undefined ? '' : `AND thumbprint IN (${thumbprints.map(() => '?').join()})`
      const query = `SELECT * FROM certificate WHERE due <= ? AND leased <= ? AND used > ? ${among} ORDER BY due LIMIT ?`
      const rows = sql.exec<Row>(query, now, now, now - ACTIVE_MS, ...(thumbprints ?? []), limit).toArray()
      for (const { thumbprint } of rows)
        sql.exec('UPDATE certificate SET leased = ? WHERE thumbprint = ?', until, thumbprint)
      return rows.map(taskIn)
    },
    isLeased: (thumbprint, now) => (find(thumbprint)?.leased ?? 0) > now,
    save(thumbprint, knowledge, due) {
      const update = 'UPDATE certificate SET knowledge = ?, due = ?, leased = 0 WHERE thumbprint = ?'
      sql.exec(update, JSON.stringify(knowledge), due, thumbprint)
    },
    clean(now) {
      if (schema.exists()) sql.exec('DELETE FROM certificate WHERE used <= ?', now - RETENTION_MS)
    },
    next(now) {
      if (!schema.exists()) return undefined
      const query = `SELECT min(CASE WHEN used > ? THEN max(due, leased) ELSE used + ? END) AS at FROM certificate`
      return sql.exec<{ at: number | null }>(query, now - ACTIVE_MS, RETENTION_MS).one().at ?? undefined
    },
    keepPolicy(value) {
      schema.prepare()
      if (this.policy() !== value) sql.exec('INSERT OR REPLACE INTO policy VALUES (1, ?)', value)
    },
    policy() {
      if (!schema.exists()) return undefined
      return sql.exec<{ value: string }>('SELECT value FROM policy').toArray()[0]?.value
    },
    reset: schema.reset,
  }
}

/** The object's own writing, read back. */
function knowledgeIn({ knowledge }: Row): Knowledge {
  return JSON.parse(knowledge) as Knowledge
}

function taskIn(row: Row): Task {
  return {
    thumbprint: row.thumbprint,
    certificate: new Uint8Array(row.certificate),
    issuer: new Uint8Array(row.issuer),
    knowledge: knowledgeIn(row),
  }
}
