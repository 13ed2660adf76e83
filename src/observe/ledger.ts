/**
 * The ledger port over Ledger objects. Made per request, because stubs are; what outlives a request (outcomes that
 * wait to be sent) is the isolate's and handed in.
 */
import type { Footprint } from '../evidence.ts'
import { type Batch, newBatch } from '../lib/batch.ts'
import { valid } from '../lib/fact.ts'
import { faultIn } from '../lib/fault.ts'
import { fail, type Outcome } from '../lib/outcome.ts'
import { allWithin } from '../lib/within.ts'
import type { Ledger, LedgerTold } from '../ports.ts'
import type { Urgency } from './annex.ts'
import { newRiders, type Riders } from './riders.ts'
import { arrivalOf, lessonOf, settlementOf, urgencyOf, urgencyOfLesson } from './settling.ts'
import { type Placement, place, type Shards } from './shards.ts'
import { type ObjectTold, toldOf } from './told.ts'
import { type Arrival, type Settlement, sent, unpack } from './wire.ts'

/** What we call of a Ledger object (`ledger-object.ts`). Answers are checked: they crossed a version boundary. */
export interface LedgerObject {
  /** What `sent` (`wire.ts`) makes of an arrival, and of a list of settlements; the very thing for an object of the version before. */
  observe(arrival: Arrival | string): Promise<unknown>
  settle(settlements: readonly Settlement[] | string): Promise<unknown>
}

export interface LedgerNamespace {
  getByName(name: string): LedgerObject
}

/** One request's outcome on its way to one object. */
export interface Posting {
  readonly object: string
  readonly settlement: Settlement
}

/** What of an isolate's requests has still to be told. */
export interface Postings {
  readonly urgent: Batch<Posting>
  readonly riders: Riders
}

export interface LedgerOptions extends Shards {
  readonly budgetMs: number
  readonly postings: Postings
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside an object: for the log. */
  report(fault: string): void
}

/** Outcomes are late by at most this much; a stuffing run gets no more attempts through in it than it makes. */
const MAX_WAIT_MS = 250
const SEND_BUDGET_MS = 2_000

/** Once per isolate. */
export function newPostings(onLost: (count: number) => void = () => {}): Postings {
  return {
    urgent: newBatch({ maxItems: 1_024, maxWaitMs: MAX_WAIT_MS, leaseMs: 5_000, maxHeld: 8_192, onLost }),
    riders: newRiders(),
  }
}

export function ledgerFrom(namespace: LedgerNamespace, options: LedgerOptions): Ledger {
  const { urgent, riders } = options.postings

  function post(placement: Placement, urgency: Urgency, at: number, settlement: () => Settlement): void {
    if (urgency === 'never') return
    if (urgency === 'later') {
      riders.add(placement.object, settlement())
      return
    }
    const courier = {
      now: at,
      send: (postings: readonly Posting[]) => send(namespace, options, postings),
      waitUntil: options.waitUntil,
    }
    urgent.add({ object: placement.object, settlement: settlement() }, courier)
  }

  return {
    observe: (footprint) => observe(namespace, options, footprint),
    settle(footprint, outcome, at, answer = {}) {
      for (const placement of place(footprint, options)) {
        const urgency = urgencyOf(footprint, placement, outcome, answer)
        post(placement, urgency, at, () => settlementOf(footprint, outcome, placement, answer))
      }
    },
    learn(footprint, lesson, at) {
      for (const placement of place(footprint, options)) {
        const urgency = urgencyOfLesson(placement, lesson)
        post(placement, urgency, at, () => lessonOf(footprint, placement, lesson))
      }
    },
  }
}

async function observe(
  namespace: LedgerNamespace,
  options: LedgerOptions,
  footprint: Footprint,
): Promise<LedgerTold> {
  const { riders } = options.postings
  const placements = place(footprint, options)
  const aboard = placements.map(({ object, readOnly }) =>
    readOnly === true ? undefined : riders.take(object),
  )
  const answers = await allWithin(
    placements.map((placement, at) => {
      const arrival = arrivalOf(footprint, placement)
      const mine = aboard[at]
      const carried = mine === undefined ? arrival : { ...arrival, riders: mine }
      const object = () => namespace.getByName(placement.object)
      return () => said(carried, (message) => object().observe(message), options)
    }),
    Math.max(options.budgetMs, footprint.patienceMs ?? 0),
    options.waitUntil,
  )
  const told = placements.map(({ keys }, at) =>
    objectTold(answers[at] ?? fail('failed'), keys.length, options),
  )
  for (const [at, { object }] of placements.entries()) {
    const mine = aboard[at]
    if (mine !== undefined && 'outage' in (told[at] ?? {})) riders.giveBack(object, mine)
  }
  return toldOf(footprint, placements, told, options.report)
}

/**
 * While a new version is put out an object may still be of the one before, to which a text is a fault: it is told once more in
 * the form that it knows. An object that had it after all counts it once.
 */
async function said<Message extends Arrival | readonly Settlement[]>(
  message: Message,
  call: (message: Message | string) => Promise<unknown>,
  { report }: LedgerOptions,
): Promise<unknown> {
  const answer = await call(sent(message))
  const fault = faultIn(answer)
  if (fault === undefined) return answer
  const again = await call(message)
  // What is a fault both times is reported by whoever reads the answer.
  if (faultIn(again) === undefined) report(fault)
  return again
}

/** What one object answered, in the order of its keys. */
function objectTold(
  answer: Outcome<unknown, 'late' | 'failed'>,
  keys: number,
  options: LedgerOptions,
): ObjectTold {
  if (!answer.ok) return { outage: answer.reason === 'late' ? 'ledger_timeout' : 'ledger_failed' }
  const { packed, annexes } = parted(answer.value)
  const behaviours = unpack(packed, keys)
  if (behaviours !== undefined)
    return { behaviours: behaviours.map((behaviour) => valid(behaviour)), annexes }
  const fault = faultIn(answer.value)
  if (fault !== undefined) options.report(fault)
  return { outage: 'ledger_failed' }
}

/** An object that was asked for annexes answers with them, any other with its numbers alone. */
function parted(answer: unknown): { readonly packed: unknown; readonly annexes: object } {
  if (typeof answer !== 'object' || answer === null || !('behaviours' in answer))
    return { packed: answer, annexes: {} }
  const told = 'annexes' in answer ? answer.annexes : undefined
  const annexes = typeof told === 'string' ? jsonIn(told) : told
  return {
    packed: answer.behaviours,
    annexes: typeof annexes === 'object' && annexes !== null ? annexes : {},
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One call per object, under one deadline. What an object did not acknowledge is returned, to be tried again. */
async function send(
  namespace: LedgerNamespace,
  options: LedgerOptions,
  postings: readonly Posting[],
): Promise<readonly Posting[]> {
  const batches = Array.from(Map.groupBy(postings, ({ object }) => object))
  const answers = await allWithin(
    batches.map(([object, mine]) => {
      const settlements = mine.map(({ settlement }) => settlement)
      return () => said(settlements, (message) => namespace.getByName(object).settle(message), options)
    }),
    SEND_BUDGET_MS,
    options.waitUntil,
  )
  return batches.flatMap(([, mine], at) => {
    const answer = answers[at] ?? fail('failed')
    const fault = answer.ok ? faultIn(answer.value) : undefined
    if (fault !== undefined) options.report(fault)
    return answer.ok && answer.value === mine.length ? [] : mine
  })
}
