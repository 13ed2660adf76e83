/** What a request line alone gives away: parameters that no document has, and data where logs will keep it. */
import { queryNames } from '../../src/inventory/learn/names.ts'
import type { AnswerFacts, BodyFacts, ExchangeFacts } from '../../src/inventory/learn/types.ts'
import { findingsInValues, queryValues, type TargetValue } from '../../src/inventory/sensitive/findings.ts'
import type { Operation } from '../../src/inventory/types.ts'

/** Undefined where there is nothing to remark. */
export function remarksOn(
  { match, query, tls }: ExchangeFacts,
  { status }: AnswerFacts,
): BodyFacts | undefined {
  const operation = match.kind === 'operation' ? match.operation : undefined
  const served = status !== undefined && status < 300
  const names = operation === undefined || !served ? [] : undeclared(operation, query)
  const values = [...pathValues(match), ...queryValues(query)]
  const context = { operation, shapes: [], shape: undefined, granted: undefined, permissions: {} }
  const data = values.length === 0 ? [] : findingsInValues(values, tls === '', context)
  return names.length + data.length === 0 ? undefined : { departures: [], names, data }
}

function undeclared({ parameters }: Operation, query: string): BodyFacts['names'] {
  return queryNames(query)
    .filter((name) => !parameters.some((one) => one.in === 'query' && one.name === name))
    .map((name) => ({ place: 'query', name }))
}

/** Values of a template's parameters, in its order. */
function pathValues(match: ExchangeFacts['match']): readonly TargetValue[] {
  if (match.kind !== 'operation') return []
  const names = match.operation.path.match(/\{[^{}]*\}/g) ?? []
  return match.values.map((value, at) => ({ place: 'path', name: names[at]?.slice(1, -1) ?? '', value }))
}
