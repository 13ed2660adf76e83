/** The rows of a Findings object that are about findings. All SQL of them is here; that of deliveries is in `outbox-store.ts`. */
import type { Schema } from '../../lib/schema.ts'
import { rank } from './exposure.ts'
import type { Finding, Transition } from './finding-types.ts'
import type { Changed } from './reckoning.ts'

/** Transitions of one finding that are kept, newest first to stay. */
const MAX_TRANSITIONS = 64
/** What was fixed is kept as long as an auditor may ask for it. */
const KEEP_FIXED_MS = 180 * 86_400_000

export interface FindingsStore {
  all(): ReadonlyMap<string, Finding>
  find(id: string): Finding | undefined
  /** Writes them, numbers what happened to them, and says so. */
  put(changed: readonly Changed[], at: number): readonly Transition[]
  /** Oldest first. */
  history(id: string): readonly Transition[]
  since(at: number, limit: number): readonly Transition[]
  /** Deletes what was fixed long ago. */
  clean(at: number): void
  note(name: string): string | undefined
  keepNote(name: string, body: string): void
}

type TransitionRow = { readonly [Name in keyof Transition]: Transition[Name] }

export function newFindingsStore(storage: DurableObjectStorage, schema: Schema): FindingsStore {
  const { sql } = storage

  function bodies(query: string, ...values: readonly string[]): readonly Finding[] {
    if (!schema.exists()) return []
    const rows = sql.exec<{ body: string }>(query, ...values)
    // The object's own writing (`write`), read back.
    return Array.from(rows, ({ body }) => JSON.parse(body) as Finding)
  }

  function write({ finding }: Changed): void {
    const { id, state, severity, lastSeenAt } = finding
    const query = 'INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?)'
    sql.exec(query, id, state, rank(severity), lastSeenAt, JSON.stringify(finding))
  }

  function number({ finding, steps }: Changed, at: number): readonly Transition[] {
    if (steps.length === 0) return []
    const last = 'SELECT coalesce(max(sequence), 0) AS last FROM transitions WHERE finding = ?'
    const from = sql.exec<{ last: number }>(last, finding.id).one().last
    const numbered = steps.map((step, index) => ({
      finding: finding.id,
      sequence: from + index + 1,
      at,
      ...step,
    }))
    for (const { finding: id, sequence, kind, by, why } of numbered) {
      sql.exec('INSERT INTO transitions VALUES (?, ?, ?, ?, ?, ?)', id, sequence, at, kind, by, why)
    }
    const oldest = from + steps.length - MAX_TRANSITIONS
    sql.exec('DELETE FROM transitions WHERE finding = ? AND sequence <= ?', finding.id, oldest)
    return numbered
  }

  return {
    all: () => new Map(bodies('SELECT body FROM findings').map((finding) => [finding.id, finding])),
    find: (id) => bodies('SELECT body FROM findings WHERE id = ?', id)[0],
    put(changed, at) {
      if (changed.length === 0) return []
      schema.prepare()
      return changed.flatMap((one) => {
        write(one)
        return number(one, at)
      })
    },
    history(id) {
      if (!schema.exists()) return []
      const query = 'SELECT * FROM transitions WHERE finding = ? ORDER BY sequence'
      return sql.exec<TransitionRow>(query, id).toArray()
    },
    since(at, limit) {
      if (!schema.exists()) return []
      const query = 'SELECT * FROM transitions WHERE at >= ? ORDER BY at, finding, sequence LIMIT ?'
      return sql.exec<TransitionRow>(query, at, limit).toArray()
    },
    clean(at) {
      if (!schema.exists()) return
      const old = `SELECT id FROM findings WHERE state = 'fixed' AND last_seen < ?1 AND json_extract(body, '$.fixed.at') < ?1`
      sql.exec(`DELETE FROM transitions WHERE finding IN (${old})`, at - KEEP_FIXED_MS)
      sql.exec(`DELETE FROM findings WHERE id IN (${old})`, at - KEEP_FIXED_MS)
    },
    note(name) {
      if (!schema.exists()) return undefined
      return sql.exec<{ body: string }>('SELECT body FROM notes WHERE name = ?', name).toArray()[0]?.body
    },
    keepNote(name, body) {
      schema.prepare()
      sql.exec('INSERT OR REPLACE INTO notes VALUES (?, ?)', name, body)
    },
  }
}
