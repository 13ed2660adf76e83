/** What was published against what was seen, item by item. */
import type { InventoryOperation } from '../learn/operations.ts'
import type { HiddenPlace } from '../learn/types.ts'
import type { CompiledSpecification, Operation } from '../types.ts'

export type Difference =
  | 'operation_unpublished'
  | 'method_unpublished'
  | 'operation_unused'
  | 'operation_ended_and_served'
  | 'query_unpublished'
  | 'header_unpublished'
  | 'cookie_unpublished'
  | 'request_property_unpublished'
  | 'response_property_unpublished'
  | 'status_unpublished'
  | 'media_type_unpublished'
  | 'host_unpublished'

export interface DiffItem {
  readonly key: string
  readonly difference: Difference
  /** Name, code, media type, host or reason; empty where the key says it all. */
  readonly detail: string
  readonly count: number
}

export function diffOf(
  operations: readonly InventoryOperation[],
  { documents }: Pick<CompiledSpecification, 'documents'>,
): readonly DiffItem[] {
  return operations
    .filter(({ ignored }) => !ignored)
    .flatMap((one) => [...standingItems(one), ...partItems(one, documents)])
}

function standingItems({ key, status, reason, operation, entry }: InventoryOperation): readonly DiffItem[] {
  const count = entry?.usage.requests ?? 0
  if (operation === undefined) {
    const difference = reason === 'method_undeclared' ? 'method_unpublished' : 'operation_unpublished'
    return [{ key, difference, detail: '', count }]
  }
  if (status === 'orphan' || (status === 'dormant' && operation.standing === 'current'))
    return [{ key, difference: 'operation_unused', detail: reason, count }]
  if (status === 'zombie') return [{ key, difference: 'operation_ended_and_served', detail: reason, count }]
  return []
}

const PARTS = {
  query: 'query_unpublished',
  header: 'header_unpublished',
  cookie: 'cookie_unpublished',
  request_property: 'request_property_unpublished',
  response_property: 'response_property_unpublished',
} as const satisfies Record<HiddenPlace, Difference>

/** Of what no specification has, every part is unpublished, which goes without saying. */
function partItems(
  { key, operation, entry }: InventoryOperation,
  documents: CompiledSpecification['documents'],
): readonly DiffItem[] {
  if (operation === undefined || entry === undefined) return []
  const { hidden, usage } = entry
  const hosts = documents[operation.document]?.hosts ?? []
  return [
    ...hidden.map(({ place, name, accepted }) => ({
      key,
      difference: PARTS[place],
      detail: name,
      count: accepted,
    })),
    ...usage.codes
      .filter(({ name }) => !declaresStatus(operation, name))
      .map(({ name, count }) => ({ key, difference: 'status_unpublished', detail: name, count }) as const),
    ...usage.mediaTypes
      .filter(({ name }) => !declaresMediaType(operation, name))
      .map(
        ({ name, count }) => ({ key, difference: 'media_type_unpublished', detail: name, count }) as const,
      ),
    ...usage.hosts
      .filter(({ name }) => hosts.length > 0 && !hosts.includes(name))
      .map(({ name, count }) => ({ key, difference: 'host_unpublished', detail: name, count }) as const),
  ]
}

function declaresStatus({ responses }: Operation, code: string): boolean {
  return responses.some(({ status }) => status === code || status === `${code[0]}XX` || status === 'default')
}

/** In any of its answers, ranges included. */
function declaresMediaType({ responses }: Operation, essence: string): boolean {
  const range = `${essence.slice(0, essence.indexOf('/'))}/*`
  const declared = responses.flatMap(({ content }) => content.map((media) => media.essence))
  return declared.length === 0 || declared.some((one) => one === essence || one === range || one === '*/*')
}
