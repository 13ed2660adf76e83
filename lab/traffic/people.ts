/** People with browsers: they load a page, read, mistype, forget, come back, open two tabs, change networks. */
import * as places from './places.ts'
import type { Random } from './random.ts'
import { agentSwitched, anyBrowser } from './shares.ts'
import type { Arrival, Place, Reply, Session, Software, Step, Transport, Truth } from './traffic.ts'
import { CUSTOMERS, cardOf, form, passwordOf, send, userName, type Visitor } from './visitor.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

export interface Span {
  readonly from: number
  readonly to: number
}

/** Moments of a day as customers choose them: few at night, most at lunch and in the evening. */
const DAY_SHAPE = [2, 1, 1, 1, 1, 2, 5, 8, 9, 8, 8, 8, 10, 9, 7, 7, 8, 9, 10, 10, 9, 8, 6, 4] as const

export function momentOfDay(span: Span, random: Random): number {
  for (;;) {
    const at = random.between(span.from, span.to)
    const weight = DAY_SHAPE[new Date(at).getUTCHours()] ?? 1
    if (random.chance(weight / 10)) return at
  }
}

/** How the people of a bank share addresses. Sizes are logins that one address carries in the laboratory's span. */
export function neighbourhood(people: number, random: Random): (random: Random) => Place {
  const pool = (share: number, density: number, make: (random: Random) => Place): readonly Place[] =>
    Array.from({ length: Math.max(1, Math.round((people * share) / density)) }, (_, index) =>
      make(random.fork(`${density}/${index}`)),
    )
  const carriers = pool(0.26, 60, places.carrier)
  const offices = pool(0.1, 15, (stream) => places.office(stream, false))
  const inspected = pool(0.03, 25, (stream) => places.office(stream, true))
  const relays = pool(0.03, 40, places.relay)
  const households = pool(0.18, 2.5, places.home)
  return (stream) =>
    stream.weighted([
      [() => places.home(stream), 38],
      [() => stream.pick(carriers), 26],
      [() => stream.pick(households), 18],
      [() => stream.pick(offices), 10],
      [() => stream.pick(inspected), 3],
      [() => stream.pick(relays), 3],
      [() => places.vpn(stream), 2],
    ] as const)()
}

export interface Group {
  readonly name: string
  readonly count: number
  readonly span: Span
}

/** People who sign in with a browser, once or a few times within the span. */
export function* people(group: Group, random: Random): Generator<Arrival> {
  const settle = neighbourhood(group.count, random.fork('neighbourhood'))
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const person = newPerson(group.name, index, settle(stream), stream)
    const visits = stream.weighted([
      [1, 70],
      [2, 22],
      [3, 8],
    ] as const)
    let at = momentOfDay(group.span, stream)
    for (let visit = 0; visit < visits && at < group.span.to; visit += 1) {
      const habits = stream.fork(`visit ${visit}`)
      yield { at, begin: () => signIn(person, at, habits) }
      at += habits.logNormal(5 * HOUR, 1)
    }
  }
}

interface Person extends Visitor {
  readonly customer: number
  /** Clears cookies at the end of each visit, as privacy browsers do. */
  readonly forgetful: boolean
  /** Script and form both exist at this bank; a person's page uses one of them. */
  readonly script: boolean
  /** Probability of mistyping once. */
  readonly clumsiness: number
}

function newPerson(group: string, index: number, place: Place, random: Random): Person {
  const browser = anyBrowser(random)
  const software = random.chance(0.005) ? agentSwitched(browser, random) : browser
  const truth: Truth = {
    intent: 'benign_person',
    class: 'browser person',
    campaign: group,
    person: `${group}/browser-${index}`,
    attempt: false,
    valid: false,
  }
  return {
    software: place.inspection === undefined ? software : inspected(software, place.inspection),
    place,
    cookies: new Map(),
    truth,
    customer: random.below(CUSTOMERS),
    forgetful: random.chance(
      software.name.startsWith('Brave') || software.name.startsWith('Firefox') ? 0.4 : 0.06,
    ),
    script: random.chance(0.35),
    clumsiness: random.weighted([
      [0.04, 60],
      [0.15, 30],
      [0.4, 10],
    ] as const),
  }
}

/** A company's proxy speaks TLS in the browser's place and, as RFC 9110 section 7.6.3 wants it, says that it was there. */
function inspected(software: Software, transport: Transport): Software {
  return {
    ...software,
    transport,
    headers: (purpose) => ({ ...software.headers(purpose), via: '1.1 proxy', 'x-forwarded-for': '10.9.8.7' }),
  }
}

function* signIn(person: Person, start: number, random: Random): Session {
  let at = start
  const manager = random.chance(0.45)
  if (random.chance(0.55)) {
    const reply = yield* send(person, { at, path: '/', purpose: { kind: 'page' } })
    if (!isServed(reply)) return
    at += random.logNormal(5 * SECOND, 0.8)
  }
  // A single-page application that is cached, or a tab restored from yesterday: no page before the attempt.
  if (!(person.script && random.chance(0.08))) {
    const reply = yield* send(person, { at, path: '/login', purpose: { kind: 'page', from: '/' } })
    if (!isServed(reply)) return
    if (random.chance(0.06)) yield* send(person, { at: at + 300, path: '/login', purpose: { kind: 'page' } })
  }
  at += manager ? random.logNormal(3 * SECOND, 0.6) : random.logNormal(14 * SECOND, 0.7)
  if (random.chance(0.03)) person.place = roam(person.place, random)

  const entered = yield* enter(person, at, manager, random)
  if (entered === undefined) return
  yield* lookAround(person, entered, random)
  if (person.forgetful) person.cookies?.clear()
}

function roam(place: Place, random: Random): Place {
  return place.kind === 'carrier' ? places.home(random) : places.carrier(random)
}

/** Tries until it works, patience ends, or the gate says no. Returns when it worked. */
function* enter(
  person: Person,
  start: number,
  manager: boolean,
  random: Random,
): Generator<Step, number | undefined, Reply> {
  let at = start
  const forgotten = random.chance(0.02)
  const patience = forgotten ? 2 + random.below(6) : 4
  for (let attempt = 0; attempt < patience; attempt += 1) {
    const wrong = forgotten || random.chance(manager ? 0.01 : person.clumsiness)
    const reply = yield* login(person, at, wrong, random)
    if (reply.status < 400 && reply.forwarded) return at + random.logNormal(SECOND, 0.5)
    if (!reply.forwarded) return undefined
    at += random.logNormal(forgotten ? 18 * SECOND : 7 * SECOND, 0.6)
  }
  return undefined
}

function* login(person: Person, at: number, wrong: boolean, random: Random): Generator<Step, Reply, Reply> {
  const password = passwordOf(person.customer)
  const typed = wrong ? mistype(password, random) : password
  const truth = { attempt: true, valid: !wrong }
  const username = userName(person.customer)
  if (person.script) {
    const body = JSON.stringify({ username, password: typed })
    const purpose = { kind: 'fetch', from: '/login', type: 'application/json' } as const
    return yield* send(person, { at, path: '/api/login', purpose, body, truth })
  }
  const body = form({ username, password: typed })
  return yield* send(person, { at, path: '/login', purpose: { kind: 'form', from: '/login' }, body, truth })
}

/** One key too many, one too few, two swapped: a wrong password, and each time perhaps another one. */
function mistype(password: string, random: Random): string {
  const at = random.below(password.length)
  return (
    password.slice(0, at) + String.fromCharCode(97 + random.below(26)) + password.slice(at + random.below(2))
  )
}

function* lookAround(person: Person, start: number, random: Random): Session {
  let at = start
  const pages = 1 + Math.floor(random.exponential(2))
  for (let page = 0; page < pages; page += 1) {
    const reply = yield* send(person, { at, path: '/account', purpose: { kind: 'page', from: '/login' } })
    if (!isServed(reply)) return
    if (random.chance(0.1)) yield* send(person, { at: at + 200, path: '/account', purpose: { kind: 'page' } })
    at += random.logNormal(20 * SECOND, 1)
  }
  if (random.chance(0.05)) yield* topUp(person, at, random)
  if (random.chance(0.3)) {
    const purpose = { kind: 'form', from: '/account' } as const
    yield* send(person, { at: at + 5 * SECOND, path: '/logout', purpose, body: '' })
  }
}

/** Now and then the card is refused for want of money, or a digit is wrong. */
function* topUp(person: Person, start: number, random: Random): Session {
  const card = cardOf(person.customer)
  let at = start
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const wrong = random.chance(0.12)
    const cvv = wrong ? String(100 + random.below(900)) : card.cvv
    const amount = random.pick([10, 20, 50, 100, 250])
    const reply = yield* send(person, {
      at,
      path: '/api/cards/top-up',
      purpose: { kind: 'fetch', from: '/account', type: 'application/json' },
      body: JSON.stringify({ card: { ...card, cvv }, amount }),
      truth: { attempt: true, valid: !wrong },
    })
    if (reply.status < 400 || !reply.forwarded) return
    at += random.logNormal(25 * SECOND, 0.6)
  }
}

function isServed(reply: Reply): boolean {
  return reply.forwarded && reply.status < 400
}
