/** Machines that read the whole public site and say who they are: a search engine's crawler, somebody's check for dead links. */
import { library } from './ja4.ts'
import { program } from './programs.ts'
import type { Random } from './random.ts'
import { deadLink, pageOf, SITE } from './site.ts'
import type { Session, Software } from './traffic.ts'
import { send, type Visitor } from './visitor.ts'

const SECOND = 1_000

const CRAWLERS: readonly Software[] = [
  program('search engine', library('go'), {
    'user-agent': 'Mozilla/5.0 (compatible; NorthstarBot/2.1; +https://search.example/bot)',
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'accept-encoding': 'gzip, deflate, br',
    from: 'bot@search.example',
  }),
  program('archive', library('python'), {
    'user-agent': 'PageKeeper/1.4 (+https://archive.example/crawler)',
    accept: '*/*',
    'accept-encoding': 'gzip, deflate',
    connection: 'keep-alive',
  }),
  program('link check', library('curl'), {
    'user-agent': 'LinkCheck/3.4 (+https://links.example/about)',
    accept: '*/*',
  }),
  program('price comparison', library('node_https'), {
    'user-agent': 'Mozilla/5.0 (compatible; RateWatch/5.0; +https://rates.example/bot)',
    accept: 'text/html',
    'accept-language': 'en',
  }),
]

export function crawlerSoftware(random: Random): Software {
  return random.pick(CRAWLERS)
}

const MOST_PAGES = 200
const DEAD = 0.01

/** One page after the other, in the order of the site or as links lead; what a link check only wants to know of it is whether it is there. */
export function* crawl(
  crawler: Visitor,
  start: number,
  random: Random,
  most = 10 + Math.floor((MOST_PAGES - 10) * random.next() ** 2),
): Session {
  const method = crawler.software.tool === 'link check' && random.chance(0.5) ? 'HEAD' : 'GET'
  const gap = random.between(1, 10) * SECOND
  const inOrder = random.chance(0.5)
  const purpose = { kind: 'call' } as const
  let page = random.below(SITE.length)
  let at = start
  const rules = yield* send(crawler, { at, path: '/robots.txt', purpose })
  if (!rules.forwarded) return
  for (let left = most; left > 0; left -= 1) {
    at += gap * random.between(0.8, 1.3)
    const path = random.chance(DEAD) ? deadLink(page) : pageOf(page)
    const reply = yield* send(crawler, { at, method, path, purpose })
    // Who names itself keeps to what it is told, and comes back another day.
    if (!reply.forwarded) return
    page = inOrder ? page + 1 : random.below(SITE.length)
  }
}
