/** The bank's own application: signs in, refreshes in the background, reads accounts. No pages, no cookies. */
import { earlier, type Group, HAS_BEEN_HERE, momentOfDay } from './calendar.ts'
import { owners } from './owners.ts'
import * as places from './places.ts'
import { bankApp } from './programs.ts'
import type { Random } from './random.ts'
import { besideAttackers, hasApplication, neighbourhood, type Settle } from './sharing.ts'
import type { Arrival, BenignClass, Place, Session } from './traffic.ts'
import { accountId, passwordOf, payeeId, send, tokenFor, userName, type Visitor } from './visitor.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

export function* phones(group: Group, random: Random): Generator<Arrival> {
  const settle = neighbourhood(group.count, random.fork('neighbourhood'))
  const owner = owners('mobile app', random.fork('owners'))
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const place = stream.chance(0.5) ? places.carrier(stream) : settle(stream)
    const phone = newPhone('mobile app', `phone-${index}`, group, place, stream)
    const customer = owner(index)
    const at = momentOfDay(group.span, stream)
    yield* history(phone, customer, group, stream.fork('earlier'))
    const day = { at, until: group.span.to, signsIn: SIGNS_IN, outdoors: places.carrier }
    yield { at, begin: () => use(phone, customer, day, stream) }
  }
}

/**
 * Those of the class `attacker neighbour` who have the application: their carrier's address is the one that a campaign uses
 * as well. `random` is the class's own stream, as of `people()`: whoever has a browser there owns other accounts.
 */
export function* neighbours(group: Group, random: Random): Generator<Arrival> {
  const settle = besideAttackers(group, random.fork('neighbourhood'))
  const owner = owners('attacker neighbour', random.fork('owners'))
  for (let index = 0; index < group.count; index += 1) {
    if (!hasApplication(index)) continue
    const stream = random.fork(index)
    const phone = newPhone('attacker neighbour', `attacker neighbour-${index}`, group, settle(stream), stream)
    const customer = owner(index)
    const at = momentOfDay(group.span, stream)
    const isKnown = yield* history(phone, customer, group, stream.fork('earlier'))
    // A telephone that was never here has no token to show: a first sign-in beside attackers is what a gate may take for theirs.
    const day = { at, until: group.span.to, signsIn: isKnown ? SIGNS_IN : 1, outdoors: settle }
    yield { at, begin: () => use(phone, customer, day, stream) }
  }
}

function newPhone(name: BenignClass, person: string, group: Group, place: Place, random: Random): Visitor {
  const software = bankApp(random)
  return {
    software: { ...software, transport: place.inspection ?? software.transport },
    place,
    cookies: undefined,
    truth: {
      intent: 'benign_person',
      class: name,
      campaign: group.name,
      person: `${group.name}/${person}`,
    },
  }
}

/** Of those who have been here, who came with another telephone or a tablet, and from elsewhere. */
const OTHER_DEVICE = 0.1
/** Who signs in on every third visit, and comes every second or third day, has done so within weeks; the rest have only shown their token. */
const SIGNED_IN = 0.95

/** Tells whether this very telephone was here. */
function* history(
  phone: Visitor,
  customer: number,
  group: Group,
  random: Random,
): Generator<Arrival, boolean> {
  if (!random.chance(HAS_BEEN_HERE)) return false
  const other: Visitor = { ...phone, software: bankApp(random), place: places.home(random) }
  const then = random.chance(OTHER_DEVICE) ? other : phone
  yield* earlier(then, group, random, (whom, at, stream) => glance(whom, customer, at, stream))
  return then === phone
}

function* glance(phone: Visitor, customer: number, at: number, random: Random): Session {
  if (random.chance(SIGNED_IN)) yield* enter(phone, customer, at, random)
  else yield* read(phone, customer, at, random)
}

/** The rest, two in three, have signed in before and only show their token. */
const SIGNS_IN = 0.35

interface Day {
  readonly at: number
  readonly until: number
  /** Probability of signing in. */
  readonly signsIn: number
  /** Where a telephone is that is not at home. */
  readonly outdoors: Settle
}

function* use(phone: Visitor, customer: number, day: Day, random: Random): Session {
  let { at } = day
  if (random.chance(day.signsIn)) {
    const entered = yield* enter(phone, customer, at, random)
    if (entered === undefined) return
    at = entered
  }
  yield* read(phone, customer, at, random)
  // Most applications look for news in the background as often as the system lets them, all day.
  const refreshes = Math.min(24, Math.floor(random.exponential(random.chance(0.3) ? 10 : 3)))
  const every = random.pick([15, 30, 60, 240]) * MINUTE
  for (let refresh = 0; refresh < refreshes; refresh += 1) {
    // Operating systems run background work when it suits them, not on the second.
    at += every * random.between(0.9, 1.6)
    if (at > day.until) return
    if (random.chance(0.25)) phone.place = random.chance(0.5) ? day.outdoors(random) : places.home(random)
    if (!(yield* read(phone, customer, at, random))) return
  }
}

function* enter(phone: Visitor, customer: number, start: number, random: Random) {
  let at = start
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const wrong = random.chance(0.07)
    const password = wrong ? `${passwordOf(customer)}x` : passwordOf(customer)
    const reply = yield* send(phone, {
      at,
      path: '/mobile/v1/login',
      purpose: { kind: 'call', type: 'application/json' },
      body: JSON.stringify({ username: userName(customer), password }),
      truth: { attempt: true, valid: !wrong },
    })
    if (!reply.forwarded) return undefined
    if (reply.status < 400) return at + random.logNormal(400, 0.4)
    at += random.logNormal(6 * SECOND, 0.5)
  }
  return undefined
}

/** False when the gate or the bank said no. */
function* read(phone: Visitor, customer: number, at: number, random: Random) {
  const headers = { authorization: `Bearer ${tokenFor('mobile', customer)}` }
  const purpose = { kind: 'call' } as const
  const reply = yield* send(phone, { at, path: '/mobile/v1/accounts', purpose, headers })
  if (!reply.forwarded || reply.status >= 400) return false
  for (let index = 0; index < 1 + random.below(2); index += 1) {
    const path = `/mobile/v1/accounts/${accountId(customer, index)}/transactions`
    yield* send(phone, { at: at + 300 * (index + 1), path, purpose, headers })
  }
  if (random.chance(0.06)) {
    yield* send(phone, { at: at + 9_000, path: `/mobile/v1/payees/${payeeId(customer)}`, purpose, headers })
  }
  return true
}
