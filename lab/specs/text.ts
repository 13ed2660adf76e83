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
  const count = `${operations} operation${operations === 1 ? '' : 's'}`
  const byRule = Map.groupBy(problems, ({ rule }) => rule)
  const lines = [...byRule.values()].flatMap(tellRule)
  return [
    `${head}: ${count}, ${lines.length === 0 ? 'nothing wrong' : `${problems.length} problems`}`,
    ...lines,
  ]
}

function tellRule(problems: readonly Problem[]): readonly string[] {
  const shown = problems.slice(0, MAX_SHOWN).map(({ severity, rule, pointer, detail }) => {
    const place = pointer === '' ? '' : ` at ${pointer}`
    return `  ${severity} ${rule}${place}: ${detail}`
  })
  const more = problems.length - shown.length
  return more > 0 ? [...shown, `  and ${more} more of ${problems[0]?.rule}`] : shown
}
