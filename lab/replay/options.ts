import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import type { LogFormat } from '../logs/logged.ts'

export const USAGE = `Usage: npm run replay -- FILE… [--format combined|cloudflare-logpush|journal] [--policy FILE] [--json]
  FILE       access logs, in the order of their times: Apache or nginx (combined, common), Cloudflare Logpush http_requests
             (NDJSON), the gate's journal; gzip, and no other packing, is unpacked; - reads standard input
  --format   what all lines are read as; left out, each is looked at
  --policy   another POLICY, as JSON or in a wrangler.toml: who would newly be stopped, and who no longer
  --json     nothing but a line for each client: without it, what was read is told on standard error beside them
  --scratch  where a folder may be made for a log with more clients than memory holds`

const FORMATS = {
  combined: 'combined',
  'cloudflare-logpush': 'logpush',
  logpush: 'logpush',
  journal: 'journal',
} as const satisfies Record<string, LogFormat>

export interface Options {
  readonly files: readonly string[]
  readonly format: LogFormat | undefined
  readonly policy: string | undefined
  readonly json: boolean
  readonly scratch: string | undefined
}

const OPTIONS = {
  format: { type: 'string' },
  policy: { type: 'string' },
  json: { type: 'boolean', default: false },
  scratch: { type: 'string' },
} as const

export function parseOptions(argv: readonly string[]): Outcome<Options, string> {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(argv)
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  if (positionals.length === 0) return fail('Cannot run: name a FILE')
  if (values.format !== undefined && !isFormat(values.format)) {
    return fail(`Cannot run: --format ${values.format} is none of ${Object.keys(FORMATS).join(', ')}`)
  }
  return pass({
    files: positionals.map(here),
    format: values.format === undefined ? undefined : FORMATS[values.format],
    policy: values.policy === undefined ? undefined : here(values.policy),
    json: values.json,
    scratch: values.scratch === undefined ? undefined : here(values.scratch),
  })
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
}

function isFormat(text: string): text is keyof typeof FORMATS {
  return Object.hasOwn(FORMATS, text)
}

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD. */
function here(path: string): string {
  return path === '-' ? path : resolve(process.env.INIT_CWD ?? '.', path)
}
