/** What of a model's probabilities is abuse, and what policy holds against it. */
import type { Intent } from '../evidence.ts'
import { INTENTS } from './features.ts'

/** Where policy begins to do something. */
export interface Thresholds {
  readonly flag: number
  readonly challenge: number
  readonly throttle: number
  readonly deny: number
  readonly certain: number
}

const BENIGN: readonly Intent[] = ['benign_person', 'benign_automation']
/** Where the others stand among INTENTS. */
const ABUSES: readonly number[] = INTENTS.flatMap((intent, index) => (BENIGN.includes(intent) ? [] : [index]))

/** The likeliest intent that is not benign, and the probability of them all. */
export function likeliestAbuse(shares: Float64Array): { readonly at: number; readonly abuse: number } {
  let at = -1
  let abuse = 0
  for (const index of ABUSES) {
    const share = shares[index] ?? 0
    abuse += share
    if (at < 0 || share > (shares[at] ?? 0)) at = index
  }
  return { at, abuse }
}
