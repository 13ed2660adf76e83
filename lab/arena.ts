/**
 * `npm run arena [-- --campaigns FILE] [--seed N] [--json]`: campaigns and the bank's own people through the very same
 * guard, in virtual time. What it prints is about generated traffic, and no promise about anybody else's.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readCampaigns } from './campaign-file.ts'
import { DEFAULT_CAMPAIGNS } from './campaigns.ts'
import { type ContestResult, contest } from './contest.ts'
import type { Limits } from './population.ts'
import { random } from './traffic/random.ts'

/** What keeps a whole run under three minutes on one core. */
const LIMITS: Limits = { attempts: 4_000, people: 2_000 }
/** With none of them stopped the bound is 3 / 1,000. */
const QUIET_PEOPLE = 1_000

interface ArenaReport extends ContestResult {
  readonly seed: number
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      campaigns: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Error('--seed is a whole number')
  const draws = random(`arena/${seed}`)
  const plans =
    values.campaigns === undefined
      ? DEFAULT_CAMPAIGNS.map((campaign) => ({ campaign, assumed: {} }))
      : readCampaigns(readFileSync(values.campaigns, 'utf8'), draws.fork('file'))
  const begins = (name: string) => void process.stderr.write(`arena: ${name}\n`)
  const result = await contest({ plans, limits: LIMITS, quietPeople: QUIET_PEOPLE, random: draws, begins })
  const report = { seed, ...result }
  process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : table(report))
}

function table({ seed, scale, campaigns, benign }: ArenaReport): string {
  const head = 'campaign,kind,scale,attempts,stopped,challenged,through,before 1st,valid through'
  const others = 'people and machines,,,people,requests,stopped,challenged,people,upper 95%'
  const lines = [
    `Seed ${seed}. The bank's own traffic is scaled by each campaign's factor, the smallest of which is ${scale.toPrecision(2)}.`,
    '',
    row(head.split(',')),
    ...campaigns.map((one) =>
      row([
        one.id,
        one.kind,
        one.scale.toPrecision(2),
        one.attempts,
        share(one.stopped, one.attempts),
        share(one.challenged, one.attempts),
        one.through,
        one.through_before_first_stop,
        `${one.valid_pairs_through} of ${one.valid_pairs}`,
      ]),
    ),
    '',
    row(others.split(',')),
    ...benign.map((one) =>
      row([
        ...[one.class, '', '', one.people, one.requests, one.stopped, one.challenged, one.people_stopped],
        `${(one.upper95 * 100).toFixed(2)}%`,
      ]),
    ),
  ]
  const assumed = campaigns
    .filter((one) => Object.keys(one.assumed).length > 0)
    .map((one) => `${one.id}: ${JSON.stringify(one.assumed)}`)
  if (assumed.length > 0) lines.push('', 'Not given in the file, and what was taken instead:', ...assumed)
  return `${lines.join('\n')}\n`
}

const WIDTHS = [28, 20, 9, 9, 10, 11, 10, 11, 14] as const

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => String(cell).padEnd(WIDTHS[index] ?? 10))
    .join(' ')
    .trimEnd()
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)}%`
}

try {
  await main()
} catch (error) {
  process.stderr.write(`Cannot run the arena: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
