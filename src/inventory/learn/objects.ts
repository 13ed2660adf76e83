/**
 * How many different objects of one operation each caller asks for (OWASP API1): whoever walks through account numbers
 * asks for many, a third party for its customer's few. Kept by the isolate, in ten-minute rounds, as 64 bits for each
 * caller and operation (linear counting; it stands still near 250). When a round ends its counts go into the operation's
 * histogram, from which the shard tells what is usual.
 */
import { hash32 } from '../../lib/hash32.ts'
import type { Operation } from '../types.ts'

const ROUND_MS = 600_000
/** Callers and operations of one round. What finds no room is not counted: absent, never a violation. */
const MAX_ROWS = 4_096
const BITS = 64

type Named = Pick<Operation, 'id' | 'method' | 'path'>

interface Row {
  readonly operation: Named
  at: number
  low: number
  high: number
  bits: number
}

export interface ObjectCounter {
  /** One request; `values` are those of the path's parameters. */
  add(operation: Named, session: number, values: readonly string[], at: number): void
  /** Different objects so far in this round, estimated. */
  count(key: string, session: number): number
}

/** `close` is told of each caller's count when a round is over. */
export function newObjectCounter(
  close: (operation: Named, objects: number, at: number) => void,
): ObjectCounter {
  let rows = new Map<string, Row>()
  let round = 0

  function turn(at: number): void {
    const now = Math.floor(at / ROUND_MS)
    if (now <= round) return
    round = now
    const over = rows
    rows = new Map()
    for (const { operation, bits, at: seenAt } of over.values()) close(operation, estimate(bits), seenAt)
  }

  return {
    add(operation, session, values, at) {
      turn(at)
      const name = `${session} ${operation.id}`
      let row = rows.get(name)
      if (row === undefined) {
        if (rows.size >= MAX_ROWS) return
        row = { operation, at, low: 0, high: 0, bits: 0 }
        rows.set(name, row)
      }
      row.at = at
      const slot = hash32(values.length === 1 ? (values[0] ?? '') : values.join('/')) % BITS
      const bit = 1 << (slot & 31)
      const before = slot < 32 ? row.low : row.high
      if ((before & bit) !== 0) return
      if (slot < 32) row.low |= bit
      else row.high |= bit
      row.bits++
    },
    count: (key, session) => estimate(rows.get(`${session} ${key}`)?.bits ?? 0),
  }
}

const ESTIMATES = Array.from({ length: BITS + 1 }, (_, bits) =>
  Math.round(BITS * Math.log(BITS / Math.max(BITS - bits, 1.3))),
)

function estimate(bits: number): number {
  return ESTIMATES[bits] ?? 0
}

/** Below this nobody knows what is usual. */
const MIN_CALLERS = 100

/** What all but one caller in a hundred stay below; undefined while too few are known. */
export function baselineOf(histogram: readonly number[]): number | undefined {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  if (total < MIN_CALLERS) return undefined
  let below = 0
  for (const [cell, count] of histogram.entries()) {
    below += count
    if (below >= total * 0.99) return 2 ** cell
  }
  return undefined
}
