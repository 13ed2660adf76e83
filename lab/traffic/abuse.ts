/** Abuse without guessing a secret: walking through identifiers, and reading what others own as fast as it goes. */
import { reader } from './attackers.ts'
import type { Bot } from './campaigns.ts'
import type { Random } from './random.ts'
import type { Session } from './traffic.ts'
import { accountId, CUSTOMERS, passwordOf, send, tokenFor, userName, type Visitor } from './visitor.ts'

const TRUTH = { attempt: true, valid: false } as const

/** With one rented customer's session: other people's account numbers, or paths that some version once had. */
export function* enumerate(bot: Bot, random: Random): Session {
  const customer = random.below(CUSTOMERS)
  const visitor: Visitor = { ...bot.visitor, software: reader(random), cookies: undefined }
  const headers = { authorization: `Bearer ${tokenFor('mobile', customer)}` }
  const forced = random.chance(0.35)
  let walked = random.below(1e8)
  for (let attempt = 0, at = bot.start; attempt < bot.attempts; attempt += 1) {
    walked += 1
    const path = forced
      ? random.pick([`/api/v${1 + random.below(4)}/`, '/admin/', '/internal/', '/backup/', '/api/users/']) +
        walked.toString(36)
      : `/mobile/v1/accounts/acc-${walked.toString(16).padStart(8, '0')}-${walked % CUSTOMERS}/transactions`
    yield* send(visitor, { at, path, purpose: { kind: 'call' }, headers, truth: TRUTH })
    at += bot.gap * random.between(0.5, 1.5)
  }
}

/** Many customers' sessions from one machine: an unlicensed service that holds passwords, or a thief with tokens. */
export function* scrape(bot: Bot, random: Random): Session {
  const visitor: Visitor = { ...bot.visitor, software: reader(random), cookies: undefined }
  const signsIn = random.chance(0.5)
  const call = { kind: 'call' } as const
  let done = 0
  for (let at = bot.start; done < bot.attempts; at += bot.gap * random.between(0.5, 1.5)) {
    const customer = random.below(CUSTOMERS)
    const headers = { authorization: `Bearer ${tokenFor('mobile', customer)}` }
    if (signsIn) {
      const body = JSON.stringify({ username: userName(customer), password: passwordOf(customer) })
      const purpose = { kind: 'call', type: 'application/json' } as const
      yield* send(visitor, { at, path: '/mobile/v1/login', purpose, body, truth: { ...TRUTH, valid: true } })
      done += 1
    }
    const paths = [
      '/mobile/v1/accounts',
      ...[0, 1].map((index) => `/mobile/v1/accounts/${accountId(customer, index)}/transactions`),
    ]
    for (const [index, path] of paths.entries()) {
      if (done >= bot.attempts) return
      yield* send(visitor, { at: at + 150 * (index + 1), path, purpose: call, headers, truth: TRUTH })
      done += 1
    }
  }
}
