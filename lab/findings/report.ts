import type { Blindness, Finding, Score } from '../../src/inventory/risk/finding-types.ts'

/** What the command says with `--json`, and reads back with `--from`. */
export interface Report {
  /** Where it comes from: a file, or a gate's address. */
  readonly source: string
  /** Of the assessment; undefined where there was none yet. */
  readonly at: number | undefined
  readonly findings: readonly Finding[]
  readonly scores: readonly Score[]
  /** Checks that could not see, or not all of what they look at. */
  readonly blind: readonly Blindness[]
  readonly problems: readonly string[]
}
