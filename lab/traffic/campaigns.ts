/** A campaign as numbers, and the attackers that follow from them. */
import { enumerate, scrape } from './abuse.ts'
import { type Pair, type Tool, tryPair, type Weapon, weapon } from './attackers.ts'
import { testCards } from './cards.ts'
import type { Span } from './people.ts'
import * as places from './places.ts'
import type { Random } from './random.ts'
import { takeOver } from './takeover.ts'
import type { Arrival, AttackKind, Place, Session, Truth } from './traffic.ts'
import { CUSTOMERS, passwordOf, userName, type Visitor } from './visitor.ts'

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
  /** Share of all logins at the bank that this campaign makes; undefined: follows from the bank's own volume. */
  readonly shareOfLogins: number | undefined
}

/** One attacker's machine: an address, a tool, so many attempts. */
export interface Bot {
  readonly visitor: Visitor
  readonly weapon: Weapon
  readonly attempts: number
  readonly start: number
  /** Milliseconds between attempts, on average. */
  readonly gap: number
}

/** All attackers of a campaign within `span`. They know nothing of each other but their list. */
export function* attack(campaign: Campaign, span: Span, random: Random): Generator<Arrival> {
  const arsenal = arm(campaign, random.fork('arsenal'))
  const districts: Place[] = []
  let left = campaign.attempts
  for (let index = 0; left > 0; index += 1) {
    const stream = random.fork(index)
    const attempts = Math.min(left, share(campaign.perAddress, stream))
    left -= attempts
    const place = lodge(campaign, districts, stream)
    const start = moment(campaign, span, stream)
    const bot = recruit(campaign, index, { place, start, attempts, arsenal }, span, stream)
    yield { at: start, begin: () => perform(campaign, bot, stream) }
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

function lodge(campaign: Campaign, districts: Place[], random: Random): Place {
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
}

function recruit(campaign: Campaign, index: number, quarters: Quarters, span: Span, random: Random): Bot {
  const { place, start, attempts, arsenal } = quarters
  const chosen = weaponByMix(campaign, arsenal, random)
  const truth: Truth = {
    intent: campaign.kind,
    class: campaign.kind,
    campaign: campaign.id,
    person: `${campaign.id}/bot-${index}`,
    attempt: false,
    valid: false,
  }
  const visitor: Visitor = {
    software: chosen.software,
    place,
    cookies: chosen.page === 'none' ? undefined : new Map(),
    truth,
  }
  // Half hammer, half spread their share over what is left of the time.
  const spread = (span.to - start) / Math.max(1, attempts)
  const gap = random.chance(0.5) ? random.logNormal(4_000, 1) : spread * random.between(0.3, 0.9)
  return { visitor, weapon: chosen, attempts, start, gap: Math.min(gap, spread) }
}

/** The mix is of attackers, not of variants: every tool keeps its share however few variants there are. */
function weaponByMix(campaign: Campaign, arsenal: readonly Weapon[], random: Random): Weapon {
  const held = (Object.entries(campaign.tools) as [Tool, number][]).filter(([tool]) =>
    arsenal.some((one) => one.tool === tool),
  )
  const tool = random.weighted(held)
  return random.pick(arsenal.filter((one) => one.tool === tool))
}

function perform(campaign: Campaign, bot: Bot, random: Random): Session {
  switch (campaign.kind) {
    case 'credential_stuffing':
      return guess(bot, () => stuffedPair(campaign, random), random)
    case 'password_spraying':
      return guess(bot, (at) => sprayedPair(campaign, at, random), random)
    case 'card_testing':
      return testCards(bot, campaign.successRate, random)
    case 'enumeration':
      return enumerate(bot, random)
    case 'scraping':
      return scrape(bot, random)
    case 'account_takeover':
      return takeOver(bot, campaign.successRate, random)
  }
}

function* guess(bot: Bot, next: (at: number) => Pair, random: Random): Session {
  for (let attempt = 0, at = bot.start; attempt < bot.attempts; attempt += 1) {
    yield* tryPair(bot.visitor, bot.weapon, next(at), at, random)
    at += bot.gap * random.between(0.5, 1.5)
  }
}

/** Most names of a stolen list were never customers here; of those who are, most chose another password. */
function stuffedPair({ successRate }: Campaign, random: Random): Pair {
  const customer = random.below(CUSTOMERS)
  if (random.chance(successRate)) {
    return { username: userName(customer), password: passwordOf(customer), valid: true }
  }
  const username = random.chance(0.35)
    ? userName(customer)
    : `someone-${random.below(1e9).toString(36)}@mail.example`
  return { username, password: `leaked-${random.below(1e9).toString(36)}`, valid: false }
}

const SPRAYED = ['Winter2026!', 'Password1', 'Northgate1', 'Welcome123'] as const

/** One password over all names, then after a pause the next. */
function sprayedPair({ successRate }: Campaign, at: number, random: Random): Pair {
  const customer = random.below(CUSTOMERS)
  const valid = random.chance(successRate)
  const round = Math.floor(at / 14_400_000) % SPRAYED.length
  const password = valid ? passwordOf(customer) : (SPRAYED[round] ?? SPRAYED[0])
  return { username: userName(customer), password, valid }
}
