/**
 * What exists, against what was published: every operation that a specification has or traffic showed, with its status.
 * Pure: nobody has to keep a status up to date.
 */
import { DAY_MS } from '../../lib/durations.ts'
import type { CompiledSpecification, Operation } from '../types.ts'
import { newDecisions } from './decisions.ts'
import { segmentsOf } from './template.ts'
import type { Decision, InventoryEntry, InventorySnapshot } from './types.ts'

/**
 * `shadow`: seen and in no specification. `zombie`: deprecated, past its sunset, or in an older version alone, and still
 * served. `orphan`: published, and nobody ever asked for it. `dormant`: was in use, and is no longer.
 */
export type OperationStatus = 'published' | 'shadow' | 'zombie' | 'orphan' | 'dormant'

export type StatusReason =
  | 'in_specification'
  | 'path_undeclared'
  | 'method_undeclared'
  | 'deprecated'
  | 'sunset_passed'
  | 'older_version_only'
  | 'never_seen'
  | 'not_seen_lately'

export interface InventoryOperation {
  readonly key: string
  readonly status: OperationStatus
  readonly reason: StatusReason
  readonly method: string
  readonly path: string
  readonly host: string | undefined
  /** Of the documents' APIs; undefined for what no specification has. */
  readonly api: string | undefined
  readonly operation: Operation | undefined
  readonly entry: InventoryEntry | undefined
  /**
   * A shadow that few callers showed, in a handful of requests on one day: it may be an invention of theirs. What is
   * in use does not stay weak.
   */
  readonly weak: boolean
  /** An operator said that it need not be looked at. */
  readonly ignored: boolean
}

export interface StatusOptions {
  readonly at: number
  /** Without requests for so long, an operation is orphaned or dormant; and none is before the gate has looked so long. */
  readonly quietDays?: number
}

const QUIET_DAYS = 30

export function operationsOf(
  { operations, documents }: Pick<CompiledSpecification, 'operations' | 'documents'>,
  snapshots: readonly InventorySnapshot[],
  { at, quietDays = QUIET_DAYS }: StatusOptions,
): readonly InventoryOperation[] {
  const entries = new Map(snapshots.flatMap((one) => one.entries.map((entry) => [entry.key, entry] as const)))
  const times = snapshots.flatMap(({ since }) => (since === undefined ? [] : [since]))
  const since = times.length === 0 ? at : Math.min(...times)
  const clock: Clock = { at, since, quietMs: quietDays * DAY_MS }
  const ignores = ignoredBy(snapshots[0]?.decisions ?? [])
  const published = operations.map((operation): InventoryOperation => {
    const entry = entries.get(operation.id)
    const { id: key, method, path } = operation
    const api = documents[operation.document]?.api
    const ignored = ignores(method, '*', path)
    return {
      key,
      ...statusOf(operation, entry, clock),
      method,
      path,
      host: undefined,
      api,
      operation,
      entry,
      weak: false,
      ignored,
    }
  })
  const declared = new Set(operations.map(({ id }) => id))
  const found = Array.from(entries.values())
    .filter(({ key }) => !declared.has(key))
    .map((entry) => foundOperation(entry, clock))
  return [...published, ...found].sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1))
}

interface Clock {
  readonly at: number
  readonly since: number
  readonly quietMs: number
}

interface Status {
  readonly status: OperationStatus
  readonly reason: StatusReason
}

function statusOf(operation: Operation, entry: InventoryEntry | undefined, clock: Clock): Status {
  const { at, since, quietMs } = clock
  const current = operation.standing === 'current'
  if (entry === undefined) {
    const looked = at - since >= quietMs
    if (!current) return { status: 'dormant', reason: 'never_seen' }
    return looked ? { status: 'orphan', reason: 'never_seen' } : PUBLISHED
  }
  const over = endOf(operation, at)
  if (at - entry.usage.lastSeenAt >= quietMs) return { status: 'dormant', reason: 'not_seen_lately' }
  return over !== undefined && entry.usage.lastServedAt > 0 ? { status: 'zombie', reason: over } : PUBLISHED
}

const PUBLISHED: Status = { status: 'published', reason: 'in_specification' }

function endOf({ standing, deprecated, sunset }: Operation, at: number): StatusReason | undefined {
  if (standing === 'older') return 'older_version_only'
  if (sunset !== undefined && Date.parse(sunset) <= at) return 'sunset_passed'
  return deprecated ? 'deprecated' : undefined
}

/** An entry that came as published, and whose specification is gone, is a shadow like any other. */
function foundOperation(entry: InventoryEntry, { at, quietMs }: Clock): InventoryOperation {
  const { key, method, path, host, usage, origin, methodUndeclared } = entry
  const quiet = at - usage.lastSeenAt >= quietMs
  const firm = origin === 'pinned' || origin === 'merged' || usage.organisations.length > 0
  return {
    key,
    status: quiet ? 'dormant' : 'shadow',
    reason: quiet ? 'not_seen_lately' : methodUndeclared ? 'method_undeclared' : 'path_undeclared',
    method,
    path,
    host,
    api: undefined,
    operation: undefined,
    entry,
    weak: !firm && usage.requests < 16 && usage.days.length < 2,
    ignored: false,
  }
}

function ignoredBy(decisions: readonly Decision[]): (method: string, host: string, path: string) => boolean {
  const ignores = newDecisions(decisions.filter(({ kind }) => kind === 'ignore'))
  return (method, host, path) => ignores.find(method, host, segmentsOf(path)) !== undefined
}
