/** Card testing: numbers of one issuer, in order or nearly, small amounts; some cards are stolen and good. */
import { fetchPage } from './attackers.ts'
import type { Bot } from './campaigns.ts'
import type { Random } from './random.ts'
import type { Session } from './traffic.ts'
import { type Card, CUSTOMERS, cardOf, send, withCheckDigit } from './visitor.ts'

export function* testCards(bot: Bot, successRate: number, random: Random): Session {
  const { visitor, weapon } = bot
  const bin = random.pick(['400099', '411111', '555555'])
  let account = random.below(900_000_000)
  for (let attempt = 0, at = bot.start; attempt < bot.attempts; attempt += 1) {
    const valid = random.chance(successRate)
    account += 1 + random.below(3)
    const card = valid ? cardOf(random.below(CUSTOMERS)) : invented(bin, account, random)
    at += yield* fetchPage(visitor, weapon, at, random)
    yield* send(visitor, {
      at,
      path: '/api/cards/top-up',
      purpose: {
        kind: weapon.tool === 'basic' ? 'call' : 'fetch',
        from: weapon.tool === 'basic' ? undefined : '/account',
        type: 'application/json',
      },
      body: JSON.stringify({ card, amount: random.pick([0.01, 0.5, 1, 1, 1, 2]) }),
      truth: { attempt: true, valid },
    })
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
