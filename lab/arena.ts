/**
 * `npm run arena [-- --campaigns FILE] [--seed N] [--frontier] [--only ID…] [--people N] [--threads N] [--json]`
 *
 * Campaigns and the bank's own people through the very same guard, in virtual time. What it prints is about generated
 * traffic, and no promise about anybody else's.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type ArenaReport, arenaTable } from './arena-table.ts'
import { type PlannedCampaign, readCampaigns } from './campaign-file.ts'
import { DEFAULT_CAMPAIGNS } from './campaigns.ts'
import { contest } from './contest.ts'
import { frontier } from './frontier.ts'
import { allThreads, onThreads } from './parallel.ts'
import type { Limits } from './population.ts'
import { random } from './traffic/random.ts'

/**
 * What keeps a whole run under three quarters of an hour on two cores. The smaller the scale, the larger the share of a campaign that
 * nobody can have seen coming: of a hundred thousand attempts the first twenty are nothing, of six hundred they are 3%. A flood of
 * half a million from 1,250 addresses that is cut down to fifteen of them is none.
 */
const LIMITS: Limits = {
  ...{ attempts: 24_000, people: 3_400, peopleEachDay: 400 },
  fewest: { attempts: 2_000, mostPeople: 12_000 },
}
/**
 * Of each class: with six of them stopped the bound is 0.1%. With 8,000 it would be so with three, and a gate that stops one in 5,000 would
 * be said to stop one in 1,000 by one seed in twelve; by this many it is by one in a hundred.
 */
const PEOPLE = 12_000

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      campaigns: { type: 'string' },
      seed: { type: 'string', default: '1' },
      frontier: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      people: { type: 'string', default: String(PEOPLE) },
      threads: { type: 'string', default: String(allThreads()) },
      json: { type: 'boolean', default: false },
    },
  })
  const seed = wholeNumber('seed', values.seed)
  const people = wholeNumber('people', values.people)
  const threads = Math.max(1, wholeNumber('threads', values.threads))
  const name = `arena/${seed}`
  const plans = chosen(plansFrom(values.campaigns, name), values.only)
  const run = onThreads(threads, (day) => void process.stderr.write(`arena: ${day}\n`))
  const result = await contest({ plans, limits: LIMITS, people, seed: name }, run)
  const swept = values.frontier ? { frontier: await frontier(name, run) } : {}
  const report: ArenaReport = { seed, ...result, ...swept }
  process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : arenaTable(report))
}

function plansFrom(file: string | undefined, seed: string): readonly PlannedCampaign[] {
  if (file === undefined) return DEFAULT_CAMPAIGNS.map((campaign) => ({ campaign, assumed: {} }))
  // npm runs scripts in the package's folder and leaves the caller's in INIT_CWD.
  const text = readFileSync(resolve(process.env.INIT_CWD ?? '.', file), 'utf8')
  return readCampaigns(text, random(seed).fork('file'))
}

function chosen(plans: readonly PlannedCampaign[], only: readonly string[] | undefined) {
  if (only === undefined) return plans
  const unknown = only.filter((id) => !plans.some(({ campaign }) => campaign.id === id))
  if (unknown.length > 0) throw new Error(`--only names no campaign: ${unknown.join(', ')}`)
  return plans.filter(({ campaign }) => only.includes(campaign.id))
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error(`--${option} is a whole number`)
  return value
}

try {
  await main()
} catch (error) {
  process.stderr.write(`Cannot run the arena: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
