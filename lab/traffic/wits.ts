/** What attackers do when they are stopped: go elsewhere, take another tool, wait, hide among good logins. */
import { TOOLS, type Tool, type Weapon, weapon } from './attackers.ts'
import type { Bot } from './bot.ts'
import type { Random } from './random.ts'
import type { Place, Reply } from './traffic.ts'

/** Means at hand; each attacker finds out by himself what helps. */
export interface Wits {
  move(): Place
  /** The next better disguise, or another of the same kind when there is none. */
  rearm(tool: Tool): Weapon
}

export function wits(lodge: (random: Random) => Place, random: Random): Wits {
  return {
    move: () => lodge(random),
    rearm: (tool) => weapon(random.chance(0.5) ? tool : better(tool), random),
  }
}

function better(tool: Tool): Tool {
  return TOOLS[TOOLS.indexOf(tool) + 1] ?? tool
}

/** Changes the bot after an answer that was not the bank's. Never touches one without wits. */
export function learn(bot: Bot, reply: Reply, random: Random): void {
  if (bot.wits === undefined || reply.forwarded) return
  const turn = random.weighted([
    ['move', 40],
    ['rearm', 25],
    ['wait', 20],
    ['mix', 15],
  ] as const)
  // A new address is no use to a bot that is still known by its cookies.
  bot.visitor.cookies?.clear()
  if (turn === 'mix') bot.mixes = true
  if (turn === 'wait') bot.gap *= random.between(2, 6)
  if (turn === 'move' || turn === 'rearm') bot.visitor.place = bot.wits.move()
  if (turn === 'rearm') {
    bot.weapon = bot.wits.rearm(bot.weapon.tool)
    bot.visitor.software = bot.weapon.software
  }
}
