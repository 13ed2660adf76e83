/** Who gets what. */
import { rank } from '../risk/exposure.ts'
import type { Finding, TransitionKind } from '../risk/finding-types.ts'
import type { Rule, Target } from './types.ts'

/** An end is news for whoever asked for it alone. */
const USUAL: readonly TransitionKind[] = ['raised', 'worsened', 'reopened']

export function wants({ rules }: Target, finding: Finding, kind: TransitionKind): boolean {
  return rules.some((rule) => (rule.kinds ?? USUAL).includes(kind) && fits(rule, finding))
}

export function fits(rule: Rule, finding: Finding): boolean {
  const { severity, check, api, owner, tags, about } = finding
  if (rule.atLeast !== undefined && rank(severity) < rank(rule.atLeast)) return false
  if (rule.about !== undefined && rule.about !== about) return false
  if (!named(rule.checks, [check]) || !named(rule.apis, [api])) return false
  return named(rule.owners, owner === undefined ? [] : [owner]) && named(rule.tags, tags)
}

function named(patterns: readonly string[] | undefined, names: readonly string[]): boolean {
  if (patterns === undefined) return true
  return patterns.some((pattern) =>
    names.some((name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)),
  )
}
