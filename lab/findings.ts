/**
 * `npm run findings -- [options]`: what is at risk, as the running gate knows it or as an exported inventory shows it.
 * Exits with 0 when nothing that was asked for is open, with 1 when something is, and with 2 when it cannot say.
 */
import { readFile } from 'node:fs/promises'
import { csvOf } from '../src/inventory/notify/csv.ts'
import { sarifOf } from '../src/inventory/notify/sarif.ts'
import { CHECKS } from '../src/inventory/risk/checks.ts'
import { rank } from '../src/inventory/risk/exposure.ts'
import { byGravity } from '../src/inventory/risk/listing.ts'
import { askGate } from './findings/gate.ts'
import { linesIn } from './findings/lines.ts'
import { type Options, parseOptions, USAGE } from './findings/options.ts'
import { readExport } from './findings/read-export.ts'
import type { Report } from './findings/report.ts'
import { tell } from './findings/text.ts'

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2))
  if (!options.ok) return unable(`${options.reason}\n${USAGE}`)
  const source = options.value.from
  const report = source === undefined ? await askGate(options.value) : await readExport(source, options.value)
  if (!report.ok) return unable(report.reason)
  const chosen = choose(report.value, options.value)
  process.stdout.write(await write(chosen, options.value))
  return chosen.findings.some(({ state }) => state === 'open') ? 1 : 0
}

function choose(report: Report, { atLeast, states, api, check }: Options): Report {
  const findings = report.findings
    .filter(({ severity, state }) => rank(severity) >= rank(atLeast) && states.includes(state))
    .filter((one) => (api ?? one.api) === one.api && (check ?? one.check) === one.check)
  return { ...report, findings: findings.toSorted(byGravity) }
}

async function write(report: Report, { format, specifications }: Options): Promise<string> {
  if (format === 'csv') return csvOf(report.findings)
  if (format === 'text') return tell(report)
  if (format === 'json') return `${JSON.stringify(report, undefined, 2)}\n`
  const lineOf = await linesIn(specifications)
  const log = sarifOf(report.findings, CHECKS, { version: await ownVersion(), lineOf })
  return `${JSON.stringify(log, undefined, 2)}\n`
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  // Our own file.
  return (JSON.parse(text) as { readonly version: string }).version
}

function unable(message: string): 2 {
  process.stderr.write(`${message}\n`)
  return 2
}

process.exitCode = await main()
