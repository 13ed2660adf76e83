/** The gate's side of a third party's quota: what a request asks, and where tokens come from when its object has none. */
import type { Conduct, Footprint, LedgerKey } from '../../evidence.ts'
import { unavailable, valid } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { Ledger } from '../../ports.ts'
import type { Patience } from '../patience.ts'
import type { Quota, QuotaAsk, QuotaState, Take, Window } from './types.ts'
import { windowAt, windowEnding } from './window.ts'

/** Adds what is asked of the third party's quota, where it has one. */
export function askingQuota(print: Footprint, quotas: readonly Quota[]): Footprint {
  const organisation = thirdParty(print)?.id
  const quota = organisation === undefined ? undefined : quotaOf(quotas, organisation)
  if (quota === undefined) return print
  return { ...print, asks: { ...print.asks, quota: { kind: 'spend', ...windowAt(quota, print.at) } } }
}

function thirdParty({ keys }: Footprint): LedgerKey | undefined {
  return keys.find(({ kind, standing }) => kind === 'tpp' && standing === 'proven')
}

function quotaOf(quotas: readonly Quota[], organisation: string): Quota | undefined {
  return (
    quotas.find((quota) => quota.organisation === organisation) ??
    quotas.find((quota) => quota.organisation === '*')
  )
}

/** Until an object in which nothing is left asks again: requests of a flood over the quota cost its own object one call each. */
const EXHAUSTED_MS = 1_000
/** Whoever is told that somebody still looks comes again after so long. */
const UNDECIDED_MS = 1_000
/** Pauses between looking again, milliseconds: tokens are on their way between two objects for one hop. */
const PAUSES = [5, 10, 20, 40, 80, 160]
/** The same where all of an organisation's objects ask one. */
const HAND_OUT_PAUSES = [20, 40, 80]
/**
 * One request calls back from so many objects at once; those behind them the next one that finds nothing. Cloudflare ends a
 * request at its 1,000th call of a service, and an organisation may have 1,024 objects.
 */
const RECALLED_AT_ONCE = 256
/**
 * Calls that one request's quota causes at the most, after the first: looking again in its own object, asking the one that hands
 * out, calling back, saying what came of it there, and in its own. Twice as many while a new version is put out, where each
 * object of the version before is told everything again (`ledger.ts`).
 */
export const MAX_CALLS = PAUSES.length + (1 + HAND_OUT_PAUSES.length) + RECALLED_AT_ONCE + 1 + 1

/** Where and how long a request looks for tokens. */
export interface Search {
  readonly ledger: Ledger
  readonly patience: Patience
  readonly organisationShards: number
}

/**
 * Where the object that serves the request has no token left: borrows, or waits for whoever does. A search that takes longer than
 * the request waits goes on without it, so that nothing is lost that was found; of the quota nobody can tell then. Who has been
 * answered that another one looks, and has asked nothing since, is not let through for that: memory has answered.
 */
export async function withQuota(conduct: Conduct, print: Footprint, search: Search): Promise<Conduct> {
  const { quota } = conduct
  const ask = print.asks.quota
  const key = thirdParty(print)
  if (ask === undefined || key === undefined || quota === undefined) return conduct
  if (nextOf(quota) === undefined || nextOf(quota) === 'exhausted') return conduct
  const wallet = walletOf(print, key, search, quota)
  const found = await search.patience.within(() => decided(quota, wallet, ask))
  if (found.ok) return found.value === undefined ? conduct : { ...conduct, quota: found.value }
  const late = wallet.giveUp() ?? unavailable('ledger_timeout')
  return { ...conduct, quota: found.reason === 'late' ? late : unavailable('ledger_failed') }
}

type QuotaFact = Conduct['quota']

function nextOf(quota: QuotaFact): QuotaState['next'] {
  return quota?.state === 'valid' ? quota.value.next : undefined
}

/** The objects among which one request's tokens move. */
interface Wallet {
  readonly organisationShards: number
  /** When the request would arrive if it came now, milliseconds since the epoch. */
  now(): number
  /** Whether to go on afterwards. */
  pause(milliseconds: number): Promise<boolean>
  /**
   * In a pause: that somebody else looks, and when to come again. Nothing is asked any more then: it would be spent on nobody.
   * Undefined while an answer is on its way.
   */
  giveUp(): QuotaFact
  /** The object that serves the request. */
  own(ask: QuotaAsk): Promise<QuotaFact>
  /** One of the organisation's objects. */
  object(spread: number, ask: QuotaAsk): Promise<QuotaFact>
  /** The one that hands out. */
  handOut(ask: QuotaAsk): Promise<QuotaFact>
}

function walletOf(
  print: Footprint,
  key: LedgerKey,
  { ledger, organisationShards }: Search,
  first: QuotaFact,
): Wallet {
  let { at } = print
  let last = first
  let pausing = false
  let over = false
  const send = async (target: Footprint) => {
    last = (await ledger.observe({ ...target, at })).quota
    return last
  }
  const object = (spread: number, ask: QuotaAsk) => send(quietly(print, [key], spread, ask))
  return {
    organisationShards,
    now: () => at,
    async pause(milliseconds) {
      pausing = true
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
      pausing = false
      at += milliseconds
      return !over
    },
    giveUp() {
      over = pausing
      return pausing ? undecided(last, at) : undefined
    },
    own: (ask) => object(print.spread, ask),
    object,
    handOut: (ask) => send(handOut(print, key, ask)),
  }
}

async function decided(first: QuotaFact, wallet: Wallet, ask: QuotaAsk): Promise<QuotaFact> {
  let quota = first
  for (const pause of PAUSES) {
    if (nextOf(quota) !== 'wait' || !(await wallet.pause(pause))) break
    quota = await wallet.own(ask)
  }
  if (quota?.state === 'valid' && quota.value.next === 'borrow') {
    // What is borrowed is of the window in which it is to be spent.
    quota = await borrow(wallet, windowEnding(ask, quota.value.endsAt))
  }
  // Neither granted nor told why not: somebody is still looking. Soon it is known.
  return undecided(quota, wallet.now())
}

function undecided(quota: QuotaFact, at: number): QuotaFact {
  if (quota?.state !== 'valid' || quota.value.next !== 'wait') return quota
  return valid({ ...quota.value, endsAt: at + UNDECIDED_MS })
}

/** A share of what is left; otherwise, where nobody else looks, what lies unused in the other objects. */
async function borrow(wallet: Wallet, from: Window): Promise<QuotaFact> {
  const { organisationShards } = wallet
  let window = from
  const take = async (more: Pick<Take, 'back' | 'searched'>) => {
    const lot = await wallet.handOut({ kind: 'take', ...window, parts: 2 * organisationShards, ...more })
    if (lot?.state === 'valid') window = windowEnding(window, lot.value.endsAt)
    return lot
  }

  let lot = await take(NOTHING_BACK)
  for (const pause of HAND_OUT_PAUSES) {
    if (nextOf(lot) !== 'wait' || !(await wallet.pause(pause))) break
    lot = await take(NOTHING_BACK)
  }
  if (lot?.state === 'valid' && leads(lot.value)) {
    const start = lot.value.from ?? 0
    const end = Math.min(organisationShards, start + RECALLED_AT_ONCE)
    const back = await recalled(wallet, window, start, end)
    lot = await take({ back, searched: end < organisationShards ? end : 'all' })
  }
  // Our own outage makes nobody guilty.
  if (lot?.state !== 'valid') return lot
  const { tokens, next } = lot.value
  if (tokens > 0) return wallet.own({ kind: 'refill', ...window, tokens })
  // Where somebody still looks elsewhere the next request here asks again.
  const until = wallet.now() + (next === 'wait' ? 0 : exhaustedMs(organisationShards))
  const told = await wallet.own({ kind: 'exhausted', ...window, until })
  return next === 'wait' && told?.state === 'valid' ? valid({ ...told.value, next }) : told
}

const NOTHING_BACK = { back: 0 }

/** An object of the version before hands out nothing and says no more: whoever asks it looks for itself. */
function leads({ tokens, next = 'borrow' }: QuotaState): boolean {
  return tokens === 0 && next === 'borrow'
}

/** Tokens that objects from `start` on, and before `end`, had left. */
async function recalled(wallet: Wallet, window: Window, start: number, end: number): Promise<number> {
  const told = await Promise.all(
    Array.from({ length: Math.max(0, end - start) }, (_, index) =>
      wallet.object(start + index, { kind: 'recall', ...window }),
    ),
  )
  return told.reduce((sum, quota) => sum + (quota?.state === 'valid' ? quota.value.tokens : 0), 0)
}

/** The more objects there are, the longer each of them remembers: together they ask the one that hands out 256 times a second. */
function exhaustedMs(organisationShards: number): number {
  return EXHAUSTED_MS * Math.max(1, organisationShards / RECALLED_AT_ONCE)
}

/**
 * The one object that hands out an organisation's tokens: none of its own, and none of the claimed shards. It is named like one
 * of these, by a hash of 32 bits in place of a shard's number (`claimed-3fhq9h-of-64`). The standing of the key is for the name
 * alone: with a proven one an object of the organisation would be asked.
 */
function handOut(print: Footprint, key: LedgerKey, ask: QuotaAsk): Footprint {
  const home = hash32(`quota ${key.id}`).toString(36)
  return { ...quietly(print, [{ ...key, standing: 'claimed' }], print.spread, ask), home }
}

/** Asks and counts nothing: it is no request of the third party's. Several follow one another: none waits longer than usual. */
function quietly(print: Footprint, keys: readonly LedgerKey[], spread: number, quota: QuotaAsk): Footprint {
  const { patienceMs: _, ...rest } = print
  return { ...rest, keys, spread, asks: { quota }, silent: true }
}
