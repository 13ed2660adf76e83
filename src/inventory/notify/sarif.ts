/**
 * Findings as SARIF 2.1.0 (OASIS, sarif-v2.1.0), which code-scanning tools read: each check is a rule, each finding a
 * result in the specification where it is mended. Findings about what no specification has are results without a file.
 */
import type { Finding } from '../risk/finding-types.ts'
import type { Check, OwnCheck, Severity } from '../risk/types.ts'
import { OWASP } from '../risk/vocabulary.ts'

const SARIF_SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

const LEVEL: Readonly<Record<Severity, 'note' | 'warning' | 'error'>> = {
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
}
/** What GitHub sorts by: over 9.0 is critical, over 7.0 high, over 4.0 medium. */
const SCORE: Readonly<Record<Severity, string>> = { low: '3.0', medium: '5.5', high: '8.0', critical: '9.5' }

export interface SarifOptions {
  readonly version: string
  /** A line from 1, where the file is at hand. */
  lineOf?(file: string, pointer: string): number | undefined
}

type Rule = Pick<Check | OwnCheck, 'id' | 'title' | 'owasp' | 'remediation'>

/** @param checks all that may have found something; those that have not are told as well */
export function sarifOf(
  findings: readonly Finding[],
  checks: readonly Rule[],
  options: SarifOptions,
): Readonly<Record<string, unknown>> {
  // What was fixed is left out: tools take a result that does not come again for mended.
  const standing = findings.filter(({ state }) => state !== 'fixed')
  const rules = withStrangers(checks, standing)
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  return {
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Portcullis',
            semanticVersion: options.version,
            rules: rules.map((rule) => ruleOf(rule, standing)),
          },
        },
        results: standing.map((finding) => resultOf(finding, indexes.get(finding.check) ?? -1, options)),
      },
    ],
  }
}

/** A check that has since been taken away has findings still. */
function withStrangers(checks: readonly Rule[], findings: readonly Finding[]): readonly Rule[] {
  const known = new Set(checks.map(({ id }) => id))
  const strangers = new Map<string, Rule>()
  for (const { check, title, owasp, remediation } of findings) {
    if (!known.has(check)) strangers.set(check, { id: check, title, owasp, remediation })
  }
  return [...checks, ...strangers.values()]
}

function ruleOf({ id, title, owasp, remediation }: Rule, findings: readonly Finding[]) {
  const worst = findings.find(({ check }) => check === id)?.severity ?? 'medium'
  const risks = owasp.map((one) => `${one}:2023 ${OWASP[one]}`)
  return {
    id,
    name: pascal(id),
    shortDescription: { text: sentence(title) },
    fullDescription: { text: `${sentence(title)} ${risks.join('; ')}.` },
    help: { text: remediation },
    defaultConfiguration: { level: LEVEL[worst] },
    properties: {
      tags: ['security', ...owasp.map((one) => `owasp-${one}-2023`)],
      'security-severity': SCORE[worst],
    },
  }
}

function resultOf(finding: Finding, ruleIndex: number, options: SarifOptions) {
  const { id, check, severity, operation, pointer, state, count } = finding
  const place = [operation, pointer].filter((part) => part !== '').join(' ')
  return {
    ruleId: check,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    kind: 'fail',
    level: LEVEL[severity],
    message: {
      text: `${sentence(finding.title)} ${place === '' ? 'Everywhere' : place}. Seen ${count === 1 ? 'once' : `${count} times`}.`,
    },
    locations: [locationOf(finding, options)],
    partialFingerprints: { 'portcullisFinding/v1': id },
    occurrenceCount: Math.max(1, count),
    ...(state === 'accepted' ? { suppressions: [suppressionOf(finding)] } : {}),
    properties: {
      'security-severity': SCORE[severity],
      severity,
      state,
      api: finding.api,
      owner: finding.owner ?? '',
      tags: [...finding.tags],
      policies: [...finding.policies],
      firstSeen: new Date(finding.firstSeenAt).toISOString(),
      lastSeen: new Date(finding.lastSeenAt).toISOString(),
      evidence: finding.evidence.map(({ what, count }) => `${what}: ${count}`),
    },
  }
}

/** Viewers need a file and a line; what stands in no file has its name alone. */
function locationOf({ specification, operation }: Finding, { lineOf }: SarifOptions) {
  const logicalLocations = [{ fullyQualifiedName: operation === '' ? '*' : operation, kind: 'function' }]
  if (specification === undefined) return { logicalLocations }
  const at = specification.indexOf('#')
  const [file, pointer] = [specification.slice(0, at), specification.slice(at + 1)]
  return {
    physicalLocation: {
      artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: lineOf?.(file, pointer) ?? 1 },
    },
    logicalLocations,
    properties: { jsonPointer: pointer },
  }
}

/** Accepted by a person, outside of the file. */
function suppressionOf({ acceptance }: Finding) {
  return {
    kind: 'external',
    status: 'accepted',
    justification: acceptance?.why ?? '',
    properties: {
      by: acceptance?.by ?? '',
      until: acceptance === undefined ? '' : new Date(acceptance.until).toISOString(),
    },
  }
}

function sentence(text: string): string {
  return `${text.replace(/\.$/, '')}.`
}

/** A name that people can read: rules of other tools have theirs in Pascal case. */
function pascal(id: string): string {
  return id.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
