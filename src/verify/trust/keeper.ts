/** Keeps the anchors of one isolate fresh, as lists.ts keeps its lists: read off the request path, the last good kept. */
import type { TextStore } from '../../lists.ts'
import { anchorSetOf, type ReadDocument, type Reading } from './anchor-set.ts'
import { mergeRead } from './merge.ts'
import type { AnchorSet, AnchorSetFault } from './types.ts'

export type AnchorsReport =
  | { readonly event: 'anchors_loaded'; readonly version: string }
  | {
      readonly event: 'anchors_refused'
      readonly document: string
      readonly reason: AnchorSetFault
      readonly mistakes: readonly string[]
    }
  | { readonly event: 'anchors_unreachable' }
  /** There were documents and there are none: the last good ones stay. */
  | { readonly event: 'anchors_absent' }

export interface AnchorsKeeper {
  current(): AnchorSet
  /** True until the first attempt to read them. */
  readonly never: boolean
  /** True when nobody has read them for a while; whoever asks and is told so has taken the task. */
  due(now: number): boolean
  refresh(store: TextStore): Promise<AnchorsReport>
}

/** The operator's document, and the one that the refresh writes: neither writer ever overwrites the other. */
export const ANCHORS_KEY = 'anchors'
export const REFRESHED_KEY = 'anchors-refreshed'

/** Lists are issued every few weeks, and a document is a few megabytes. What must be stopped at once is blocked. */
const REFRESH_MS = 10 * 60_000

/**
 * Makes the keeper of one isolate. `read` checks a document's signature (`readDocument` with the gate's keys). The task
 * is taken by moving a time stamp, for the reason that lists.ts gives.
 */
export function anchorsKeeper(
  embedded: AnchorSet,
  read: (text: string) => Promise<Reading<ReadDocument>>,
): AnchorsKeeper {
  let anchors = embedded
  let takenAt = Number.NEGATIVE_INFINITY
  const good = new Map<string, { readonly text: string; readonly document: ReadDocument }>()

  /** The document under `key`: the last good one where there is none now, or one that is refused. */
  async function documentOf(key: string, text: string | null): Promise<AnchorsReport | undefined> {
    if (text === null || text === good.get(key)?.text) return undefined
    const reading = await read(text)
    if (reading.state === 'invalid')
      return { event: 'anchors_refused', document: key, reason: reading.reason, mistakes: reading.mistakes }
    good.set(key, { text, document: reading.value })
    return undefined
  }

  return {
    current: () => anchors,
    get never() {
      return takenAt === Number.NEGATIVE_INFINITY
    },
    due(now) {
      if (now - takenAt < REFRESH_MS) return false
      takenAt = now
      return true
    },
    async refresh(store) {
      const keys = [ANCHORS_KEY, REFRESHED_KEY]
      let texts: readonly (string | null)[]
      try {
        texts = await Promise.all(keys.map((key) => store.get(key, 'text')))
      } catch {
        return { event: 'anchors_unreachable' }
      }
      if (texts.every((text) => text === null))
        return good.size === 0 ? loaded(anchors) : { event: 'anchors_absent' }
      const before = keys.map((key) => good.get(key)?.document)
      const reports = await Promise.all(keys.map((key, at) => documentOf(key, texts[at] ?? null)))
      const [operators, refreshed] = keys.map((key) => good.get(key)?.document)
      const refused = reports.find((report) => report !== undefined)
      if (operators === before[0] && refreshed === before[1]) return refused ?? loaded(anchors)
      const document = operators && refreshed ? mergeRead(operators, refreshed) : (operators ?? refreshed)
      const set = document === undefined ? undefined : anchorSetOf(document)
      if (set?.state === 'invalid')
        return { event: 'anchors_refused', document: ANCHORS_KEY, reason: set.reason, mistakes: set.mistakes }
      if (set !== undefined) anchors = set.value
      return refused ?? loaded(anchors)
    },
  }
}

function loaded({ version }: AnchorSet): AnchorsReport {
  return { event: 'anchors_loaded', version }
}
