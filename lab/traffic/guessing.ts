/** Guessing at logins: stolen pairs, one password for everybody, names alone, a few victims. */
import { type Pair, tryPair } from './attackers.ts'
import type { Bot } from './bot.ts'
import type { Random } from './random.ts'
import type { Session } from './traffic.ts'
import { CUSTOMERS, passwordOf, userName } from './visitor.ts'
import { learn } from './wits.ts'

/** Whom a campaign tries, and how often it is right. */
export interface Loot {
  /** Customers who stand in the stolen list more than once. */
  readonly targets: readonly number[]
  /** Customers whose names it has besides. */
  readonly listed: readonly number[]
  readonly successRate: number
}

/** Goes on until the attempts are spent, and learns from each answer. */
export function* guess(bot: Bot, next: (at: number) => Pair, random: Random): Session {
  const own = random.fork('own').below(CUSTOMERS)
  for (let attempt = 0, at = bot.start; attempt < bot.attempts && at < bot.until; attempt += 1) {
    if (bot.mixes && random.chance(0.3)) {
      yield* tryPair(bot.visitor, bot.weapon, { ...good(own), attempt: false }, at, random)
      at += bot.gap * random.between(0.3, 0.8)
    }
    const reply = yield* tryPair(bot.visitor, bot.weapon, next(at), at, random)
    learn(bot, reply, random)
    at += bot.gap * random.between(0.5, 1.5)
  }
}

function good(customer: number): Pair {
  return { username: userName(customer), password: passwordOf(customer), valid: true }
}

/**
 * Of the names that were stolen elsewhere: one in two hundred opens an account, and of those who use one password everywhere
 * there are ten to twenty in a hundred. So one name in ten is a customer's at the most.
 */
export const OVERLAP = 0.1

/** Most names of a stolen list were never customers here; of those who are, most chose another password. */
export function stuffedPair(loot: Loot, random: Random): Pair {
  if (random.chance(loot.successRate)) return good(someone(loot, random))
  const username = random.chance(OVERLAP)
    ? userName(someone(loot, random))
    : `someone-${random.below(1e9).toString(36)}@mail.example`
  return { username, password: `leaked-${random.below(1e9).toString(36)}`, valid: false }
}

function someone({ targets, listed }: Loot, random: Random): number {
  const isTarget = targets.length > 0 && random.chance(0.25)
  if (!isTarget && listed.length > 0) return random.pick(listed)
  return targets.length > 0 ? random.pick(targets) : random.below(CUSTOMERS)
}

const SPRAYED = ['Winter2026!', 'Password1', 'Northgate1', 'Welcome123'] as const

/** One password over all names, then after a pause the next. */
export function sprayedPair(loot: Loot, at: number, random: Random): Pair {
  if (random.chance(loot.successRate)) return good(someone(loot, random))
  const round = Math.floor(at / 14_400_000) % SPRAYED.length
  const password = SPRAYED[round] ?? SPRAYED[0]
  return { username: userName(someone(loot, random)), password, valid: false }
}

/** Of the names that are asked for, how many exist. */
export const EXISTING = 0.5

/** Which names exist, told by the answer or by how long it takes: any password will do, each name once or a few times. */
export function* askNames(bot: Bot, { listed }: Loot, random: Random): Session {
  const sequential = random.chance(0.5)
  const first = random.below(CUSTOMERS)
  const password = `probe-${random.below(1_000)}`
  const again = random.chance(0.3) ? 3 : 1
  let name = first
  let asked = 0
  const next = (): Pair => {
    if (asked % again === 0) {
      const index = sequential ? first + asked : random.below(CUSTOMERS)
      const exists = listed.length > 0 && random.chance(EXISTING)
      name = exists ? (listed[index % listed.length] ?? index) : CUSTOMERS + (index % CUSTOMERS)
    }
    asked += 1
    return { username: userName(name), password, valid: false }
  }
  yield* guess(bot, next, random)
}

/** Attackers of one ring share their victims, so that an account is tried from several addresses. */
const RING = 40
const VICTIMS = 12

/** Few victims, many guesses each, from whatever address is at hand, until one is right. */
export function* takeOver(bot: Bot, { targets, successRate }: Loot, random: Random): Session {
  const ring = random.fork('ring').below(RING)
  const victimOf = (): number => targets[(ring * VICTIMS + random.below(VICTIMS)) % targets.length] ?? 0
  let victim = victimOf()
  const next = (): Pair => {
    if (random.chance(0.08)) victim = victimOf()
    if (random.chance(successRate)) return good(victim)
    const password = `${passwordOf(victim).slice(0, 4)}${random.below(1e6)}`
    return { username: userName(victim), password, valid: false }
  }
  yield* guess(bot, next, random)
}
