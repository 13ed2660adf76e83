/**
 * `npm run scale [-- --rate N] [--json]`: which object is the busiest at 100, 10,000 and 1,000,000 requests a second, as the
 * gate's own placement has it, with the settings as they come and with those that `docs/scale.md` names for the rate.
 */
import { parseArgs } from 'node:util'
import { COMFORTABLE, type Load, loads, type Settings } from './scale/load.ts'
import { random } from './traffic/random.ts'

const USUAL: Settings = {
  shards: 64,
  organisationShards: 4,
  replayShards: 64,
  journalShards: 1,
  estateShards: 1,
  estateLeaves: 0,
}

/** What to set at which rate. */
const SIZES: readonly { readonly rate: number; readonly settings: Settings }[] = [
  { rate: 100, settings: USUAL },
  { rate: 10_000, settings: { ...USUAL, organisationShards: 16 } },
  {
    rate: 1_000_000,
    settings: {
      shards: 1_024,
      organisationShards: 1_024,
      replayShards: 1_024,
      journalShards: 64,
      estateShards: 16,
      estateLeaves: 64,
    },
  },
]

interface Size {
  readonly rate: number
  readonly settings: Settings
  readonly usual: readonly Load[]
  readonly set: readonly Load[]
}

function main(): void {
  const { values } = parseArgs({
    options: { rate: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const rate = values.rate === undefined ? undefined : Number(values.rate)
  if (rate !== undefined && !(rate >= 1 && rate <= 10_000_000))
    throw new Error('--rate is a number of requests a second, up to ten million')
  const sizes = rate === undefined ? SIZES : [{ rate, settings: USUAL }]
  const report = sizes.map((size) => ({
    ...size,
    usual: loads(size.rate, USUAL, random('scale')),
    set: loads(size.rate, size.settings, random('scale')),
  }))
  process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : table(report))
}

function table(sizes: readonly Size[]): string {
  const lines = sizes.flatMap(({ rate, settings, usual, set }) => [
    `${rate.toLocaleString('en')} requests a second, with ${JSON.stringify(settings)}`,
    row(['', 'objects', 'all, a second', 'busiest', 'as it comes']),
    ...set.map(({ object, objects, all, busiest }, at) =>
      row([
        object,
        String(objects),
        all.toFixed(0),
        `${busiest.toFixed(busiest < 10 ? 1 : 0)}${busiest > COMFORTABLE ? ' (too many)' : ''}`,
        (usual.find((one) => one.object === object) ?? usual[at])?.busiest.toFixed(0) ?? '',
      ]),
    ),
    '',
  ])
  return lines.join('\n')
}

function row(cells: readonly string[]): string {
  const [name = '', ...rest] = cells
  return `${name.padEnd(30)}${rest.map((cell) => cell.padStart(20)).join('')}`.trimEnd()
}

try {
  main()
} catch (error) {
  process.stderr.write(`Cannot tell the scale: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
