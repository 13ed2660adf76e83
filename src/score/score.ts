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

const BENIGN: ReadonlySet<Intent> = new Set(['benign_person', 'benign_automation'])

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
  const at = likeliestAbuse(shares)
  const abuse = INTENTS.reduce(
    (sum, intent, index) => sum + (BENIGN.has(intent) ? 0 : (shares[index] ?? 0)),
    0,
  )
  return {
    model: forest.hash,
    probabilities: byIntent(shares),
    intent: INTENTS[at] ?? 'credential_stuffing',
    abuse,
    margin: margins[at] ?? 0,
    contributions: abuse < EXPLAIN_FROM ? [] : strongest(forest.explain(at).contributions, features),
  }
}

function likeliestAbuse(shares: Float64Array): number {
  let best = -1
  for (const [index, intent] of INTENTS.entries()) {
    if (BENIGN.has(intent)) continue
    if (best < 0 || (shares[index] ?? 0) > (shares[best] ?? 0)) best = index
  }
  return best
}

function byIntent(shares: Float64Array): Score['probabilities'] {
  const entries = INTENTS.map((intent, index) => [intent, shares[index] ?? 0])
  // Object.fromEntries forgets the keys; they are all of INTENTS, in order.
  return Object.fromEntries(entries) as Record<Intent, number>
}

function strongest(effects: Float32Array, features: Float32Array): readonly Contribution[] {
  return FEATURE_NAMES.map((feature, index) => ({
    feature,
    value: present(features[index]),
    effect: effects[index] ?? 0,
  }))
    .filter(({ effect }) => effect !== 0)
    .sort((left, right) => Math.abs(right.effect) - Math.abs(left.effect))
    .slice(0, MAX_CONTRIBUTIONS)
}

function present(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value
}
