/** From evidence to a score: features, forest, probabilities. Why it came out so says `explain.ts`, once there is a verdict. */
import type { Evidence, Intent, Score, ShadowScore } from '../evidence.ts'
import { unavailable, valid } from '../lib/fact.ts'
import type { Scorer } from '../ports.ts'
import { likeliestAbuse, type Thresholds } from './abuse.ts'
import { explanationOf, isAskedFor, isStopped } from './explain.ts'
import { FEATURE_NAMES, INTENTS, vector } from './features.ts'
import { type Forest, probabilities } from './forest.ts'
import { type Models, modelsOf } from './models.ts'

/**
 * Makes the scorer of one isolate.
 *
 * @param models which there are now: asked for every request, because an operator may put others in their place
 * @param thresholds those of the policy; left out, nobody is told what would have had to be otherwise
 */
export function scorerOf(models: () => Models, thresholds?: Thresholds): Scorer {
  // One vector for all requests: nothing awaits between writing and reading it.
  const features = new Float32Array(FEATURE_NAMES.length)
  return {
    score(evidence: Evidence) {
      const { main, routes, shadow } = models()
      const chosen = routes.get(evidence.match.route.id) ?? (main?.ok ? main.value : undefined)
      if (chosen === undefined) return unavailable(main === undefined ? 'model_absent' : 'model_refused')
      vector(evidence, features)
      const score = scoreOf(chosen, features)
      if (score === undefined) return unavailable('scorer_failed')
      const beside = shadow === undefined ? undefined : shadowOf(shadow, features, score, thresholds)
      return valid(beside === undefined ? score : { ...score, shadow: beside })
    },
    explain(score, verdict) {
      if (!isAskedFor(score, verdict)) return undefined
      const forest = named(score.model, models())
      return (
        forest &&
        explanationOf(forest, score, { thresholds, limit: isStopped(verdict) ? verdict.limit : undefined })
      )
    },
  }
}

/** It may have decided for one route alone. */
function named(hash: string, { main, routes }: Models): Forest | undefined {
  if (main?.ok && main.value.hash === hash) return main.value
  return Array.from(routes.values()).find((forest) => forest.hash === hash)
}

/** With one model for everything. `undefined` is a gate without a model: a fact that policy decides about. */
export function scorerFrom(loaded: Models['main'], thresholds?: Thresholds): Scorer {
  const models = modelsOf(loaded)
  return scorerOf(() => models, thresholds)
}

/** Of features that are known already, as those of a record are: `undefined` where the model has no finite answer to them. */
export function scoreOf(forest: Forest, features: Float32Array): Score | undefined {
  const margins = forest.score(features)
  const shares = probabilities(margins)
  if (!shares.every(Number.isFinite)) return undefined
  const { at, abuse } = likeliestAbuse(shares)
  return {
    model: forest.hash,
    probabilities: byIntent(shares),
    intent: INTENTS[at] ?? 'credential_stuffing',
    abuse,
    margin: margins[at] ?? 0,
    features: features.slice(),
  }
}

function shadowOf(
  forest: Forest,
  features: Float32Array,
  { abuse: decided }: Score,
  thresholds: Thresholds | undefined,
): ShadowScore | undefined {
  const shares = probabilities(forest.score(features))
  if (!shares.every(Number.isFinite)) return undefined
  const { at, abuse } = likeliestAbuse(shares)
  const limits = thresholds === undefined ? [0.5] : Object.values(thresholds)
  const agrees = limits.every((limit) => abuse >= limit === decided >= limit)
  return { model: forest.hash, intent: INTENTS[at] ?? 'credential_stuffing', abuse, agrees }
}

function byIntent(shares: Float64Array): Score['probabilities'] {
  const found: Partial<Record<Intent, number>> = {}
  let at = 0
  for (const intent of INTENTS) found[intent] = shares[at++] ?? 0
  // All of INTENTS, in order.
  return found as Record<Intent, number>
}
