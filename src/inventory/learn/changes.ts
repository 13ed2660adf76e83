/** The last things that are news, in order. A snapshot says what is; this says what is new, once. */
import type { News } from './entries.ts'
import type { Change } from './types.ts'

/** Whoever reads them later than this finds what is new in the snapshot. */
export const MAX_CHANGES = 2_048

export interface Changes {
  readonly add: News
  after(sequence: number, limit: number): readonly Change[]
  /** What is not written down yet. */
  pending(): readonly Change[]
  written(): void
  restore(changes: readonly Change[]): void
  readonly last: number
}

export function newChanges(): Changes {
  let kept: Change[] = []
  let last = 0
  let saved = 0
  return {
    add(at, key, what, detail) {
      last++
      kept.push({ sequence: last, at, key, what, detail })
      if (kept.length > 2 * MAX_CHANGES) kept = kept.slice(-MAX_CHANGES)
    },
    after: (sequence, limit) => kept.filter((change) => change.sequence > sequence).slice(0, limit),
    pending: () => kept.filter(({ sequence }) => sequence > saved),
    written() {
      saved = last
    },
    restore(changes) {
      kept = [...changes]
      last = kept.at(-1)?.sequence ?? 0
      saved = last
    },
    get last() {
      return last
    },
  }
}
