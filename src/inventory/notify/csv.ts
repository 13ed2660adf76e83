/** Findings as comma-separated values (RFC 4180), one a line. */
import { csvRow } from '../../lib/csv.ts'
import type { Finding } from '../risk/finding-types.ts'

/** Order is column order: append only, because spreadsheets name columns by their place. */
const COLUMNS = {
  id: ({ id }) => id,
  state: ({ state }) => state,
  severity: ({ severity }) => severity,
  check: ({ check }) => check,
  title: ({ title }) => title,
  owasp: ({ owasp }) => owasp.join(' '),
  api: ({ api }) => api,
  operation: ({ operation }) => operation,
  place: ({ pointer }) => pointer,
  specification: ({ specification }) => specification ?? '',
  owner: ({ owner }) => owner ?? '',
  tags: ({ tags }) => tags.join(' '),
  policies: ({ policies }) => policies.join('; '),
  count: ({ count }) => String(count),
  first_seen: ({ firstSeenAt }) => new Date(firstSeenAt).toISOString(),
  last_seen: ({ lastSeenAt }) => new Date(lastSeenAt).toISOString(),
  accepted_until: ({ acceptance }) =>
    acceptance === undefined ? '' : new Date(acceptance.until).toISOString(),
  accepted_by: ({ acceptance }) => acceptance?.by ?? '',
  reason: ({ acceptance, fixed }) => acceptance?.why ?? fixed?.why ?? '',
  remediation: ({ remediation }) => remediation,
} as const satisfies Record<string, (finding: Finding) => string>

export function csvOf(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => Object.values(COLUMNS).map((read) => read(finding)))
  return [Object.keys(COLUMNS), ...rows].map(csvRow).join('')
}
