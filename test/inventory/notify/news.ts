import { newsOf } from '../../../src/inventory/notify/notices.ts'
import type { FindingNotice, Target } from '../../../src/inventory/notify/types.ts'
import { raise } from '../../../src/inventory/risk/finding.ts'
import type { Assessed, Finding } from '../../../src/inventory/risk/finding-types.ts'
import { AT, entry, found, shadow } from '../risk/landscape.ts'

export const TARGET: Target = { name: 'security', host: 'hooks.example', format: 'json', rules: [{}] }

export function finding(changes: Partial<Assessed> = {}): Finding {
  const [first] = found({ entries: [entry(), shadow()] })
  if (first === undefined) throw new Error('nothing was found')
  return raise({ ...first, ...changes }, AT, 10_000).finding
}

export function notice(changes: Partial<Assessed> = {}): FindingNotice {
  return {
    id: 'AAAAAAAAAAAAAAAAAAAAAA-1',
    at: AT,
    kind: 'raised',
    by: 'gate',
    why: 'shadow_operation',
    finding: newsOf(finding(changes)),
  }
}
