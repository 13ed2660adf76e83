/**
 * The ledger port over Ledger objects. Made per request, because stubs are; what outlives a request (outcomes that
 * wait to be sent) is the isolate's and handed in.
 */
import type { BehaviourFact, Footprint, KeyKind, OutcomeKind } from '../evidence.ts'
import { type Batch, newBatch } from '../lib/batch.ts'
import { ABSENT, unavailable, valid } from '../lib/fact.ts'
import { faultIn } from '../lib/fault.ts'
import { fail, type Outcome } from '../lib/outcome.ts'
import { allWithin, within } from '../lib/within.ts'
import type { Ledger, LedgerTold } from '../ports.ts'
import { settles } from './behaviour.ts'
import { type Placement, place } from './shards.ts'
import { type Arrival, type Settlement, unpack } from './wire.ts'

/** What we call of a Ledger object (`ledger-object.ts`). Answers are checked: they crossed a version boundary. */
export interface LedgerObject {
  observe(arrival: Arrival): Promise<unknown>
  settle(settlements: readonly Settlement[]): Promise<unknown>
}

export interface LedgerNamespace {
  getByName(name: string): LedgerObject
}

/** One request's outcome on its way to one object. */
export interface Posting {
  readonly object: string
  readonly settlement: Settlement
}

export interface LedgerOptions {
  readonly shards: number
  readonly budgetMs: number
  readonly postings: Batch<Posting>
  waitUntil(work: Promise<unknown>): void
  /** A bug of ours inside an object: for the log. */
  report(fault: string): void
}

/** Outcomes are late by at most this much; a stuffing run gets no more attempts through in it than it makes. */
const MAX_WAIT_MS = 250
const SEND_BUDGET_MS = 2_000

/** Once per isolate. */
export function newPostings(onLost: (count: number) => void = () => {}): Batch<Posting> {
  return newBatch({ maxItems: 256, maxWaitMs: MAX_WAIT_MS, leaseMs: 5_000, maxHeld: 8_192, onLost })
}

export function ledgerFrom(namespace: LedgerNamespace, options: LedgerOptions): Ledger {
  return {
    observe: (footprint) => observe(namespace, options, footprint),
    learn() {},
    settle(footprint, outcome, at) {
      if (!settles(outcome, footprint.attempt)) return
      const courier = {
        now: at,
        send: (postings: readonly Posting[]) => send(namespace, options, postings),
        waitUntil: options.waitUntil,
      }
      for (const { object, names } of place(footprint, options.shards)) {
        options.postings.add({ object, settlement: settlementOf(footprint, outcome, names) }, courier)
      }
    },
  }
}

async function observe(
  namespace: LedgerNamespace,
  options: LedgerOptions,
  footprint: Footprint,
): Promise<LedgerTold> {
  const facts = absentFacts()
  const placements = place(footprint, options.shards)
  const answers = await allWithin(
    placements.map(({ object, names }) => {
      return () => namespace.getByName(object).observe(arrivalOf(footprint, names))
    }),
    options.budgetMs,
    options.waitUntil,
  )
  for (const [at, { keys }] of placements.entries()) {
    const told = factsIn(answers[at] ?? fail('failed'), keys, options)
    for (const [index, key] of keys.entries()) facts[key.kind] = told[index] ?? ABSENT
  }
  return { keys: facts, ...NOTHING_TOLD }
}

/** What one object answered, in the order of the keys. */
function factsIn(
  answer: Outcome<unknown, 'late' | 'failed'>,
  keys: Placement['keys'],
  options: LedgerOptions,
): readonly BehaviourFact[] {
  if (!answer.ok) {
    const reason = answer.reason === 'late' ? 'ledger_timeout' : 'ledger_failed'
    return keys.map(() => unavailable(reason))
  }
  const behaviours = unpack(answer.value, keys.length)
  if (behaviours !== undefined) return behaviours.map((behaviour) => valid(behaviour))
  const fault = faultIn(answer.value)
  if (fault !== undefined) options.report(fault)
  return keys.map(() => unavailable('ledger_failed'))
}

/** One call per object. What an object did not acknowledge is returned, to be tried again. */
async function send(
  namespace: LedgerNamespace,
  options: LedgerOptions,
  postings: readonly Posting[],
): Promise<readonly Posting[]> {
  const byObject = Map.groupBy(postings, ({ object }) => object)
  const refused = await Promise.all(
    Array.from(byObject, async ([object, mine]) => {
      const settlements = mine.map(({ settlement }) => settlement)
      const answer = await within(
        () => namespace.getByName(object).settle(settlements),
        SEND_BUDGET_MS,
        options.waitUntil,
      )
      return answer.ok && answer.value === settlements.length ? [] : mine
    }),
  )
  return refused.flat()
}

export function arrivalOf(footprint: Footprint, names: Placement['names']): Arrival {
  const { requestId, at, attempt, page, account, client } = footprint
  return { id: requestId, at, attempt, page, account, client, keys: names }
}

export function settlementOf(
  footprint: Footprint,
  outcome: OutcomeKind,
  names: Placement['names'],
): Settlement {
  return {
    id: footprint.requestId,
    at: footprint.at,
    attempt: footprint.attempt,
    outcome,
    keys: names,
  }
}

/** Where no annex was asked. */
export const NOTHING_TOLD = { consent: ABSENT, order: ABSENT, walk: ABSENT, history: ABSENT }

/** Key kinds that the request does not have stay absent. */
export function absentFacts(): Record<KeyKind, BehaviourFact> {
  return {
    tpp: ABSENT,
    signer: ABSENT,
    token: ABSENT,
    consent: ABSENT,
    account: ABSENT,
    account_network: ABSENT,
    card: ABSENT,
    app: ABSENT,
    pass: ABSENT,
    client: ABSENT,
    address: ABSENT,
    prefix: ABSENT,
  }
}
