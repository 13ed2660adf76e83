/**
 * People who read the bank's public site: rates, fees, branches, the news. Most come from a search, and most never sign in. That
 * somebody asks for ten different addresses with numbers in them, on routes that are open to all, is what these people do.
 */
import { LOADS } from './parts.ts'
import type { Random } from './random.ts'
import { DATED, deadLink, pageOf, partsOf, SITE } from './site.ts'
import type { BenignClass, Reply, Session, Step, Truth } from './traffic.ts'
import { send } from './visitor.ts'
import { glance, isServed, look, type Person, roam, visit } from './visits.ts'

const SECOND = 1_000

/** Of a class, those who come to read and never sign in: they have no account, or are not after it. */
const ONLY_READS = 0.1
/** Of the visits of the others, those that begin so. */
const READS_FIRST = 0.05

/** What a class does at the login is what makes it one: everybody in it signs in, and more of them read before. */
const SIGNS_IN: readonly Truth['class'][] = ['attacked customer', 'forgotten password', 'password manager']

export function shareOfGuests(name: BenignClass): number {
  return SIGNS_IN.includes(name) ? 0 : ONLY_READS
}

/** A visit at the bank, whatever for. */
export function* come(person: Person, isGuest: boolean, start: number, random: Random): Session {
  const own = random.fork('reading')
  const first = SIGNS_IN.includes(person.truth.class) ? 2 * READS_FIRST : READS_FIRST
  if (!isGuest && !own.chance(first)) return yield* visit(person, start, random)
  const over = yield* read(person, start, own)
  if (over !== undefined && !isGuest) return yield* visit(person, over, random)
  if (person.habits.forgetful) person.cookies?.clear()
}

/** The same in short, for the days that only the gate's memory needs. */
export function* lookIn(person: Person, isGuest: boolean, start: number, random: Random): Session {
  const own = random.fork('reading')
  if (!isGuest && !own.chance(READS_FIRST)) return yield* glance(person, start, random)
  const over = yield* read(person, start, own, 1 + own.below(3))
  if (over !== undefined && !isGuest) return yield* glance(person, over, random)
  if (person.habits.forgetful) person.cookies?.clear()
}

/** Two to fifteen pages; one in thirty goes through everything. */
function pagesOf(random: Random): number {
  return random.chance(0.03) ? 20 + random.below(15) : 2 + Math.floor(14 * random.next() ** 1.6)
}

interface Reading {
  /** Number of the page that is open. */
  page: number
  /** Stays with what it is about: next month's fees, the next branch. */
  readonly thorough: boolean
  /** Undefined where the browser has the site in its cache. */
  readonly loaded: Set<string> | undefined
}

/** Reads, and returns when that is over; undefined where the gate or the bank did not let it be read. */
export function* read(
  person: Person,
  start: number,
  random: Random,
  pages = pagesOf(random),
): Generator<Step, number | undefined, Reply> {
  const reading: Reading = {
    page: anyPage(random),
    thorough: random.chance(0.4),
    loaded: random.chance(LOADS) ? new Set() : undefined,
  }
  const moves = random.chance(person.habits.roams) ? random.below(pages) : -1
  let at = start
  let from = random.chance(0.25) ? '/' : undefined
  if (from !== undefined) {
    if (!isServed(yield* look(person, { at, path: from }, random))) return undefined
    at += thinks(person, random)
  }
  for (let left = pages; left > 0; ) {
    if (pages - left === moves) person.place = roam(person.place, random)
    const opened = Math.min(left, random.chance(TABS) ? 2 + random.below(2) : 1)
    const before: string | undefined = from
    for (let tab = 0; tab < opened; tab += 1) {
      const path = yield* open(
        person,
        reading,
        { at: at + tab * random.between(300, 1_500), from: before },
        random,
      )
      if (path === undefined) return undefined
      from = path
      reading.page = next(reading, random)
    }
    left -= opened
    at += thinks(person, random) * opened
    if (before !== undefined && random.chance(BACK)) {
      if (!isServed(yield* look(person, { at, path: before, from }, random))) return undefined
      from = before
      at += thinks(person, random)
    }
  }
  return at
}

/** Several links of one page opened at once, to be read one after the other. */
const TABS = 0.12
/** Back to the page before, which most banks let no browser keep. */
const BACK = 0.08
const DEAD = 0.01

/** Five seconds to a minute for most pages, at a usual pace. */
function thinks({ habits }: Person, random: Random): number {
  return Math.max(2 * SECOND, random.logNormal(18 * SECOND, 0.65)) * habits.pace
}

/** Returns where that was; undefined where it was refused. What is not there is read as quickly as anything. */
function* open(
  person: Person,
  { page, loaded }: Reading,
  { at, from }: { readonly at: number; readonly from: string | undefined },
  random: Random,
): Generator<Step, string | undefined, Reply> {
  const isDead = random.chance(DEAD)
  const path = isDead ? deadLink(page) : pageOf(page)
  const headers = from === undefined && random.chance(SEARCHED) ? searched(person) : {}
  const reply = yield* look(person, { at, path, from, headers }, random)
  if (isDead ? !reply.forwarded : !isServed(reply)) return undefined
  if (!isDead && loaded !== undefined) yield* pullParts(person, page, at, loaded, random)
  return path
}

/** The rest have a bookmark, or came from a mail. */
const SEARCHED = 0.8

/** From another site, as far as the browser says so: many have no Fetch Metadata, some no referrer. */
function searched({ software }: Person): Readonly<Record<string, string>> {
  const own = software.headers({ kind: 'page', from: '/' })
  return {
    ...('sec-fetch-site' in own ? { 'sec-fetch-site': 'cross-site' } : {}),
    ...('referer' in own ? { referer: 'https://search.example/' } : {}),
  }
}

const ICON = 0.35

/** A page's parts, as far as no page before has brought them. */
function* pullParts(
  person: Person,
  page: number,
  at: number,
  loaded: Set<string>,
  random: Random,
): Generator<Step, void, Reply> {
  if (person.software.scripts === false) return
  const icon = loaded.size === 0 && random.chance(ICON)
  const missing = partsOf(page).filter(({ path }) => !loaded.has(path))
  let due = at + random.logNormal(180, 0.5)
  for (const { dest, path } of missing) {
    loaded.add(path)
    yield* send(person, { at: due, path, purpose: { kind: 'part', dest, from: pageOf(page) } })
    due += random.exponential(40)
  }
  const purpose = { kind: 'part', dest: 'image', from: pageOf(page) } as const
  if (icon) yield* send(person, { at: due, path: '/favicon.ico', purpose })
}

const SHELVES = [
  [[0, DATED.from], 50],
  [[DATED.from, DATED.to], 33],
  [[DATED.to, SITE.length], 17],
] as const

/** Some pages are what everybody looks for. */
function anyPage(random: Random): number {
  const [first, last] = random.weighted(SHELVES)
  return first + Math.floor((last - first) * (random.chance(0.5) ? random.next() : random.next() ** 2))
}

function next({ page, thorough }: Reading, random: Random): number {
  if (!random.chance(thorough ? 0.8 : 0.3)) return anyPage(random)
  const step = random.weighted([
    [1, 60],
    [-1, 15],
    [2, 15],
    [3, 10],
  ] as const)
  return (page + step + SITE.length) % SITE.length
}
