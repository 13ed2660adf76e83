/**
 * One national list, as a set takes it in: verified, of the territory that it was asked for, and not older than what
 * is known already. A list that fails leaves the last good one of its territory where it is.
 */
import { fail, type Outcome, pass } from '../../../lib/outcome.ts'
import type { DocumentAnchor } from '../set-document.ts'
import type { AnchorUse, Source } from '../types.ts'
import { type ListFault, type Pointer, readList } from './read-list.ts'

export type CollectFault =
  | ListFault
  | 'list_unreachable'
  | 'list_other_territory'
  | 'list_without_signers'
  /** Older than the one that is known: somebody replays it, or a server fell back. */
  | 'list_sequence_backwards'
  /** Nothing of what the former one listed is left; a list keeps what it withdraws, with its history. */
  | 'list_emptied'

export interface Collected {
  readonly source: Source
  readonly anchors: readonly DocumentAnchor[]
  readonly leftOut: readonly string[]
  /** nextUpdate has passed: taken in all the same, and a row of policy later. */
  readonly expired: boolean
}

export interface CollectOptions {
  readonly uses: readonly AnchorUse[]
  readonly former: Source | undefined
  /** The former list gave anchors. */
  readonly hadAnchors: boolean
  readonly now: number
}

export function collect(
  bytes: Uint8Array | undefined,
  pointer: Pointer,
  { uses, former, hadAnchors, now }: CollectOptions,
): Outcome<Collected, CollectFault> {
  if (pointer.signers.length === 0) return fail('list_without_signers')
  if (bytes === undefined) return fail('list_unreachable')
  const list = readList(bytes, pointer)
  if (!list.ok) return list
  const { source, anchors, leftOut } = list.value
  // A list that is genuine, and another country's.
  if (source.territory !== pointer.territory) return fail('list_other_territory')
  if ((source.sequence ?? 0) < (former?.sequence ?? 0)) return fail('list_sequence_backwards')
  const wanted = anchors.filter(({ periods }) =>
    periods.some((period) => period.uses.some((use) => uses.includes(use))),
  )
  if (hadAnchors && wanted.length === 0) return fail('list_emptied')
  return pass({
    source,
    anchors: wanted,
    leftOut,
    expired: source.nextUpdate !== undefined && source.nextUpdate < now,
  })
}
