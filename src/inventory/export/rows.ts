/** The inventory as a table: one row for each operation, the same in JSON, CSV and on a screen. */
import { csvRow } from '../../lib/csv.ts'
import type { InventoryOperation } from '../learn/operations.ts'
import type { Counted } from '../learn/types.ts'

export interface InventoryRow {
  readonly key: string
  readonly status: string
  readonly reason: string
  readonly weak: boolean
  readonly ignored: boolean
  readonly method: string
  readonly path: string
  readonly host: string
  readonly api: string
  readonly version: string
  readonly owner: string
  readonly requests: number
  readonly served: number
  readonly callers: number
  readonly first_seen: string
  readonly last_seen: string
  readonly codes: readonly string[]
  readonly media_types: readonly string[]
  readonly authentication_accepted: readonly string[]
  readonly organisations: readonly string[]
  readonly networks: readonly string[]
  readonly channels: readonly string[]
  readonly hosts: readonly string[]
  readonly data: readonly string[]
  /** Names, places and codes that no specification mentions. */
  readonly hidden: readonly string[]
}

export function rowOf(one: InventoryOperation): InventoryRow {
  const { operation, entry } = one
  const usage = entry?.usage
  const { key, status, reason, weak, ignored, method, path, host = '', api = '' } = one
  return {
    key,
    status,
    reason,
    weak,
    ignored,
    method,
    path,
    host,
    api,
    version: operation?.version ?? '',
    owner: operation?.owner ?? '',
    requests: usage?.requests ?? 0,
    served: (usage?.statuses[2] ?? 0) + (usage?.statuses[3] ?? 0),
    callers: usage?.sessions ?? 0,
    first_seen: timeOf(usage?.firstSeenAt),
    last_seen: timeOf(usage?.lastSeenAt),
    codes: names(usage?.codes),
    media_types: names(usage?.mediaTypes),
    authentication_accepted: names(usage?.authenticationAccepted),
    organisations: names(usage?.organisations),
    networks: names(usage?.networks),
    channels: names(usage?.channels),
    hosts: names(usage?.hosts),
    data: (usage?.data ?? [])
      .filter(({ values }) => values > 0)
      .map((seen) => `${seen.class} ${seen.place} ${seen.pointer} ${seen.standing}`),
    hidden: (entry?.hidden ?? []).map(({ place, name }) => `${place} ${name}`),
  }
}

/** Order is column order: append only, because spreadsheets name columns by their place. */
const COLUMNS = [
  ...['key', 'status', 'reason', 'weak', 'ignored', 'method', 'path', 'host', 'api', 'version', 'owner'],
  ...['requests', 'served', 'callers', 'first_seen', 'last_seen', 'codes', 'media_types'],
  ...['authentication_accepted', 'organisations', 'networks', 'channels', 'hosts', 'data', 'hidden'],
] as readonly (keyof InventoryRow)[]

export function csvOf(rows: readonly InventoryRow[]): string {
  const lines = rows.map((row) =>
    csvRow(
      COLUMNS.map((column) => {
        const value = row[column]
        return typeof value === 'object' ? value.join('; ') : String(value)
      }),
    ),
  )
  return csvRow(COLUMNS) + lines.join('')
}

function names(counted: readonly Counted[] = []): readonly string[] {
  return counted.map(({ name }) => name)
}

function timeOf(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toISOString()
}
