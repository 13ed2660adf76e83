/** Abuse without guessing a secret: walking through identifiers, and reading what others own as fast as it goes. */
import { reader, walker } from './attackers.ts'
import type { Bot } from './bot.ts'
import type { Style } from './campaigns.ts'
import type { Random } from './random.ts'
import { scrapeSite } from './site-scraper.ts'
import type { Session } from './traffic.ts'
import { accountId, CUSTOMERS, passwordOf, send, tokenFor, userName, type Visitor } from './visitor.ts'
import { learn } from './wits.ts'

const TRUTH = { attempt: true, valid: false } as const

/**
 * With one rented customer's session: other people's account or payee numbers, or paths that some version once had;
 * with a third party's certificate: consents that others were given.
 */
export function* enumerate(bot: Bot, random: Random): Session {
  const style = bot.style ?? random.pick(['accounts', 'accounts', 'payees', 'paths'] as const)
  const software = style === 'paths' && random.chance(0.6) ? walker(random) : reader(random)
  const visitor: Visitor = { ...bot.visitor, software, cookies: undefined }
  const token = style === 'consents' ? tokenFor('client', 1) : tokenFor('mobile', random.below(CUSTOMERS))
  const headers = { authorization: `Bearer ${token}` }
  // Some count upwards, some draw: what is random costs more requests and shows no order.
  const sequential = random.chance(0.65)
  let walked = random.below(1e8)
  for (let attempt = 0, at = bot.start; attempt < bot.attempts && at < bot.until; attempt += 1) {
    walked = sequential ? walked + 1 : random.below(1e8)
    const path = pathFor(style, walked, random)
    const reply = yield* send(visitor, { at, path, purpose: { kind: 'call' }, headers, truth: TRUTH })
    learn(bot, reply, random)
    visitor.place = bot.visitor.place
    at += bot.gap * random.between(0.5, 1.5)
  }
}

const FORGOTTEN = ['/admin/', '/internal/', '/backup/', '/api/users/'] as const

function pathFor(style: Style, walked: number, random: Random): string {
  const id = walked.toString(16).padStart(8, '0')
  switch (style) {
    case 'paths':
      return random.pick([`/api/v${1 + random.below(4)}/`, ...FORGOTTEN]) + walked.toString(36)
    case 'payees':
      return `/mobile/v1/payees/pay-${id}-${walked % CUSTOMERS}`
    case 'consents':
      return `/open-banking/v4.0/aisp/account-access-consents/con-${id}-${walked % CUSTOMERS}`
    default:
      return `/mobile/v1/accounts/acc-${id}-${walked % CUSTOMERS}/transactions`
  }
}

/** One endpoint, as fast as the line allows: what it costs the bank is the whole point. */
export function* flood(bot: Bot, random: Random): Session {
  const path = random.pick(['/', '/login', '/api/products', '/mobile/v1/accounts'])
  const query = random.chance(0.5)
  for (let attempt = 0, at = bot.start; attempt < bot.attempts && at < bot.until; attempt += 1) {
    // A query of its own on each request finds no cache.
    const sent = query ? `${path}?${random.below(1e9).toString(36)}` : path
    const reply = yield* send(bot.visitor, { at, path: sent, purpose: { kind: 'page' }, truth: TRUTH })
    learn(bot, reply, random)
    at += random.exponential(400)
  }
}

/** Many customers' sessions from one machine: an unlicensed service that holds passwords, or a thief with tokens. */
export function* scrape(bot: Bot, random: Random): Session {
  if (bot.style === 'site') return yield* scrapeSite(bot, random)
  const visitor: Visitor = { ...bot.visitor, software: reader(random), cookies: undefined }
  const signsIn = random.chance(0.5)
  const call = { kind: 'call' } as const
  let done = 0
  for (let at = bot.start; done < bot.attempts && at < bot.until; at += bot.gap * random.between(0.5, 1.5)) {
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
