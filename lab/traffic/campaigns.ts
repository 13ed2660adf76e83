/** A campaign as numbers, and the attackers that follow from them. */
import { enumerate, flood, scrape } from './abuse.ts'
import { type Tool, type Weapon, weapon } from './attackers.ts'
import type { Bot } from './bot.ts'
import type { Span } from './calendar.ts'
import { testCards } from './cards.ts'
import { compromised } from './compromise.ts'
import {
  askNames,
  EXISTING,
  guess,
  type Loot,
  OVERLAP,
  sprayedPair,
  stuffedPair,
  takeOver,
} from './guessing.ts'
import * as places from './places.ts'
import type { Random } from './random.ts'
import {
  type Arrival,
  type AttackKind,
  type ClientAuth,
  INTENT_OF,
  type Place,
  type Sender,
  type Session,
} from './traffic.ts'
import { CUSTOMERS, type Visitor } from './visitor.ts'
import { wits } from './wits.ts'

export interface Campaign {
  readonly id: string
  readonly kind: AttackKind
  readonly attempts: number
  /** Mean over the addresses used. */
  readonly perAddress: number
  readonly hours: number
  /** Share of the attempts that falls into the busiest tenth of the time. */
  readonly peakShare: number
  readonly tools: Readonly<Record<Tool, number>>
  /** Distinct pieces of software, so distinct fingerprints. */
  readonly variants: number
  /** Share of addresses in hosting networks; the rest are people's homes. */
  readonly hosted: number
  /** Share of the homes that are abroad. */
  readonly abroad: number
  /** Share of addresses that have a neighbour of the same campaign in their /24. */
  readonly clustered: number
  /** Share of tried pairs or cards that are good. */
  readonly successRate: number
  /** What exactly is tried, where a kind knows more than one way; undefined: each attacker chooses. */
  readonly style?: Style
  /** Share of addresses that a neighbourhood of honest people is behind: carriers' and satellites' exits. */
  readonly shared?: number
  /** Share of the attackers that change what they do when they are stopped: address, tool, rate, credentials. */
  readonly adapts?: number
  /** Share of all logins at the bank that this campaign makes; undefined: follows from the bank's own volume. */
  readonly shareOfLogins: number | undefined
}

export const STYLES = ['accounts', 'payees', 'consents', 'paths', 'names', 'statements', 'site'] as const
export type Style = (typeof STYLES)[number]

/**
 * All attackers of a campaign within `span`. They know nothing of each other but their list. `certificate`: what those
 * hold who walk a third party's interface; it is genuine, or the gate would have nothing to do. `memory`: milliseconds
 * before the span in which a third party was still honest.
 */
export function* attack(
  campaign: Campaign,
  span: Span,
  random: Random,
  certificate?: ClientAuth,
  memory = 0,
): Generator<Arrival> {
  if (campaign.kind === 'compromised_tpp') {
    if (certificate === undefined) throw new Error('A compromised third party has a certificate')
    return yield* compromised(campaign, span, certificate, memory, random)
  }
  const arsenal = arm(campaign, random.fork('arsenal'))
  const { exits, targets, listed } = bystanders(campaign, random)
  const loot = { targets, listed, successRate: campaign.successRate }
  const districts: Place[] = []
  let left = campaign.attempts
  for (let index = 0; left > 0; index += 1) {
    const stream = random.fork(index)
    const attempts = Math.min(left, share(campaign.perAddress, stream))
    left -= attempts
    const place = lodge(campaign, districts, exits, stream)
    const start = moment(campaign, span, stream)
    const bot = recruit(campaign, index, { place, start, attempts, arsenal, certificate }, span, stream)
    yield { at: start, begin: () => perform(campaign, bot, loot, stream) }
  }
}

function arm(campaign: Campaign, random: Random): readonly Weapon[] {
  const mix = (Object.entries(campaign.tools) as [Tool, number][]).filter(([, weight]) => weight > 0)
  return Array.from({ length: campaign.variants }, (_, index) => {
    const stream = random.fork(index)
    return weapon(stream.weighted(mix), stream)
  })
}

/** Geometric about the mean, at least one. */
function share(mean: number, random: Random): number {
  return mean <= 1 ? 1 : Math.max(1, Math.round(random.exponential(mean - 0.5)))
}

/** Honest people whom a campaign touches. */
export interface Bystanders {
  /** Addresses that are theirs as well as the attackers'. */
  readonly exits: readonly Place[]
  /** Customers whose accounts are tried. */
  readonly targets: readonly number[]
  /** Customers whose names are tried besides. */
  readonly listed: readonly number[]
}

/** The same for whoever asks with the campaign's stream: the attackers themselves, and those who play the bystanders. */
export function bystanders(campaign: Campaign, random: Random): Bystanders {
  const { shared = 0, attempts, perAddress, kind } = campaign
  const addresses = Math.ceil((shared * attempts) / Math.max(1, perAddress))
  const exits = random.fork('exits')
  const targets = random.fork('targets')
  return {
    exits: Array.from({ length: Math.min(addresses, MOST_EXITS) }, () => places.sharedExit(exits)),
    targets: LOGIN_KINDS.includes(kind)
      ? Array.from({ length: TARGETS }, () => targets.below(CUSTOMERS))
      : [],
    listed: listedBy(campaign, random.fork('listed')),
  }
}

/** Of the names that are tried, how many are customers'. */
function overlap({ kind, style, successRate }: Campaign): number {
  if (kind === 'credential_stuffing') return OVERLAP + successRate
  if (kind === 'password_spraying') return 1
  return style === 'names' ? EXISTING : 0
}

/** In a row: who numbers customers gives numbers out in turn. */
function listedBy(campaign: Campaign, random: Random): readonly number[] {
  const first = random.below(CUSTOMERS)
  const count = Math.ceil(campaign.attempts * overlap(campaign))
  return Array.from({ length: count }, (_, index) => (first + index) % CUSTOMERS)
}

const LOGIN_KINDS: readonly AttackKind[] = ['credential_stuffing', 'password_spraying', 'account_takeover']
/** A proxy service has many; whoever is behind more of them than this meets too few attackers to matter. */
const MOST_EXITS = 40
const TARGETS = 160

function lodge(campaign: Campaign, districts: Place[], exits: readonly Place[], random: Random): Place {
  if (exits.length > 0 && random.chance(campaign.shared ?? 0)) return random.pick(exits)
  const known = districts.length === 0 ? undefined : random.pick(districts)
  if (known !== undefined && random.chance(campaign.clustered)) return places.neighbour(known, random)
  const place = random.chance(campaign.hosted)
    ? places.hosting(random)
    : places.proxied(random, campaign.abroad)
  districts.push(place)
  return place
}

function moment({ peakShare }: Campaign, { from, to }: Span, random: Random): number {
  if (!random.chance(peakShare)) return random.between(from, to)
  const tenth = (to - from) / 10
  return from + 3 * tenth + random.next() * tenth
}

interface Quarters {
  readonly place: Place
  readonly start: number
  readonly attempts: number
  readonly arsenal: readonly Weapon[]
  readonly certificate: ClientAuth | undefined
}

function recruit(campaign: Campaign, index: number, quarters: Quarters, span: Span, random: Random): Bot {
  const { place, start, attempts, arsenal } = quarters
  // A third party's interface is closed to whoever has none; on other doors it would only say who comes.
  const certificate = campaign.style === 'consents' ? quarters.certificate : undefined
  const adapts = random.fork('wits').chance(campaign.adapts ?? 0)
  const chosen = weaponByMix(campaign, arsenal, random)
  const truth: Sender = {
    intent: INTENT_OF[campaign.kind],
    class: campaign.kind,
    campaign: campaign.id,
    person: `${campaign.id}/bot-${index}`,
  }
  const visitor: Visitor = {
    software: chosen.software,
    place,
    cookies: chosen.page === 'none' && chosen.tool !== 'browser' && !adapts ? undefined : new Map(),
    certificate,
    truth,
  }
  // Half hammer, half spread their share over what is left of the time.
  const spread = (span.to - start) / Math.max(1, attempts)
  const gap = random.chance(0.5) ? random.logNormal(4_000, 1) : spread * random.between(0.3, 0.9)
  return {
    ...{ visitor, attempts, start, style: campaign.style },
    weapon: chosen,
    until: span.to,
    gap: Math.min(gap, spread),
    wits: adapts ? wits((stream) => lodge(campaign, [], [], stream), random.fork('wits')) : undefined,
    mixes: false,
  }
}

/** The mix is of attackers, not of variants: every tool keeps its share however few variants there are. */
function weaponByMix(campaign: Campaign, arsenal: readonly Weapon[], random: Random): Weapon {
  const held = (Object.entries(campaign.tools) as [Tool, number][]).filter(([tool]) =>
    arsenal.some((one) => one.tool === tool),
  )
  const tool = random.weighted(held)
  return random.pick(arsenal.filter((one) => one.tool === tool))
}

function perform(campaign: Campaign, bot: Bot, loot: Loot, random: Random): Session {
  switch (campaign.kind) {
    case 'credential_stuffing':
      return guess(bot, () => stuffedPair(loot, random), random)
    case 'password_spraying':
      return guess(bot, (at) => sprayedPair(loot, at, random), random)
    case 'card_testing':
      return testCards(bot, campaign.successRate, random)
    case 'enumeration':
      return bot.style === 'names' ? askNames(bot, loot, random) : enumerate(bot, random)
    case 'scraping':
      return scrape(bot, random)
    case 'account_takeover':
      return takeOver(bot, loot, random)
    case 'flood':
      return flood(bot, random)
    case 'compromised_tpp':
      throw new Error('One third party is no swarm of bots: compromise.ts plays it')
  }
}
