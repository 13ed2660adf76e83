/** How people with browsers use a bank: they load a page, read, mistype, forget, come back, open two tabs, change networks. */

import { LOADS, pullIn } from './parts.ts'
import * as places from './places.ts'
import type { Random } from './random.ts'
import type { Place, Reply, Session, Step } from './traffic.ts'
import { cardOf, form, meet, passwordOf, send, userName, type Visitor } from './visitor.ts'

const SECOND = 1_000

export interface Habits {
  /** Clears cookies at the end of each visit, as privacy browsers do. */
  readonly forgetful: boolean
  /** Script and form both exist at this bank; a person's page uses one of them. */
  readonly script: boolean
  /** Probability of mistyping once. */
  readonly clumsiness: number
  /** Probability that a password manager fills the form in. */
  readonly manager: number
  /** What the manager fills in is last year's password, until the person notices. */
  readonly stale: boolean
  /** Probability, at each visit, that the password is forgotten. */
  readonly forgets: number
  /** Multiplies the time that reading and typing take: screen readers and switches are slow, shortcuts are quick. */
  readonly pace: number
  /** Probability that the network changes in the middle of a visit. */
  readonly roams: number
}

export interface Person extends Visitor {
  readonly customer: number
  readonly habits: Habits
}

/** Forms that are sent from a tab which the browser has kept: most banks forbid it to keep them. */
const RESTORED = 0.01

/** A visit at the bank: the front page perhaps, the login page, the password, and what one came for. */
export function* visit(person: Person, start: number, random: Random): Session {
  const { habits } = person
  const cache = random.fork('cache')
  if (habits.script && cache.chance(PAGELESS)) return yield* fromCache(person, start, cache)
  let at = start
  const manager = random.chance(habits.manager)
  const loads = random.fork('parts')
  const front = random.chance(0.55)
  if (front) {
    const reply = yield* look(person, { at, path: '/' }, random)
    if (!isServed(reply)) return
    if (loads.chance(LOADS)) yield* pullIn(person, '/', at, loads)
    at += random.logNormal(5 * SECOND, 0.8) * habits.pace
  }
  // A single-page application that is cached, or a tab restored from yesterday: no page before the attempt.
  if (!random.chance(habits.script ? 0.08 : RESTORED)) {
    const reply = yield* look(person, { at, path: '/login', from: '/' }, random)
    if (!isServed(reply)) return
    if (loads.chance(front ? LOADS / 4 : LOADS)) yield* pullIn(person, '/login', at, loads)
    if (random.chance(0.06)) yield* look(person, { at: at + 300, path: '/login' }, random)
  }
  at += typing(manager, random) * habits.pace
  if (random.chance(habits.roams)) person.place = roam(person.place, random)

  const entered = yield* enter(person, at, manager, random)
  if (entered === undefined) return
  yield* lookAround(person, entered, random)
  if (habits.forgetful) person.cookies?.clear()
}

/** Of the visits of those whose page signs in by script, a third of all: 2% of everybody's. */
const PAGELESS = 0.06
/** Whose pass has expired meanwhile, or went with the cookies. */
const CLEARED = 0.5
/** One opens it for one thing; that makes these visits 4% of those in which a card is topped up. */
const TOPS_UP_THERE = 0.1

/** The application comes out of a service worker's cache, or its page has been open since before: only its scripts ask for anything. */
function* fromCache(person: Person, start: number, random: Random): Session {
  if (random.chance(CLEARED)) person.cookies?.clear()
  const manager = random.chance(person.habits.manager)
  const entered = yield* enter(person, start + typing(manager, random) * person.habits.pace, manager, random)
  if (entered === undefined) return
  const at = entered + random.logNormal(15 * SECOND, 0.6) * person.habits.pace
  if (random.chance(TOPS_UP_THERE)) yield* topUp(person, at, random)
  if (person.habits.forgetful) person.cookies?.clear()
}

/** The shortest visit there is, for the days that only the gate's memory needs. */
export function* glance(person: Person, start: number, random: Random): Session {
  const page = yield* look(person, { at: start, path: '/login' }, random)
  if (!isServed(page)) return
  const manager = random.chance(person.habits.manager)
  const at = start + typing(manager, random) * person.habits.pace
  const entered = yield* enter(person, at, manager, random)
  if (entered !== undefined && random.chance(TOPS_UP)) yield* topUp(person, entered, random)
  if (person.habits.forgetful) person.cookies?.clear()
}

function typing(manager: boolean, random: Random): number {
  return manager ? random.logNormal(3 * SECOND, 0.6) : random.logNormal(14 * SECOND, 0.7)
}

interface Page {
  readonly at: number
  readonly path: string
  readonly from?: string | undefined
  /** In place of the browser's own: who comes from another site says so. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A page, and once more after the challenge that stood in its place: a person's browser solves it by itself. */
export function* look(
  person: Person,
  { at, path, from, headers = {} }: Page,
  random: Random,
): Generator<Step, Reply, Reply> {
  const sent = { at, path, purpose: { kind: 'page', from }, headers } as const
  const reply = yield* send(person, sent)
  if (!meet(person, reply)) return reply
  return yield* send(person, { ...sent, at: at + random.logNormal(1.5 * SECOND, 0.5) })
}

export function roam(place: Place, random: Random): Place {
  return place.kind === 'carrier' ? places.home(random) : places.carrier(random)
}

/** Most who are turned away try again before they call the bank. */
const TRIES_AGAIN = 0.6

/** Tries until it works or patience ends. Returns when it worked. */
function* enter(
  person: Person,
  start: number,
  manager: boolean,
  random: Random,
): Generator<Step, number | undefined, Reply> {
  const { habits } = person
  let at = start
  const forgotten = random.chance(habits.forgets)
  // A stale password is filled in again and again before somebody opens the manager and mends it.
  const stale = manager && habits.stale ? 1 + random.below(3) : 0
  const patience = (forgotten ? 2 + random.below(6) : 4) + stale
  for (let attempt = 0; attempt < patience; attempt += 1) {
    const wrong = forgotten || attempt < stale || random.chance(manager ? 0.01 : habits.clumsiness)
    const typed = attempt < stale ? oldPassword(person) : undefined
    const reply = yield* login(person, at, wrong, typed, random)
    if (reply.status < 400 && reply.forwarded) return at + random.logNormal(SECOND, 0.5)
    if (meet(person, reply)) yield* send(person, pageAfter(at + 2 * SECOND, '/login'))
    else if (!reply.forwarded && !random.chance(TRIES_AGAIN)) return undefined
    at += random.logNormal(forgotten ? 18 * SECOND : 7 * SECOND, 0.6) * habits.pace
  }
  return undefined
}

/** Where a challenge that was met leads: back to the page with the form. */
function pageAfter(at: number, path: string) {
  return { at, path, purpose: { kind: 'page', from: path } } as const
}

function oldPassword(person: Person): string {
  return `Old-${passwordOf(person.customer)}`
}

function* login(
  person: Person,
  at: number,
  wrong: boolean,
  old: string | undefined,
  random: Random,
): Generator<Step, Reply, Reply> {
  const right = passwordOf(person.customer)
  const password = wrong ? (old ?? mistype(right, random)) : right
  const truth = { attempt: true, valid: !wrong }
  const username = userName(person.customer)
  if (person.habits.script) {
    const body = JSON.stringify({ username, password })
    const purpose = { kind: 'fetch', from: '/login', type: 'application/json' } as const
    return yield* send(person, { at, path: '/api/login', purpose, body, truth })
  }
  const body = form({ username, password })
  return yield* send(person, { at, path: '/login', purpose: { kind: 'form', from: '/login' }, body, truth })
}

/** One key too many, one too few, two swapped: a wrong password, and each time perhaps another one. */
function mistype(password: string, random: Random): string {
  const at = random.below(password.length)
  const key = String.fromCharCode(97 + random.below(26))
  const typed = password.slice(0, at) + key + password.slice(at + random.below(2))
  return typed === password ? `${password}${key}` : typed
}

function* lookAround(person: Person, start: number, random: Random): Session {
  let at = start
  const pages = 1 + Math.floor(random.exponential(2))
  for (let page = 0; page < pages; page += 1) {
    const reply = yield* look(person, { at, path: '/account', from: '/login' }, random)
    if (!isServed(reply)) return
    if (random.chance(0.1)) yield* send(person, { at: at + 200, path: '/account', purpose: { kind: 'page' } })
    at += random.logNormal(20 * SECOND, 1) * person.habits.pace
  }
  if (random.chance(TOPS_UP)) yield* topUp(person, at, random)
  if (random.chance(0.3)) {
    const purpose = { kind: 'form', from: '/account' } as const
    yield* send(person, { at: at + 5 * SECOND, path: '/logout', purpose, body: '' })
  }
}

/** Of those who got in. */
const TOPS_UP = 0.05

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
    if (meet(person, reply)) yield* send(person, pageAfter(at + 2 * SECOND, '/account'))
    else if (reply.status < 400 || !reply.forwarded) return
    at += random.logNormal(25 * SECOND, 0.6)
  }
}

export function isServed(reply: Reply): boolean {
  return reply.forwarded && reply.status < 400
}
