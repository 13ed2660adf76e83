import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'

export const USAGE = `Usage: npm run inventory -- --from LOG… [--specs FILE…] [--format text|json|csv|openapi|diff] [--quiet-days N]
  --from        a log: Apache or nginx combined, Cloudflare Logpush http_requests (NDJSON), the gate's journal (NDJSON); .gz
                is unpacked, - reads standard input; several are read one after the other
  --specs       OpenAPI documents that are published: what they do not have is a shadow
  --format      what is written: a table (text), everything (json, or --json), rows (csv), an OpenAPI document of what was
                seen (openapi), what was published against what was seen (diff)
  --quiet-days  without requests for so long an operation is dormant; 30, if nothing is said`

const WRITTEN = ['text', 'json', 'csv', 'openapi', 'diff'] as const
export type Written = (typeof WRITTEN)[number]

export interface Options {
  readonly logs: readonly string[]
  readonly specifications: readonly string[]
  readonly written: Written
  readonly quietDays: number
}

const OPTIONS = {
  from: { type: 'string', multiple: true },
  specs: { type: 'string', multiple: true },
  format: { type: 'string', default: 'text' },
  'quiet-days': { type: 'string', default: '30' },
  json: { type: 'boolean', default: false },
} as const

export function parseOptions(argv: readonly string[]): Outcome<Options, string> {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(argv)
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  const quietDays = Number(values['quiet-days'])
  const written = values.json ? 'json' : WRITTEN.find((one) => one === values.format)
  if (values.from === undefined) return fail('Cannot run: name a LOG with --from')
  if (written === undefined)
    return fail(`Cannot run: --format ${values.format} is none of ${WRITTEN.join(', ')}`)
  if (!Number.isInteger(quietDays) || quietDays < 1)
    return fail('Cannot run: --quiet-days is a number of days')
  // A shell spreads a pattern after --specs into several words: those that no option takes are documents.
  const specifications = [...(values.specs ?? []), ...positionals]
  if (positionals.length > 0 && values.specs === undefined)
    return fail(`Cannot run: what is ${positionals[0]} for?`)
  return pass({ logs: values.from.map(here), specifications: specifications.map(here), written, quietDays })
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
}

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD. */
function here(path: string): string {
  return path === '-' ? path : resolve(process.env.INIT_CWD ?? '.', path)
}
