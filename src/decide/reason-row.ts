import type { Refusal } from '../dialects/dialect.ts'

export interface ReasonRow {
  /** What the caller is told, in its dialect, where the action is a denial. The status stands beside `Refusal`. */
  readonly refusal: Refusal
  /** One sentence for the operator. */
  readonly meaning: string
}

export function row(refusal: Refusal, meaning: string): ReasonRow {
  return { refusal, meaning }
}
