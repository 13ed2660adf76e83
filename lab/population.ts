/**
 * The bank as a whole on an ordinary day, and what of it a run can afford: campaigns of millions are scaled down, and
 * the bank's own traffic with them by the same factor, so that the attackers' share of it stays what it was.
 */
import { phones } from './traffic/apps.ts'
import { declared, headless } from './traffic/automation.ts'
import type { Campaign } from './traffic/campaigns.ts'
import { people, type Span } from './traffic/people.ts'
import type { Random } from './traffic/random.ts'
import { aggregator, thirdParties } from './traffic/third-parties.ts'
import type { Arrival, BenignClass, ClientAuth } from './traffic/traffic.ts'

const HOUR = 3_600_000

/** A bank of half a million digital customers: how many of each class are seen in a day. Our own assumption. */
const DAILY = {
  'browser person': 120_000,
  'mobile app': 150_000,
  'licensed TPP': 60_000,
  aggregator: 20_000,
  'declared automation': 300,
  'headless browser': 400,
} as const satisfies Record<BenignClass, number>

export type Volumes = Readonly<Record<BenignClass, number>>

export interface Limits {
  /** Attempts of one campaign that a run can afford. */
  readonly attempts: number
  /** People of the bank beside one campaign. */
  readonly people: number
}

export interface Scaled {
  readonly scale: number
  readonly campaign: Campaign
  readonly volumes: Volumes
}

/** One factor for the campaign and for the bank: the largest that both can be afforded with. */
export function scaled(campaign: Campaign, limits: Limits): Scaled {
  const days = campaign.hours / 24
  const logins = (DAILY['browser person'] + DAILY['mobile app']) * days
  const share = campaign.shareOfLogins
  const beside = share === undefined ? 1 : (campaign.attempts * (1 - share)) / share / logins
  const bank = Object.values(DAILY).reduce((sum, daily) => sum + daily, 0) * days * beside
  const scale = Math.min(1, limits.attempts / campaign.attempts, limits.people / bank)
  return {
    scale,
    campaign: { ...campaign, attempts: Math.max(1, Math.round(campaign.attempts * scale)) },
    volumes: volumesOf((name) => Math.round(DAILY[name] * days * beside * scale)),
  }
}

/** A quiet day with the same number of each class, so that each can be judged. */
export function evenly(people: number): Volumes {
  return volumesOf(() => people)
}

function volumesOf(count: (name: BenignClass) => number): Volumes {
  return {
    'browser person': count('browser person'),
    'mobile app': count('mobile app'),
    'licensed TPP': count('licensed TPP'),
    aggregator: count('aggregator'),
    'declared automation': count('declared automation'),
    'headless browser': count('headless browser'),
  }
}

/** Monday, a month into the gate's life. */
const START = Date.UTC(2026, 10, 30)

export function spanOf(hours: number): Span {
  return { from: START, to: START + hours * HOUR }
}

/** Everybody who means well. */
export function population(
  name: string,
  volumes: Volumes,
  span: Span,
  certificates: readonly ClientAuth[],
  random: Random,
): readonly Arrival[] {
  const group = (kind: BenignClass) => ({ name, count: volumes[kind], span })
  const [reads = {}, ...licensed] = certificates
  return [
    ...people(group('browser person'), random.fork('browser')),
    ...phones(group('mobile app'), random.fork('phones')),
    ...thirdParties(group('licensed TPP'), licensed, random.fork('third parties')),
    ...aggregator(group('aggregator'), reads, random.fork('aggregator')),
    ...declared(group('declared automation'), random.fork('declared')),
    ...headless(group('headless browser'), random.fork('headless')),
  ]
}
