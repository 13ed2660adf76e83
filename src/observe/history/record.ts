/**
 * What one account remembers of those who signed in to it, and what it makes of a caller. Pure; a record is never changed
 * in place.
 *
 * This is the strongest evidence there is against one try from each of a million addresses: a stolen password is right
 * and everything around it is new. A caller who is new is no guilty one: people buy telephones and travel, so that all of this is told as it is, in
 * days, and nothing here decides.
 */
import { DAY_MS } from '../../lib/durations.ts'
import type { AccountHistory, Familiarity, Trait } from './types.ts'

/** Hashes of 32 bits, each of trait and value: an account tells its own few apart with them, and no address can be read. */
export type Traits = Readonly<Partial<Record<Trait, number>>>

/** One thing that somebody signed in with. */
export interface Sight {
  readonly hash: number
  readonly firstAt: number
  readonly lastAt: number
  readonly days: number
}

export interface HistoryRecord {
  readonly confirmedAt: number
  readonly successAt: number
  readonly successes: number
  readonly days: number
  readonly sights: Readonly<Record<Trait, readonly Sight[]>>
  /** Failures of strangers, halved every day, as they stood at `strangerAt`. Zero: never. */
  readonly strangerWeight: number
  readonly strangerAt: number
  /** A bit for each thirty-second of all networks that strangers came from. */
  readonly strangerNetworks: number
  /** Zero: never, or the owner has been back since. */
  readonly takeoverAt: number
}

export const TRAITS = [
  'device',
  'software',
  'prefix',
  'network',
  'country',
] as const satisfies readonly Trait[]

/** Kept after the last sign-in, and each sight after its own: longer than people stay away from their money. */
export const RETENTION_MS = 90 * DAY_MS
/** A device is a visit's pass where there is no attested app, and passes live for hours. */
export const MOST_SIGHTS = {
  device: 8,
  software: 8,
  prefix: 16,
  network: 8,
  country: 6,
} as const satisfies Record<Trait, number>
/** What was new a day ago may be a thief's, who has the password and comes again in the afternoon. */
const PROBATION_MS = DAY_MS
export const MAX_DAYS = 255
const MAX_SUCCESSES = 65_535
const MAX_WEIGHT = 65_535
/** An owner with a new telephone who has forgotten the password tries three or four times. */
const TAKEOVER_FAILURES = 5

export function firstRecord(traits: Traits, at: number): HistoryRecord {
  return {
    confirmedAt: at,
    successAt: at,
    successes: 1,
    days: 1,
    sights: learn(NOTHING_SEEN, traits, at),
    strangerWeight: 0,
    strangerAt: 0,
    strangerNetworks: 0,
    takeoverAt: 0,
  }
}

const NOTHING_SEEN: HistoryRecord['sights'] = {
  device: [],
  software: [],
  prefix: [],
  network: [],
  country: [],
}

/** The bank let somebody in. */
export function succeeded(record: HistoryRecord, traits: Traits, arrivedAt: number): HistoryRecord {
  const at = Math.max(arrivedAt, record.successAt)
  const next = {
    ...record,
    successAt: at,
    successes: Math.min(MAX_SUCCESSES, record.successes + 1),
    days: daysAfter(record.days, record.successAt, at),
  }
  const calm = { strangerWeight: 0, strangerAt: 0, strangerNetworks: 0 }
  if (isFamiliar(record, traits, at)) {
    return { ...next, ...calm, takeoverAt: 0, sights: learn(record.sights, traits, at) }
  }
  // Learnt only where nobody had been guessing: what a thief got in with is not the owner's. Who was the owner after all comes again.
  const guessed = weightAt(record, at) >= TAKEOVER_FAILURES
  if (guessed) return { ...next, ...calm, takeoverAt: at }
  return { ...next, sights: learn(record.sights, traits, at) }
}

/** The bank turned somebody away. Undefined where that tells nothing: the account knows its owner's slips. */
export function failed(record: HistoryRecord, traits: Traits, at: number): HistoryRecord | undefined {
  if (isFamiliar(record, traits, at)) return undefined
  const from = traits.network ?? traits.prefix ?? 0
  const fresh = at - record.strangerAt > 7 * DAY_MS
  return {
    ...record,
    strangerWeight: Math.min(MAX_WEIGHT, weightAt(record, at) + 1),
    strangerAt: Math.max(at, record.strangerAt),
    strangerNetworks: ((fresh ? 0 : record.strangerNetworks) | (1 << (from % 32))) >>> 0,
  }
}

/** What there is to tell of this account, and of this caller in its eyes. */
export function historyAt(
  record: HistoryRecord,
  traits: Traits,
  subject: AccountHistory['subject'],
  arrivedAt: number,
): AccountHistory {
  const at = Math.max(arrivedAt, record.successAt)
  const familiarity = (trait: Trait) => familiarityOf(record.sights[trait], traits[trait], at)
  return {
    subject,
    confirmed: at - record.confirmedAt,
    sinceSuccess: at - record.successAt,
    successes: record.successes,
    days: record.days,
    traits: {
      device: familiarity('device'),
      software: familiarity('software'),
      prefix: familiarity('prefix'),
      network: familiarity('network'),
      country: familiarity('country'),
    },
    familiar: isFamiliar(record, traits, at),
    strangerFailures: weightAt(record, at),
    strangers: networksIn(record.strangerNetworks),
    sinceStranger: record.strangerAt === 0 ? undefined : Math.max(0, at - record.strangerAt),
    sinceTakeover: record.takeoverAt === 0 ? undefined : Math.max(0, at - record.takeoverAt),
  }
}

/** A device of the account's, or its network's neighbourhood with its software. Each known for a day, or from the beginning. */
function isFamiliar(record: HistoryRecord, traits: Traits, at: number): boolean {
  const known = (trait: Trait) => {
    const sight = sightOf(record.sights[trait], traits[trait], at)
    if (sight === undefined) return false
    return at - sight.firstAt >= PROBATION_MS || sight.firstAt - record.confirmedAt < PROBATION_MS
  }
  return known('device') || (known('software') && (known('prefix') || known('network')))
}

function familiarityOf(
  sights: readonly Sight[],
  hash: number | undefined,
  at: number,
): Familiarity | undefined {
  if (hash === undefined) return undefined
  const sight = sightOf(sights, hash, at)
  if (sight === undefined) return { days: 0, since: undefined, last: undefined }
  return { days: sight.days, since: Math.max(0, at - sight.firstAt), last: Math.max(0, at - sight.lastAt) }
}

function sightOf(sights: readonly Sight[], hash: number | undefined, at: number): Sight | undefined {
  return sights.find((sight) => sight.hash === hash && at - sight.lastAt <= RETENTION_MS)
}

function learn(sights: HistoryRecord['sights'], traits: Traits, at: number): HistoryRecord['sights'] {
  const learnt = (trait: Trait) => withSight(sights[trait], traits[trait], MOST_SIGHTS[trait], at)
  return {
    device: learnt('device'),
    software: learnt('software'),
    prefix: learnt('prefix'),
    network: learnt('network'),
    country: learnt('country'),
  }
}

function withSight(
  sights: readonly Sight[],
  hash: number | undefined,
  most: number,
  at: number,
): readonly Sight[] {
  if (hash === undefined) return sights
  const known = sights.find((sight) => sight.hash === hash)
  const others = sights.filter((sight) => sight.hash !== hash && at - sight.lastAt <= RETENTION_MS)
  const days = known === undefined ? 1 : daysAfter(known.days, known.lastAt, at)
  const sight = { hash, firstAt: known?.firstAt ?? at, lastAt: at, days }
  if (others.length < most) return [...others, sight]
  // What was used on fewest days goes, the older of two: a month of hotels pushes out no home.
  const least = others.reduce((one, other) =>
    other.days < one.days || (other.days === one.days && other.lastAt < one.lastAt) ? other : one,
  )
  return [...others.filter((other) => other !== least), sight]
}

function daysAfter(days: number, before: number, at: number): number {
  return Math.floor(at / DAY_MS) > Math.floor(before / DAY_MS) ? Math.min(MAX_DAYS, days + 1) : days
}

function weightAt(record: HistoryRecord, at: number): number {
  return record.strangerWeight * 2 ** (-Math.max(0, at - record.strangerAt) / DAY_MS)
}

/** Linear counting over 32 bits; all of them set tell only that there are many. */
function networksIn(bits: number): number {
  let set = 0
  for (let left = bits; left !== 0; left = (left & (left - 1)) >>> 0) set += 1
  return Math.round(-32 * Math.log((32 - Math.min(set, 31)) / 32))
}
