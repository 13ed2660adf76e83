/** The one door to conformance: what the gate calls, made once for an isolate from the compiled specification. */
import { hash32 } from '../../lib/hash32.ts'
import type {
  CompiledSpecification,
  ConformanceFinding,
  ConformanceReport,
  ConformanceSettings,
  OperationMatch,
} from '../types.ts'
import { matcherFor } from './match.ts'
import { type Checking, checkRequest, type RequestView } from './request.ts'
import { checkResponse, type ResponseView } from './response.ts'
import { outlinesOf } from './undeclared.ts'

export interface Conformance {
  readonly specification: CompiledSpecification
  /** On the normalised path. */
  match(method: string, path: string): OperationMatch
  request(match: OperationMatch, request: RequestView, settings: ConformanceSettings): ConformanceReport
  response(match: OperationMatch, response: ResponseView, settings: ConformanceSettings): ConformanceReport
}

export function conformanceOf(specification: CompiledSpecification): Conformance {
  const checking: Checking = { specification, outlines: outlinesOf(specification.shapes) }
  return {
    specification,
    match: matcherFor(specification),
    request: (match, request, settings) => checkRequest(checking, match, request, settings),
    response: (match, response, settings) => checkResponse(checking, match, response, settings),
  }
}

export const DEFAULT_SETTINGS: ConformanceSettings = {
  mode: 'observe',
  refuseUndeclared: [],
  // Bodies of Open Banking standards stay below 12 levels.
  limits: { maxFindings: 8, maxDepth: 32, maxBodyBytes: 1_048_576 },
  responses: { sample: 0.1, maxBytes: 262_144, withhold: [] },
}

/** Why the request is refused: the first departure that the route does not let pass; undefined where it passes. */
export function refusedBy(
  { findings }: ConformanceReport,
  { mode, refuseUndeclared }: ConformanceSettings,
): ConformanceFinding | undefined {
  if (mode !== 'enforce') return undefined
  return findings.find(
    ({ strength, rule }) =>
      strength === 'refused' || refuseUndeclared.some((one) => rule === `${one}_undeclared`),
  )
}

/** Whether this answer is looked at: by the request's own random id, so that asking twice says the same. */
export function isSampled(id: string, { responses }: ConformanceSettings): boolean {
  return responses.withhold.length > 0 || hash32(id) < responses.sample * 2 ** 32
}
