/**
 * Rules about requests that depart from the published specification of their operation. What departs is named in the
 * document's own words: a value, or a name that the caller made up, has no business in a record.
 */
import type { Evidence } from '../../evidence.ts'
import type { Finding, Rule } from '../rule.ts'

function departure({ conformance }: Evidence): Finding | false {
  const refused = conformance?.refused
  if (refused === undefined) return false
  return { unless: `without ${refused.rule} (${`${refused.place} ${refused.field}`.trim()})` }
}

export const CONFORMANCE_RULES: readonly Rule[] = [
  {
    id: 'request_nonconforming',
    reason: 'request_nonconforming',
    action: 'deny',
    applies:
      'the route enforces conformance, and the request departs from the specification of its operation in a way that the route does not let pass',
    when: ({ evidence }) => evidence.match.route.conformance === 'enforce' && departure(evidence),
  },
]

export const CONFORMANCE_NOTES: readonly Rule[] = [
  {
    id: 'nonconformance_noted',
    reason: 'request_nonconforming',
    action: 'flag',
    applies: 'the same, on a route that only observes conformance',
    when: ({ evidence }) => evidence.match.route.conformance === 'observe' && departure(evidence),
  },
]
