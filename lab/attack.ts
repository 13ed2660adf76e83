/**
 * `npm run attack [-- options] [--json]`: two thousand stuffed pairs from five hundred loopback addresses through the
 * local edge, while a real browser signs in beside it. Loopback only; says what got through, and exits with 1 when a
 * promise is broken.
 */
import { parseArgs } from 'node:util'
import type { HeaderSet, Target } from './attack/bots.ts'
import { isListening, startStack } from './attack/stack.ts'
import { run, type Variant, type VariantResult } from './attack/variant.ts'
import { random } from './traffic/random.ts'

const USAGE = `Usage: npm run attack -- [--json] [--target localhost:8443] [--no-bot-management] [--no-browser] [--seed 1]
  and, for one attack of your own instead of the four promised ones, any of:
  [--headers openbullet|chrome] [--attempts 2000] [--valid 20] [--addresses 500] [--subnets 50]
  [--concurrency 16] [--browser-address 127.x.y.z|neighbour]`

/** A home in the edge's table of networks, away from the attackers'. */
const HOME = '127.0.7.7'

const OPTIONS = {
  json: { type: 'boolean', default: false },
  target: { type: 'string' },
  'bot-management': { type: 'boolean', default: true },
  browser: { type: 'boolean', default: true },
  seed: { type: 'string', default: '1' },
  headers: { type: 'string' },
  attempts: { type: 'string' },
  valid: { type: 'string' },
  addresses: { type: 'string' },
  subnets: { type: 'string' },
  concurrency: { type: 'string' },
  'browser-address': { type: 'string' },
} as const

interface Plan {
  readonly variants: readonly Variant[]
  readonly target: Target | undefined
  readonly botManagement: boolean
  readonly seed: string
  readonly json: boolean
}

async function main(): Promise<void> {
  const plan = read()
  const results: VariantResult[] = []
  for (const variant of plan.variants) {
    process.stderr.write(`attack: ${variant.name}\n`)
    results.push(await against(variant, plan))
  }
  process.stdout.write(
    plan.json ? `${JSON.stringify({ variants: results }, undefined, 2)}\n` : table(results),
  )
  if (results.some(({ broken }) => broken.length > 0)) process.exitCode = 1
}

/** Each variant meets a gate without memories, unless one that is running was named. */
async function against(variant: Variant, { target, botManagement, seed }: Plan): Promise<VariantResult> {
  const stream = random(`attack/${seed}/${variant.name}`)
  if (target !== undefined && (await isListening(target))) return run(variant, target, stream)
  const stack = await startStack(target?.port ?? 0, botManagement)
  try {
    return await run(variant, stack.target, stream)
  } finally {
    await stack.close()
  }
}

function read(): Plan {
  const { values } = parseArgs({ options: OPTIONS, allowNegative: true })
  const number = (name: keyof typeof OPTIONS, otherwise: number, most: number): number => {
    const value = values[name] === undefined ? otherwise : Number(values[name])
    if (Number.isInteger(value) && value >= 0 && value <= most) return value
    throw new Error(`--${name} is a whole number up to ${most}`)
  }
  const base: Omit<Variant, 'name'> = {
    headers: headerSet(values.headers ?? 'openbullet'),
    attempts: number('attempts', 2_000, 100_000),
    // The last thirty of the bank's two hundred people are not given away.
    valid: number('valid', 20, 170),
    addresses: Math.max(1, number('addresses', 500, 10_000)),
    subnets: Math.max(1, number('subnets', 50, 1_000)),
    concurrency: Math.max(1, number('concurrency', 16, 256)),
    browserAddress: values.browser ? browserAddress(values['browser-address'] ?? HOME) : undefined,
  }
  const own = [
    'headers',
    'attempts',
    'valid',
    'addresses',
    'subnets',
    'concurrency',
    'browser-address',
  ] as const
  return {
    variants: own.some((name) => values[name] !== undefined) ? [{ ...base, name: 'own' }] : promised(base),
    target: values.target === undefined ? undefined : targetOf(values.target),
    botManagement: values['bot-management'],
    seed: values.seed,
    json: values.json,
  }
}

function promised(base: Omit<Variant, 'name'>): readonly Variant[] {
  const near = base.browserAddress === undefined ? undefined : 'neighbour'
  return [
    { ...base, name: 'openbullet' },
    { ...base, name: 'chrome headers', headers: 'chrome' },
    { ...base, name: 'openbullet, browser in their /24', browserAddress: near },
    { ...base, name: 'chrome headers, browser in their /24', headers: 'chrome', browserAddress: near },
  ]
}

function headerSet(name: string): HeaderSet {
  if (name === 'openbullet' || name === 'chrome') return name
  throw new Error('--headers is openbullet or chrome')
}

function browserAddress(text: string): string {
  if (text === 'neighbour' || /^127(?:\.\d{1,3}){3}$/.test(text)) return text
  throw new Error('--browser-address is 127.x.y.z or neighbour')
}

/** Loopback and nothing else: this is an attack. */
function targetOf(text: string): Target {
  const [, host = '', port] = /^(localhost|127(?:\.\d{1,3}){3}):(\d{1,5})$/.exec(text) ?? []
  if (port === undefined) throw new Error('--target is localhost:port or 127.x.y.z:port')
  return { host: host === 'localhost' ? '127.0.0.1' : host, port: Number(port) }
}

function table(results: readonly VariantResult[]): string {
  const rows = results.map((one) => [
    one.name,
    one.attempts,
    one.refused,
    one.throttled,
    one.challenged,
    one.tried,
    `${one.entered} of ${one.valid_pairs}`,
    one.errors,
    one.browser === undefined ? '-' : `${one.browser.succeeded} of ${one.browser.tried}`,
    `${one.seconds} s`,
  ])
  const head = [
    'attack',
    'attempts',
    'denied',
    'throttled',
    'challenged',
    'through',
    'got in',
    'errors',
    'browser',
    '',
  ]
  const lines = [head, ...rows].map((cells) =>
    cells
      .map((cell, index) => String(cell).padEnd(index === 0 ? 38 : 11))
      .join('')
      .trimEnd(),
  )
  const broken = results.flatMap((one) => one.broken.map((promise) => `Broken, ${one.name}: ${promise}`))
  const failures = results.flatMap((one) =>
    (one.browser?.failures ?? []).map((text) => `Browser, ${one.name}: ${text}`),
  )
  return `${[...lines, ...broken, ...failures].join('\n')}\n`
}

try {
  await main()
} catch (error) {
  process.stderr.write(`Cannot attack: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
  process.exitCode = 2
}
