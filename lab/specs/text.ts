/** The report of `npm run specs` for people. */
import type { DocumentReport } from './compile.ts'
import type { Problem } from './problem.ts'

/** Of one rule in one document; --json has them all. */
const MAX_SHOWN = 3

export function tell(reports: readonly DocumentReport[]): string {
  return `${reports.flatMap(tellDocument).join('\n')}\n`
}

function tellDocument({ file, title, version, operations, problems }: DocumentReport): readonly string[] {
  const head = title === '' ? file : `${file}: ${title}, ${version}`
  const byRule = Map.groupBy(problems, ({ rule }) => rule)
  const lines = [...byRule.values()].flatMap(tellRule)
  return [`${head}: ${counted(operations, 'operation')}, ${tellCounts(problems)}`, ...lines]
}

function tellCounts(problems: readonly Problem[]): string {
  const bySeverity = Object.groupBy(problems, ({ severity }) => severity)
  const counts = (['error', 'warning'] as const).flatMap((severity) => {
    const count = bySeverity[severity]?.length ?? 0
    return count === 0 ? [] : [counted(count, severity)]
  })
  return counts.length === 0 ? 'nothing wrong' : counts.join(', ')
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function tellRule(problems: readonly Problem[]): readonly string[] {
  const shown = problems.slice(0, MAX_SHOWN).map(({ severity, rule, pointer, detail }) => {
    const place = pointer === '' ? '' : ` at ${pointer}`
    return `  ${severity} ${rule}${place}: ${detail}`
  })
  const more = problems.length - shown.length
  return more > 0 ? [...shown, `  and ${more} more of ${problems[0]?.rule}`] : shown
}
