/**
 * The annex that sees enumeration: numbers one after the other, identifiers at random that do not exist, and accounts
 * outside the list that the bank gave. A row is written for what is new, so that a customer whose app asks for the same two
 * accounts all day writes four: two that were asked for, and two that were answered.
 */
import { HOUR_MS } from '../../lib/durations.ts'
import { valid } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { Annex, Ending, Occasion, Rows } from '../annex.ts'
import { MAX_WALK_BYTES, MOST_RECENT, WALK_CODEC } from './codec.ts'
import { countsAt, walkAt } from './counts.ts'
import { markOf, missed, takenBack, type WalkEnd } from './ending.ts'
import { isKnown, withAnswer, withList } from './known.ts'
import type { Walk, WalkAsk, WalkRow } from './types.ts'

/** Two days later a quarter is left. A client's name has its address in it, which is kept no longer than the longest window. */
const RETENTION_MS = 50 * HOUR_MS
const CLIENT_RETENTION_MS = 26 * HOUR_MS
/** A list is as good as the consent that it was given to; that lives for days. What is no consent may have an address in its name. */
const LIST_RETENTION_MS = 30 * 24 * HOUR_MS
/** Numbers are drawn from many counters, and walkers step over what they know is empty. */
const NEIGHBOURHOOD = 16
const MOST_RUN = 65_535
const MISSES: readonly (number | undefined)[] = [400, 403, 404]
/** Hashes in the row of somebody who reads a few accounts: full rows take no more room than these, all together. */
const USUAL = 48

/** Whoever asks about consents names another each time: the caller is who holds the token. */
const INQUIRERS = ['token', 'pass', 'client', 'consent'] as const

export const WALK: Annex<'walk'> = {
  name: 'walk',
  kinds: ['consent', 'token', 'pass', 'client'],
  kindsFor: ({ inquiry }) => (inquiry === true ? INQUIRERS : undefined),
  codec: WALK_CODEC,
  maxRowBytes: MAX_WALK_BYTES,
  maxRows: 8_192,
  weigh: ({ answered, listed }) => 1 + (answered.length + (listed?.owners.length ?? 0)) / USUAL,
  observe(rows, ask, occasion) {
    const { at } = occasion
    const own = step(rows, ask, occasion)
    if (ask.organisation === undefined) return walkAt(own, at)
    const { asked, missing } = countsAt(step(rows, ask, { ...occasion, name: ask.organisation }), at)
    return { ...walkAt(own, at), organisation: { asked, missing } }
  },
  settle(rows, ask, ending, occasion) {
    // Other annexes, and how many bytes there were, are reasons too for telling how a request ended.
    if (occasion.readOnly || !tells(ending)) return
    end(rows, ask, ending, occasion)
    if (ask.organisation !== undefined) end(rows, ask, ending, { ...occasion, name: ask.organisation })
  },
  learn(rows, news, { name, at }) {
    const next = withList(rows.get(name) ?? newRow(at), news)
    if (next !== undefined) rows.putSoon(name, next, untilOf(name, next, at))
  },
  minds: (_, ending) => (tells(ending) ? 'later' : 'never'),
  // A list that is lost is told again with the next reading of it.
  teaches: () => 'later',
  read(answers) {
    const [first] = answers
    return isWalk(first) ? valid(first) : undefined
  },
}

function newRow(at: number): WalkRow {
  return {
    at,
    fresh: 0,
    neighbours: 0,
    misses: 0,
    outside: 0,
    asked: 0,
    missing: 0,
    run: 0,
    direction: 0,
    stem: 0,
    number: 0,
    recent: [],
    askedBy: [],
    ended: [],
    answered: [],
    listed: undefined,
  }
}

function step(
  rows: Rows<WalkRow>,
  ask: WalkAsk,
  { name, requestId, at, again, readOnly }: Occasion,
): WalkRow {
  const row = rows.get(name) ?? newRow(at)
  if (row.recent.includes(ask.resource)) return row
  const next = walked(row, ask, at, hash32(requestId))
  if (!again && !readOnly) rows.putSoon(name, next, untilOf(name, next, at))
  return next
}

function end(rows: Rows<WalkRow>, ask: WalkAsk, ending: Ending, { name, requestId, at }: Occasion): void {
  const row = rows.get(name)
  if (row === undefined) return
  const next = ended(row, ask, ending, { resource: ask.resource, by: hash32(requestId), at })
  if (next !== row) rows.putSoon(name, next, untilOf(name, next, at))
}

/** The same row where this tells nothing new. */
function ended(row: WalkRow, ask: WalkAsk, ending: Ending, end: WalkEnd): WalkRow {
  if (isRefused(ending)) return takenBack(row, end)
  if (isAnswer(ending)) return withAnswer(row, ask.resource)
  return isMiss(ending) && !isKnown(row, ask, ending.status) ? missed(row, end) : row
}

/** A resource that was none of the last ones. */
export function walked(row: WalkRow, ask: WalkAsk, at: number, askedBy: number): WalkRow {
  const { resource, owner, collection, ordinal } = ask
  const counts = countsAt(row, at)
  const step = ordinal !== undefined && ordinal.stem === row.stem ? ordinal.number - row.number : 0
  const isNeighbour = step !== 0 && Math.abs(step) <= NEIGHBOURHOOD
  const goesOn = isNeighbour && (row.run === 0 || Math.sign(step) === row.direction)
  const { listed } = row
  const outside = listed?.whole === true && listed.collection === collection && !listed.owners.includes(owner)
  return {
    ...counts,
    fresh: counts.fresh + 1,
    asked: counts.asked + 1,
    neighbours: counts.neighbours + (isNeighbour ? 1 : 0),
    outside: counts.outside + (outside ? 1 : 0),
    run: goesOn ? Math.min(MOST_RUN, row.run + 1) : isNeighbour ? 1 : 0,
    direction: isNeighbour ? Math.sign(step) : 0,
    stem: ordinal?.stem ?? 0,
    number: ordinal?.number ?? 0,
    recent: [...row.recent, resource].slice(-MOST_RECENT),
    askedBy: [...row.askedBy, askedBy].slice(-MOST_RECENT),
    ended: row.ended.filter((other) => other !== markOf(resource)),
  }
}

/** 405 and 503, or being sent elsewhere, say nothing of what was asked for. */
function tells(ending: Ending): boolean {
  return isRefused(ending) || isMiss(ending) || isAnswer(ending)
}

function isAnswer({ status = 0 }: Ending): boolean {
  return (status >= 200 && status < 300) || status === 304
}

function isMiss(ending: Ending): ending is Ending & { readonly status: number } {
  return MISSES.includes(ending.status)
}

function isRefused({ outcome }: Ending): boolean {
  return outcome === 'refused'
}

function untilOf(name: string, row: WalkRow, at: number): number {
  const lasts = row.listed !== undefined && name.startsWith('consent:')
  if (lasts) return at + LIST_RETENTION_MS
  return at + (name.startsWith('client:') ? CLIENT_RETENTION_MS : RETENTION_MS)
}

function isWalk(answer: unknown): answer is Walk {
  return typeof answer === 'object' && answer !== null && 'fresh' in answer && 'run' in answer
}
