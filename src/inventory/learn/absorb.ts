/** How a parcel changes a shard. */

import { standsOut } from './behind.ts'
import type { Parts } from './book.ts'
import {
  addDeparture,
  addFinding,
  addName,
  type Entry,
  hiddenKey,
  mergeDelta,
  newEntry,
  strengthOf,
} from './entries.ts'
import { isName, nameKey } from './names.ts'
import { baselineOf } from './objects.ts'
import type { Parcel, PublishedDelta, Receipt, Remark, Sighting } from './parcel.ts'
import type { Suspect, Visit } from './probation.ts'
import { mark } from './sketch.ts'
import { provesExistence } from './strangers.ts'
import { count, mergeTally } from './tally.ts'
import { segmentsOf } from './template.ts'
import type { Decision, InventoryEntry, SeenName } from './types.ts'
import { tallyFrom } from './usage.ts'

export function absorb(parts: Parts, parcel: Parcel): Receipt {
  const { counters } = parts
  counters.since = Math.min(counters.since ?? parcel.at, parcel.at)
  counters.misses += parcel.misses
  counters.dropped += parcel.dropped
  const usualObjects: Record<string, number> = {}
  for (const delta of parcel.published) {
    const entry = absorbPublished(parts, delta)
    const usual = entry === undefined ? undefined : baselineOf(entry.tally.objects)
    if (usual !== undefined) usualObjects[delta.key] = usual
  }
  for (const { key, visit, ...name } of parcel.names) {
    const entry = parts.shelf.get(key)
    if (entry !== undefined) hearName(parts, entry, name, visit)
  }
  for (const sighting of parcel.sightings) sight(parts, sighting)
  for (const remark of parcel.remarks) remarkOn(parts, remark)
  return { id: parcel.id, usualObjects }
}

function absorbPublished(parts: Parts, { key, method, path, usage }: PublishedDelta): Entry | undefined {
  const { shelf, changes } = parts
  const delta = tallyFrom(usage)
  let entry = shelf.get(key)
  if (entry === undefined) {
    const about = {
      key,
      origin: 'published',
      host: undefined,
      method,
      path,
      methodUndeclared: false,
    } as const
    entry = newEntry(about, delta.firstSeenAt)
    if (!shelf.add(entry, 0, delta.firstSeenAt)) {
      parts.counters.turnedAway++
      return undefined
    }
    changes.add(delta.firstSeenAt, key, 'operation_first_used', '')
  }
  mergeDelta(entry, delta, changes.add)
  shelf.changed(key)
  return entry
}

function sight(parts: Parts, sighting: Sighting): void {
  const { counters, decisions, shelf, generalised } = parts
  const { method, template, seen } = sighting
  if (sighting.behind !== undefined) {
    sightBehind(parts, sighting, sighting.behind)
    return
  }
  const segments = segmentsOf(template)
  const decision = decisions.find(method, seen.host, segments)
  if (decision?.kind === 'ignore') {
    counters.ignored++
    return
  }
  const exists = provesExistence(seen.status)
  const key = keyOf(sighting)
  const entry = decision === undefined ? shelf.get(key) : decided(parts, sighting, decision, exists)
  if (entry !== undefined) countIn(parts, entry, sighting)
  else if (!exists) counters.misses++
  else {
    const covering = shelf.get(generalised.find(method, seen.host, segments) ?? '')
    if (covering === undefined) counters.unsettled++
    else countIn(parts, covering, sighting)
    judge(parts, sighting, key, covering !== undefined)
  }
}

/** A word where a published operation has a parameter: counted there already, and perhaps an operation of its own. */
function sightBehind(parts: Parts, sighting: Sighting, published: string): void {
  const { decisions, shelf } = parts
  const { method, template, seen } = sighting
  const decision = decisions.find(method, seen.host, segmentsOf(template))
  if (decision?.kind === 'ignore') return
  const pinned = decision?.kind === 'pin' ? decided(parts, sighting, decision, true) : undefined
  const key = keyOf(sighting)
  const entry = pinned ?? shelf.get(key)
  const known = shelf.get(published)
  if (entry !== undefined) countIn(parts, entry, sighting)
  else if (known !== undefined && standsOut(known.tally.values, template, known.path)) {
    judge(parts, sighting, key, false)
  }
}

function keyOf({ method, template, seen: { host } }: Sighting): string {
  return `${method} ${host}${template}`
}

/** The entry of a pin or a merge; made when something that fits it is first seen to exist. */
function decided(
  parts: Parts,
  sighting: Sighting,
  { kind, path }: Decision,
  exists: boolean,
): Entry | undefined {
  const key = `${sighting.method} ${sighting.seen.host}${path}`
  const known = parts.shelf.get(key)
  if (known !== undefined || !exists) return known
  return found(
    parts,
    { sighting, key, path, origin: kind === 'merge' ? 'merged' : 'pinned' },
    Number.MAX_VALUE,
  )
}

interface Found {
  readonly sighting: Sighting
  readonly key: string
  readonly path: string
  readonly origin: InventoryEntry['origin']
}

function found(parts: Parts, { sighting, key, path, origin }: Found, weight: number): Entry | undefined {
  const { method, seen, methodUndeclared } = sighting
  const entry = newEntry({ key, origin, host: seen.host, method, path, methodUndeclared }, seen.at)
  if (!parts.shelf.add(entry, weight, seen.at)) {
    parts.counters.turnedAway++
    return undefined
  }
  parts.changes.add(seen.at, key, 'operation_found', '')
  return entry
}

function judge(parts: Parts, sighting: Sighting, key: string, covered: boolean): void {
  const { method, template, visit, seen } = sighting
  const behind = sighting.behind !== undefined
  const finding = parts.trial.hear({ key, method, host: seen.host, template, visit, seen, covered, behind })
  if (finding.kind === 'believed') {
    const entry = found(parts, { sighting, key, path: template, origin: 'learnt' }, finding.weight)
    if (entry !== undefined) begin(parts, entry, sighting, finding.suspect)
  }
  if (finding.kind === 'parameter') {
    const path = finding.key.slice(method.length + 1 + seen.host.length)
    const entry = found(parts, { sighting, key: finding.key, path, origin: 'generalised' }, finding.weight)
    if (entry !== undefined) gather(parts, entry, seen.at)
  }
}

/** What was counted on probation is not lost: when it began, and who asked. */
function begin(parts: Parts, entry: Entry, sighting: Sighting, suspect: Suspect): void {
  entry.tally.firstSeenAt = suspect.firstAt
  for (const session of suspect.sessions) mark(entry.tally.sketch, session)
  countIn(parts, entry, sighting)
}

/** Words that few callers ever asked for are values of the parameter that was found; the others stay operations. */
const FEW = 32

function gather(parts: Parts, into: Entry, at: number): void {
  parts.refresh()
  for (const other of Array.from(parts.shelf.found())) {
    if (other === into || other.origin !== 'learnt' || strengthOf(other, at) >= FEW) continue
    const key = parts.generalised.find(other.method, other.host ?? '*', segmentsOf(other.path))
    if (key !== into.key) continue
    mergeTally(into.tally, other.tally)
    parts.shelf.remove(other.key)
  }
  parts.shelf.changed(into.key)
}

function countIn(parts: Parts, entry: Entry, { seen, visit, names }: Sighting): void {
  count(entry.tally, seen)
  parts.shelf.changed(entry.key)
  for (const name of names) hearName(parts, entry, { place: 'query', name }, visit)
}

function hearName(parts: Parts, entry: Entry, name: SeenName, visit: Visit): void {
  if (!isName(name)) return
  const known = entry.hidden.has(hiddenKey(name))
  if (!known && !parts.trial.hearName(nameKey(entry.key, name.place, name.name), visit)) return
  if (addName(entry, name, visit.at, 1, parts.changes.add)) parts.shelf.changed(entry.key)
}

function remarkOn(parts: Parts, { method, template, host, visit, body }: Remark): void {
  const segments = segmentsOf(template)
  const decision = parts.decisions.find(method, host, segments)
  const path = decision === undefined ? template : decision.path
  const entry =
    parts.shelf.get(`${method} ${host}${path}`) ??
    parts.shelf.get(parts.generalised.find(method, host, segments) ?? '')
  if (entry === undefined || decision?.kind === 'ignore') return
  for (const departure of body.departures) addDeparture(entry, departure, visit.at, parts.changes.add)
  for (const finding of body.data) addFinding(entry, finding, visit.at, parts.changes.add)
  for (const name of body.names) hearName(parts, entry, name, visit)
  parts.shelf.changed(entry.key)
}
