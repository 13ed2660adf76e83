/**
 * The documents in KV that operators and their tools write, and one isolate keeps: lists of networks, the register, the
 * block list, the set of trust anchors. Read off the request path; the last good ones kept.
 */
import type { Config, Mistake } from './config.ts'
import { listsFrom } from './identify/list-index.ts'
import { NO_LISTS, parseLists } from './identify/lists.ts'
import { documentKeeper, type Keeper, type Reading, type Rounds, rounds, type TextStore } from './lists.ts'
import type { Lists } from './ports.ts'
import { logAnchors, logLists } from './record/log.ts'
import { type BlockList, NO_BLOCK_LIST, parseBlockList } from './verify/block-list.ts'
import { NO_ANCHORS, ownAnchors, unite } from './verify/own-anchors.ts'
import { NO_REGISTER, parseRegister, type Register } from './verify/register.ts'
import { readDocument } from './verify/trust/anchor-set.ts'
import { type AnchorsKeeper, anchorsKeeper } from './verify/trust/keeper.ts'
import type { AnchorSet } from './verify/trust/types.ts'

export interface Documents {
  readonly lists: Keeper<Lists>
  readonly register: Keeper<Register>
  readonly blockList: Keeper<BlockList>
  /** Those of the lists and the bank's own. */
  anchors(): AnchorSet
  readonly rounds: Rounds
  readonly listed: AnchorsKeeper
  /** Their keeper asks every ten minutes, and the store did not answer it: ask in the next round. */
  readonly missed: { anchors: boolean }
}

/** Shown without what stands there: a private key that was put there by mistake must not reach the log. */
const UNREADABLE_ANCHORS: Mistake = {
  binding: 'TRUST_ANCHORS',
  found: 'something that is no certificate',
  allowed: 'certificates in PEM, one after the other',
}

export function documentsOf({
  certificates: { anchorKeys, trustAnchors },
}: Config):
  | { readonly ok: true; readonly value: Documents }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] } {
  const own = ownAnchors(trustAnchors)
  if (own === undefined) return { ok: false, mistakes: [UNREADABLE_ANCHORS] }
  const listed = anchorsKeeper(NO_ANCHORS, (text) => readDocument(text, anchorKeys))
  /** Made when the lists' own change: its indexes are dear. */
  let united: { readonly of: AnchorSet; readonly set: AnchorSet } | undefined
  return {
    ok: true,
    value: {
      lists: documentKeeper('networks', listsFrom(NO_LISTS), readLists),
      register: documentKeeper('register', NO_REGISTER, parseRegister),
      blockList: documentKeeper('blocked', NO_BLOCK_LIST, parseBlockList),
      listed,
      rounds: rounds(),
      missed: { anchors: false },
      anchors() {
        const of = listed.current()
        if (united?.of !== of) united = { of, set: unite(own, of) }
        return united.set
      },
    },
  }
}

function readLists(text: string): Reading<Lists> {
  const read = parseLists(text)
  if (!read.ok)
    return {
      ok: false,
      mistakes: read.mistakes.map(
        ({ line, found, allowed }) => `line ${line}: ${found}, allowed is ${allowed}`,
      ),
    }
  return { ok: true, value: listsFrom(read.snapshot) }
}

/** The request that takes the task waits for it, and no longer than a person would notice, where the isolate was asleep. */
const FIRST_MS = 100

/** Reads what is due. */
export async function freshDocuments(
  documents: Documents,
  store: TextStore,
  waitUntil: (work: Promise<unknown>) => void,
  now: number,
): Promise<void> {
  const { rounds: round } = documents
  const asleep = round.asleep(now)
  if (!round.due(now)) return
  const reading = readAll(documents, store, now)
  waitUntil(reading)
  if (!asleep) return
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FIRST_MS)
  })
  await Promise.race([reading, patience])
  clearTimeout(timer)
}

async function readAll(documents: Documents, store: TextStore, now: number): Promise<void> {
  const { lists, register, blockList, listed, rounds: round, missed } = documents
  const due = listed.due(now) || missed.anchors
  const [anchors, ...reports] = await Promise.all([
    due ? listed.refresh(store) : undefined,
    ...[lists, register, blockList].map((keeper) => keeper.refresh(store, now)),
  ])
  for (const report of reports) logLists(report)
  if (anchors !== undefined) {
    logAnchors(anchors)
    missed.anchors = anchors.event === 'anchors_unreachable'
  }
  round.done(now, !missed.anchors && reports.every(({ event }) => event !== 'lists_unreachable'))
}

/** Eighty times 25 ms: an anchor set has megabytes, and a store in another region takes its time. */
const STEPS = 80
const STEP_MS = 25

/**
 * Waits while the isolate wakes up. Only requests with a certificate do: to them, an empty set of anchors is a closed door
 * and an empty block list an open one. By looking again and again, because workerd forbids one request to wait for
 * what another has begun.
 */
export async function awake({ rounds: round }: Documents, now: number): Promise<void> {
  for (let step = 0; step < STEPS && round.waking(now); step += 1) {
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}
