/**
 * What one client did in the whole log, in numbers that can be added up: a client's two halves give the same as the whole,
 * so that whoever is quiet can wait on a disk. Nothing in it depends on what the client says it is.
 */
import { type Breadth, breadthOf, joinBreadth, newBreadth, noteTarget } from './breadth.ts'
import type { Kind } from './kinds.ts'

/** How the numbers of two halves become one: `later` is the second half's, where it has one. */
type Fold = 'sum' | 'least' | 'most' | 'later' | 'bits'

export const FOLDS = {
  requests: 'sum',
  /** Milliseconds since the epoch, by the log. */
  first: 'least',
  last: 'most',
  /** Visits with less than half an hour's silence within. */
  visits: 'sum',
  /** Milliseconds within visits. */
  active: 'sum',
  /** Hours of the day in which there was something, UTC. */
  hours: 'bits',
  ...{ page: 'sum', asset: 'sum', icon: 'sum', data: 'sum', file: 'sum' },
  ...{ robots: 'sum', feed: 'sum', probe: 'sum', malformed: 'sum', idle: 'sum' },
  /** Pages that were followed by an asset within seconds. */
  loaded: 'sum',
  /** When the page was asked for whose assets have not come yet; 0 where none is waited for. */
  loading: 'later',
  /** When the last page was asked for. */
  paged: 'later',
  ...{ head: 'sum', post: 'sum', odd: 'sum' },
  /** Answers to what was asked for; `unchanged` are the assets that a cache had, and were asked after. */
  ...{ unchanged: 'sum', denied: 'sum', missing: 'sum', failed: 'sum' },
  /** Requests of which the log tells a Referer; that had one; that had one of the same site. */
  ...{ refererTold: 'sum', referred: 'sum' },
  ...{ http10: 'sum', http2: 'sum' },
  /** Intervals between things that are asked for and not merely fetched along, within visits, in seconds. */
  ...{ gaps: 'sum', gapSum: 'sum', gapSquares: 'sum', hasty: 'sum', lastAsked: 'later' },
  /** One step further in what looks like the same address with another number; the very same address again. */
  ...{ steps: 'sum', again: 'sum', shape: 'later', number: 'later', target: 'later' },
  /** Pages that hardly anybody else has asked for, of those where that could be told. */
  ...{ rarityTold: 'sum', rare: 'sum' },
} as const satisfies Record<string, Fold>

type Numbers = { -readonly [Name in keyof typeof FOLDS]: number }
export interface Session extends Numbers {
  breadth: Breadth
}

export interface Look {
  readonly at: number
  readonly kind: Kind
  readonly method: string
  readonly status: number | undefined
  readonly protocol: string | undefined
  /** Undefined where the log does not tell. */
  readonly referer: string | undefined
  /** Hashes: of the target, and of the target with its numbers taken out. The last number in it, or -1. */
  readonly target: number
  readonly shape: number
  readonly number: number
  /** Undefined while nobody can tell. */
  readonly rare: boolean | undefined
}

/** Half an hour without a request ends a visit, as web statistics count them. */
const VISIT_MS = 1_800_000
/** Browsers fetch a page's assets at once; slow networks take some seconds. */
const LOADING_MS = 15_000
/** For so long a page's script may go on asking. */
const SCRIPT_MS = 60_000
/** Nobody reads a page in less. */
const HASTY_MS = 1_000
/** Pages of one after the other, with some left out. */
const MAX_STEP = 3

export function newSession(): Session {
  const numbers = Object.fromEntries(Object.keys(FOLDS).map((name) => [name, 0]))
  // Every name of FOLDS, each with a number.
  return { ...(numbers as Numbers), first: Number.POSITIVE_INFINITY, number: -1, breadth: newBreadth() }
}

export function note(session: Session, look: Look): void {
  const { at, kind } = look
  // A line that is older than the one before it was written late: it took no time.
  const since = session.requests === 0 ? Number.POSITIVE_INFINITY : Math.max(0, at - session.last)
  session.requests++
  session.first = Math.min(session.first, at)
  session.last = Math.max(session.last, at)
  if (since > VISIT_MS) session.visits++
  else session.active += since
  session.hours |= 1 << new Date(at).getUTCHours()
  session[kind]++
  if (kind === 'malformed' || kind === 'idle') return
  noteForm(session, look)
  // A browser asks for icons and pictures that a careless page names.
  if (kind !== 'icon' && kind !== 'asset') noteAnswer(session, look.status)
  else if (look.status === 304) session.unchanged++
  if (isAsked(session, look)) noteAsked(session, look)
  else if (session.loading > 0 && at - session.loading <= LOADING_MS) {
    session.loaded++
    session.loading = 0
  }
}

/** What somebody, or something, decided to ask for. A browser fetches assets by itself, and a page's script its data. */
function isAsked({ paged }: Session, { at, kind }: Look): boolean {
  if (kind === 'data') return paged === 0 || at - paged > SCRIPT_MS
  return kind !== 'asset' && kind !== 'icon'
}

function noteForm(session: Session, { method, protocol, referer }: Look): void {
  if (method === 'HEAD') session.head++
  else if (method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE') session.post++
  else if (method !== 'GET' && method !== 'OPTIONS') session.odd++
  if (protocol === 'HTTP/1.0') session.http10++
  else if (protocol?.startsWith('HTTP/2') === true || protocol?.startsWith('HTTP/3') === true) session.http2++
  if (referer === undefined) return
  session.refererTold++
  if (referer !== '') session.referred++
}

function noteAnswer(session: Session, status: number | undefined): void {
  if (status === undefined) return
  if (status === 401 || status === 403 || status === 407 || status === 429) session.denied++
  else if (status >= 500) session.failed++
  else if (status >= 400) session.missing++
}

function noteAsked(session: Session, { at, kind, target, shape, number, rare }: Look): void {
  const since = at - session.lastAsked
  if (session.lastAsked > 0 && since >= 0 && since <= VISIT_MS) noteGap(session, since)
  session.lastAsked = at
  if (kind === 'page') {
    session.loading = at
    session.paged = at
  }
  if (target === session.target) session.again++
  else if (shape === session.shape && number >= 0) {
    const step = Math.abs(number - session.number)
    if (step >= 1 && step <= MAX_STEP) session.steps++
  }
  session.target = target
  session.shape = shape
  session.number = number
  noteTarget(session.breadth, target)
  if (rare === undefined) return
  session.rarityTold++
  if (rare) session.rare++
}

function noteGap(session: Session, since: number): void {
  session.gaps++
  session.gapSum += since / 1_000
  session.gapSquares += (since / 1_000) ** 2
  if (since < HASTY_MS) session.hasty++
}

/** As if `later` had gone on where `session` stopped. The silence between them is an interval like any other. */
export function join(session: Session, later: Session): void {
  const silence = later.first - session.last
  const goesOn = silence >= 0 && silence <= VISIT_MS
  for (const [name, fold] of Object.entries(FOLDS)) {
    // Keys of FOLDS are those of Numbers.
    const key = name as keyof Numbers
    session[key] = FOLD[fold](session[key], later[key])
  }
  if (goesOn) {
    session.visits--
    session.active += silence
  }
  joinBreadth(session.breadth, later.breadth)
}

const FOLD: Readonly<Record<Fold, (before: number, after: number) => number>> = {
  sum: (before, after) => before + after,
  least: Math.min,
  most: Math.max,
  later: (before, after) => (after === 0 ? before : after),
  bits: (before, after) => before | after,
}

/** Different things asked for, estimated. */
export function different({ breadth }: Session): number {
  return breadthOf(breadth)
}
