/**
 * The columns of the Analytics Engine dataset. Position is the column (`blob1`, `double1`), so both tables are append
 * only: a column may fall out of use, it is never renamed, moved or reused. Writer and SQL read these same tables.
 *
 * Limits (Cloudflare, Workers Analytics Engine): 20 blobs of 16 KB together, 20 doubles, one index of 96 bytes.
 * Unknown numbers are -1, because the columns have no null.
 */
import type { ConductNumbers, JournalEntry } from './entry.ts'

export const MAX_BLOBS = 20
export const MAX_DOUBLES = 20
const MAX_INDEX_BYTES = 96
const UNKNOWN = -1

export const BLOBS = {
  action: (entry) => entry.action,
  intended: (entry) => entry.intended,
  rule: (entry) => entry.rule,
  reason: (entry) => entry.reason,
  intent: (entry) => entry.intent,
  route: (entry) => entry.route,
  channel: (entry) => entry.channel,
  outcome: (entry) => entry.outcome,
  upstream: (entry) => entry.upstream,
  prefix: (entry) => entry.prefix,
  country: (entry) => entry.country,
  ja4: (entry) => entry.ja4,
  fingerprint: (entry) => entry.fingerprint,
  family: (entry) => entry.family,
  organisation: (entry) => entry.organisation,
  certificate: (entry) => entry.proof.certificate,
  model: (entry) => entry.model,
  reference: (entry) => entry.reference,
} as const satisfies Record<string, (entry: JournalEntry) => string>

export const DOUBLES = {
  abuse: (entry) => entry.abuse,
  margin: (entry) => entry.margin,
  originStatus: (entry) => entry.originStatus,
  ledgerMs: (entry) => entry.ledgerMs,
  originMs: (entry) => entry.originMs,
  asn: (entry) => entry.asn,
  major: (entry) => entry.major,
  contradictions: (entry) => entry.contradictions.length,
  addressAttempts: (entry) => under(entry, 'address')?.attempts,
  addressFailures: (entry) => under(entry, 'address')?.failures,
  addressAccounts: (entry) => under(entry, 'address')?.accounts,
  accountAttempts: (entry) => under(entry, 'account')?.attempts,
  prefixAttempts: (entry) => under(entry, 'prefix')?.attempts,
  cohortAttempts: (entry) => under(entry, 'cohort')?.attempts,
  cohortFailures: (entry) => under(entry, 'cohort')?.failures,
  routeAttempts: (entry) => under(entry, 'route')?.attempts,
  shadowAbuse: (entry) => entry.shadow?.abuse,
} as const satisfies Record<string, (entry: JournalEntry) => number | null | undefined>

export type ColumnName = keyof typeof BLOBS | keyof typeof DOUBLES

/** The SQL name of each column: `COLUMNS.action` is `blob1`. `index1` is the route, which sampling keeps apart. */
export const COLUMNS: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.keys(BLOBS).map((name, index) => [name, `blob${index + 1}`]),
  ...Object.keys(DOUBLES).map((name, index) => [name, `double${index + 1}`]),
])

/** `blob1 AS action, ...`: what a query selects to read the dataset under our names. */
export function selectList(names: readonly ColumnName[]): string {
  return names.map((name) => `${COLUMNS[name]} AS ${name}`).join(', ')
}

export interface DataPoint {
  readonly indexes: string[]
  readonly blobs: string[]
  readonly doubles: number[]
}

const BLOB_COLUMNS = Object.values(BLOBS)
const DOUBLE_COLUMNS = Object.values(DOUBLES)

export function dataPoint(entry: JournalEntry): DataPoint {
  return {
    indexes: [cutToBytes(entry.route, MAX_INDEX_BYTES)],
    blobs: BLOB_COLUMNS.map((column) => column(entry)),
    doubles: DOUBLE_COLUMNS.map((column) => column(entry) ?? UNKNOWN),
  }
}

function under(entry: JournalEntry, key: keyof JournalEntry['conduct']): ConductNumbers | undefined {
  const numbers = entry.conduct[key]
  return typeof numbers === 'object' ? numbers : undefined
}

/** `encodeInto` stops before a character that does not fit whole. A UTF-16 unit never makes more than three octets. */
function cutToBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(bytes)).read)
}
