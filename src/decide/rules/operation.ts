/**
 * Rules about the operation that a request is for, as the inventory knows it. They note and stop nothing, unless an operator
 * has them do more: what no document mentions may be a document's fault, and many objects an honest caller's many customers.
 */
import type { Evidence } from '../../evidence.ts'
import type { Exposure, Strength } from '../../inventory/risk/types.ts'
import type { Finding, Rule } from '../rule.ts'

const STRENGTH = {
  none: 0,
  shared_secret: 1,
  token: 2,
  bound: 3,
  signed: 4,
} as const satisfies Record<Strength, number>

/** What somebody could be robbed with. */
const GRAVE: readonly Exposure[] = ['financial', 'secret']

/** Many times as many as all but one caller in a hundred ask for. */
const BEYOND = 8

function undocumented({ operation, match }: Evidence): boolean {
  // Elsewhere nobody claims that the documents are whole.
  if (operation === undefined || match.route.conformance === undefined) return false
  return operation.undocumented || operation.methodUndeclared
}

function enumerated({ operation }: Evidence, limit: number): Finding | false {
  if (operation?.usualObjects === undefined) return false
  const { objects, usualObjects } = operation
  if (objects < limit || objects < BEYOND * usualObjects) return false
  return { unless: `under ${limit} objects of this operation in ten minutes (there were ${objects})` }
}

function weaklyGuarded({ operation }: Evidence): Finding | false {
  if (operation === undefined || !GRAVE.includes(operation.exposure)) return false
  const { exposure, shown, asked } = operation
  if (STRENGTH[shown] >= STRENGTH[asked]) return false
  return { unless: `with ${asked} authentication, which ${exposure} data asks for (there was ${shown})` }
}

export const OPERATION_NOTES: readonly Rule[] = [
  {
    id: 'operation_undocumented',
    reason: 'operation_undocumented',
    action: 'flag',
    applies:
      'the route has conformance observed or enforced, and no specification has the path, or not with this method',
    when: ({ evidence }) => undocumented(evidence),
  },
  {
    id: 'operation_enumerated',
    reason: 'operation_enumerated',
    action: 'flag',
    limit: 64,
    sparesProven: true,
    applies:
      'one network asked for this many different objects of one operation within ten minutes, as one isolate saw it, and for eight times as many as all but one caller in a hundred',
    when: ({ evidence }, limit) => enumerated(evidence, limit),
  },
  {
    id: 'operation_weakly_guarded',
    reason: 'operation_weakly_guarded',
    action: 'flag',
    applies:
      'the specification says that the operation carries financial or secret data, and the request shows less authentication than `RISK.access` asks for it',
    when: ({ evidence }) => weaklyGuarded(evidence),
  },
]
