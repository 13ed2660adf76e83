/**
 * How much work one question may cause, counted and not timed: a Worker's clock stands still, and what a stranger
 * sends must cost the same on every machine.
 */
export interface Budget {
  /** Signature verifications done. */
  readonly signatures: number
  /** Candidates looked at and names compared. */
  readonly comparisons: number
  spendSignature(): boolean
  spendComparisons(count: number): boolean
}

/** A path has at most five signatures; cross-signed authorities and key changes need a few more. */
export const MAX_SIGNATURES = 32
/** A leaf of 10 kB below every constraint that genuine authorities carry needs a tenth of it. */
export const MAX_COMPARISONS = 16_384

export function openBudget(): Budget {
  let signatures = 0
  let comparisons = 0
  return {
    get signatures() {
      return signatures
    },
    get comparisons() {
      return comparisons
    },
    spendSignature() {
      if (signatures >= MAX_SIGNATURES) return false
      signatures += 1
      return true
    },
    spendComparisons(count) {
      if (comparisons + count > MAX_COMPARISONS) return false
      comparisons += count
      return true
    },
  }
}
