/** From what was counted to what Cloudflare asks for it. No I/O. */
import { PRICES } from './prices.ts'

export const KINDS = ['attended_get', 'unattended_get', 'signed_post', 'login'] as const
export type Kind = (typeof KINDS)[number]

/** What was counted for so many requests of one kind. */
export interface Count {
  readonly requests: number
  /** By class: calls and alarms. */
  readonly do_requests: Readonly<Record<string, number>>
  readonly rows_written: Readonly<Record<string, number>>
  /** By class: what the databases grew by. A database grows by whole pages of 4 kB. */
  readonly storage_bytes: Readonly<Record<string, number>>
  readonly data_points: number
  /** Of workerd with the bank in it, an upper bound; null where there is no /proc. */
  readonly cpu_us: number | null
}

/** All of it for a million requests. */
export interface Line {
  readonly do_requests: number
  readonly rows_written: number
  /** Until its retention is over; what is kept of a key that was there before takes none. Not in `usd`: it is paid by the month. */
  readonly storage_bytes: number
  readonly usd: number
}

export interface KindLine extends Line {
  readonly kind: Kind
  /** Which classes all that is of, for a million requests. */
  readonly by_class: Readonly<Record<string, Omit<Line, 'usd'>>>
  /** What the kind may need, for a million requests. */
  readonly budget: { readonly do_requests: number; readonly rows_written: number }
}

export interface Bill {
  readonly priced: string
  /** Requests a second at which it was counted: batches are by time, so that more requests share each. */
  readonly rate: number
  /** Shares of the kinds in `per_million`. */
  readonly mix: Readonly<Record<Kind, number>>
  readonly kinds: readonly KindLine[]
  readonly per_million: Line
}

/** A bank of half a million digital customers in an Open Banking country; our own assumption. */
export const MIX: Readonly<Record<Kind, number>> = {
  attended_get: 0.45,
  unattended_get: 0.35,
  signed_post: 0.05,
  login: 0.15,
}

/**
 * Calls and rows for one request, at 50 requests a second of one kind and one third party. What has to be durable before it
 * is forwarded is a row each: an unattended access, and a signature that may be used once with its idempotency key. A login asks
 * two objects and tells both how it ended; rates are a row for each object and second, whatever changed in it. Of an attended read
 * all rows are by time, and most of them the journal's and the inventory's: aimed at is 0.2, which is not kept on every machine.
 */
const BUDGETS: Readonly<Record<Kind, { readonly do_requests: number; readonly rows_written: number }>> = {
  attended_get: { do_requests: 1.3, rows_written: 0.3 },
  unattended_get: { do_requests: 1.5, rows_written: 1.5 },
  signed_post: { do_requests: 5.5, rows_written: 4.5 },
  login: { do_requests: 3.3, rows_written: 1.2 },
}

const MILLION = 1_000_000

export function billOf(counts: Readonly<Record<Kind, Count>>, rate: number): Bill {
  const kinds = KINDS.map((kind) => lineOf(kind, counts[kind]))
  const mixed = (figure: (line: KindLine) => number): number =>
    kinds.reduce((sum, line) => sum + MIX[line.kind] * figure(line), 0)
  return {
    priced: PRICES.priced,
    rate,
    mix: MIX,
    kinds,
    per_million: {
      do_requests: Math.round(mixed((line) => line.do_requests)),
      rows_written: Math.round(mixed((line) => line.rows_written)),
      storage_bytes: Math.round(mixed((line) => line.storage_bytes)),
      usd: cents(mixed((line) => line.usd)),
    },
  }
}

function lineOf(kind: Kind, count: Count): KindLine {
  const perMillion = (value: number): number => (value / count.requests) * MILLION
  const called = perMillion(sum(count.do_requests))
  const written = perMillion(sum(count.rows_written))
  const classes = new Set(
    [count.do_requests, count.rows_written, count.storage_bytes].flatMap((counted) => Object.keys(counted)),
  )
  const { do_requests, rows_written } = BUDGETS[kind]
  return {
    kind,
    do_requests: Math.round(called),
    rows_written: Math.round(written),
    storage_bytes: Math.round(perMillion(sum(count.storage_bytes))),
    usd: cents(
      PRICES.worker_requests +
        (PRICES.worker_cpu_ms * (count.cpu_us ?? 0)) / 1_000 +
        (PRICES.do_requests * called) / MILLION +
        (PRICES.rows_written * written) / MILLION +
        (PRICES.data_points * perMillion(count.data_points)) / MILLION,
    ),
    by_class: Object.fromEntries(
      Array.from(classes, (name) => [
        name,
        {
          do_requests: Math.round(perMillion(count.do_requests[name] ?? 0)),
          rows_written: Math.round(perMillion(count.rows_written[name] ?? 0)),
          storage_bytes: Math.round(perMillion(count.storage_bytes[name] ?? 0)),
        },
      ]),
    ),
    budget: { do_requests: do_requests * MILLION, rows_written: rows_written * MILLION },
  }
}

function sum(counted: Readonly<Record<string, number>>): number {
  return Object.values(counted).reduce((total, value) => total + value, 0)
}

function cents(usd: number): number {
  return Math.round(usd * 1_000) / 1_000
}
