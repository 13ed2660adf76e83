/** What a conformance report has for the inventory: departures in the document's words, and names on their way to probation. */

import type { ConformanceRule } from '../rules.ts'
import type { DataFinding } from '../sensitive/types.ts'
import type { ConformanceFinding, ConformanceReport } from '../types.ts'
import type { BodyFacts, Departure, HiddenPlace, SeenName } from './types.ts'

/** Where a name that nobody declared stands, by the rule that found it. */
const PLACES: Readonly<Partial<Record<ConformanceRule, HiddenPlace>>> = {
  query_undeclared: 'query',
  header_undeclared: 'header',
  cookie_undeclared: 'cookie',
}

export function bodyFactsOf(
  request: ConformanceReport | undefined,
  response: ConformanceReport | undefined,
  data: readonly DataFinding[],
): BodyFacts {
  const departures: Departure[] = []
  const names: SeenName[] = []
  for (const [side, report] of [
    ['request', request],
    ['response', response],
  ] as const) {
    for (const finding of report?.findings ?? []) {
      const place = placeOf(finding, side)
      if (place !== undefined && !finding.field.endsWith('*')) names.push({ place, name: finding.field })
      const { rule, place: where, field } = finding
      // Callers choose the names: as departures all of them are one, or they would push the others out.
      departures.push({ side, rule, place: where, field: place === undefined ? field : '*' })
    }
  }
  return { departures, names, data }
}

function placeOf({ rule }: ConformanceFinding, side: Departure['side']): HiddenPlace | undefined {
  if (rule === 'property_undeclared') return side === 'request' ? 'request_property' : 'response_property'
  return PLACES[rule]
}
