/** Reads the EU's lists one after another, says how each went, and keeps the last good one where a new one is refused. */
import { fail, type Outcome } from '../../src/lib/outcome.ts'
import { collect } from '../../src/verify/trust/list/collect.ts'
import {
  type ListOfLists,
  listOfListsSource,
  nationalPointers,
  readListOfLists,
} from '../../src/verify/trust/list/lotl.ts'
import type { Pointer } from '../../src/verify/trust/list/read-list.ts'
import { formerSource, keepTerritories, replaceTerritory } from '../../src/verify/trust/list/replace.ts'
import type { SetDocument } from '../../src/verify/trust/set-document.ts'
import type { Certificate } from '../../src/verify/x509/types.ts'
import { type Options, PUBLISHED_LOTL } from './options.ts'
import type { Reading } from './reading.ts'

export interface ListResult {
  readonly territory: string
  readonly url: string
  /** `kept`: refused, and the last good one of the former set stays. */
  readonly outcome: 'verified' | 'kept' | 'refused'
  readonly reason?: string
  readonly sequence?: number | undefined
  readonly nextUpdate?: string | undefined
  readonly expired?: boolean
  readonly anchors?: number
  readonly leftOut?: readonly string[]
}

export interface ListsResult {
  readonly document: SetDocument
  readonly lists: readonly ListResult[]
  readonly pivots: readonly string[]
  readonly warnings: readonly string[]
  /** Nothing was made: the list of the lists itself is refused. */
  readonly mistake?: string
}

export interface Task {
  readonly options: Options
  readonly signers: readonly Certificate[]
  readonly former: SetDocument | undefined
  readonly reading: Reading
  readonly say: (line: string) => void
}

const EMPTY: SetDocument = { madeAt: 0, sources: [], anchors: [] }

export async function readLists(task: Task): Promise<ListsResult> {
  const { options, former, say } = task
  const lists = await readTheListOfLists(task)
  if (!lists.ok) {
    const mistake = `${options.lotl} is refused: ${lists.reason}`
    return { document: EMPTY, lists: [], pivots: [], warnings: [], mistake }
  }
  const { list, pivots } = lists.value
  say(`EU  ${list.source.sequence}  verified${pivots.length > 0 ? `, over ${pivots.length} pivots` : ''}`)

  const pointers = nationalPointers(list)
  const territories = ['EU', ...pointers.map(({ territory }) => territory)]
  const start = keepTerritories(qualifiedOf(former), territories)
  let document = replaceTerritory(start, listOfListsSource(lists.value))
  const results: ListResult[] = []
  for (const pointer of pointers) {
    const taken = await takeIn(document, pointer, task)
    document = taken.document
    results.push(taken.result)
    say(line(taken.result))
  }
  const expired = list.source.nextUpdate !== undefined && list.source.nextUpdate < options.at
  const old = expired ? ['the list of the lists is past its next update'] : []
  return { document, lists: results, pivots, warnings: [...old, ...warningsOf(results)] }
}

async function readTheListOfLists({
  options,
  signers,
  former,
  reading,
}: Task): Promise<Outcome<ListOfLists, string>> {
  const bytes = await reading.byUrl(options.lotl)
  if (typeof bytes === 'string') return fail(bytes)
  // A file is a copy of the published list, and names its pivots as that does.
  const url = /^https:\/\//.test(options.lotl) ? options.lotl : PUBLISHED_LOTL
  const read = async (pivot: string) => {
    const found = await reading.byUrl(pivot)
    return typeof found === 'string' ? undefined : found
  }
  const lists = await readListOfLists(bytes, { url, signers, read })
  if (!lists.ok) return lists
  const known = former === undefined ? undefined : formerSource(former, 'EU')
  const backwards = (lists.value.list.source.sequence ?? 0) < (known?.sequence ?? 0)
  return backwards ? fail('list_sequence_backwards') : lists
}

async function takeIn(
  document: SetDocument,
  pointer: Pointer,
  { options, reading }: Pick<Task, 'options' | 'reading'>,
): Promise<{ document: SetDocument; result: ListResult }> {
  const { territory, url } = pointer
  const former = formerSource(document, territory)
  const bytes = await reading.ofTerritory(territory, url)
  const list =
    typeof bytes === 'string'
      ? ({ ok: false, reason: bytes } as const)
      : collect(bytes, pointer, {
          uses: options.uses,
          former,
          hadAnchors: document.anchors.some((one) => one.kind === 'qualified' && one.territory === territory),
          now: options.at,
        })
  if (!list.ok) {
    const outcome = former === undefined ? 'refused' : 'kept'
    return { document, result: { territory, url, outcome, reason: list.reason, sequence: former?.sequence } }
  }
  const { source, anchors, leftOut, expired } = list.value
  const nextUpdate = source.nextUpdate === undefined ? undefined : new Date(source.nextUpdate).toISOString()
  return {
    document: replaceTerritory(document, list.value),
    result: {
      territory,
      url,
      outcome: 'verified',
      sequence: source.sequence,
      nextUpdate,
      expired,
      anchors: anchors.length,
      leftOut,
    },
  }
}

/** The bank's own anchors are given anew each time: what the command line no longer names is gone. */
function qualifiedOf(former: SetDocument | undefined): SetDocument {
  if (former === undefined) return EMPTY
  return {
    ...former,
    sources: former.sources.filter(({ kind }) => kind === 'qualified'),
    anchors: former.anchors.filter(({ kind }) => kind === 'qualified'),
  }
}

function line({ territory, outcome, reason, sequence, nextUpdate, expired, anchors }: ListResult): string {
  if (outcome === 'verified')
    return `${territory}  ${sequence}  verified, ${anchors} services${expired ? `, EXPIRED since ${nextUpdate}` : ''}`
  return `${territory}  ${sequence ?? '-'}  REFUSED: ${reason}${outcome === 'kept' ? '; the last good one stays' : ''}`
}

function warningsOf(results: readonly ListResult[]): readonly string[] {
  return results.flatMap(({ territory, outcome, reason, expired, leftOut = [] }) => [
    ...(outcome === 'refused'
      ? [`${territory}: refused (${reason}); none of its authorities is trusted`]
      : []),
    ...(outcome === 'kept' ? [`${territory}: refused (${reason}); the last good list stays`] : []),
    ...(expired === true ? [`${territory}: past its next update`] : []),
    ...leftOut.map((one) => `${territory}: left out ${one}`),
  ])
}
