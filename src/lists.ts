/** Keeps the lists of known-malicious networks fresh: read from KV off the request path, the last good ones kept. */
import type { Lists } from './ports.ts'

/** The part of a KV namespace that is needed here. */
export interface TextStore {
  get(key: string, type: 'text'): Promise<string | null>
}

export type ListsReport =
  | { readonly event: 'lists_loaded' }
  | { readonly event: 'lists_refused'; readonly mistakes: readonly string[] }
  | { readonly event: 'lists_unreachable' }
  /** There was a document and there is none: the last good lists stay. An empty document empties them. */
  | { readonly event: 'lists_absent' }

export interface ListsKeeper {
  current(): Lists
  /** True until the first attempt to read them. */
  readonly never: boolean
  /** True when nobody has read the lists for a while; whoever asks and is told so has taken the task. */
  due(now: number): boolean
  refresh(store: TextStore): Promise<ListsReport>
}

/** Name of the document in the KV namespace `LISTS`. */
const KEY = 'networks'
const REFRESH_MS = 60_000

/**
 * Makes the keeper of one isolate.
 *
 * The task is taken by moving a time stamp and never by a flag or a shared promise: a request that is cancelled
 * in the middle would leave a flag standing for ever.
 */
export function listsKeeper(
  empty: Lists,
  read: (text: string) => { ok: true; lists: Lists } | { ok: false; mistakes: readonly string[] },
): ListsKeeper {
  let lists = empty
  let takenAt = Number.NEGATIVE_INFINITY
  return {
    current: () => lists,
    get never() {
      return takenAt === Number.NEGATIVE_INFINITY
    },
    due(now) {
      if (now - takenAt < REFRESH_MS) return false
      takenAt = now
      return true
    },
    async refresh(store) {
      let text: string | null
      try {
        text = await store.get(KEY, 'text')
      } catch {
        return { event: 'lists_unreachable' }
      }
      if (text === null) return { event: lists === empty ? 'lists_loaded' : 'lists_absent' }
      const parsed = read(text)
      if (!parsed.ok) return { event: 'lists_refused', mistakes: parsed.mistakes }
      lists = parsed.lists
      return { event: 'lists_loaded' }
    },
  }
}
