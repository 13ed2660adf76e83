/** Keeps an operator's document fresh: read from KV off the request path, the last good one kept. */

/** The part of a KV namespace that is needed here. */
export interface TextStore {
  get(key: string, type: 'text'): Promise<string | null>
}

export type ListsReport = {
  /** Key of the document in the KV namespace `LISTS`. */
  readonly list: string
} & (
  | { readonly event: 'lists_loaded' }
  | { readonly event: 'lists_refused'; readonly mistakes: readonly string[] }
  | { readonly event: 'lists_unreachable' }
  /** There was a document and there is none: the last good one stays. An empty document empties it. */
  | { readonly event: 'lists_absent' }
)

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly string[] }

/** A document as this isolate knows it. */
export interface Kept<T> {
  readonly value: T
  /** False where no document has ever been read: the value stands for none. */
  readonly exists: boolean
  /**
   * When the namespace last told that this is what it holds, milliseconds since the epoch; undefined before. A later
   * document that was refused, or is gone, does not count: what is kept is then of the time before it.
   */
  readonly readAt: number | undefined
}

export interface Keeper<T> {
  current(): Kept<T>
  refresh(store: TextStore, now: number): Promise<ListsReport>
}

/** Makes the keeper of one document in one isolate. */
export function documentKeeper<T>(list: string, none: T, read: (text: string) => Reading<T>): Keeper<T> {
  let kept: Kept<T> = { value: none, exists: false, readAt: undefined }
  /** The same text is not read again: a register has a megabyte and changes once a day. */
  let lastText: string | undefined
  return {
    current: () => kept,
    async refresh(store, now) {
      let text: string | null
      try {
        text = await store.get(list, 'text')
      } catch {
        return { list, event: 'lists_unreachable' }
      }
      if (text === null && kept.exists) return { list, event: 'lists_absent' }
      if (text !== null && text !== lastText) {
        const parsed = read(text)
        if (!parsed.ok) return { list, event: 'lists_refused', mistakes: parsed.mistakes }
        kept = { value: parsed.value, exists: true, readAt: now }
        lastText = text
      }
      kept = { ...kept, readAt: now }
      return { list, event: 'lists_loaded' }
    },
  }
}

export interface Rounds {
  /** True when nobody has read for a while; whoever asks and is told so has taken the task. */
  due(now: number): boolean
  /** True where this isolate knows nothing, or slept for so long that its knowledge is of another hour. */
  asleep(now: number): boolean
  /** The reading that was taken at `takenAt` is over; it reached the store, or did not. */
  done(takenAt: number, reached: boolean): void
  /** True while the reading that ends a sleep is under way: what is known is of another hour. */
  waking(now: number): boolean
}

const REFRESH_MS = 60_000
/** A store that could not be reached is asked again soon. */
const RETRY_MS = 5_000
/** A withdrawn organisation must not get in because an isolate has slept. */
const ASLEEP_MS = 300_000
/** A reading that takes longer was cancelled with the request that began it. */
const LOST_MS = 10_000

/**
 * When to read. The task is taken by moving a time stamp and never by a flag or a shared promise: a request that is
 * cancelled in the middle would leave a flag standing for ever.
 */
export function rounds(): Rounds {
  let takenAt = Number.NEGATIVE_INFINITY
  let wokenAt = Number.NEGATIVE_INFINITY
  let doneAt = Number.NEGATIVE_INFINITY
  let every = REFRESH_MS
  const asleep = (now: number): boolean => now - takenAt >= ASLEEP_MS
  return {
    asleep,
    due(now) {
      if (now - takenAt < every) return false
      if (asleep(now)) wokenAt = now
      takenAt = now
      return true
    },
    done(from, reached) {
      doneAt = Math.max(doneAt, from)
      every = reached ? REFRESH_MS : RETRY_MS
    },
    waking: (now) => doneAt < wokenAt && now - wokenAt < LOST_MS,
  }
}
