/** What the command was asked for: the four promised attacks, or one of the caller's own. */
import { parseArgs } from 'node:util'
import type { HeaderSet, Target } from './bots.ts'
import type { Variant } from './variant.ts'

export const USAGE = `Usage: npm run attack -- [--json] [--target localhost:8443] [--no-bot-management] [--no-browser] [--seed 1]
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

export interface Plan {
  readonly variants: readonly Variant[]
  readonly target: Target | undefined
  readonly botManagement: boolean
  readonly seed: string
  readonly json: boolean
}

export function parsePlan(args: readonly string[]): Plan {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, allowNegative: true })
  const number = (name: keyof typeof OPTIONS, otherwise: number, most: number): number => {
    const value = values[name] === undefined ? otherwise : Number(values[name])
    if (Number.isInteger(value) && value >= 0 && value <= most) return value
    throw new Error(`--${name} is a whole number up to ${most}`)
  }
  const attempts = number('attempts', 2_000, 100_000)
  const base: Omit<Variant, 'name'> = {
    headers: headerSet(values.headers ?? 'openbullet'),
    attempts,
    // The last thirty of the bank's two hundred people are not given away.
    valid: number('valid', Math.min(20, attempts), Math.min(170, attempts)),
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
