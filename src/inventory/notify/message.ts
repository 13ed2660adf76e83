/** A notice as its receiver reads it: generic JSON in the shape of Standard Webhooks, or what Slack and its likes take. */
import { cut } from './notices.ts'
import type { FindingNews, Format, Notice } from './types.ts'

/** Standard Webhooks: "usually smaller than 20kb". */
export const MAX_BODY_BYTES = 20_000

export function messageOf(notice: Notice, format: Format): string {
  return format === 'slack' ? slackMessage(notice) : jsonMessage(notice)
}

function jsonMessage(notice: Notice): string {
  const { id, at, kind, ...data } = notice
  const type = 'finding' in notice ? `finding.${kind}` : `findings.${kind}`
  const whole = JSON.stringify({ type, timestamp: new Date(at).toISOString(), id, data })
  if (byteLength(whole) <= MAX_BODY_BYTES) return whole
  // Names are the bank's own, or its callers', and may be long: fewer of them, or less of each.
  if ('findings' in notice) {
    const half = Math.floor(notice.findings.length / 2)
    return jsonMessage({ ...notice, findings: notice.findings.slice(0, half) })
  }
  return 'finding' in notice ? jsonMessage({ ...notice, why: '', finding: least(notice.finding) }) : whole
}

const LEAST = 100

/** Six octets for each character, at most: JSON's `\u0000`. */
function least(finding: FindingNews): FindingNews {
  return {
    ...finding,
    title: cut(finding.title, LEAST),
    api: cut(finding.api, LEAST),
    operation: cut(finding.operation, LEAST),
    pointer: cut(finding.pointer, LEAST),
    owner: undefined,
    specification: undefined,
    remediation: '',
    evidence: [],
    policies: [],
  }
}

/** https://api.slack.com/messaging/webhooks: `text` is what notifications show and what other products understand. */
function slackMessage(notice: Notice): string {
  const lines = linesOf(notice)
  const text = plain(lines[0] ?? '')
  const body = lines.map(plain).join('\n')
  // A section holds 3,000 characters.
  const section = { type: 'section', text: { type: 'mrkdwn', text: body.slice(0, 2_900) } }
  return JSON.stringify({ text, blocks: [section] })
}

function linesOf(notice: Notice): readonly string[] {
  switch (notice.kind) {
    case 'burst':
      return [
        `${notice.total} findings at once`,
        notice.checks.map(({ what, count }) => `${what} ${count}`).join(', '),
        ...notice.findings.map(lineOf),
      ]
    case 'digest':
      return [
        `Findings: ${notice.raised} new, ${notice.reopened} again, ${notice.fixed} fixed; score ${notice.scores[0]?.score ?? 100} of 100`,
        ...notice.findings.map(lineOf),
      ]
    case 'folded':
      return [`${notice.total} notices could not be kept while you were away: read the list of findings`]
    default:
      return [
        `${HEADINGS[notice.kind]}: [${notice.finding.severity}] ${notice.finding.title}`,
        lineOf(notice.finding),
        ...(notice.finding.owner === undefined ? [] : [`Owner: ${notice.finding.owner}`]),
        `${notice.kind} by ${notice.by}: ${notice.why}`,
        notice.finding.remediation,
      ]
  }
}

const HEADINGS = {
  raised: 'New finding',
  worsened: 'Finding is graver now',
  accepted: 'Risk accepted',
  reopened: 'Finding is back',
  fixed: 'Finding is fixed',
} as const

function lineOf({ severity, check, operation, pointer, id }: FindingNews): string {
  return `[${severity}] ${check} ${operation} ${pointer} (${id})`.replace(/ {2,}/g, ' ')
}

/**
 * Slack reads `<!channel>` and `<https://…|…>`, and some of what stands here callers have named: these three are all
 * that has to be escaped. What formats text is taken out, so that nothing looks like what it is not.
 */
function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[`*~\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ')
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
