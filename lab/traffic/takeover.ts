/** Account takeover: few victims, many guesses each, from whatever address is at hand, until one is right. */
import { tryPair } from './attackers.ts'
import type { Bot } from './campaigns.ts'
import type { Random } from './random.ts'
import type { Session } from './traffic.ts'
import { CUSTOMERS, passwordOf, userName } from './visitor.ts'

/** Attackers of one ring share their victims, so that an account is tried from several addresses. */
const RING = 40

export function* takeOver(bot: Bot, successRate: number, random: Random): Session {
  const ring = random.fork('ring').below(RING)
  let victim = victimOf(ring, random.below(12))
  for (let attempt = 0, at = bot.start; attempt < bot.attempts; attempt += 1) {
    const valid = random.chance(successRate)
    const password = valid ? passwordOf(victim) : `${passwordOf(victim).slice(0, 4)}${random.below(1e6)}`
    const pair = { username: userName(victim), password, valid }
    yield* tryPair(bot.visitor, bot.weapon, pair, at, random)
    if (valid || random.chance(0.08)) victim = victimOf(ring, random.below(12))
    at += bot.gap * random.between(0.3, 1.7)
  }
}

function victimOf(ring: number, index: number): number {
  return (ring * 7_919 + index * 104_729) % CUSTOMERS
}
