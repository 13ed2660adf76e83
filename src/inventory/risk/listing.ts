/** Which findings are asked for, and in what order they are shown. Pure. */
import { rank } from './exposure.ts'
import type { Finding } from './finding-types.ts'
import type { FindingState, Severity } from './types.ts'

export interface FindingQuery {
  readonly states: readonly FindingState[]
  readonly atLeast: Severity
  readonly api: string | undefined
  readonly check: string | undefined
  readonly limit: number
  readonly offset: number
}

export interface FindingPage {
  readonly total: number
  /** Gravest first, then those seen last. */
  readonly findings: readonly Finding[]
}

export const MAX_PAGE = 1_000

export function pageOf(findings: Iterable<Finding>, query: FindingQuery): FindingPage {
  const wanted = Array.from(findings).filter((one) => fits(one, query))
  const { limit, offset } = query
  const page = wanted.sort(byGravity).slice(offset, offset + Math.min(limit, MAX_PAGE))
  return { total: wanted.length, findings: page }
}

function fits({ state, severity, api, check }: Finding, query: FindingQuery): boolean {
  if (!query.states.includes(state) || rank(severity) < rank(query.atLeast)) return false
  return (query.api ?? api) === api && (query.check ?? check) === check
}

export function byGravity(left: Finding, right: Finding): number {
  return (
    rank(right.severity) - rank(left.severity) ||
    right.lastSeenAt - left.lastSeenAt ||
    (left.id < right.id ? -1 : 1)
  )
}
