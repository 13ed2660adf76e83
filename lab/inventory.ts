/**
 * `npm run inventory -- --from LOG [options]`: what there is, by what was logged, against what was published; by the very code
 * that the gate's own inventory runs. Exits with 0, and with 2 when there was nothing to read.
 */
import { diffOf } from '../src/inventory/export/diff.ts'
import { openApiOf } from '../src/inventory/export/openapi.ts'
import { csvOf, rowOf } from '../src/inventory/export/rows.ts'
import { parseOptions, USAGE, type Written } from './inventory/options.ts'
import { type Report, reportOn } from './inventory/report.ts'
import { tell } from './inventory/text.ts'

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2))
  if (!options.ok) return unable(`${options.reason}\n${USAGE}`)
  const report = await reportOn(options.value)
  if (!report.ok) return unable(report.reason)
  if (report.value.last === undefined) return unable('Cannot read any request in it')
  process.stdout.write(WRITE[options.value.written](report.value))
  return 0
}

const WRITE = {
  text: tell,
  json: (report) => json(everything(report)),
  csv: ({ operations }) => csvOf(operations.map(rowOf)),
  openapi: ({ operations, last = 0 }) => json(openApiOf(operations, { at: last })),
  diff: ({ operations, specification }) => json({ differences: diffOf(operations, specification) }),
} as const satisfies Record<Written, (report: Report) => string>

/** `npm run findings -- --from` reads `snapshots`. */
function everything({ sources, first, last, operations, snapshots }: Report): unknown {
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString())
  return { sources, first: time(first), last: time(last), operations: operations.map(rowOf), snapshots }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

function unable(message: string): 2 {
  process.stderr.write(`${message}\n`)
  return 2
}

process.exitCode = await main()
