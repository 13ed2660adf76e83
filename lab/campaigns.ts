/** Campaigns of the laboratory's own: the arena's default set, and random ones to learn from. Numbers are ours. */

import { TOOLS, type Tool } from './traffic/attackers.ts'
import type { Campaign } from './traffic/campaigns.ts'
import type { Random } from './traffic/random.ts'
import type { AttackKind } from './traffic/traffic.ts'

const NO_TOOLS: Campaign['tools'] = { basic: 0, intermediate: 0, impersonating: 0, browser: 0 }

function only(tool: Tool): Campaign['tools'] {
  return { ...NO_TOOLS, [tool]: 1 }
}

const ORDINARY: Campaign = {
  id: '',
  kind: 'credential_stuffing',
  attempts: 200_000,
  perAddress: 20,
  hours: 24,
  peakShare: 0.3,
  tools: only('basic'),
  variants: 3,
  hosted: 0.25,
  abroad: 0.6,
  clustered: 0.1,
  successRate: 0.005,
  shared: 0.1,
  shareOfLogins: undefined,
}

const SINGLE_USE = { perAddress: 1, attempts: 400_000 } as const
const WEEKS = 28 * 24

/** One of each kind, and stuffing by how well it is disguised and how often an address is used. */
export const DEFAULT_CAMPAIGNS: readonly Campaign[] = [
  { ...ORDINARY, id: 'openbullet', perAddress: 40 },
  { ...ORDINARY, id: 'openbullet-single-use', ...SINGLE_USE },
  { ...ORDINARY, id: 'browser-headers', tools: only('intermediate'), perAddress: 10 },
  { ...ORDINARY, id: 'browser-headers-single-use', tools: only('intermediate'), ...SINGLE_USE },
  { ...ORDINARY, id: 'impersonated', tools: only('impersonating'), perAddress: 10 },
  { ...ORDINARY, id: 'impersonated-single-use', tools: only('impersonating'), ...SINGLE_USE },
  { ...ORDINARY, id: 'driven-browser', tools: only('browser'), perAddress: 10, variants: 6 },
  { ...ORDINARY, id: 'driven-browser-single-use', tools: only('browser'), ...SINGLE_USE, variants: 6 },
  // The published one makes 50,000 attempts a day.
  {
    ...ORDINARY,
    id: 'slow',
    perAddress: 1.5,
    attempts: 1_400_000,
    hours: WEEKS,
    tools: only('impersonating'),
  },
  { ...ORDINARY, id: 'carrier-exits', tools: only('impersonating'), perAddress: 5, shared: 0.6 },
  { ...ORDINARY, id: 'adaptive', tools: only('intermediate'), perAddress: 12, adapts: 1 },
  {
    ...ORDINARY,
    ...{ id: 'adaptive-mimic', tools: only('impersonating'), perAddress: 4, adapts: 1, variants: 20 },
  },
  { ...ORDINARY, id: 'spraying', kind: 'password_spraying', perAddress: 8, attempts: 60_000 },
  {
    ...ORDINARY,
    ...{ id: 'spraying-single-use', kind: 'password_spraying', tools: only('intermediate') },
    ...SINGLE_USE,
  },
  { ...ORDINARY, id: 'card-burst', kind: 'card_testing', perAddress: 60, attempts: 100_000, hours: 12 },
  {
    ...ORDINARY,
    ...{ id: 'card-drip', kind: 'card_testing', tools: only('intermediate') },
    ...{ perAddress: 3, attempts: 4_000, hours: 12 },
  },
  {
    ...ORDINARY,
    ...{ id: 'bin-single-use', kind: 'card_testing', tools: only('impersonating') },
    ...{ perAddress: 1, attempts: 150_000 },
  },
  {
    ...ORDINARY,
    ...{ id: 'account-walk', kind: 'enumeration', style: 'accounts', perAddress: 300 },
    ...{ attempts: 100_000, hosted: 0.7 },
  },
  {
    ...ORDINARY,
    ...{ id: 'payee-walk', kind: 'enumeration', style: 'payees', perAddress: 60 },
    ...{ attempts: 100_000, hosted: 0.4 },
  },
  {
    ...ORDINARY,
    ...{ id: 'consent-walk', kind: 'enumeration', style: 'consents', perAddress: 300 },
    ...{ attempts: 100_000, hosted: 1, shared: 0 },
  },
  {
    ...ORDINARY,
    ...{ id: 'names', kind: 'enumeration', style: 'names', tools: only('intermediate'), perAddress: 15 },
    ...{ attempts: 100_000, successRate: 0 },
  },
  { ...ORDINARY, id: 'statements', kind: 'scraping', perAddress: 400, attempts: 100_000, hosted: 0.7 },
  {
    ...ORDINARY,
    ...{ id: 'flood', kind: 'flood', perAddress: 400, attempts: 500_000, hours: 6, hosted: 0.8 },
  },
  {
    ...ORDINARY,
    ...{ id: 'takeover', kind: 'account_takeover', perAddress: 12, attempts: 30_000, successRate: 0.02 },
  },
  // Of one third party's 2,400 consents: neither it nor its thief is scaled.
  {
    ...ORDINARY,
    ...{ id: 'compromised-tpp', kind: 'compromised_tpp', perAddress: 12_000, attempts: 12_000, shared: 0 },
  },
]

const LEARNT_KINDS = [
  ['credential_stuffing', 46],
  ['password_spraying', 14],
  ['card_testing', 12],
  ['enumeration', 13],
  ['scraping', 11],
  ['account_takeover', 10],
  ['flood', 8],
] as const satisfies readonly (readonly [AttackKind, number])[]

/** What the frontier varies. */
export const FRONTIER_BASE: Campaign = { ...ORDINARY, variants: 6 }

/** A third party's consents are walked with a certificate, and what it may do is its quota's and its baseline's to say. */
const LEARNT_STYLES = ['accounts', 'accounts', 'payees', 'paths', 'paths', 'names'] as const
/** Share of the scrapers who take what is open to everybody: through so few addresses that each is seen to read more than a person. */
const OF_THE_SITE = 0.35
const LEAST_OF_THE_SITE = 60
/** What one address asks for by the hundred. */
export const MANY_EACH: readonly AttackKind[] = ['enumeration', 'scraping', 'flood']

/** Share of the campaigns that go on for days and weeks: a few tries an hour, which only a whole day shows. */
const LONG = 0.15

/** A campaign as nobody has seen it yet: every number drawn, over the whole range that has been published and beyond. */
export function anyCampaign(id: string, random: Random): Campaign {
  const kind = random.weighted(LEARNT_KINDS)
  const ofTheSite = kind === 'scraping' && random.fork('site').chance(OF_THE_SITE)
  const tools = random.chance(0.75) ? only(random.pick(TOOLS)) : mixed(random)
  return {
    id,
    kind,
    attempts: logUniform(2_000, 2_000_000, random),
    perAddress: logUniform(ofTheSite ? LEAST_OF_THE_SITE : 1, MANY_EACH.includes(kind) ? 1_000 : 200, random),
    hours: random.chance(LONG) ? logUniform(96, WEEKS, random) : logUniform(1, 96, random),
    peakShare: random.between(0.1, 0.7),
    tools,
    variants: Math.round(logUniform(1, 60, random)),
    hosted: random.chance(0.5) ? random.next() * 0.3 : random.next(),
    abroad: random.next(),
    clustered: random.chance(0.6) ? 0 : random.next() * 0.8,
    successRate: logUniform(0.000_5, 0.04, random),
    ...(kind === 'enumeration' ? { style: random.pick(LEARNT_STYLES) } : {}),
    ...(ofTheSite ? { style: 'site' as const } : {}),
    shared: random.chance(0.5) ? 0 : random.next() * 0.5,
    adapts: random.chance(0.6) ? 0 : random.next(),
    shareOfLogins: kind === 'credential_stuffing' ? random.between(0.02, 0.97) : undefined,
  }
}

function mixed(random: Random): Campaign['tools'] {
  return {
    basic: random.next(),
    intermediate: random.next(),
    impersonating: random.next(),
    browser: random.next(),
  }
}

function logUniform(low: number, high: number, random: Random): number {
  return low * (high / low) ** random.next()
}
