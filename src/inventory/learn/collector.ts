/**
 * What one isolate has seen since it last told the shards. Published operations are counted here and sent as sums;
 * everything else goes as sightings, because who asked decides what is believed. Both have a fixed size (`open.ts`).
 */
import { hash32 } from '../../lib/hash32.ts'
import type { Operation } from '../types.ts'
import { newValues, noteValues } from './behind.ts'
import { countingOf, visitOf } from './facts.ts'
import { isName, queryNames } from './names.ts'
import { newObjectCounter } from './objects.ts'
import {
  keepBehind,
  keepMiss,
  keepName,
  keepRemark,
  keepSighting,
  newOpen,
  type Open,
  tallyIn,
} from './open.ts'
import { provesExistence } from './strangers.ts'
import {
  type Counting,
  count,
  countData,
  countDeparture,
  countObjects,
  departureText,
  type Tally,
} from './tally.ts'
import { methodOf, templateOf } from './template.ts'
import type { AnswerFacts, BodyFacts, ExchangeFacts } from './types.ts'

/** What was opened so long ago was forgotten by who should have sent it: a request may be cancelled at any moment. */
const STALE_MS = 15_000

export interface CollectorOptions {
  readonly shards: number
  /** Segments that published paths have (`template.ts`). */
  readonly literals: ReadonlySet<string>
}

export interface Collector {
  /** `opened` is called with every parcel that this begins; it is filled until it is closed. */
  observe(exchange: ExchangeFacts, answer: AnswerFacts, opened: (open: Open) => void): void
  remark(exchange: ExchangeFacts, answer: AnswerFacts, body: BodyFacts, opened: (open: Open) => void): void
  /** Different objects that this caller asked for (`objects.ts`). */
  objects(operation: string, session: string): number
  /** Takes an open parcel away, to be sent. */
  close(open: Open): void
}

export function newCollector({ shards, literals }: CollectorOptions): Collector {
  const current = new Map<number, Open>()
  let begun: (open: Open) => void = () => {}

  function openFor(name: string, at: number): Open {
    const shard = hash32(name) % shards
    const known = current.get(shard)
    if (known !== undefined && at - known.openedAt < STALE_MS) return known
    const open = newOpen(shard, at)
    current.set(shard, open)
    begun(open)
    return open
  }

  const objects = newObjectCounter((operation, amount, at) => {
    const tally = tallyIn(openFor(operation.id, at), operation, at)
    if (tally !== undefined) countObjects(tally, amount)
  })

  function observePublished(operation: Operation, exchange: ExchangeFacts, seen: Counting): void {
    const { at, match } = exchange
    const tally = tallyIn(openFor(operation.id, at), operation, at)
    if (tally !== undefined) count(tally, seen)
    if (match.kind !== 'operation' || match.values.length === 0) return
    objects.add(operation, seen.session, match.values, at)
    if (tally !== undefined && seen.status >= 200 && seen.status < 300) observeValues(exchange, tally, seen)
  }

  /** What is a word in a parameter's place goes to the shard as well, by which it may be an operation of its own. */
  function observeValues({ at, match, caller, method }: ExchangeFacts, tally: Tally, seen: Counting): void {
    if (match.kind !== 'operation') return
    const { operation, values } = match
    tally.values ??= newValues()
    const template = noteValues(tally.values, operation.path, values)
    if (template === undefined) return
    const sighting = { method: methodOf(method), template, methodUndeclared: false, behind: operation.id }
    keepBehind(openFor(operation.id, at), {
      ...sighting,
      visit: visitOf(at, caller, seen.session),
      seen,
      names: [],
    })
  }

  function observeOther(exchange: ExchangeFacts, seen: Counting): void {
    // A preflight (Fetch standard, section 4.10) is answered for any path, and names no operation of the bank.
    if (exchange.method === 'OPTIONS' || seen.refused) return
    const { template, open } = place(exchange)
    const accepted = seen.status >= 200 && seen.status < 300
    const sighting = {
      method: methodOf(exchange.method),
      template,
      methodUndeclared: exchange.match.kind === 'method_undeclared',
      visit: visitOf(exchange.at, exchange.caller, seen.session),
      seen,
      names: accepted ? queryNames(exchange.query) : [],
    }
    if (provesExistence(seen.status)) keepSighting(open, sighting)
    else keepMiss(open, sighting)
  }

  /** Paths of one API meet in one shard, so that its parameters can be found there. */
  function place({ path, match, host, at }: ExchangeFacts): {
    readonly template: string
    readonly open: Open
  } {
    const declared = match.kind === 'method_undeclared' ? match.operations[0]?.path : undefined
    const template = declared ?? templateOf(path, literals)
    const end = template.indexOf('/', 1)
    return { template, open: openFor(`${host}${end < 0 ? '' : template.slice(0, end)}`, at) }
  }

  function remarkPublished(
    operation: Operation,
    exchange: ExchangeFacts,
    answer: AnswerFacts,
    body: BodyFacts,
  ): void {
    const { at, caller } = exchange
    const open = openFor(operation.id, at)
    const tally = tallyIn(open, operation, at)
    if (tally === undefined) return
    for (const departure of body.departures) countDeparture(tally, departureText(departure))
    for (const finding of body.data) countData(tally, finding, at)
    if (answer.status === undefined || answer.status >= 300) return
    const visit = visitOf(at, caller, hash32(caller.session))
    for (const name of body.names) if (isName(name)) keepName(open, { ...name, key: operation.id, visit })
  }

  return {
    observe(exchange, answer, opened) {
      begun = opened
      const seen = countingOf(exchange, answer)
      if (exchange.match.kind === 'operation') observePublished(exchange.match.operation, exchange, seen)
      else observeOther(exchange, seen)
    },
    remark(exchange, answer, body, opened) {
      begun = opened
      if (exchange.match.kind === 'operation')
        return remarkPublished(exchange.match.operation, exchange, answer, body)
      const { at, caller, host, method } = exchange
      const { template, open } = place(exchange)
      const visit = visitOf(at, caller, hash32(caller.session))
      keepRemark(open, { method: methodOf(method), template, host, visit, body })
    },
    objects: (operation, session) => objects.count(operation, hash32(session)),
    close(open) {
      if (current.get(open.shard) === open) current.delete(open.shard)
    },
  }
}
