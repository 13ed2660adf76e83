import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { FindingState, Severity } from '../../src/inventory/risk/types.ts'
import { SEVERITIES, STATES } from '../../src/inventory/risk/vocabulary.ts'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'

export const USAGE = `Usage: npm run findings -- [--json|--sarif|--csv] [--from FILE] [--specification FILE]… [options]
  --json, --sarif, --csv  instead of a text: everything, SARIF 2.1.0 for code-scanning tools, a table
  --from           an exported inventory, or findings that --json has written; the running gate when left out
  --specification  an OpenAPI document: what an inventory is held against, and where SARIF finds its lines
  --settings       how risk is judged, as the binding RISK has it, in JSON; for an exported inventory
  --at             when it is judged: 2026-11-21T12:00:00Z; when the inventory was exported, if nothing is said
  --at-least       low (default), medium, high or critical
  --state          open (default), accepted, fixed or all
  --api, --check   only this one
  --gate           address of the gate's console: http://127.0.0.1:PORT or https://localhost:8443 (default)
Exits with 0 when nothing of this is open, with 1 when something is, with 2 when it cannot say.
The operator's token is read from PORTCULLIS_OPERATOR_TOKEN, or from .portcullis/secrets.json, where npm start keeps it.`

export interface Options {
  readonly format: 'text' | 'json' | 'sarif' | 'csv'
  readonly from: string | undefined
  readonly specifications: readonly string[]
  readonly settings: string | undefined
  readonly at: number | undefined
  readonly atLeast: Severity
  readonly states: readonly FindingState[]
  readonly api: string | undefined
  readonly check: string | undefined
  readonly gate: string
  /** Where npm start keeps its secrets. */
  readonly folder: string
}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  sarif: { type: 'boolean', default: false },
  csv: { type: 'boolean', default: false },
  from: { type: 'string' },
  specification: { type: 'string', multiple: true },
  settings: { type: 'string' },
  at: { type: 'string' },
  'at-least': { type: 'string', default: 'low' },
  state: { type: 'string', default: 'open' },
  api: { type: 'string' },
  check: { type: 'string' },
  gate: { type: 'string', default: 'https://localhost:8443' },
  folder: { type: 'string', default: fileURLToPath(new URL('../../.portcullis', import.meta.url)) },
} as const

export function parseOptions(argv: readonly string[]): Outcome<Options, string> {
  let values: ReturnType<typeof parse>
  try {
    values = parse(argv)
  } catch (error) {
    return fail(`Cannot run: ${error instanceof Error ? error.message : String(error)}`)
  }
  const formats = (['json', 'sarif', 'csv'] as const).filter((format) => values[format])
  if (formats.length > 1) return fail(`Cannot run: --${formats.join(' and --')} are two formats`)
  const atLeast = SEVERITIES.find((one) => one === values['at-least'])
  if (atLeast === undefined) return fail(`Cannot run: --at-least ${values['at-least']} is no severity`)
  const states = values.state === 'all' ? STATES : STATES.filter((one) => one === values.state)
  if (states.length === 0) return fail(`Cannot run: --state ${values.state} is no state`)
  const at = values.at === undefined ? undefined : Date.parse(values.at)
  if (Number.isNaN(at)) return fail(`Cannot run: --at ${values.at} is no time such as 2026-11-21T12:00:00Z`)
  if (!URL.canParse(values.gate)) return fail(`Cannot run: --gate ${values.gate} is no address`)
  return pass({
    format: formats[0] ?? 'text',
    from: values.from === undefined ? undefined : here(values.from),
    specifications: (values.specification ?? []).map(here),
    settings: values.settings === undefined ? undefined : here(values.settings),
    at,
    atLeast,
    states,
    api: values.api,
    check: values.check,
    gate: values.gate,
    folder: resolve(values.folder),
  })
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS }).values
}

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD. */
function here(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path)
}
