/** Features of the operation that a request is for: what the inventory and the specification say of it. */

import type { Exposure, Strength } from '../../inventory/risk/types.ts'
import type { ConformanceFinding } from '../../inventory/types.ts'
import { type Feature, flag } from '../measures.ts'

const EXPOSURE = {
  plain: 0,
  personal: 1,
  financial: 2,
  secret: 3,
} as const satisfies Record<Exposure, number>

const STRENGTH = {
  none: 0,
  shared_secret: 1,
  token: 2,
  bound: 3,
  signed: 4,
} as const satisfies Record<Strength, number>

/** NaN where the route leaves conformance alone. */
function departures(strength: ConformanceFinding['strength']): Feature {
  return ({ conformance }) =>
    conformance === undefined
      ? Number.NaN
      : Math.log1p(conformance.findings.filter((finding) => finding.strength === strength).length)
}

/** All of them are NaN where nobody watches: in logs, and in the laboratory. */
export const INVENTORY_FEATURES = {
  /** Scanners ask for what was never published; so do callers of what was forgotten in the documents. */
  operationUndocumented: ({ operation }) =>
    operation === undefined ? Number.NaN : flag(operation.undocumented),
  /** A method that the path does not have: somebody tries the doors. */
  operationMethodUndeclared: ({ operation }) =>
    operation === undefined ? Number.NaN : flag(operation.methodUndeclared),
  /** Software that was written from the document sends what it says. Several departures in one request are seldom a mistake. */
  requestDepartures: departures('refused'),
  /** Names that nobody published: guessed parameters, mass assignment. */
  requestStrangers: departures('undeclared'),
  /** Whoever goes through identifiers asks for many; log1p, because a thousand say no more than two hundred. */
  operationObjects: ({ operation }) => (operation === undefined ? Number.NaN : Math.log1p(operation.objects)),
  /** The same beside what other callers of the operation ask for: an aggregator's thousand are usual where all have them. */
  operationObjectsOverUsual: ({ operation }) =>
    operation?.usualObjects === undefined
      ? Number.NaN
      : Math.log2((operation.objects + 1) / (operation.usualObjects + 1)),
  /** What there is to take. Abuse goes where the data is. */
  operationExposure: ({ operation }) => (operation === undefined ? Number.NaN : EXPOSURE[operation.exposure]),
  /** How much less the caller shows than such data asks for; below 0 it shows more. */
  operationCredentialGap: ({ operation }) =>
    operation === undefined ? Number.NaN : STRENGTH[operation.asked] - STRENGTH[operation.shown],
} as const satisfies Record<string, Feature>
