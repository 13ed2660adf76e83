/** What `npm run vectors` says of a suite, and what a judge says of one case. */

export interface Verdict {
  readonly id: string
  readonly result: 'passed' | 'wrongly_accepted' | 'wrongly_refused' | 'not_applicable'
  readonly expected: string
  /** What came out; where the case is not applicable, why. */
  readonly got: string
}

export interface SuiteReport {
  readonly name: string
  readonly total: number
  readonly passed: number
  readonly wrongly_accepted: number
  readonly wrongly_refused: number
  readonly not_applicable: number
  readonly failed: readonly { readonly id: string; readonly expected: string; readonly got: string }[]
  readonly skipped: readonly { readonly id: string; readonly reason: string }[]
}

export function tally(name: string, verdicts: readonly Verdict[]): SuiteReport {
  const count = (result: Verdict['result']) => verdicts.filter((one) => one.result === result).length
  return {
    name,
    total: verdicts.length,
    passed: count('passed'),
    wrongly_accepted: count('wrongly_accepted'),
    wrongly_refused: count('wrongly_refused'),
    not_applicable: count('not_applicable'),
    failed: verdicts
      .filter(({ result }) => result === 'wrongly_accepted' || result === 'wrongly_refused')
      .map(({ id, expected, got }) => ({ id, expected, got })),
    skipped: verdicts
      .filter(({ result }) => result === 'not_applicable')
      .map(({ id, got }) => ({ id, reason: got })),
  }
}

export function table(suites: readonly SuiteReport[]): string {
  const lines = suites.flatMap((suite) => [
    `${suite.name}: ${suite.passed} of ${suite.total} passed, ${suite.wrongly_accepted} wrongly accepted, ` +
      `${suite.wrongly_refused} wrongly refused, ${suite.not_applicable} not applicable`,
    ...suite.failed.map(({ id, expected, got }) => `  FAILED ${id}: expected ${expected}, got ${got}`),
    ...reasons(suite),
  ])
  return `${lines.join('\n')}\n`
}

/** More are in the JSON. */
const SHOWN = 8

function reasons({ skipped }: SuiteReport): readonly string[] {
  const counts = new Map<string, number>()
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const lines = [...counts].map(([reason, cases]) => `  not applicable (${cases}): ${reason}`)
  const left = lines.length - SHOWN
  return left > 0 ? [...lines.slice(0, SHOWN), `  not applicable: ${left} more reasons`] : lines
}
