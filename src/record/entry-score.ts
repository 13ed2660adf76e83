/** What the journal keeps of a score: the probabilities, why, and what a model can be trained on again. */
import type { Contribution, Explanation, Intent, Score, ShadowScore } from '../evidence.ts'
import { shortVector } from '../lib/vector.ts'

const MAX_CONTRIBUTIONS = 8
/** As many as a model may have (`wasm/FORMAT.md`). */
export const MAX_FEATURES = 256

export function probabilitiesOf({ probabilities: given }: Score): Record<Intent, number> {
  return {
    benign_person: rounded(given.benign_person),
    benign_automation: rounded(given.benign_automation),
    credential_stuffing: rounded(given.credential_stuffing),
    password_spraying: rounded(given.password_spraying),
    card_testing: rounded(given.card_testing),
    enumeration: rounded(given.enumeration),
    scraping: rounded(given.scraping),
    account_takeover: rounded(given.account_takeover),
  }
}

export function contributionsOf(explanation: Explanation | undefined): readonly Contribution[] {
  return (explanation?.contributions ?? [])
    .slice(0, MAX_CONTRIBUTIONS)
    .map(({ feature, value, effect, words }) => ({
      feature: cut(feature, 64),
      value: value === undefined ? undefined : rounded(value),
      effect: rounded(effect),
      ...(words === undefined ? {} : { words: cut(words, 160) }),
    }))
}

export function restOf(explanation: Explanation | undefined): number | null {
  return explanation === undefined ? null : rounded(explanation.rest)
}

export function nearestOf(explanation: Explanation | undefined): string {
  const nearest = explanation?.nearest
  return nearest === undefined ? '' : cut(`${nearest.words}: abuse ${rounded(nearest.abuse)}`, 240)
}

export function shadowOf(score: Score | undefined): ShadowScore | null {
  const shadow = score?.shadow
  return shadow === undefined
    ? null
    : { ...shadow, model: cut(shadow.model, 64), abuse: rounded(shadow.abuse) }
}

export function vectorOf(score: Score | undefined): string {
  return score?.features === undefined ? '' : shortVector(score.features.subarray(0, MAX_FEATURES))
}

function cut(text = '', length: number): string {
  return text.length > length ? text.slice(0, length) : text
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
