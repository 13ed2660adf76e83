/** The report for people. */
import type { Finding } from '../../src/inventory/risk/finding-types.ts'
import type { Report } from './report.ts'

export function tell({ source, at, findings, scores, blind, problems }: Report): string {
  const [whole] = scores
  const when = at === undefined ? 'never assessed' : `assessed ${time(at)}`
  const lines = [
    `${source}: ${findings.length} findings, ${when}${whole === undefined ? '' : `, score ${whole.score} of 100`}`,
    ...scores.slice(1).map(({ api, score, operations }) => `  ${api}: ${score}, ${operations} operations`),
    ...findings.flatMap((finding) => ['', ...about(finding)]),
    ...said(
      'Checks that cannot see',
      blind.filter(({ wholly }) => wholly).map(({ check, lacks }) => `${check}: lacks ${lacks.join(', ')}`),
    ),
    ...said(
      'Checks that see part of what they look at',
      blind.filter(({ wholly }) => !wholly).map(({ check, lacks }) => `${check}: lacks ${lacks.join(', ')}`),
    ),
    ...said('Problems', problems),
  ]
  return `${lines.map(visible).join('\n')}\n`
}

function about(finding: Finding): readonly string[] {
  const { severity, state, check, title, operation, pointer, owasp, count, owner, id } = finding
  const place = [operation === '' ? 'everywhere' : operation, pointer]
    .filter((part) => part !== '')
    .join('  ')
  return [
    `[${severity}] ${title}${state === 'open' ? '' : ` (${state})`}`,
    `  ${place}`,
    `  ${check}, ${owasp.join(' ')}, seen ${count === 1 ? 'once' : `${count} times`}, last ${time(finding.lastSeenAt)}, ${id}`,
    ...(finding.specification === undefined ? [] : [`  in ${finding.specification}`]),
    ...(owner === undefined ? [] : [`  owner: ${owner}`]),
    ...(finding.policies.length === 0 ? [] : [`  policy: ${finding.policies.join('; ')}`]),
    ...(finding.evidence.length === 0
      ? []
      : [`  evidence: ${finding.evidence.map(({ what, count }) => `${what} ${count}`).join(', ')}`]),
    `  ${finding.remediation}`,
  ]
}

function said(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)]
}

function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** Names that callers chose must not move a terminal's cursor. */
function visible(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
}
