/**
 * Keeps the qualified anchors fresh without an operator, a few lists a run: verifying a list costs a second of processor
 * time, and there are thirty. What it writes is signed with the refresh's own key, which may sign qualified anchors
 * alone, under a key of its own in the store: neither the operator's document nor the bank's own anchors are its.
 *
 * A good list is never replaced by none: what cannot be fetched, verified or read leaves the last good one of its
 * territory in place, grows old there, and is said to be old (`freshness`).
 */
import type { Certificate } from '../../x509/types.ts'
import { readDocument } from '../anchor-set.ts'
import { REFRESHED_KEY } from '../keeper.ts'
import { collect } from '../list/collect.ts'
import { listOfListsSource, nationalPointers, readListOfLists } from '../list/lotl.ts'
import type { Pointer } from '../list/read-list.ts'
import { formerSource, keepTerritories, replaceTerritory } from '../list/replace.ts'
import type { SetDocument } from '../set-document.ts'
import { type AnchorSigningKey, signSet } from '../sign-set.ts'
import { writeSet } from '../write-set.ts'
import { type RefreshState, readState, STATE_KEY, writeState } from './state.ts'

export interface RefreshStore {
  get(key: string, type: 'text'): Promise<string | null>
  put(key: string, value: string): Promise<void>
}

export interface RefreshPorts {
  readonly store: RefreshStore
  /** The bytes of a list, or undefined; bounded in time and size. */
  readonly read: (url: string) => Promise<Uint8Array | undefined>
  readonly now: number
}

export interface RefreshOptions {
  readonly lotl: string
  readonly signers: readonly Certificate[]
  readonly key: AnchorSigningKey
  readonly listsPerRun: number
}

export async function refreshAnchors(ports: RefreshPorts, options: RefreshOptions): Promise<RefreshState> {
  const { store, read, now } = ports
  const state = readState(await store.get(STATE_KEY, 'text'))
  const former = await formerDocument(store, options.key, now)
  if (former === undefined)
    return finish(ports, { ...state, lotl: { at: now, outcome: 'former_set_refused' } })
  const bytes = await read(options.lotl)
  const lists =
    bytes === undefined
      ? ({ ok: false, reason: 'list_unreachable' } as const)
      : await readListOfLists(bytes, { url: options.lotl, signers: options.signers, read })
  if (!lists.ok) return finish(ports, { ...state, lotl: { at: now, outcome: lists.reason } })
  const { source } = lists.value.list
  if ((source.sequence ?? 0) < (formerSource(former, 'EU')?.sequence ?? 0))
    return finish(ports, { ...state, lotl: { at: now, outcome: 'list_sequence_backwards' } })

  const pointers = nationalPointers(lists.value.list)
  const territories = pointers.map(({ territory }) => territory)
  let document = keepTerritories(former, ['EU', ...territories])
  document = replaceTerritory(document, listOfListsSource(lists.value))
  const outcomes: Record<string, { at: number; outcome: string }> = {}
  for (const pointer of longestUnread(pointers, state).slice(0, options.listsPerRun)) {
    const outcome = await takeIn(document, pointer, ports)
    if (typeof outcome !== 'string') document = outcome
    outcomes[pointer.territory] = { at: now, outcome: typeof outcome === 'string' ? outcome : 'verified' }
  }
  const text = await signSet(writeSet({ ...document, madeAt: now }), options.key)
  if (hasChanged(former, document)) await store.put(REFRESHED_KEY, text)
  const known = Object.entries(state.lists).filter(([territory]) => territories.includes(territory))
  return finish(ports, {
    lotl: { at: now, outcome: 'verified' },
    lists: { ...Object.fromEntries(known), ...outcomes },
  })
}

/** Undefined: there is one and it is not ours. Somebody has to look before anything is put in its place. */
async function formerDocument(
  store: RefreshStore,
  { kid, x }: AnchorSigningKey,
  now: number,
): Promise<SetDocument | undefined> {
  const text = await store.get(REFRESHED_KEY, 'text')
  if (text === null) return { madeAt: now, sources: [], anchors: [] }
  const read = await readDocument(text, [{ kid, x, signs: 'qualified' }])
  if (read.state !== 'valid') return undefined
  const { madeAt, sources, anchors } = read.value
  return { madeAt, sources, anchors }
}

/** The document with the list, or why it stays as it is. */
async function takeIn(
  document: SetDocument,
  pointer: Pointer,
  { read, now }: RefreshPorts,
): Promise<SetDocument | string> {
  const { territory, url } = pointer
  const list = collect(await read(url), pointer, {
    uses: ['web', 'seal'],
    former: formerSource(document, territory),
    hadAnchors: document.anchors.some((one) => one.kind === 'qualified' && one.territory === territory),
    now,
  })
  return list.ok ? replaceTerritory(document, list.value) : list.reason
}

/** The list that was looked at longest ago comes first: one that always fails takes its turn and no more. */
function longestUnread(pointers: readonly Pointer[], { lists }: RefreshState): readonly Pointer[] {
  const lastAt = ({ territory }: Pointer) => lists[territory]?.at ?? 0
  return pointers.toSorted((one, other) => lastAt(one) - lastAt(other))
}

function hasChanged(former: SetDocument, document: SetDocument): boolean {
  const hashes = ({ sources }: SetDocument) =>
    sources
      .map(({ sha256 }) => sha256)
      .sort()
      .join()
  return hashes(former) !== hashes(document)
}

async function finish({ store }: RefreshPorts, state: RefreshState): Promise<RefreshState> {
  await store.put(STATE_KEY, writeState(state))
  return state
}
