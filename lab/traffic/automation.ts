/** Machines that mean well and say so: monitoring, the bank's own tests, a customer's headless browser. */
import { CURRENT_CHROMIUM, chromium } from './browsers.ts'
import { type Group, momentOfDay, returning } from './calendar.ts'
import { capturedBrowser, capturedLynx, capturedProgram } from './captured.ts'
import { crawl, crawlerSoftware } from './crawlers.ts'
import { owners, TEST_CUSTOMERS } from './owners.ts'
import { LOADS, pullIn } from './parts.ts'
import * as places from './places.ts'
import { DECLARED } from './programs.ts'
import type { Random } from './random.ts'
import { pooled } from './sharing.ts'
import type { Arrival, BenignClass, Sender, Session, Software } from './traffic.ts'
import { form, meet, passwordOf, send, tokenFor, userName, type Visitor } from './visitor.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

function truthOf(group: Group, name: BenignClass, index: number): Sender {
  return {
    intent: 'benign_automation',
    class: name,
    campaign: group.name,
    person: `${group.name}/${name}-${index}`,
  }
}

/** Of what declares itself, who reads the public site from one end to the other. */
const CRAWLS = 0.1

/** Each watches pages or signs in with its own test customer, by the clock; some crawl. */
export function* declared(group: Group, random: Random): Generator<Arrival> {
  const owner = owners('declared automation', random.fork('owners'))
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const software = stream.pick(DECLARED)
    const truth = truthOf(group, 'declared automation', index)
    const monitor: Visitor = { software, place: places.hosting(stream), cookies: undefined, truth }
    const every = stream.pick([1, 5, 5, 15]) * MINUTE
    const check: Check = {
      every,
      customer: stream.chance(0.5) ? owner(index) : undefined,
      mobile: stream.chance(0.3),
    }
    const at = stream.between(group.span.from, group.span.to)
    const own = stream.fork('crawl')
    if (own.chance(CRAWLS)) {
      const crawler: Visitor = { ...monitor, software: crawlerSoftware(own) }
      yield* returning(crawler, group, own.fork('earlier'), (whom, then, random) =>
        crawl(whom, then, random, 5),
      )
      yield { at, begin: () => crawl(crawler, at, own) }
      continue
    }
    yield* returning(monitor, group, stream.fork('earlier'), (whom, then, own) =>
      watch(whom, check, then, then + 2 * every, own),
    )
    yield { at, begin: () => watch(monitor, check, at, group.span.to, stream) }
  }
}

interface Check {
  /** Milliseconds from one round to the next. */
  readonly every: number
  /** Whom it signs in as; nobody where it only looks. */
  readonly customer: number | undefined
  readonly mobile: boolean
}

/** Of the monitors, whose rounds are all played: what they ask for in a day is hundreds of requests. */
const ALL_DAY = 0.03

function* watch(
  monitor: Visitor,
  { every, customer, mobile }: Check,
  start: number,
  until: number,
  random: Random,
): Session {
  const rounds = random.chance(ALL_DAY) ? 240 : 4 + random.below(12)
  for (let round = 0, at = start; round < rounds && at < until; round += 1, at += every) {
    yield* send(monitor, { at, path: random.chance(0.5) ? '/login' : '/', purpose: { kind: 'call' } })
    if (customer === undefined) continue
    yield* send(monitor, {
      at: at + 200,
      path: mobile ? '/mobile/v1/login' : '/api/login',
      purpose: { kind: 'call', type: 'application/json' },
      body: JSON.stringify({ username: userName(customer), password: passwordOf(customer) }),
      truth: { attempt: true, valid: true },
    })
  }
}

/** Headless Chromium that names itself: synthetic monitoring, or a customer who automates his own account; some without a browser. */
export function* headless(group: Group, random: Random): Generator<Arrival> {
  const owner = owners('headless browser', random.fork('owners'))
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const own = stream.chance(WITHOUT_BROWSER) ? ownSoftware(stream) : undefined
    const software = own ?? headlessSoftware(stream)
    const place = stream.chance(0.5) ? places.hosting(stream) : places.home(stream)
    const visitor: Visitor = {
      ...{ software, place, cookies: new Map() },
      truth: truthOf(group, 'headless browser', index),
    }
    const at = momentOfDay(group.span, stream)
    const customer = owner(index)
    const task = errand(own !== undefined, customer, stream)
    yield* returning(visitor, group, stream.fork('earlier'), (whom, then, random) =>
      task(whom, then, random, 1),
    )
    yield { at, begin: () => task(visitor, at, stream) }
  }
}

/** What such a program comes for: so many times, or as often as it likes. */
type Errand = (program: Visitor, start: number, random: Random, rounds?: number) => Session

function errand(isProgram: boolean, customer: number, random: Random): Errand {
  if (isProgram && !random.chance(0.6)) return lookIn
  const task = isProgram ? ownProgram : drive
  return (program, start, stream, rounds) => task(program, customer, start, stream, rounds)
}

/** Of those who automate their own account, who do it without a browser. */
const WITHOUT_BROWSER = 0.3

function ownSoftware(random: Random): Software | undefined {
  return random.chance(0.2) ? capturedLynx() : capturedProgram(random)
}

/** A customer's own program: signs in as the form does, and pages through what it came for. */
function* ownProgram(
  program: Visitor,
  customer: number,
  start: number,
  random: Random,
  rounds = 1 + random.below(4),
): Session {
  const mobile = random.chance(0.4)
  for (let round = 0, at = start; round < rounds; round += 1, at += random.pick([5, 60, 360]) * MINUTE) {
    const pace = random.pick([30, 300, 2_000])
    if (mobile) yield* asTheApp(program, customer, at, pace)
    else {
      if (random.chance(0.7)) yield* send(program, { at, path: '/login', purpose: { kind: 'page' } })
      const reply = yield* send(program, {
        at: at + pace,
        path: '/login',
        purpose: { kind: 'form', from: '/login' },
        body: form({ username: userName(customer), password: passwordOf(customer) }),
        truth: { attempt: true, valid: true },
      })
      if (!reply.forwarded) return
      yield* send(program, { at: at + 2 * pace, path: '/account', purpose: { kind: 'call' } })
    }
    yield* pageThrough(program, at + 3 * pace, pace, random)
  }
}

/** Through the door that was made for the application, because it answers without pages. */
function* asTheApp(program: Visitor, customer: number, at: number, pace: number): Session {
  const reply = yield* send(program, {
    at,
    path: '/mobile/v1/login',
    purpose: { kind: 'call', type: 'application/json' },
    body: JSON.stringify({ username: userName(customer), password: passwordOf(customer) }),
    truth: { attempt: true, valid: true },
  })
  if (!reply.forwarded) return
  const headers = { authorization: `Bearer ${tokenFor('mobile', customer)}` }
  yield* send(program, { at: at + pace, path: '/mobile/v1/accounts', purpose: { kind: 'call' }, headers })
}

/** What is open to everybody, page after page; half of it stands in no configuration. */
function* pageThrough(program: Visitor, start: number, pace: number, random: Random): Session {
  const path = random.pick(['/api/products', '/api/rates'])
  const pages = random.below(14)
  for (let page = 0; page < pages; page += 1) {
    const at = start + pace * page * random.between(0.8, 1.2)
    yield* send(program, { at, path: `${path}?page=${page}`, purpose: { kind: 'call' } })
  }
}

/** Somebody's script that looks in: whether the bank is there, what its rates are. A machine's pace, and no harm. */
function* lookIn(program: Visitor, start: number, random: Random, rounds = 1 + random.below(3)): Session {
  for (let round = 0, at = start; round < rounds; round += 1, at += random.pick([1, 60, 360]) * MINUTE) {
    const pace = random.pick([20, 70, 300, 2_000])
    const paths = ['/', '/login', '/account', '/api/rates'].slice(0, 1 + random.below(4))
    for (const [index, path] of paths.entries()) {
      yield* send(program, { at: at + pace * index, path, purpose: { kind: 'page' } })
    }
    if (random.chance(0.3)) yield* pageThrough(program, at + pace * paths.length, pace, random)
  }
}

function headlessSoftware(random: Random): Software {
  const recorded = random.chance(0.4) ? capturedBrowser(true, random) : undefined
  const major = CURRENT_CHROMIUM - random.below(12)
  const traits = { major, platform: 'Linux', brand: 'HeadlessChrome', languages: 'en-US,en;q=0.9' } as const
  return recorded ?? chromium(traits)
}

function* drive(
  browser: Visitor,
  customer: number,
  start: number,
  random: Random,
  rounds = 1 + random.below(6),
): Session {
  const [username, password] = [userName(customer), passwordOf(customer)]
  for (let round = 0, at = start; round < rounds; round += 1, at += random.pick([1, 5, 60]) * MINUTE) {
    const page = yield* send(browser, { at, path: '/login', purpose: { kind: 'page' } })
    if (!page.forwarded) return
    const parts = random.fork(`parts ${round}`)
    if (parts.chance(LOADS)) yield* pullIn(browser, '/login', at, parts)
    const reply = yield* send(browser, {
      at: at + random.between(150, 2_500),
      path: '/login',
      purpose: { kind: 'form', from: '/login' },
      body: form({ username, password }),
      truth: { attempt: true, valid: true },
    })
    if (!reply.forwarded) return
    yield* send(browser, {
      at: at + 3 * SECOND,
      path: '/account',
      purpose: { kind: 'page', from: '/login' },
    })
    // A fresh profile for every run is what most automation does.
    if (random.chance(0.7)) browser.cookies?.clear()
  }
}

/**
 * The bank's own end-to-end tests: a real browser or a library from the bank's office or a build server, test customers
 * of its own, and tests of what has to fail, wrong passwords and unknown users among them.
 */
export function* bankTests(group: Group, random: Random): Generator<Arrival> {
  const servers = pooled(group.count, 8, places.hosting, random.fork('servers'))
  const office = places.office(random.fork('office'), false)
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const place = stream.chance(0.7) ? servers(stream) : office
    const truth = truthOf(group, 'bank test', index)
    const at = stream.between(group.span.from, group.span.to)
    const tester: Visitor = { software: testSoftware(stream), place, cookies: new Map(), truth }
    const customer = TEST_CUSTOMERS + (index % 5_000)
    yield* returning(tester, group, stream.fork('earlier'), (whom, then, own) =>
      test(whom, customer, then, own, 1),
    )
    yield { at, begin: () => test(tester, customer, at, stream) }
  }
}

function testSoftware(random: Random): Software {
  const [brand, make] = random.weighted([
    [['HeadlessChrome', chromium], 50],
    [['Google Chrome', chromium], 20],
    [[undefined, undefined], 30],
  ] as const)
  if (make === undefined) return random.pick(DECLARED)
  const major = CURRENT_CHROMIUM - random.below(6)
  return make({ major, platform: 'Linux', brand, languages: 'en-US,en;q=0.9' })
}

/** One scenario after another, as fast as the pages answer; a fresh profile for each. */
function* test(
  tester: Visitor,
  customer: number,
  start: number,
  random: Random,
  scenarios = 2 + random.below(5),
): Session {
  let at = start
  for (let scenario = 0; scenario < scenarios; scenario += 1) {
    tester.cookies?.clear()
    const page = yield* send(tester, { at, path: '/login', purpose: { kind: 'page' } })
    if (meet(tester, page)) at += 2 * SECOND
    const wrong = random.chance(0.2)
    const username = wrong && random.chance(0.5) ? `no-such-${customer}` : userName(customer)
    const body = form({ username, password: wrong ? 'wrong-on-purpose' : passwordOf(customer) })
    const truth = { attempt: true, valid: !wrong }
    at += random.between(100, 900)
    yield* send(tester, { at, path: '/login', purpose: { kind: 'form', from: '/login' }, body, truth })
    at += random.between(100, 600)
    if (!wrong) yield* send(tester, { at, path: '/account', purpose: { kind: 'page', from: '/login' } })
    at += random.between(500, 4_000)
  }
}
