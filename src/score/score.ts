/** From evidence to a score: features, forest, probabilities, and an explanation where somebody may ask for one. */
import type { Contribution, Evidence, Intent, Score } from '../evidence.ts'
import { unavailable, valid } from '../lib/fact.ts'
import type { Outcome } from '../lib/outcome.ts'
import type { Scorer } from '../ports.ts'
import { FEATURE_NAMES, INTENTS, vector } from './features.ts'
import type { Forest, ModelReason } from './forest.ts'
import { probabilities } from './forest.ts'

/** Below this nothing was odd enough for an operator to ask why, and the explanation costs as much as the score. */
export const EXPLAIN_FROM = 0.1
/** More than an operator reads. */
export const MAX_CONTRIBUTIONS = 8

const BENIGN: readonly Intent[] = ['benign_person', 'benign_automation']
/** Where the others stand among INTENTS. */
const ABUSES: readonly number[] = INTENTS.flatMap((intent, index) => (BENIGN.includes(intent) ? [] : [index]))

/** Makes the scorer of one isolate. `undefined` is a gate without a model: a fact that policy decides about. */
export function scorerFrom(loaded: Outcome<Forest, ModelReason> | undefined): Scorer {
  if (loaded === undefined) return { score: () => unavailable('model_absent') }
  if (!loaded.ok) return { score: () => unavailable('model_refused') }
  const forest = loaded.value
  // One vector for all requests: nothing awaits between writing and reading it.
  const features = new Float32Array(FEATURE_NAMES.length)
  return {
    score(evidence: Evidence) {
      vector(evidence, features)
      const margins = forest.score(features)
      const shares = probabilities(margins)
      if (!shares.every(Number.isFinite)) return unavailable('scorer_failed')
      return valid(scoreOf(forest, features, margins, shares))
    },
  }
}

function scoreOf(forest: Forest, features: Float32Array, margins: Float32Array, shares: Float64Array): Score {
  let at = -1
  let abuse = 0
  for (const index of ABUSES) {
    const share = shares[index] ?? 0
    abuse += share
    if (at < 0 || share > (shares[at] ?? 0)) at = index
  }
  return {
    model: forest.hash,
    probabilities: byIntent(shares),
    intent: INTENTS[at] ?? 'credential_stuffing',
    abuse,
    margin: margins[at] ?? 0,
    contributions: abuse < EXPLAIN_FROM ? [] : strongest(forest.explain(at).contributions, features),
  }
}

function byIntent(shares: Float64Array): Score['probabilities'] {
  const found: Partial<Record<Intent, number>> = {}
  for (const [index, intent] of INTENTS.entries()) found[intent] = shares[index] ?? 0
  // All of INTENTS, in order.
  return found as Record<Intent, number>
}

/** Picked out in one pass: sorting all features costs more than scoring them. Of equal effects the first is the stronger. */
function strongest(effects: Float32Array, features: Float32Array): readonly Contribution[] {
  const picked: number[] = []
  for (let index = 0; index < effects.length; index++) {
    const strength = Math.abs(effects[index] ?? 0)
    if (strength === 0) continue
    let place = picked.length
    while (place > 0 && strength > Math.abs(effects[picked[place - 1] ?? 0] ?? 0)) place--
    if (place === MAX_CONTRIBUTIONS) continue
    picked.splice(place, 0, index)
    if (picked.length > MAX_CONTRIBUTIONS) picked.pop()
  }
  return picked.map((index) => ({
    feature: FEATURE_NAMES[index] ?? '',
    value: present(features[index]),
    effect: effects[index] ?? 0,
  }))
}

function present(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value
}
