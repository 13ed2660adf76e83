/**
 * The bank as a whole on an ordinary day, and what of it a run can afford: campaigns of millions are scaled down, and
 * the bank's own traffic with them by the same factor, so that the attackers' share of it stays what it was.
 */
import { neighbours, phones } from './traffic/apps.ts'
import { bankTests, declared, headless } from './traffic/automation.ts'
import type { Group, Span } from './traffic/calendar.ts'
import type { Bystanders, Campaign } from './traffic/campaigns.ts'
import { contingency } from './traffic/contingency.ts'
import { acquaintances, BROWSER_CLASSES, people } from './traffic/people.ts'
import type { Random } from './traffic/random.ts'
import { shareOfGuests } from './traffic/readers.ts'
import { aggregator, thirdParties } from './traffic/third-parties.ts'
import { type Arrival, BENIGN_CLASSES, type BenignClass, type ClientAuth } from './traffic/traffic.ts'

const HOUR = 3_600_000

/** A bank of half a million digital customers: how many of each class are seen in a day. Our own assumption. */
const DAILY = {
  'browser person': 60_000,
  household: 20_000,
  office: 10_000,
  'carrier network': 12_000,
  'attacker neighbour': 2_000,
  'attacked customer': 2_000,
  'password manager': 8_000,
  'forgotten password': 2_000,
  'roaming person': 2_500,
  'privacy browser': 2_000,
  'assistive technology': 1_000,
  'old browser': 1_500,
  'mobile app': 100_000,
  'licensed TPP': 40_000,
  aggregator: 20_000,
  'contingency TPP': 1_500,
  'declared automation': 300,
  'headless browser': 400,
  'bank test': 200,
} as const satisfies Record<BenignClass, number>

/** Those who sign in. */
const LOGIN_CLASSES = [...BROWSER_CLASSES, 'mobile app', 'contingency TPP'] as const

function shareSigningIn(name: (typeof LOGIN_CLASSES)[number]): number {
  return name === 'mobile app' || name === 'contingency TPP' ? 1 : 1 - shareOfGuests(name)
}

export type Volumes = Readonly<Record<BenignClass, number>>

export interface Limits {
  /** Attempts of one campaign that a run can afford. */
  readonly attempts: number
  /** People of the bank beside one campaign. */
  readonly people: number
  /** People of each of its days, where that is more: a campaign of weeks thinned to nothing would be seen by nobody. */
  readonly peopleEachDay: number
  /** A small campaign is given as many people as it takes to leave it so many attempts, but no more people than `mostPeople`. */
  readonly fewest?: { readonly attempts: number; readonly mostPeople: number }
}

export interface Scaled {
  readonly scale: number
  readonly campaign: Campaign
  readonly volumes: Volumes
}

/** Attempts of one third party, on consents of its own or of others: more of them show nothing new. */
const LARGEST_PARTY = 12_000

/** One third party is what it is, however much of the bank is played. */
function isOfOneParty({ kind, style }: Campaign): boolean {
  return kind === 'compromised_tpp' || style === 'consents'
}

/** One factor for the campaign and for the bank: the largest that both can be afforded with. */
export function scaled(campaign: Campaign, limits: Limits): Scaled {
  const days = campaign.hours / 24
  const logins = LOGIN_CLASSES.reduce((sum, name) => sum + DAILY[name] * shareSigningIn(name), 0) * days
  const share = campaign.shareOfLogins
  const beside = share === undefined ? 1 : (campaign.attempts * (1 - share)) / share / logins
  const bank = Object.values(DAILY).reduce((sum, daily) => sum + daily, 0) * days * beside
  const people = Math.max(limits.people, limits.peopleEachDay * days, peopleOfFew(campaign, bank, limits))
  const scale = Math.min(1, limits.attempts / campaign.attempts, people / bank)
  const attempts = isOfOneParty(campaign)
    ? Math.min(campaign.attempts, LARGEST_PARTY)
    : Math.max(1, Math.round(campaign.attempts * scale))
  return {
    scale,
    campaign: { ...campaign, attempts },
    volumes: eachClass((name) => Math.round(DAILY[name] * days * beside * scale)),
  }
}

/**
 * Few of a class meet any one campaign; this share of the people at the least, so that all campaigns together say
 * something of every class.
 */
const LEAST = 0.006
const LEAST_TOUCHED = 0.065

/** The bank's people beside a campaign, the rare ones and those whom it touches among them. */
export function beside(volumes: Volumes, { exits, targets }: Pick<Bystanders, 'exits' | 'targets'>): Volumes {
  const people = Object.values(volumes).reduce((sum, count) => sum + count, 0)
  const least = Math.ceil(people * LEAST)
  const touched = Math.ceil(people * LEAST_TOUCHED)
  return eachClass((name) => {
    if (name === 'attacker neighbour') return exits.length === 0 ? 0 : touched
    if (name === 'attacked customer') return targets.length === 0 ? 0 : touched
    return Math.max(least, volumes[name])
  })
}

/** Beside any campaign, whomever it touches. */
export function besideAtLeast(volumes: Volumes): Volumes {
  return beside(volumes, { exits: [], targets: [] })
}

/** A quiet day with the same number of each class, so that each can be judged. */
export function evenly(people: number): Volumes {
  return eachClass(() => people)
}

function peopleOfFew({ attempts }: Campaign, bank: number, { fewest }: Limits): number {
  return fewest === undefined ? 0 : Math.min(fewest.mostPeople, (bank * fewest.attempts) / attempts)
}

export function eachClass(count: (name: BenignClass) => number): Volumes {
  // Object.fromEntries forgets the keys; they are all of BENIGN_CLASSES.
  return Object.fromEntries(BENIGN_CLASSES.map((name) => [name, count(name)])) as Volumes
}

/** Monday, after the two weeks that the gate remembers. */
const START = Date.UTC(2026, 10, 30)

export function spanOf(hours: number): Span {
  return { from: START, to: START + hours * HOUR }
}

type Also = Pick<Group, 'memory' | 'exits' | 'targets' | 'listed'>

/** Whoever is tried and is none of those who are there today. */
function onList(volumes: Volumes, { targets = [], listed = [] }: Also): readonly number[] {
  return [...listed, ...targets.slice(volumes['attacked customer'])]
}

/** Everybody who means well. `also`: what the gate is to remember of them, and whose addresses they share. */
export function population(
  name: string,
  volumes: Volumes,
  span: Span,
  certificates: readonly ClientAuth[],
  random: Random,
  also: Also = {},
): readonly Arrival[] {
  const group = (kind: BenignClass): Group => ({ name, count: volumes[kind], span, ...also })
  const [reads = {}, ...licensed] = certificates
  return [
    ...acquaintances(
      { ...group('browser person'), listed: onList(volumes, also) },
      random.fork('acquaintances'),
    ),
    ...BROWSER_CLASSES.flatMap((kind) => [...people(kind, group(kind), random.fork(kind))]),
    ...neighbours(group('attacker neighbour'), random.fork('attacker neighbour')),
    ...phones(group('mobile app'), random.fork('phones')),
    ...thirdParties(group('licensed TPP'), licensed, random.fork('third parties')),
    ...aggregator(group('aggregator'), reads, random.fork('aggregator')),
    ...contingency(group('contingency TPP'), licensed, random.fork('contingency')),
    ...declared(group('declared automation'), random.fork('declared')),
    ...headless(group('headless browser'), random.fork('headless')),
    ...bankTests(group('bank test'), random.fork('bank tests')),
  ]
}
