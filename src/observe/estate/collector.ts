/**
 * The isolate's side of the estate: what it knows of each cohort, and what it has to tell. Bounded in cohorts
 * (`partitions.ts`) and in what one parcel carries, whatever is sent to the gate.
 */
import type { Cohort, CohortKind, Conduct, Footprint, OutcomeKind } from '../../evidence.ts'
import { ABSENT, type Fact, valid } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import { newActorBook } from '../actor/book.ts'
import { addAll, newCounts } from '../windows.ts'
import { use } from './activity.ts'
import { type Delta, newDelta, note, noteOutcome, type Visit } from './delta.ts'
import { type Entry, hear, look, markVisit, newEntry } from './entry.ts'
import { readMerged } from './merged.ts'
import { type CohortName, cohortNames } from './names.ts'
import { isAnswer, type Parcel, packDeltas } from './parcel.ts'
import { newPartitions, type Partitions } from './partitions.ts'

/** What has been gathered for one object of the estate since its last parcel was sealed. */
export interface Open {
  readonly shard: number
  readonly openedAt: number
  readonly entries: Entry[]
  readonly deltas: Delta[]
  newcomers: number
  sealed: Parcel | undefined
}

export interface Collector {
  /** What the cohorts of the request did before it. `opened` is called with every parcel that this begins. */
  observe(
    footprint: Footprint,
    opened: (open: Open) => void,
  ): Pick<Conduct, 'cohort' | 'cohorts' | 'route' | 'actor'>
  settle(
    footprint: Footprint,
    outcome: OutcomeKind,
    told: { readonly at: number; readonly bytes?: number },
    opened: (open: Open) => void,
  ): void
  /** Nothing is added any more; sealed once, the same ever after. */
  seal(open: Open): Parcel
  /** False where the answer is not one to this parcel. */
  hear(open: Open, answer: unknown): boolean
  readonly size: number
}

/** The cohorts of a request that is under way: its outcome need not look for them again. */
export interface Company {
  readonly of: Footprint
  /** Whose entries they are: there may be several collectors. */
  readonly known: Partitions<Entry>
  readonly entries: readonly Entry[]
}

export interface CollectorOptions {
  /** A fresh random name. */
  readonly isolate: string
  /** Objects that the parcels of this isolate go to. */
  readonly targets: number
  /** How long a parcel is filled. */
  readonly waitMs: number
  /** Share of the usual capacity. */
  readonly capacity?: number
}

/** What was opened so long ago was forgotten by who should have sent it: a request may be cancelled at any moment. */
const STALE_MS = 15_000
/**
 * Cohorts that the estate has not told anything of yet. A flood of invented fingerprints fills these places, and a cohort
 * that is known has its own.
 */
const MAX_NEWCOMERS = 1_024

const NO_COHORTS = {
  network: ABSENT,
  country: ABSENT,
  tpp: ABSENT,
  bin: ABSENT,
  password: ABSENT,
} as const satisfies Record<CohortKind, Fact<Cohort>>

export function newCollector({ isolate, targets, waitMs, capacity }: CollectorOptions): Collector {
  const known = newPartitions<Entry>(capacity)
  const actors = newActorBook()
  const current = new Map<number, Open>()
  let latest = 0
  let sealed = 0

  function entryOf({ kind, name }: CohortName, first: Visit): Entry {
    const found = known.get(kind, name)
    if (found !== undefined) return found
    const entry = newEntry(name, targets === 1 ? 0 : hash32(name) % targets, first)
    known.add(kind, name, entry, first.at)
    return entry
  }

  function openFor(shard: number, at: number, opened: (open: Open) => void): Open {
    const found = current.get(shard)
    if (found !== undefined && at - found.openedAt < STALE_MS) return found
    const open: Open = { shard, openedAt: at, entries: [], deltas: [], newcomers: 0, sealed: undefined }
    current.set(shard, open)
    opened(open)
    return open
  }

  const shardOf = (organisation: string) => (targets === 1 ? 0 : hash32(`tpp:${organisation}`) % targets)

  /** A third party's report goes with the parcel of its shard, which has to be on its way for that. */
  function judge({ actor }: Footprint, at: number, opened: (open: Open) => void): Conduct['actor'] {
    if (actor === undefined) return ABSENT
    openFor(shardOf(actor.organisation), at, opened)
    return actors.observe(actor)
  }

  /** Undefined where this second has no room for another newcomer. */
  function deltaOf(entry: Entry, at: number, opened: (open: Open) => void): Delta | undefined {
    const open = openFor(entry.shard, at, opened)
    if (entry.delta !== undefined && entry.open === open) return entry.delta
    if (entry.merged === undefined && ++open.newcomers > MAX_NEWCOMERS) return undefined
    leave(entry)
    const delta = newDelta(entry.name)
    open.entries.push(entry)
    open.deltas.push(delta)
    entry.delta = delta
    entry.open = open
    return delta
  }

  return {
    observe(footprint, opened) {
      const visit = visitOf(footprint)
      const { at } = visit
      latest = Math.max(latest, at)
      const names = cohortNames(footprint)
      const entries: Entry[] = []
      const cohorts: Record<CohortKind, Fact<Cohort>> = { ...NO_COHORTS }
      let route: Fact<Cohort> = ABSENT
      let cohort: Fact<Cohort> = ABSENT
      for (const named of names) {
        const entry = entryOf(named, visit)
        entries.push(entry)
        const seen = look(entry, at)
        const fact = seen === undefined ? ABSENT : valid(seen)
        if (named.kind === 'route') route = fact
        else if (named.kind === 'cohort') cohort = fact
        else cohorts[named.kind] = fact
        arrive(entry, deltaOf(entry, at, opened), visit)
      }
      footprint.company = { of: footprint, known, entries }
      return { cohort, cohorts, route, actor: judge(footprint, at, opened) }
    },
    settle(footprint, outcome, { at, bytes = 0 }, opened) {
      const { company } = footprint
      const met = company?.of === footprint && company.known === known ? company.entries : []
      for (const entry of met) {
        const delta = deltaOf(entry, at, opened)
        if (delta === undefined) continue
        noteOutcome(delta, footprint, outcome, bytes)
        entry.changes += 1
      }
      if (footprint.actor === undefined) return
      openFor(shardOf(footprint.actor.organisation), at, opened)
      actors.settle(footprint.actor, outcome)
    },
    seal(open) {
      if (open.sealed !== undefined) return open.sealed
      if (current.get(open.shard) === open) current.delete(open.shard)
      for (const entry of open.entries) if (entry.open === open) leave(entry)
      const sealedAt = Math.max(latest, open.openedAt + waitMs)
      const { names, numbers } = packDeltas(open.deltas)
      const parcel = {
        isolate,
        sequence: sealed++,
        at: open.openedAt,
        sealedAt,
        names,
        numbers,
        actors: actors.take((organisation) => shardOf(organisation) === open.shard),
      }
      open.sealed = parcel
      return parcel
    },
    hear(open, answer) {
      if (open.sealed === undefined || !isAnswer(answer, open.sealed)) return false
      for (const [index, entry] of open.entries.entries()) {
        const delta = open.deltas[index]
        if (delta !== undefined) hear(entry, delta, open.openedAt, readMerged(answer.numbers, index))
      }
      for (const [index, report] of (open.sealed.actors ?? []).entries())
        actors.hear(report, answer.actors?.[index])
      return true
    },
    get size() {
      return known.size
    },
  }
}

/** The delta is told, or about to be: until it is acknowledged the entry remembers what was in it. */
function leave(entry: Entry): void {
  if (entry.delta !== undefined && entry.open !== undefined) {
    entry.untold ??= newCounts()
    addAll(entry.untold, entry.open.openedAt, entry.delta.sums)
  }
  entry.delta = undefined
  entry.open = undefined
}

function arrive(entry: Entry, delta: Delta | undefined, visit: Visit): void {
  const at = Math.max(visit.at, entry.lastAt)
  const gap = entry.weight === 0 ? undefined : at - entry.lastAt
  use(entry, 1, at)
  markVisit(entry, visit)
  entry.changes += 1
  if (delta !== undefined) note(delta, visit, gap)
}

function visitOf({ at, attempt, page, account, client, keys }: Footprint): Visit {
  const address = keys.find(({ kind }) => kind === 'address')?.id
  return {
    at,
    attempt,
    page,
    account: account === undefined ? undefined : hash32(account),
    client: hash32(client),
    address: address === undefined ? undefined : hash32(address),
  }
}
