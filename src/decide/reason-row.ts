import type { Refusal } from '../dialects/dialect.ts'

export interface ReasonRow {
  /** What the caller is told, in its dialect, where the action is a denial. The status stands beside `Refusal`. */
  readonly refusal: Refusal
  /** One sentence for the operator. */
  readonly meaning: string
}

export const row = (refusal: Refusal, meaning: string): ReasonRow => ({ refusal, meaning })
