/**
 * A licensed third party gone wrong: whoever broke into it reads every consent it was ever given, with its own
 * certificate and good tokens. No single request is wrong; what is, is that this third party never did that.
 */

import { momentOfDay, type Span } from './calendar.ts'
import type { Campaign } from './campaigns.ts'
import * as places from './places.ts'
import { SERVERS } from './programs.ts'
import type { Random } from './random.ts'
import { read } from './third-parties.ts'
import {
  type Arrival,
  type ClientAuth,
  INTENT_OF,
  type Place,
  type Session,
  type Software,
} from './traffic.ts'
import { CUSTOMERS, type Visitor } from './visitor.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Share of its customers who look at their accounts in a day, and of whom it reads in the night. */
const LIVELY = 0.05
const NIGHTLY = 0.02

/** One request and a bit more for each account: consents that so many attempts read. */
const READS = 5

interface Party {
  readonly certificate: ClientAuth
  readonly software: Software
  readonly places: readonly Place[]
  readonly consents: readonly number[]
}

export function* compromised(
  campaign: Campaign,
  span: Span,
  certificate: ClientAuth,
  memory: number,
  random: Random,
): Generator<Arrival> {
  const party = licensed(campaign, certificate, random.fork('party'))
  yield* ordinaryDays(campaign, party, { from: span.from - memory, to: span.to }, span.from, random)
  yield* looted(campaign, party, span, random.fork('loot'))
}

function licensed(campaign: Campaign, certificate: ClientAuth, random: Random): Party {
  const consents = Math.max(20, Math.round(campaign.attempts / READS))
  return {
    certificate,
    software: random.pick(SERVERS),
    places: [places.hosting(random), places.hosting(random)],
    consents: Array.from({ length: consents }, () => random.below(CUSTOMERS)),
  }
}

/** What it does every day, before and while it is being looted: its honest customers are still there. */
function* ordinaryDays(
  campaign: Campaign,
  party: Party,
  whole: Span,
  counts: number,
  random: Random,
): Generator<Arrival> {
  for (let day = 0, from = whole.from; from < whole.to; day += 1, from += DAY) {
    const stream = random.fork(`day ${day}`)
    const today = { from, to: Math.min(from + DAY, whole.to) }
    const reads = Math.round(party.consents.length * (LIVELY + NIGHTLY) * stream.between(0.85, 1.15))
    for (let each = 0; each < reads; each += 1) {
      const one = stream.fork(each)
      const nightly = one.chance(NIGHTLY / (LIVELY + NIGHTLY))
      const at = nightly ? one.between(today.from + HOUR, today.from + 4 * HOUR) : momentOfDay(today, one)
      const customer = one.pick(party.consents)
      const visitor: Visitor = {
        ...{ software: party.software, certificate: party.certificate, place: one.pick(party.places) },
        cookies: undefined,
        truth: {
          intent: 'benign_automation',
          class: 'licensed TPP',
          campaign: `${campaign.id}'s party`,
          person: `${campaign.id}/consent-${customer}`,
          ...(at < counts ? { warmUp: true as const } : {}),
        },
      }
      yield { at, begin: () => read(visitor, customer, at, nightly, one) }
    }
  }
}

/** One consent after the other from a machine of the thief's or of the party's own, as fast as is careful. */
function* looted(campaign: Campaign, party: Party, span: Span, random: Random): Generator<Arrival> {
  const begins = momentOfDay({ from: span.from + 2 * HOUR, to: span.from + 14 * HOUR }, random)
  const inside = random.chance(0.4)
  const place = inside ? (party.places[0] ?? places.hosting(random)) : places.hosting(random)
  const software = inside || random.chance(0.3) ? party.software : random.pick(SERVERS)
  const gap = (campaign.hours * HOUR) / 24 / party.consents.length
  const visitor: Visitor = {
    ...{ software, certificate: party.certificate, place, cookies: undefined },
    truth: {
      intent: INTENT_OF[campaign.kind],
      class: campaign.kind,
      campaign: campaign.id,
      person: `${campaign.id}/thief`,
    },
  }
  for (const [index, customer] of party.consents.entries()) {
    const stream = random.fork(index)
    const at = begins + gap * (index + stream.between(-0.4, 0.4))
    yield { at, begin: () => loot(visitor, customer, at, stream) }
  }
}

/** All there is, and says that the customer is present: it does not help against a baseline. */
function* loot(visitor: Visitor, customer: number, at: number, random: Random): Session {
  const session = read(visitor, customer, at, true, random, random.chance(0.5))
  for (let taken = session.next(); !taken.done; ) {
    const reply = yield { ...taken.value, truth: { ...taken.value.truth, attempt: true } }
    taken = session.next(reply)
  }
}
