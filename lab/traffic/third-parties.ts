/**
 * Licensed third parties: proven by their certificates, automation by design. Attended reads follow a customer's
 * hand, unattended ones a timetable; an aggregator reads everybody on Monday morning, as fast as it may.
 */

import { type Group, momentOfDay, returning } from './calendar.ts'
import { capturedLibrary } from './captured.ts'
import { consenting } from './owners.ts'
import * as places from './places.ts'
import { SERVERS } from './programs.ts'
import type { Random } from './random.ts'
import type { Arrival, ClientAuth, Place, Sender, Session, Software } from './traffic.ts'
import { accountId, consentId, send, tokenFor, type Visitor } from './visitor.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const WEEK = 7 * 24 * HOUR
const OBIE = '/open-banking/v4.0'

/** A third party as the edge sees it: one certificate, few addresses, one program. */
interface ThirdParty {
  readonly certificate: ClientAuth
  readonly software: Software
  readonly places: readonly Place[]
}

function thirdParty(certificate: ClientAuth, random: Random): ThirdParty {
  return {
    certificate,
    software: (random.chance(0.5) ? capturedLibrary(random) : undefined) ?? random.pick(SERVERS),
    places: Array.from({ length: 1 + random.below(4) }, () => places.hosting(random)),
  }
}

function atWork(party: ThirdParty, truth: Sender, random: Random): Visitor {
  const { software, certificate } = party
  return { software, certificate, place: random.pick(party.places), cookies: undefined, truth }
}

/** `certificates`: one for each third party, made by the laboratory's own authority. */
export function* thirdParties(
  group: Group,
  certificates: readonly ClientAuth[],
  random: Random,
): Generator<Arrival> {
  const parties = certificates.map((certificate, index) =>
    thirdParty(certificate, random.fork(`party ${index}`)),
  )
  const consentOf = consenting(random.fork('consents'))
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const truth: Sender = {
      intent: 'benign_automation',
      class: 'licensed TPP',
      campaign: group.name,
      // Who suffers when a third party is stopped is the customer behind it.
      person: `${group.name}/consent-${index}`,
    }
    const visitor = atWork(stream.pick(parties), truth, stream)
    const customer = consentOf(index)
    const at = momentOfDay(group.span, stream)
    const then = stream.fork('earlier')
    yield* returning(
      visitor,
      group,
      then,
      (whom, moment, own) => read(whom, customer, moment, false, own),
      CONSENTED,
    )
    const begin = stream.weighted([
      [() => attended(visitor, customer, at, stream), 45],
      [() => unattended(visitor, customer, at, group.span.to, stream), 40],
      [() => pay(visitor, customer, at, stream), 10],
      [() => confirmFunds(visitor, customer, at, stream), 5],
    ] as const)
    yield { at, begin }
  }
}

/** Most consents are not new: the customer has looked at the accounts through this third party before. */
const CONSENTED = 0.8

/** Everybody's accounts between six and eight on Monday, or in the first two hours of a span without a Monday. */
export function* aggregator(group: Group, certificate: ClientAuth, random: Random): Generator<Arrival> {
  const party = thirdParty(certificate, random.fork('aggregator'))
  const consentOf = consenting(random.fork('consents'))
  const opens = mondayMorning(group.span)
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const truth: Sender = {
      intent: 'benign_automation',
      class: 'aggregator',
      campaign: group.name,
      person: `${group.name}/aggregated-${index}`,
    }
    const visitor = atWork(party, truth, stream)
    const customer = consentOf(index)
    const at = opens + (index / group.count) * 2 * HOUR + stream.below(50)
    // It does so every Monday.
    if ((group.memory ?? 0) >= WEEK && stream.fork('last week').chance(0.95)) {
      const before: Visitor = { ...visitor, truth: { ...visitor.truth, warmUp: true } }
      yield { at: at - WEEK, begin: () => read(before, customer, at - WEEK, true, stream.fork('then')) }
    }
    yield { at, begin: () => read(visitor, customer, at, true, stream) }
  }
}

function mondayMorning({ from, to }: Group['span']): number {
  for (let at = from; at < to; at += HOUR) {
    const moment = new Date(at)
    if (moment.getUTCDay() === 1 && moment.getUTCHours() === 6) return at
  }
  return from
}

function headersOf(customer: number, attended: boolean, random: Random): Record<string, string> {
  return {
    authorization: `Bearer ${tokenFor('consent', customer)}`,
    'x-fapi-interaction-id': identifier(random),
    accept: 'application/json',
    ...(attended ? { 'x-fapi-customer-ip-address': customersAddress(random) } : {}),
  }
}

/**
 * Where the customer sits: global unicast space that IANA has given to nobody. Some pass on what their own proxy saw,
 * an address inside their own network.
 */
function customersAddress(random: Random): string {
  if (random.chance(0.03)) return `10.0.${random.below(256)}.${random.below(256)}`
  const groups = Array.from({ length: 7 }, () => random.below(0x10000).toString(16))
  return `3000:${groups.join(':')}`
}

function identifier(random: Random): string {
  const part = (length: number): string =>
    Array.from({ length }, () => random.below(16).toString(16)).join('')
  return `${part(8)}-${part(4)}-4${part(3)}-8${part(3)}-${part(12)}`
}

/** `present`: whether it says that the customer is there. Whoever reads all of it at night seldom is. */
export function* read(
  visitor: Visitor,
  customer: number,
  start: number,
  full: boolean,
  random: Random,
  present = !full,
): Session {
  const headers = headersOf(customer, present, random)
  const purpose = { kind: 'call' } as const
  let at = start
  const ask = (path: string) => send(visitor, { at, path: `${OBIE}/aisp/${path}`, purpose, headers })
  const accounts = yield* ask('accounts')
  if (!accounts.forwarded) return
  for (let index = 0; index < 2; index += 1) {
    const id = accountId(customer, index)
    at += random.between(40, 250)
    yield* ask(`accounts/${id}/balances`)
    at += random.between(40, 250)
    if (full || random.chance(0.6)) yield* ask(`accounts/${id}/transactions`)
  }
}

function* attended(visitor: Visitor, customer: number, at: number, random: Random): Session {
  if (random.chance(0.2)) yield* newConsent(visitor, customer, at - 40 * SECOND, random)
  yield* read(visitor, customer, at, false, random)
  if (random.chance(0.3)) yield* read(visitor, customer, at + random.logNormal(40 * SECOND, 1), false, random)
}

/** SCA-RTS article 36(5): at most four times a day without the customer. */
function* unattended(visitor: Visitor, customer: number, at: number, until: number, random: Random): Session {
  for (let round = 0; round < 4; round += 1) {
    const due = at + round * 6 * HOUR
    if (due > until) return
    yield* read(visitor, customer, due, true, random)
  }
}

function* newConsent(visitor: Visitor, customer: number, at: number, random: Random): Session {
  const headers = {
    ...headersOf(customer, true, random),
    authorization: `Bearer ${tokenFor('client', customer)}`,
  }
  yield* send(visitor, {
    at: at - 2 * SECOND,
    path: '/oauth2/token',
    purpose: { kind: 'call', type: 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials&client_id=budget-lark&scope=accounts',
  })
  yield* send(visitor, {
    at,
    path: `${OBIE}/aisp/account-access-consents`,
    purpose: { kind: 'call', type: 'application/json' },
    headers,
    body: JSON.stringify({ Data: { Permissions: ['ReadAccountsDetail', 'ReadBalances'] }, Risk: {} }),
  })
  // Most ask once what became of it, when the customer comes back.
  if (!random.chance(0.6)) return
  const path = `${OBIE}/aisp/account-access-consents/${consentId(customer)}`
  yield* send(visitor, { at: at + 25 * SECOND, path, purpose: { kind: 'call' }, headers })
}

function* pay(visitor: Visitor, customer: number, start: number, random: Random): Session {
  const headers = headersOf(customer, true, random)
  const body = JSON.stringify({
    Data: { Initiation: { InstructedAmount: { Amount: '12.50', Currency: 'GBP' } } },
    Risk: {},
  })
  let at = start
  for (const path of ['domestic-payment-consents', 'domestic-payments']) {
    const purpose = { kind: 'call', type: 'application/json' } as const
    const reply = yield* send(visitor, {
      at,
      path: `${OBIE}/pisp/${path}`,
      purpose,
      headers: { ...headers, 'x-idempotency-key': identifier(random) },
      body,
    })
    if (!reply.forwarded) return
    at += random.logNormal(45 * SECOND, 0.5)
  }
}

function* confirmFunds(visitor: Visitor, customer: number, start: number, random: Random): Session {
  for (let index = 0; index < 1 + random.below(3); index += 1) {
    yield* send(visitor, {
      at: start + index * random.between(SECOND, 600 * SECOND),
      path: `${OBIE}/cbpii/funds-confirmations`,
      purpose: { kind: 'call', type: 'application/json' },
      headers: headersOf(customer, true, random),
      body: JSON.stringify({ Data: { InstructedAmount: { Amount: '20.00', Currency: 'GBP' } } }),
    })
  }
}
