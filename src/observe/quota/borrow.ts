/** The gate's side of a third party's quota: what a request asks, and where tokens come from when its object has none. */
import type { Conduct, Footprint, LedgerKey } from '../../evidence.ts'
import { valid } from '../../lib/fact.ts'
import { hash32 } from '../../lib/hash32.ts'
import type { Ledger } from '../../ports.ts'
import type { Quota, QuotaAsk, Window } from './types.ts'
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

/** How long an object that found nothing anywhere does not look again: refusals of a flood cost one call each. */
const EXHAUSTED_MS = 1_000
/** Pauses between looking again, milliseconds: tokens are on their way between two objects for one hop. */
const PAUSES = [5, 10, 20, 40, 80, 160]
/** Rounds in which nothing is found until there is nothing. */
const ROUNDS = 3

/** Where the object that serves the request has no token left: borrows, or waits for whoever does. */
export async function withQuota(
  conduct: Conduct,
  print: Footprint,
  ledger: Ledger,
  organisationShards: number,
): Promise<Conduct> {
  const ask = print.asks.quota
  const key = thirdParty(print)
  if (ask === undefined || key === undefined) return conduct
  let { quota } = conduct
  let at = print.at
  for (const pause of PAUSES) {
    if (quota?.state !== 'valid' || quota.value.next === undefined || quota.value.next === 'exhausted') break
    const now = { ...print, at }
    if (quota.value.next === 'borrow') {
      // What is borrowed is of the window in which it is to be spent.
      const window = windowEnding(ask, quota.value.endsAt)
      quota = await borrow({ print: now, key, window, ledger, organisationShards })
      break
    }
    await new Promise((resolve) => setTimeout(resolve, pause))
    at += pause
    quota = (await ledger.observe(quietly({ ...print, at }, [key], print.spread, ask))).quota
  }
  // Neither granted nor told why not: somebody is still looking. Soon it is known.
  if (quota?.state === 'valid' && quota.value.next === 'wait') {
    quota = valid({ ...quota.value, endsAt: at + EXHAUSTED_MS })
  }
  return quota === undefined ? conduct : { ...conduct, quota }
}

interface Borrowing {
  readonly print: Footprint
  readonly key: LedgerKey
  readonly window: Window
  readonly ledger: Ledger
  readonly organisationShards: number
}

/** A share of what is left; otherwise what lies unused in all the other objects. */
async function borrow({
  print,
  key,
  ledger,
  organisationShards,
  ...from
}: Borrowing): Promise<Conduct['quota']> {
  let { window } = from
  const send = async (target: Footprint) => (await ledger.observe(target)).quota
  const take = async (back: number) => {
    const ask = { kind: 'take', ...window, parts: 2 * organisationShards, back } as const
    const told = await send(handOut(print, key, ask))
    if (told?.state === 'valid') window = windowEnding(window, told.value.endsAt)
    return told
  }
  const own = (move: QuotaAsk) => send(quietly(print, [key], print.spread, move))

  let lot = await take(0)
  for (let round = 0; round < ROUNDS && lot?.state === 'valid' && lot.value.tokens === 0; round += 1) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, PAUSES[round + 1]))
    const recalled = await Promise.all(
      Array.from({ length: organisationShards }, (_, spread) =>
        send(quietly(print, [key], spread, { kind: 'recall', ...window })),
      ),
    )
    lot = await take(recalled.reduce((sum, told) => sum + tokensIn(told), 0))
  }
  // Our own outage makes nobody guilty.
  if (lot?.state !== 'valid') return lot
  const { tokens } = lot.value
  return tokens > 0
    ? own({ kind: 'refill', ...window, tokens })
    : own({ kind: 'exhausted', ...window, until: print.at + EXHAUSTED_MS })
}

function tokensIn(told: Conduct['quota']): number {
  return told?.state === 'valid' ? told.value.tokens : 0
}

/** The one object that hands out an organisation's tokens: among those of claimed keys, because nobody proves anything there. */
function handOut(print: Footprint, key: LedgerKey, ask: QuotaAsk): Footprint {
  const home = hash32(`quota ${key.id}`).toString(36)
  return { ...quietly(print, [{ ...key, standing: 'claimed' }], print.spread, ask), home }
}

/** Asks and counts nothing: it is no request of the third party's. Several follow one another: none waits longer than usual. */
function quietly(print: Footprint, keys: readonly LedgerKey[], spread: number, quota: QuotaAsk): Footprint {
  const { patienceMs: _, ...rest } = print
  return { ...rest, keys, spread, asks: { quota }, silent: true }
}
