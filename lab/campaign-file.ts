/** Campaigns from a file of published shapes (../shared/data/campaigns.json), or our own where none is given. */
import * as v from 'valibot'
import { TOOLS, type Tool } from './traffic/attackers.ts'
import { type Campaign, STYLES } from './traffic/campaigns.ts'
import type { Random } from './traffic/random.ts'
import type { AttackKind } from './traffic/traffic.ts'

const KINDS = [
  'credential_stuffing',
  'password_spraying',
  'card_testing',
  'enumeration',
  'scraping',
  'account_takeover',
  'flood',
  'compromised_tpp',
] as const satisfies readonly AttackKind[]

const MAX_CAMPAIGNS = 200
const positive = v.pipe(v.number(), v.minValue(Number.MIN_VALUE), v.maxValue(1e12))
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

/** Only what is known here is read; everything else in the file is ignored, as the note beside it may say anything. */
const entrySchema = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  kind: v.picklist(KINDS),
  attempts: v.optional(positive),
  attempts_per_day: v.optional(positive),
  addresses: v.optional(positive),
  per_address: v.optional(positive),
  days: v.optional(positive),
  hours: v.optional(positive),
  peak_per_hour: v.optional(positive),
  countries: v.optional(positive),
  asns: v.optional(positive),
  share_of_login_traffic: v.optional(v.pipe(share, v.minValue(0.000_001), v.maxValue(0.999_999))),
  success_rate: v.optional(share),
  /** Ours: which tool, or how much of each. */
  tooling: v.optional(v.union([v.picklist(TOOLS), v.record(v.picklist(TOOLS), share)])),
  fingerprints: v.optional(positive),
  hosting: v.optional(share),
  style: v.optional(v.picklist(STYLES)),
  shared: v.optional(share),
  adapts: v.optional(share),
})
const fileSchema = v.object({
  campaigns: v.pipe(v.array(entrySchema), v.minLength(1), v.maxLength(MAX_CAMPAIGNS)),
  tooling_mix_unmitigated: v.optional(
    v.object({
      basic_http_no_browser: v.optional(share),
      intermediate: v.optional(share),
      real_browser_with_human_emulation: v.optional(share),
    }),
  ),
})
type Entry = v.InferOutput<typeof entrySchema>

export interface PlannedCampaign {
  readonly campaign: Campaign
  /** Fields that the file did not give, with what was taken instead. */
  readonly assumed: Readonly<Record<string, unknown>>
}

/** F5 Identity Threat Report 2023, with its intermediate share split in two. */
const MIX: Campaign['tools'] = { basic: 0.65, intermediate: 0.06, impersonating: 0.06, browser: 0.2 }

/** Throws with every mistake in the file: a campaign that is silently left out would look like one that was stopped. */
export function readCampaigns(text: string, random: Random): readonly PlannedCampaign[] {
  const parsed = v.safeParse(fileSchema, JSON.parse(text))
  if (!parsed.success) {
    const mistakes = parsed.issues.map((issue) => {
      const path = issue.path?.map((part) => String(part.key)).join('.') ?? ''
      return `${path}: ${issue.message}`
    })
    throw new Error(`Cannot read campaigns: ${mistakes.join('; ')}`)
  }
  const { tooling_mix_unmitigated: mix } = parsed.output
  const tools = mix === undefined ? MIX : mixOf(mix)
  return parsed.output.campaigns.map((entry) => plan(entry, tools, random.fork(entry.id)))
}

function mixOf(mix: {
  basic_http_no_browser?: number | undefined
  intermediate?: number | undefined
  real_browser_with_human_emulation?: number | undefined
}): Campaign['tools'] {
  const between = mix.intermediate ?? 0.12
  return {
    basic: mix.basic_http_no_browser ?? 0.65,
    intermediate: between / 2,
    impersonating: between / 2,
    browser: mix.real_browser_with_human_emulation ?? 0.2,
  }
}

function plan(entry: Entry, mix: Campaign['tools'], random: Random): PlannedCampaign {
  const assumed: Record<string, unknown> = {}
  const or = <T>(name: string, given: T | undefined, otherwise: () => T): T => {
    if (given !== undefined) return given
    const value = otherwise()
    assumed[name] = value
    return value
  }
  const hours = or('hours', entry.hours ?? (entry.days === undefined ? undefined : entry.days * 24), () => 24)
  const perDay = entry.attempts_per_day === undefined ? undefined : (entry.attempts_per_day * hours) / 24
  const attempts = or('attempts', entry.attempts ?? perDay, () => 100_000)
  const perAddress = or(
    'per_address',
    entry.per_address ?? (entry.addresses === undefined ? undefined : attempts / entry.addresses),
    () => 20,
  )
  const peak = entry.peak_per_hour
  const abroad = or(
    'abroad',
    entry.countries === undefined ? undefined : entry.countries > 20 ? 0.9 : 0.4,
    () => 0.6,
  )
  const campaign: Campaign = {
    id: entry.id,
    kind: entry.kind,
    attempts,
    perAddress: Math.max(1, perAddress),
    hours,
    // A tenth of the time at the peak rate makes this share of the whole.
    peakShare: or(
      'peak_share',
      peak === undefined ? undefined : Math.min(0.9, (peak * hours) / 10 / attempts),
      () => 0.3,
    ),
    tools: or('tooling', toolsOf(entry.tooling), () => mix),
    variants: Math.round(or('fingerprints', entry.fingerprints, () => 4 + random.below(12))),
    hosted: or('hosting', entry.hosting, () => 0.25),
    abroad,
    clustered: or('neighbouring_addresses', undefined, () => 0.1),
    successRate: or('success_rate', entry.success_rate, () => logUniform(0.001, 0.02, random)),
    ...(entry.style === undefined ? {} : { style: entry.style }),
    shared: or('shared_addresses', entry.shared, () => 0.1),
    adapts: or('adapting', entry.adapts, () => 0),
    shareOfLogins: entry.share_of_login_traffic,
  }
  return { campaign, assumed }
}

function toolsOf(tooling: Entry['tooling']): Campaign['tools'] | undefined {
  if (tooling === undefined) return undefined
  const none: Record<Tool, number> = { basic: 0, intermediate: 0, impersonating: 0, browser: 0 }
  return typeof tooling === 'string' ? { ...none, [tooling]: 1 } : { ...none, ...tooling }
}

/** The published sample of stuffed pairs' success rates. */
function logUniform(low: number, high: number, random: Random): number {
  return low * (high / low) ** random.next()
}
