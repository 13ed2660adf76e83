/**
 * One number for an API, and one for everything. 100 is nothing open. An operation loses by each of its findings, the
 * graver the more; an API is the average of its operations, and at most as good as half of its worst one lets it be:
 * a hundred sound operations do not make up for one that gives everything away.
 */
import type { Finding, Score } from './finding-types.ts'
import type { Severity } from './types.ts'

const WEIGHT: Readonly<Record<Severity, number>> = { low: 0.03, medium: 0.15, high: 0.4, critical: 0.8 }

/** @param operations how many each API has, found or not */
export function scoresOf(
  findings: readonly Finding[],
  operations: Readonly<Record<string, number>>,
): readonly Score[] {
  const apis = new Set([...Object.keys(operations), ...findings.map(({ api }) => api)])
  const all = Object.values(operations).reduce((sum, count) => sum + count, 0)
  return [
    scoreOf('', findings, all),
    ...Array.from(apis)
      .sort()
      .map((api) =>
        scoreOf(
          api,
          findings.filter((one) => one.api === api),
          operations[api] ?? 0,
        ),
      ),
  ]
}

function scoreOf(api: string, findings: readonly Finding[], operations: number): Score {
  const standing = findings.filter(({ state }) => state !== 'fixed')
  const open = standing.filter(({ state }) => state === 'open')
  return {
    api,
    score: points(open, operations),
    unaccepted: points(standing, operations),
    operations,
    open: {
      low: open.filter(({ severity }) => severity === 'low').length,
      medium: open.filter(({ severity }) => severity === 'medium').length,
      high: open.filter(({ severity }) => severity === 'high').length,
      critical: open.filter(({ severity }) => severity === 'critical').length,
    },
    accepted: standing.length - open.length,
  }
}

function points(findings: readonly Finding[], operations: number): number {
  const sound = new Map<string, number>()
  for (const { operation, severity } of findings) {
    sound.set(operation, (sound.get(operation) ?? 1) * (1 - WEIGHT[severity]))
  }
  const lost = Array.from(sound.values(), (share) => 1 - share)
  const average = lost.reduce((sum, one) => sum + one, 0) / Math.max(operations, lost.length, 1)
  const worst = lost.reduce((most, one) => Math.max(most, one), 0)
  return Math.round(100 * (1 - average) * (1 - worst / 2))
}
