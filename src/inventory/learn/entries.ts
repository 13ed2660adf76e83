/** The operations of one shard: what is known of each, within bounds, and what is news about them. */

import { DAY_MS } from '../../lib/durations.ts'
import type { DataFinding } from '../sensitive/types.ts'
import { estimate } from './sketch.ts'
import { countData, countDeparture, departureText, mergeTally, newTally, type Tally } from './tally.ts'
import type { ChangeKind, Departure, HiddenName, InventoryEntry, SeenName } from './types.ts'
import { tallyFrom, usageOf } from './usage.ts'

export interface Entry {
  readonly key: string
  origin: InventoryEntry['origin']
  readonly host: string | undefined
  readonly method: string
  readonly path: string
  readonly methodUndeclared: boolean
  readonly foundAt: number
  readonly tally: Tally
  readonly hidden: Map<string, HiddenName>
  /** What was said of it already, so that nothing is news twice. */
  readonly told: Set<string>
}

/** An entry as its row holds it. */
export interface StoredEntry {
  readonly entry: InventoryEntry
  readonly told: readonly string[]
}

const MAX_HIDDEN = 48
/** More news than this about one operation is no news. */
const MAX_TOLD = 128

export type News = (at: number, key: string, what: ChangeKind, detail: string) => void

export function newEntry(
  given: Pick<Entry, 'key' | 'origin' | 'host' | 'method' | 'path' | 'methodUndeclared'>,
  at: number,
): Entry {
  const { key, origin, host, method, path, methodUndeclared } = given
  const tally = newTally(at)
  const [hidden, told] = [new Map<string, HiddenName>(), new Set<string>()]
  return { key, origin, host, method, path, methodUndeclared, foundAt: at, tally, hidden, told }
}

export function entryView(entry: Entry): InventoryEntry {
  const { tally, hidden, told: _told, ...rest } = entry
  return { ...rest, usage: usageOf(tally), hidden: Array.from(hidden.values()) }
}

export function storedFrom(entry: Entry): StoredEntry {
  return { entry: entryView(entry), told: Array.from(entry.told) }
}

export function entryFrom({ entry, told }: StoredEntry): Entry {
  const { usage, hidden, ...rest } = entry
  const names = hidden.map((name) => [hiddenKey(name), name] as const)
  return { ...rest, tally: tallyFrom(usage), hidden: new Map(names), told: new Set(told) }
}

/** How much speaks for an operation that was learnt: when there is no room, the least gives way. */
export function strengthOf({ tally, foundAt }: Entry, at: number): number {
  const callers = Math.min(estimate(tally.sketch), 64)
  const strength = callers * 4 + Math.min(tally.requests, 256) / 4 + Math.min(tally.days.size, 8) * 4
  const idle = at - Math.max(tally.lastSeenAt, foundAt)
  return idle < DAY_MS ? strength : strength * 2 ** (-idle / (7 * DAY_MS))
}

function isNews(entry: Entry, name: string): boolean {
  if (entry.told.has(name) || entry.told.size >= MAX_TOLD) return false
  entry.told.add(name)
  return true
}

/** Adds a delta of a published operation. */
export function mergeDelta(entry: Entry, delta: Tally, news: News): void {
  const at = delta.lastSeenAt
  mergeTally(entry.tally, delta)
  if (delta.lastServedAt > 0) {
    for (const host of delta.tops.hosts?.cells.keys() ?? []) tellHost(entry, host, at, news)
  }
  for (const departure of delta.tops.departures?.cells.keys() ?? []) tellDeparture(entry, departure, at, news)
  for (const name of delta.data.keys()) tellData(entry, name, at, news)
}

export function addDeparture(entry: Entry, departure: Departure, at: number, news: News): void {
  const text = departureText(departure)
  countDeparture(entry.tally, text)
  tellDeparture(entry, text, at, news)
}

export function addFinding(entry: Entry, finding: DataFinding, at: number, news: News): void {
  tellData(entry, countData(entry.tally, finding, at), at, news)
}

/** A name that was believed, and one more use of it. */
export function addName(entry: Entry, seen: SeenName, at: number, accepted: number, news: News): boolean {
  const key = hiddenKey(seen)
  const known = entry.hidden.get(key)
  if (known === undefined && entry.hidden.size >= MAX_HIDDEN) return false
  entry.hidden.set(key, {
    place: seen.place,
    name: seen.name,
    foundAt: known?.foundAt ?? at,
    lastAt: Math.max(at, known?.lastAt ?? at),
    accepted: accepted + (known?.accepted ?? 0),
  })
  if (known === undefined && isNews(entry, `name ${key}`)) news(at, entry.key, 'name_found', key)
  return true
}

export function hiddenKey({ place, name }: SeenName): string {
  return `${place} ${name}`
}

/** The first host is where the operation is at home; hosts that served it only later are news. */
function tellHost(entry: Entry, host: string, at: number, news: News): void {
  const first = !Array.from(entry.told).some((told) => told.startsWith('host '))
  if (isNews(entry, `host ${host}`) && !first) news(at, entry.key, 'host_found', host)
}

function tellDeparture(entry: Entry, departure: string, at: number, news: News): void {
  if (isNews(entry, departure)) news(at, entry.key, 'departure_found', departure)
}

/** Where most values that look alike fail their check digits, those that pass do so by chance. */
const CHANCE = 0.5

function tellData(entry: Entry, name: string, at: number, news: News): void {
  const seen = entry.tally.data.get(name)
  if (seen === undefined || seen.values === 0) return
  if (seen.values / (seen.values + seen.near) < CHANCE) return
  if (isNews(entry, `data ${name}`)) news(at, entry.key, 'data_found', name)
}
