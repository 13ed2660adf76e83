/**
 * `npm run arena [-- --campaigns FILE] [--seed N] [--json]`: campaigns and the bank's own people through the very same
 * guard, in virtual time. What it prints is about generated traffic, and no promise about anybody else's.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { guard } from '../src/guard.ts'
import { type PlannedCampaign, readCampaigns } from './campaign-file.ts'
import { DEFAULT_CAMPAIGNS } from './campaigns.ts'
import { thirdPartyCertificates } from './certificates.ts'
import { embeddedScorer, labHouse } from './house.ts'
import { evenly, type Limits, population, scaled, spanOf, type Volumes } from './population.ts'
import { type BenignResult, benignTally, type CampaignResult, campaignTally } from './tally.ts'
import { attack, type Campaign } from './traffic/campaigns.ts'
import { type Random, random } from './traffic/random.ts'
import type { ClientAuth } from './traffic/traffic.ts'
import { play, type Sighting } from './world.ts'

/** What keeps a whole run under three minutes on one core. */
const LIMITS: Limits = { attempts: 4_000, people: 2_000 }
/** Of each class, on the day without an attack. With none of them stopped the bound is 3 / 1,000. */
const QUIET_PEOPLE = 1_000
const THIRD_PARTIES = 13

export interface ArenaReport {
  readonly seed: number
  /** The smallest factor of all campaigns; each has its own beside it. */
  readonly scale: number
  readonly campaigns: readonly (CampaignResult & {
    readonly scale: number
    /** What FILE did not say, and what was taken instead. */
    readonly assumed: PlannedCampaign['assumed']
  })[]
  readonly benign: readonly BenignResult[]
}

interface Arena {
  readonly random: Random
  readonly certificates: readonly ClientAuth[]
  readonly benign: ReturnType<typeof benignTally>
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
  if (!Number.isSafeInteger(seed))
    throw new Error(`Cannot run: --seed is "${values.seed}", a whole number is needed`)
  const draws = random(`arena/${seed}`)
  const plans =
    values.campaigns === undefined
      ? DEFAULT_CAMPAIGNS.map((campaign) => ({ campaign, assumed: {} }))
      : readCampaigns(readFileSync(values.campaigns, 'utf8'), draws.fork('file'))
  const report = await run(seed, plans, draws)
  process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : table(report))
}

async function run(seed: number, plans: readonly PlannedCampaign[], draws: Random): Promise<ArenaReport> {
  const arena: Arena = {
    random: draws,
    certificates: await thirdPartyCertificates(THIRD_PARTIES),
    benign: benignTally(),
  }
  progress('a quiet day')
  await quietDay(arena)
  const campaigns: ArenaReport['campaigns'][number][] = []
  for (const { campaign, assumed } of plans) {
    progress(campaign.id)
    const { scale, result } = await beside(campaign, arena)
    campaigns.push({ ...result, scale, assumed })
  }
  const scale = Math.min(...campaigns.map((campaign) => campaign.scale))
  return { seed, scale, campaigns, benign: arena.benign.results() }
}

async function quietDay(arena: Arena): Promise<void> {
  await day('quiet day', evenly(QUIET_PEOPLE), 24, [], arena, () => {})
}

/** Each campaign meets a gate that has seen only this bank's people so far. */
async function beside(
  campaign: Campaign,
  arena: Arena,
): Promise<{ readonly scale: number; readonly result: CampaignResult }> {
  const plan = scaled(campaign, LIMITS)
  const tally = campaignTally(campaign.id, campaign.kind)
  const attackers = attack(
    plan.campaign,
    spanOf(campaign.hours),
    arena.random.fork(`campaign ${campaign.id}`),
  )
  await day(campaign.id, plan.volumes, campaign.hours, [...attackers], arena, tally.see)
  return { scale: plan.scale, result: tally.result() }
}

async function day(
  name: string,
  volumes: Volumes,
  hours: number,
  attackers: Parameters<typeof play>[0],
  arena: Arena,
  see: (sighting: Sighting) => void,
): Promise<void> {
  const stream = arena.random.fork(name)
  // Every second bank has no Bot Management: the gate must do without.
  const zone = { botManagement: stream.fork('zone').chance(0.5) }
  const house = labHouse({ scorer: embeddedScorer(), seed: name })
  const everybody = population(
    `beside ${name}`,
    volumes,
    spanOf(hours),
    arena.certificates,
    stream.fork('people'),
  )
  await play([...everybody, ...attackers], house, zone, guard, (sighting) => {
    arena.benign.see(sighting)
    see(sighting)
  })
}

function progress(name: string): void {
  process.stderr.write(`arena: ${name}\n`)
}

function table({ seed, scale, campaigns, benign }: ArenaReport): string {
  const lines = [
    `seed ${seed}; smallest scale ${scale.toPrecision(2)} (the bank's own traffic is scaled by each campaign's factor)`,
    '',
    row([
      'campaign',
      'kind',
      'scale',
      'attempts',
      'stopped',
      'challenged',
      'through',
      'before 1st',
      'valid through',
    ]),
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
        `${one.valid_pairs_through}/${one.valid_pairs}`,
      ]),
    ),
    '',
    row([
      'people and machines',
      '',
      '',
      'people',
      'requests',
      'stopped',
      'challenged',
      'people',
      'upper 95%',
    ]),
    ...benign.map((one) =>
      row([
        one.class,
        '',
        '',
        one.people,
        one.requests,
        one.stopped,
        one.challenged,
        one.people_stopped,
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

await main()
