/**
 * `npm run cost [-- --rate N] [--seconds N] [--json]`: what a million requests of each kind cost on Cloudflare: counted in
 * workerd with the real objects, priced by the public list (`cost/prices.ts`). Without what a plan includes, without
 * the duration of objects, which is by time and not by requests (docs/scale.md).
 */
import { parseArgs } from 'node:util'
import { type Bill, billOf, KINDS, type Line } from './cost/bill.ts'
import { measure } from './cost/measure.ts'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rate: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  })
  const pace = { rate: whole('rate', values.rate, 200), seconds: whole('seconds', values.seconds, 120) }
  const counts = await measure(pace, (line) => void process.stderr.write(`cost: ${line}\n`))
  const bill = billOf(counts, pace.rate)
  process.stdout.write(values.json ? `${JSON.stringify(bill, undefined, 2)}\n` : table(bill))
}

function whole(name: string, text: string, most: number): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new Error(`--${name} is a whole number from 1 to ${most}`)
  return number
}

function table({ priced, rate, mix, kinds, per_million }: Bill): string {
  const lines = [
    `For a million requests, counted at ${rate} a second of each kind; prices of ${priced}, in US dollars.`,
    '',
    row(['', 'calls of objects', 'rows written', 'MB stored', 'dollars', 'budget: calls', 'rows']),
    ...kinds.map(({ kind, budget, ...line }) =>
      row([kind, ...figures(line), budget.do_requests, budget.rows_written]),
    ),
    row(['all', ...figures(per_million)]),
    '',
    `All: ${KINDS.map((kind) => `${Math.round(100 * mix[kind])}% ${kind}`).join(', ')}.`,
    '',
    ...kinds.map(({ kind, by_class }) => {
      const classes = Object.entries(by_class).map(
        ([name, { do_requests, rows_written, storage_bytes }]) =>
          `${name} ${do_requests}, ${rows_written} and ${megabytes(storage_bytes)}`,
      )
      return `${kind}, calls, rows and MB by class: ${classes.join('; ')}`
    }),
  ]
  return `${lines.join('\n')}\n`
}

function figures({ do_requests, rows_written, storage_bytes, usd }: Line): readonly (string | number)[] {
  return [do_requests, rows_written, megabytes(storage_bytes), usd]
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell) => String(cell).padEnd(17))
    .join(' ')
    .trimEnd()
}

try {
  await main()
} catch (error) {
  process.stderr.write(`Cannot tell the cost: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
