/** What a Findings object keeps for the assessments to come: signals, baselines, and how the scores went. */
import { DAY_MS } from '../../lib/durations.ts'
import type { Schema } from '../../lib/schema.ts'
import type { Score } from './finding-types.ts'
import type { Baseline, GateSignal, SignalCount } from './types.ts'

const MAX_SIGNALS = 20_000
/** As many as there may be operations. */
const MAX_BASELINES = 5_000
const MAX_APIS = 64
const KEEP_DAYS = 400

/** Scores of one day; the last assessment of a day stands for it. */
export interface DayOfScores {
  /** Days since the epoch. */
  readonly day: number
  readonly scores: readonly Score[]
}

export interface EvidenceStore {
  addSignals(counts: readonly SignalCount[]): void
  signals(): readonly SignalCount[]
  /** What operations were like a day or more ago. */
  baselines(): readonly (readonly [operation: string, Baseline])[]
  /** Moves on once a day: what is now becomes what was. */
  keepBaselines(now: readonly (readonly [operation: string, Baseline])[], at: number): void
  keepScores(scores: readonly Score[], at: number): void
  /** Oldest first. */
  scores(days: number, at: number): readonly DayOfScores[]
}

interface SignalRow extends Record<string, string | number> {
  readonly operation: string
  readonly signal: GateSignal
  readonly requests: number
  readonly accepted: number
  readonly first_at: number
  readonly last_at: number
}

const ADD = `INSERT INTO signals VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (operation, signal) DO UPDATE SET
  requests = requests + excluded.requests, accepted = accepted + excluded.accepted,
  first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`

export function newEvidenceStore(storage: DurableObjectStorage, schema: Schema): EvidenceStore {
  const { sql } = storage
  const count = (table: 'signals' | 'baselines') =>
    sql.exec<{ rows: number }>(`SELECT count(*) AS rows FROM ${table}`).one().rows

  return {
    addSignals(counts) {
      if (counts.length === 0) return
      schema.prepare()
      storage.transactionSync(() => {
        for (const { operation, signal, requests, accepted, firstAt, lastAt } of counts) {
          sql.exec(ADD, operation, signal, requests, accepted, firstAt, lastAt)
        }
        // Those seen longest ago make room.
        const over = count('signals') - MAX_SIGNALS
        const oldest = 'SELECT operation, signal FROM signals ORDER BY last_at LIMIT ?'
        if (over > 0) sql.exec(`DELETE FROM signals WHERE (operation, signal) IN (${oldest})`, over)
      })
    },
    signals() {
      if (!schema.exists()) return []
      const rows = sql.exec<SignalRow>('SELECT * FROM signals')
      return Array.from(rows, ({ first_at, last_at, ...row }) => ({
        ...row,
        firstAt: first_at,
        lastAt: last_at,
      }))
    },
    baselines() {
      if (!schema.exists()) return []
      const query = 'SELECT operation, older FROM baselines WHERE older IS NOT NULL'
      const rows = sql.exec<{ operation: string; older: string }>(query)
      // The object's own writing (`keepBaselines`), read back.
      return Array.from(rows, ({ operation, older }) => [operation, JSON.parse(older) as Baseline] as const)
    },
    keepBaselines(now, at) {
      schema.prepare()
      storage.transactionSync(() => {
        const due = `UPDATE baselines SET older = newer, newer = ?2
          WHERE operation = ?1 AND json_extract(newer, '$.at') <= ?3`
        let room = MAX_BASELINES - count('baselines')
        for (const [operation, baseline] of now) {
          const body = JSON.stringify(baseline)
          const moved = sql.exec(due, operation, body, at - DAY_MS).rowsWritten
          if (moved > 0 || room <= 0) continue
          const added = sql.exec('INSERT OR IGNORE INTO baselines VALUES (?, NULL, ?)', operation, body)
          if (added.rowsWritten > 0) room--
        }
        sql.exec(`DELETE FROM baselines WHERE json_extract(newer, '$.at') < ?`, at - 30 * DAY_MS)
      })
    },
    keepScores(scores, at) {
      schema.prepare()
      const day = Math.floor(at / DAY_MS)
      for (const score of scores.slice(0, MAX_APIS)) {
        sql.exec('INSERT OR REPLACE INTO scores VALUES (?, ?, ?)', day, score.api, JSON.stringify(score))
      }
      sql.exec('DELETE FROM scores WHERE day < ?', day - KEEP_DAYS)
    },
    scores(days, at) {
      if (!schema.exists()) return []
      const from = Math.floor(at / DAY_MS) - days
      const query = 'SELECT day, body FROM scores WHERE day > ? ORDER BY day, api'
      const byDay = new Map<number, Score[]>()
      for (const { day, body } of sql.exec<{ day: number; body: string }>(query, from)) {
        // The object's own writing (`keepScores`), read back.
        byDay.set(day, [...(byDay.get(day) ?? []), JSON.parse(body) as Score])
      }
      return Array.from(byDay, ([day, scores]) => ({ day, scores }))
    },
  }
}
