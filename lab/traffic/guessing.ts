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

/** Most names of a stolen list were never customers here; of those who are, most chose another password. */
export function stuffedPair({ targets, successRate }: Loot, random: Random): Pair {
  if (random.chance(successRate)) return good(random.below(CUSTOMERS))
  const username = random.chance(0.35)
    ? userName(someone(targets, random))
    : `someone-${random.below(1e9).toString(36)}@mail.example`
  return { username, password: `leaked-${random.below(1e9).toString(36)}`, valid: false }
}

function someone(targets: readonly number[], random: Random): number {
  return targets.length > 0 && random.chance(0.25) ? random.pick(targets) : random.below(CUSTOMERS)
}

const SPRAYED = ['Winter2026!', 'Password1', 'Northgate1', 'Welcome123'] as const

/** One password over all names, then after a pause the next. */
export function sprayedPair({ targets, successRate }: Loot, at: number, random: Random): Pair {
  if (random.chance(successRate)) return good(random.below(CUSTOMERS))
  const round = Math.floor(at / 14_400_000) % SPRAYED.length
  const password = SPRAYED[round] ?? SPRAYED[0]
  return { username: userName(someone(targets, random)), password, valid: false }
}

/** Which names exist, told by the answer or by how long it takes: any password will do, each name once or a few times. */
export function* askNames(bot: Bot, random: Random): Session {
  let name = random.below(CUSTOMERS)
  const sequential = random.chance(0.5)
  const password = `probe-${random.below(1_000)}`
  const again = random.chance(0.3) ? 3 : 1
  let asked = 0
  const next = (): Pair => {
    if (asked % again === 0) name = sequential ? (name + 1) % (CUSTOMERS * 2) : random.below(CUSTOMERS * 2)
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
