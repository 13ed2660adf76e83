/** Card testing: numbers of one issuer, in order or nearly, small amounts; some cards are stolen and good. */
import { fetchPage } from './attackers.ts'
import type { Bot } from './bot.ts'
import { fnv1a, type Random } from './random.ts'
import type { Session } from './traffic.ts'
import { type Card, CUSTOMERS, cardOf, send, withCheckDigit } from './visitor.ts'
import { learn } from './wits.ts'

const BINS = ['400099', '411111', '555555'] as const

export function* testCards(bot: Bot, successRate: number, random: Random): Session {
  const { visitor } = bot
  // A campaign is about one issuer, and shares out its range.
  const bin = BINS[fnv1a(visitor.truth.campaign) % BINS.length] ?? BINS[0]
  let account = random.below(900_000_000)
  for (let attempt = 0, at = bot.start; attempt < bot.attempts && at < bot.until; attempt += 1) {
    const valid = random.chance(successRate)
    account += 1 + random.below(3)
    const card = valid ? cardOf(random.below(CUSTOMERS)) : invented(bin, account, random)
    at += yield* fetchPage(visitor, bot.weapon, at, random)
    const program = bot.weapon.tool === 'basic'
    const reply = yield* send(visitor, {
      at,
      path: '/api/cards/top-up',
      purpose: {
        kind: program ? 'call' : 'fetch',
        from: program ? undefined : '/account',
        type: 'application/json',
      },
      body: JSON.stringify({ card, amount: random.pick([0.01, 0.5, 1, 1, 1, 2]) }),
      truth: { attempt: true, valid },
    })
    learn(bot, reply, random)
    // The same card once more with another date, now and then.
    if (random.chance(0.3)) account -= 1
    at += bot.gap * random.between(0.5, 1.5)
  }
}

function invented(bin: string, account: number, random: Random): Card {
  return {
    number: withCheckDigit(`${bin}${String(account % 1_000_000_000).padStart(9, '0')}`),
    expiry: `${String(1 + random.below(12)).padStart(2, '0')}/${27 + random.below(5)}`,
    cvv: String(100 + random.below(900)),
  }
}
