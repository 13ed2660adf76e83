/** Takes the public site away, page after page: what a competitor, a fraudster's copy of the bank or somebody's data set is made of. */
import type { Bot } from './bot.ts'
import { disguised } from './programs.ts'
import type { Random } from './random.ts'
import { anyBrowser } from './shares.ts'
import { DATED, pageOf, SITE } from './site.ts'
import type { Reply, Session, Software, Step } from './traffic.ts'
import { meet, send, type Visitor } from './visitor.ts'
import { learn } from './wits.ts'

/**
 * Pages of one address that nobody is judged by: so far a scraper has done what a reader does who opens tabs. Rows that say the opposite of
 * the same would teach that readers are scrapers.
 */
export const UNTOLD_PAGES = 16

/** With the headers of a browser, faster than anybody reads, and wider: in order, or all over the site; some guess branches that are not there. */
export function* scrapeSite(bot: Bot, random: Random): Session {
  const visitor: Visitor = { ...bot.visitor, software: browserLike(bot, random) }
  const usual = bot.gap
  const pace = Math.min(usual, random.logNormal(600, 0.8))
  const inOrder = random.chance(0.6)
  const guesses = random.chance(0.3)
  let page = DATED.from + random.below(DATED.to - DATED.from)
  let read = 0
  for (let done = 0, at = bot.start; done < bot.attempts && at < bot.until; ) {
    const isBranch = guesses && random.chance(0.5)
    const path = isBranch ? `/branches/${1_000 + random.below(2_000)}` : pageOf(page)
    const attempt = read >= UNTOLD_PAGES
    const reply = yield* fetchPage(bot, visitor, { at, path, attempt })
    read += 1
    if (attempt) done += 1
    learn(bot, reply, random)
    if (visitor.place !== bot.visitor.place) read = 0
    visitor.place = bot.visitor.place
    page = inOrder ? page + 1 : random.below(SITE.length)
    // Who has learnt to wait waits here, too.
    at += pace * (bot.gap / usual) * random.between(0.5, 1.5)
  }
}

interface Fetch {
  readonly at: number
  readonly path: string
  readonly attempt: boolean
}

function* fetchPage(bot: Bot, visitor: Visitor, { at, path, attempt }: Fetch): Generator<Step, Reply, Reply> {
  const sent = { path, purpose: { kind: 'page' }, truth: { attempt, valid: false } } as const
  const reply = yield* send(visitor, { ...sent, at })
  if (bot.weapon.tool !== 'browser' || !meet(visitor, reply)) return reply
  return yield* send(visitor, { ...sent, at: at + 1_500 })
}

/** What was made for an application's door has no pages. */
function browserLike({ weapon, visitor }: Bot, random: Random): Software {
  const isMade = weapon.tool !== 'basic' && weapon.door !== 'mobile'
  return isMade ? visitor.software : disguised(anyBrowser(random), random)
}
