/**
 * Counters of one operation, mergeable: isolates count into one of their own and send it, the shard adds it up. `Usage`
 * (types.ts) is the same as it is stored and shown.
 */
import { DAY_MS, HOUR_MS } from '../../lib/durations.ts'
import type { DataFinding } from '../sensitive/types.ts'
import { mergeValues, newValues, type ValuesSeen } from './behind.ts'
import { mark, mergeSketch, newSketch, type Sketch } from './sketch.ts'
import { addAll, addTo, listOf, MAX_NAME, newTop, type Top } from './top.ts'
import type { DataSeen, Departure, Weakness } from './types.ts'

/** What is counted of one exchange: `ExchangeFacts` and `AnswerFacts` without anything that could name a person. */
export interface Counting {
  readonly at: number
  readonly host: string
  /** Hash of `CallerFacts.session`. */
  readonly session: number
  readonly channel: string
  readonly organisation: string | undefined
  readonly network: string
  readonly authentication: string
  readonly tls: string | undefined
  readonly requestMediaType: string | undefined
  readonly requestBytes: number
  /** 0 where there was no answer. */
  readonly status: number
  readonly refused: boolean
  readonly latencyMs: number
  readonly responseBytes: number | undefined
  readonly mediaType: string | undefined
  readonly weaknesses: readonly Weakness[]
}

/** Names that are counted, with the room that each kind has. Bounds `MAX_USAGE_BYTES`. */
const ROOM = {
  codes: 24,
  channels: 4,
  organisations: 16,
  networks: 16,
  hosts: 8,
  mediaTypes: 8,
  requestMediaTypes: 8,
  tls: 8,
  authentication: 12,
  authenticationAccepted: 12,
  weaknesses: 8,
  departures: 32,
} as const
export type TopName = keyof typeof ROOM
// Object.keys forgets what the keys are.
export const TOPS = Object.keys(ROOM) as readonly TopName[]

const CELLS = 16
const MAX_DATA = 32
const MAX_HOURS = 72
const MAX_DAYS = 120

export interface Tally {
  firstSeenAt: number
  lastSeenAt: number
  lastServedAt: number
  requests: number
  refused: number
  readonly statuses: number[]
  readonly latencyMs: number[]
  readonly requestBytes: number[]
  readonly responseBytes: number[]
  readonly objects: number[]
  readonly tops: Partial<Record<TopName, Top>>
  readonly data: Map<string, DataSeen>
  readonly sketch: Sketch
  /** Of the path's parameters (`behind.ts`); undefined where it has none. */
  values: ValuesSeen | undefined
  readonly hours: Map<number, number>
  readonly days: Map<number, number>
}

export function newTally(at: number): Tally {
  return {
    firstSeenAt: at,
    lastSeenAt: at,
    lastServedAt: 0,
    requests: 0,
    refused: 0,
    statuses: [0, 0, 0, 0, 0, 0],
    latencyMs: new Array<number>(CELLS).fill(0),
    requestBytes: new Array<number>(CELLS * 2).fill(0),
    responseBytes: new Array<number>(CELLS * 2).fill(0),
    objects: new Array<number>(CELLS).fill(0),
    tops: {},
    data: new Map(),
    sketch: newSketch(),
    values: undefined,
    hours: new Map(),
    days: new Map(),
  }
}

export function count(tally: Tally, seen: Counting): void {
  const { at, status } = seen
  if (at < tally.firstSeenAt) tally.firstSeenAt = at
  if (at > tally.lastSeenAt) tally.lastSeenAt = at
  tally.requests++
  if (seen.refused) tally.refused++
  const group = status >= 100 && status < 600 ? Math.floor(status / 100) : 0
  bump(tally.statuses, group)
  if ((group === 2 || group === 3) && at > tally.lastServedAt) tally.lastServedAt = at
  bump(tally.requestBytes, cellOf(seen.requestBytes, CELLS * 2))
  add(tally, 'channels', seen.channel)
  add(tally, 'networks', seen.network)
  add(tally, 'hosts', seen.host)
  add(tally, 'authentication', seen.authentication)
  if (seen.organisation !== undefined) add(tally, 'organisations', seen.organisation)
  if (seen.tls !== undefined) add(tally, 'tls', seen.tls)
  mark(tally.sketch, seen.session)
  bumpPeriod(tally.hours, Math.floor(at / HOUR_MS))
  bumpPeriod(tally.days, Math.floor(at / DAY_MS))
  if (status !== 0) countAnswer(tally, seen, group)
}

function countAnswer(tally: Tally, seen: Counting, group: number): void {
  add(tally, 'codes', codeText(seen.status))
  bump(tally.latencyMs, cellOf(seen.latencyMs, CELLS))
  if (seen.responseBytes !== undefined) bump(tally.responseBytes, cellOf(seen.responseBytes, CELLS * 2))
  if (seen.mediaType !== undefined) add(tally, 'mediaTypes', seen.mediaType)
  if (group === 2) {
    add(tally, 'authenticationAccepted', seen.authentication)
    if (seen.requestMediaType !== undefined) add(tally, 'requestMediaTypes', seen.requestMediaType)
  }
  for (const weakness of seen.weaknesses) add(tally, 'weaknesses', weakness)
}

export function departureText({ side, rule, place, field }: Departure): string {
  return `${side} ${rule} ${place} ${field}`
}

export function countDeparture(tally: Tally, departure: string): void {
  add(tally, 'departures', departure)
}

/**
 * One exchange's finding; returns the name under which it is counted. New classes and places find room until there are
 * `MAX_DATA`; then those seen least go.
 */
export function countData(tally: Tally, finding: DataFinding, at: number): string {
  const { count: values, near, ...rest } = finding
  const exchanges = values > 0 ? 1 : 0
  const pointer = finding.pointer.slice(0, MAX_NAME)
  const seen = { ...rest, pointer, exchanges, values, near, firstAt: at, lastAt: at }
  addData(tally, seen)
  return dataName(seen)
}

/** Values that fail their check digits are worth remembering only beside others that pass. */
function addData(tally: Tally, seen: DataSeen): void {
  const name = dataName(seen)
  const known = tally.data.get(name)
  if (known === undefined && tally.data.size >= MAX_DATA) {
    const least = Array.from(tally.data).sort(([, a], [, b]) => a.values - b.values)[0]
    if (least !== undefined && (seen.values === 0 || least[1].values > seen.values)) return
    if (least !== undefined) tally.data.delete(least[0])
  }
  tally.data.set(name, {
    ...seen,
    exchanges: seen.exchanges + (known?.exchanges ?? 0),
    values: seen.values + (known?.values ?? 0),
    near: seen.near + (known?.near ?? 0),
    firstAt: Math.min(seen.firstAt, known?.firstAt ?? seen.firstAt),
    lastAt: Math.max(seen.lastAt, known?.lastAt ?? seen.lastAt),
  })
}

export function dataName(
  finding: Pick<DataFinding, 'class' | 'place' | 'pointer' | 'standing' | 'plaintext'>,
): string {
  const { standing, plaintext, place, pointer } = finding
  return `${finding.class} ${place} ${standing}${plaintext ? ' plaintext' : ''} ${pointer}`
}

export function countObjects(tally: Tally, objects: number): void {
  bump(tally.objects, cellOf(objects, CELLS))
}

export function mergeTally(into: Tally, from: Tally): void {
  into.firstSeenAt = Math.min(into.firstSeenAt, from.firstSeenAt)
  into.lastSeenAt = Math.max(into.lastSeenAt, from.lastSeenAt)
  into.lastServedAt = Math.max(into.lastServedAt, from.lastServedAt)
  into.requests += from.requests
  into.refused += from.refused
  addCells(into.statuses, from.statuses)
  addCells(into.latencyMs, from.latencyMs)
  addCells(into.requestBytes, from.requestBytes)
  addCells(into.responseBytes, from.responseBytes)
  addCells(into.objects, from.objects)
  for (const name of TOPS) {
    const top = from.tops[name]
    if (top !== undefined) addAll(topOf(into, name), listOf(top))
  }
  for (const seen of from.data.values()) addData(into, seen)
  mergeSketch(into.sketch, from.sketch)
  if (from.values !== undefined) {
    into.values ??= newValues()
    mergeValues(into.values, from.values)
  }
  addPeriods(into.hours, from.hours, MAX_HOURS)
  addPeriods(into.days, from.days, MAX_DAYS)
}

function bumpPeriod(periods: Map<number, number>, period: number): void {
  periods.set(period, (periods.get(period) ?? 0) + 1)
}

function bump(cells: number[], at: number): void {
  cells[at] = (cells[at] ?? 0) + 1
}

function addCells(into: number[], from: readonly number[]): void {
  for (let at = 0; at < into.length; at++) into[at] = (into[at] ?? 0) + (from[at] ?? 0)
}

/** The newest periods stay. */
function addPeriods(into: Map<number, number>, from: ReadonlyMap<number, number>, max: number): void {
  for (const [period, requests] of from) into.set(period, (into.get(period) ?? 0) + requests)
  if (into.size <= max) return
  const old = Array.from(into.keys()).sort((a, b) => b - a)
  for (const period of old.slice(max)) into.delete(period)
}

/** Cell 0 is less than 1, cell n from 2^(n-1) to less than 2^n. */
function cellOf(amount: number, cells: number): number {
  return Math.min(32 - Math.clz32(Math.min(Math.max(amount, 0), 0x7fff_ffff)), cells - 1)
}

function add(tally: Tally, name: TopName, value: string): void {
  addTo(topOf(tally, name), value)
}

export function topOf(tally: Tally, name: TopName): Top {
  tally.tops[name] ??= newTop(ROOM[name])
  return tally.tops[name]
}

/** Status codes are few: their texts are made once. */
const CODES = Array.from({ length: 600 }, (_, code) => String(code))
function codeText(status: number): string {
  return CODES[status] ?? String(status)
}
