/** The rows of a Findings object that are about telling others. All SQL of them is here. */
import type { Schema } from '../../lib/schema.ts'
import type { Delivery, DeliveryFault, Notice, TargetState } from './types.ts'

/** Notices for one target, about 4 kB each: three days of a busy week. */
export const MAX_QUEUE = 1_000

export interface OutboxStore {
  /** Puts notices at the end of their streams; those that find no room are counted and folded into one. */
  enqueue(target: string, notices: readonly Notice[], at: number): void
  /** The first of each stream that is due, oldest first. */
  due(at: number, limit: number): readonly Delivery[]
  /** When the next one is due; undefined where nothing waits. */
  next(): number | undefined
  delivered(delivery: Delivery, at: number): void
  /** @param due when to try again; undefined: never */
  failed(delivery: Delivery, fault: DeliveryFault, due: number | undefined, at: number): void
  /** Nothing waiting for this target is due before then. */
  postpone(target: string, due: number): void
  /** Forgets what waits for a target that does not exist any more. */
  forget(target: string): void
  states(names: readonly string[]): readonly TargetState[]
}

interface Tally extends Omit<TargetState, 'name' | 'queued'> {
  /** Notices that found no room since the queue was last empty. */
  readonly folded: number
}

const NEW: Tally = {
  folded: 0,
  delivered: 0,
  dropped: 0,
  lastDeliveredAt: undefined,
  lastFault: undefined,
  lastFaultAt: undefined,
}

type Row = Omit<Delivery, 'notice'> & { readonly notice: string }

export function newOutboxStore(storage: DurableObjectStorage, schema: Schema): OutboxStore {
  const { sql } = storage

  function tally(name: string): Tally {
    const row = sql.exec<{ body: string }>('SELECT body FROM targets WHERE name = ?', name).toArray()[0]
    // The object's own writing (`keep`), read back.
    return row === undefined ? NEW : { ...NEW, ...(JSON.parse(row.body) as Tally) }
  }

  function keep(name: string, change: Partial<Tally>): void {
    const body = JSON.stringify({ ...tally(name), ...change })
    sql.exec('INSERT OR REPLACE INTO targets VALUES (?, ?)', name, body)
  }

  function queued(target: string): number {
    const query = 'SELECT count(*) AS rows FROM deliveries WHERE target = ?'
    return sql.exec<{ rows: number }>(query, target).one().rows
  }

  function insert(target: string, notice: Notice, due: number): void {
    const query = 'INSERT INTO deliveries (target, stream, notice, due, attempts) VALUES (?, ?, ?, ?, 0)'
    sql.exec(query, target, streamOf(notice), JSON.stringify(notice), due)
  }

  /** There is room again: says how much was left out meanwhile. */
  function unfold(target: string, at: number): void {
    const { folded, dropped } = tally(target)
    if (folded === 0 || queued(target) >= MAX_QUEUE / 2) return
    insert(target, { id: `folded-${at}`, at, kind: 'folded', total: folded }, at)
    keep(target, { folded: 0, dropped: dropped + folded })
  }

  function remove({ number }: Delivery): void {
    sql.exec('DELETE FROM deliveries WHERE number = ?', number)
  }

  return {
    enqueue(target, notices, at) {
      if (notices.length === 0) return
      schema.prepare()
      const room = Math.max(0, MAX_QUEUE - queued(target))
      for (const notice of notices.slice(0, room)) insert(target, notice, at)
      const over = notices.length - room
      if (over > 0) keep(target, { folded: tally(target).folded + over })
    },
    due(at, limit) {
      if (!schema.exists()) return []
      const first = 'SELECT min(number) FROM deliveries GROUP BY target, stream'
      const query = `SELECT * FROM deliveries WHERE number IN (${first}) AND due <= ? ORDER BY number LIMIT ?`
      const rows = sql.exec<Row>(query, at, limit)
      // The object's own writing (`insert`), read back.
      return Array.from(rows, (row) => ({ ...row, notice: JSON.parse(row.notice) as Notice }))
    },
    next() {
      if (!schema.exists()) return undefined
      const first = 'SELECT min(number) FROM deliveries GROUP BY target, stream'
      const query = `SELECT min(due) AS due FROM deliveries WHERE number IN (${first})`
      return sql.exec<{ due: number | null }>(query).one().due ?? undefined
    },
    delivered(delivery, at) {
      storage.transactionSync(() => {
        remove(delivery)
        keep(delivery.target, { delivered: tally(delivery.target).delivered + 1, lastDeliveredAt: at })
        unfold(delivery.target, at)
      })
    },
    failed(delivery, fault, due, at) {
      storage.transactionSync(() => {
        const { target, number, attempts } = delivery
        keep(target, { lastFault: fault, lastFaultAt: at })
        if (due !== undefined) {
          sql.exec('UPDATE deliveries SET due = ?, attempts = ? WHERE number = ?', due, attempts + 1, number)
          return
        }
        remove(delivery)
        keep(target, { dropped: tally(target).dropped + 1 })
        unfold(target, at)
      })
    },
    postpone(target, due) {
      sql.exec('UPDATE deliveries SET due = max(due, ?) WHERE target = ?', due, target)
    },
    forget(target) {
      if (!schema.exists()) return
      sql.exec('DELETE FROM deliveries WHERE target = ?', target)
      sql.exec('DELETE FROM targets WHERE name = ?', target)
    },
    states(names) {
      if (!schema.exists()) return names.map((name) => ({ name, queued: 0, ...withoutFolded(NEW) }))
      return names.map((name) => ({ name, queued: queued(name), ...withoutFolded(tally(name)) }))
    },
  }
}

function withoutFolded({ folded: _folded, ...rest }: Tally): Omit<Tally, 'folded'> {
  return rest
}

/** Of one finding in order; what is about none, in the order of its kind. */
export function streamOf(notice: Notice): string {
  return 'finding' in notice ? notice.finding.id : notice.kind
}
