/**
 * What an isolate knows of one cohort: the picture that the estate last gave it, and what it has seen itself since. While the
 * estate cannot be reached it is the isolate's own view alone, which goes on.
 */
import type { Behaviour, Cohort, MergedCohort, Tally, UsualHour } from '../../evidence.ts'
import { addAll, type Counter, type Counts, read, WINDOW_MS, type WindowName } from '../windows.ts'
import type { Active } from './activity.ts'
import { CROWD_WINDOWS, type Crowd, estimate, mark, newCrowd } from './crowd.ts'
import type { Delta, Visit } from './delta.ts'
import { countsOf, figure, type Merged } from './merged.ts'

/** A parcel that is being filled. */
export interface Gathering {
  readonly openedAt: number
}

export interface Crowds {
  readonly accounts: Crowd
  readonly clients: Crowd
  readonly addresses: Crowd
}

export interface Entry extends Active {
  readonly name: string
  readonly shard: number
  readonly firstSeenAt: number
  /** Told to the estate and not acknowledged. */
  untold: Counts | undefined
  /** The first request: for most cohorts of a flood there is no second, and no crowd to remember. */
  readonly first: Visit
  /** Everybody that this isolate has seen since the picture was made, from the second request on. */
  crowds: Crowds | undefined
  /** What is being gathered now, and the parcel that it will go with. */
  delta: Delta | undefined
  open: Gathering | undefined
  merged: Merged | undefined
  /** The last reading, for how many more changes it will do, and when it was made. */
  view: Cohort | undefined
  viewedAt: number
  changes: number
}

export function newEntry(name: string, shard: number, first: Visit): Entry {
  const { at } = first
  return {
    name,
    shard,
    firstSeenAt: at,
    lastAt: at,
    weight: 0,
    first,
    crowds: undefined,
    untold: undefined,
    delta: undefined,
    open: undefined,
    merged: undefined,
    view: undefined,
    viewedAt: 0,
    changes: 0,
  }
}

/** Remembers who came. */
export function markVisit(entry: Entry, visit: Visit): void {
  if (visit !== entry.first) markIn(crowdsOf(entry), visit)
}

function crowdsOf(entry: Entry): Crowds {
  if (entry.crowds !== undefined) return entry.crowds
  const crowds = { accounts: newCrowd(), clients: newCrowd(), addresses: newCrowd() }
  markIn(crowds, entry.first)
  entry.crowds = crowds
  return crowds
}

function markIn(crowds: Crowds, { account, client, address, at }: Visit): void {
  if (account !== undefined) mark(crowds.accounts, account, at)
  mark(crowds.clients, client, at)
  if (address !== undefined) mark(crowds.addresses, address, at)
}

/** A reading is good for so long, and for so small a share of new requests: a busy cohort does not change with each. */
const VIEW_MS = 1_000
const VIEW_SHARE = 1 / 64

/** What the cohort has been doing; undefined while it has done nothing yet. */
export function look(entry: Entry, at: number): Cohort | undefined {
  const { view } = entry
  if (view !== undefined && entry.changes <= view.behaviour.hour.requests * VIEW_SHARE) {
    const age = at - entry.viewedAt
    if (age >= 0 && age < VIEW_MS) return view
  }
  if (entry.merged === undefined && entry.weight === 0) return undefined
  const made = viewOf(entry, at)
  entry.view = made
  entry.viewedAt = at
  entry.changes = 0
  return made
}

/** The estate has acknowledged what was told, and answers. */
export function hear(entry: Entry, told: Delta, toldAt: number, merged: Merged | undefined): void {
  if (entry.untold !== undefined) {
    addAll(
      entry.untold,
      toldAt,
      told.sums.map((amount) => -amount),
    )
  }
  const before = entry.merged === undefined ? 0 : figure(entry.merged, 'at')
  entry.view = undefined
  if (merged === undefined || figure(merged, 'at') < before) return
  entry.merged = merged
  // Everybody that was told is in the picture: only who comes from now on has to be remembered here.
  entry.crowds = undefined
}

function viewOf(entry: Entry, at: number): Cohort {
  const { merged } = entry
  const hour = tallyOf(entry, 'hour', at)
  const told = (name: 'at' | 'firstSeenAt' | 'lastAt', otherwise: number): number =>
    merged === undefined ? otherwise : figure(merged, name)
  const behaviour: Behaviour = {
    tenSeconds: tallyOf(entry, 'tenSeconds', at),
    minute: tallyOf(entry, 'minute', at),
    tenMinutes: tallyOf(entry, 'tenMinutes', at),
    hour,
    day: tallyOf(entry, 'day', at),
    firstSeenAt: Math.min(entry.firstSeenAt, told('firstSeenAt', entry.firstSeenAt)),
    sinceLast: Math.max(0, at - Math.max(entry.lastAt, told('lastAt', 0))),
    regularity: merged === undefined ? undefined : known(figure(merged, 'variation')),
    pages: hour.pages,
  }
  const staleness = Math.max(0, at - told('at', entry.firstSeenAt))
  return merged === undefined
    ? { behaviour, staleness }
    : { behaviour, staleness, merged: mergedCohort(merged, entry, at) }
}

function tallyOf(entry: Entry, window: WindowName, at: number): Tally & { readonly pages: number } {
  const { merged, untold, delta } = entry
  const theirs = merged === undefined ? undefined : read(countsOf(merged), window, at)
  const ours = untold === undefined ? undefined : read(untold, window, at)
  // What is being gathered now is at most a second or two old: it lies in every window.
  const sum = (counter: Counter, column: number): number =>
    (theirs?.[counter] ?? 0) + (ours?.[counter] ?? 0) + Math.max(0, delta?.sums[column] ?? 0)
  return {
    requests: sum('requests', 0),
    attempts: sum('attempts', 1),
    failures: sum('failures', 2),
    successes: sum('successes', 3),
    misses: sum('misses', 4),
    pages: sum('pages', 5),
    bytes: sum('bytes', 6),
    records: sum('records', 7),
    strangers: sum('strangers', 8),
    accounts: crowdIn(entry, 'accounts', window, at),
    clients: crowdIn(entry, 'clients', window, at),
    resources: Number.NaN,
  }
}

/** Where each window stands among those in which crowds are counted. */
const CROWD_INDEX: Readonly<Partial<Record<WindowName, number>>> = { minute: 0, hour: 1, day: 2 }

/** The whole is at least what the isolate itself has seen. NaN in windows in which nobody counts crowds. */
function crowdIn(entry: Entry, whom: keyof Crowds, window: WindowName, at: number): number {
  const index = CROWD_INDEX[window]
  const name = index === undefined ? undefined : CROWD_WINDOWS[index]
  if (index === undefined || name === undefined) return Number.NaN
  const own = estimate(crowdsOf(entry)[whom], name, at)
  const { merged } = entry
  if (merged === undefined || at - figure(merged, 'at') >= WINDOW_MS[name]) return own
  return Math.max(own, figure(merged, whom, index))
}

function mergedCohort(merged: Merged, entry: Entry, at: number): MergedCohort {
  return {
    addresses: crowdIn(entry, 'addresses', 'hour', at),
    evenness: known(figure(merged, 'evenness')),
    topClient: known(figure(merged, 'topClient')),
    topAccount: known(figure(merged, 'topAccount')),
    sameHour: usualHour(merged, 'sameHour', figure(merged, 'sameHour')),
    lastHour: usualHour(merged, 'lastHour', 1),
  }
}

function usualHour(merged: Merged, hour: 'sameHour' | 'lastHour', days: number): UsualHour | undefined {
  const first = hour === 'sameHour' ? 1 : 0
  const sum = (index: number): number => figure(merged, hour, first + index)
  if (days === 0 || Number.isNaN(sum(0))) return undefined
  return { days, requests: sum(0), attempts: sum(1), failures: sum(2), successes: sum(3) }
}

function known(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value
}
