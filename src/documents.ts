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

/** An isolate that knows nothing, or slept, waits for its documents once, and no longer than a person would notice. */
const FIRST_MS = 100

/** Reads what is due. The request that takes the task waits for it only where the isolate was asleep. */
export async function freshDocuments(
  { lists, register, blockList, listed, rounds: round }: Documents,
  store: TextStore,
  waitUntil: (work: Promise<unknown>) => void,
  now: number,
): Promise<void> {
  const asleep = round.asleep(now)
  if (!round.due(now)) return
  const reading = Promise.all([
    ...[lists, register, blockList].map((keeper) => keeper.refresh(store, now).then(logLists)),
    ...(listed.due(now) ? [listed.refresh(store).then(logAnchors)] : []),
  ])
  waitUntil(reading)
  if (!asleep) return
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FIRST_MS)
  })
  await Promise.race([reading, patience])
  clearTimeout(timer)
}
