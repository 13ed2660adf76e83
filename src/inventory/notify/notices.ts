/** What is told of an assessment: one notice for each thing that happened to a finding, and one for all where there are many. */
import { rank } from '../risk/exposure.ts'
import type { Finding, Score, Transition } from '../risk/finding-types.ts'
import type { Evidence } from '../risk/types.ts'
import { wants } from './rules.ts'
import type { BurstNotice, DigestNotice, FindingNews, FindingNotice, Notice, Target } from './types.ts'

/** More than this at once is one message. The first look at an old estate finds hundreds of things. */
export const MAX_AT_ONCE = 20
/** Findings that a message of many names. */
const NAMED = 20
/** Keeps a message within 20 kB, as Standard Webhooks recommends. */
const MAX_TEXT = 600
const MAX_NAMES = 8
const MAX_NAME = 120

export interface Happening {
  readonly finding: Finding
  readonly transition: Transition
}

/** @param assessment a name for this assessment, which no other has */
export function noticesFor(
  target: Target,
  happenings: readonly Happening[],
  assessment: string,
): readonly Notice[] {
  const wanted = happenings.filter(({ finding, transition }) => wants(target, finding, transition.kind))
  return wanted.length > MAX_AT_ONCE ? [burst(wanted, assessment)] : wanted.map(noticeOf)
}

function noticeOf({ finding, transition }: Happening): FindingNotice {
  const { sequence, at, kind, by, why } = transition
  return { id: `${finding.id}-${sequence}`, at, kind, by, why: cut(why), finding: newsOf(finding) }
}

function burst(happenings: readonly Happening[], assessment: string): BurstNotice {
  const findings = happenings.map(({ finding }) => finding)
  return {
    id: `burst-${assessment}`,
    at: happenings[0]?.transition.at ?? 0,
    kind: 'burst',
    total: findings.length,
    checks: byCheck(findings),
    findings: gravest(findings).map(brief),
  }
}

export function digestOf(
  findings: readonly Finding[],
  transitions: readonly Transition[],
  scores: readonly Score[],
  period: { readonly since: number; readonly at: number },
): DigestNotice {
  const count = (kind: Transition['kind']) => transitions.filter((one) => one.kind === kind).length
  return {
    id: `digest-${period.at}`,
    kind: 'digest',
    ...period,
    raised: count('raised'),
    reopened: count('reopened'),
    fixed: count('fixed'),
    scores: scores.slice(0, NAMED),
    findings: gravest(findings.filter(({ state }) => state === 'open')).map(brief),
  }
}

function byCheck(findings: readonly Finding[]): readonly Evidence[] {
  const counts = new Map<string, number>()
  for (const { check } of findings) counts.set(check, (counts.get(check) ?? 0) + 1)
  return Array.from(counts, ([what, count]) => ({ what, count }))
    .sort((left, right) => right.count - left.count)
    .slice(0, NAMED)
}

function gravest(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((left, right) => rank(right.severity) - rank(left.severity)).slice(0, NAMED)
}

export function newsOf(finding: Finding): FindingNews {
  const { id, check, severity, owasp, count, evidence } = finding
  return {
    id,
    check,
    severity,
    owasp,
    count,
    evidence,
    title: cut(finding.title),
    api: cut(finding.api),
    operation: cut(finding.operation),
    pointer: cut(finding.pointer),
    owner: finding.owner === undefined ? undefined : cut(finding.owner),
    specification: finding.specification === undefined ? undefined : cut(finding.specification),
    remediation: cut(finding.remediation),
    policies: finding.policies.slice(0, MAX_NAMES).map((name) => cut(name, MAX_NAME)),
  }
}

/** One of many: what it is, not what to do about it. */
function brief(finding: Finding): FindingNews {
  return { ...newsOf(finding), remediation: '', evidence: [], policies: [] }
}

export function cut(text: string, length = MAX_TEXT): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
