/** All checks, each once. Their ids never change their meaning: findings, policies and alarms name them. */
import { ACCESS_CHECKS } from './checks/access-checks.ts'
import { BEHAVIOUR_CHECKS } from './checks/behaviour-checks.ts'
import { CONFORMANCE_CHECKS } from './checks/conformance-checks.ts'
import { DATA_CHECKS } from './checks/data-checks.ts'
import { INVENTORY_CHECKS } from './checks/inventory-checks.ts'
import { TRANSPORT_CHECKS } from './checks/transport-checks.ts'
import type { Blindness } from './finding-types.ts'
import type { Check, Landscape, Source } from './types.ts'

export const CHECKS: readonly Check[] = [
  ...INVENTORY_CHECKS,
  ...ACCESS_CHECKS,
  ...DATA_CHECKS,
  ...CONFORMANCE_CHECKS,
  ...BEHAVIOUR_CHECKS,
  ...TRANSPORT_CHECKS,
]

/** Checks that lack a source of theirs: wholly blind, or on one eye. */
export function blindnessOf(checks: readonly Check[], landscape: Landscape): readonly Blindness[] {
  return checks.flatMap(({ id, sources, needsAll }) => {
    const lacks = sources.filter((source) => !isThere(source, landscape))
    const wholly = lacks.length === sources.length || (needsAll === true && lacks.length > 0)
    return lacks.length === 0 ? [] : [{ check: id, lacks, wholly }]
  })
}

function isThere(source: Source, { specification, since, openness }: Landscape): boolean {
  switch (source) {
    case 'specification':
      return specification !== undefined && specification.operations.length > 0
    case 'inventory':
    case 'scanner':
      return since !== undefined
    case 'conformance':
      return since !== undefined && specification !== undefined
    case 'openness':
      return openness !== undefined
    default:
      return since !== undefined
  }
}
