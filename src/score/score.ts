/** From evidence to a score: features, forest, probabilities, and an explanation where somebody may ask for one. */
import type { Contribution, Evidence, Intent, NearestChange, Score, ShadowScore } from '../evidence.ts'
import { unavailable, valid } from '../lib/fact.ts'
import type { Scorer } from '../ports.ts'
import { FEATURE_NAMES, INTENTS, vector } from './features.ts'
import { type Forest, probabilities } from './forest.ts'
import { type Models, modelsOf } from './models.ts'
import { nearestChange } from './nearest.ts'

/** Below this nothing was odd enough for an operator to ask why, and the explanation costs as much as the score. */
export const EXPLAIN_FROM = 0.1
/** More than an operator reads. */
export const MAX_CONTRIBUTIONS = 8

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
      const score = scoreOf(chosen, features, thresholds)
      if (score === undefined) return unavailable('scorer_failed')
      const beside = shadow === undefined ? undefined : shadowOf(shadow, features, score, thresholds)
      return valid(beside === undefined ? score : { ...score, shadow: beside })
    },
  }
}

/** With one model for everything. `undefined` is a gate without a model: a fact that policy decides about. */
export function scorerFrom(loaded: Models['main'], thresholds?: Thresholds): Scorer {
  const models = modelsOf(loaded)
  return scorerOf(() => models, thresholds)
}

/** Of features that are known already, as those of a record are: `undefined` where the model has no finite answer to them. */
export function scoreOf(forest: Forest, features: Float32Array, thresholds?: Thresholds): Score | undefined {
  const margins = forest.score(features)
  const shares = probabilities(margins)
  if (!shares.every(Number.isFinite)) return undefined
  const { at, abuse } = likeliestAbuse(shares)
  const score: Score = {
    model: forest.hash,
    probabilities: byIntent(shares),
    intent: INTENTS[at] ?? 'credential_stuffing',
    abuse,
    margin: margins[at] ?? 0,
    contributions: [],
    features: features.slice(),
  }
  if (abuse < EXPLAIN_FROM) return score
  const { contributions: effects } = forest.explain(at)
  const strong = strongest(effects)
  const nearest = thresholds && nearestOf(forest, features, effects, strong, abuse, thresholds)
  const contributions = strong.map((index) => contributionOf(index, features, effects))
  return { ...score, contributions, ...(nearest === undefined ? {} : { nearest }) }
}

/** The likeliest intent that is not benign, and the probability of them all. */
function likeliestAbuse(shares: Float64Array): { readonly at: number; readonly abuse: number } {
  let at = -1
  let abuse = 0
  for (const index of ABUSES) {
    const share = shares[index] ?? 0
    abuse += share
    if (at < 0 || share > (shares[at] ?? 0)) at = index
  }
  return { at, abuse }
}

/** For whom the score stops: what speaks for the abuse is tried first, strongest first. */
function nearestOf(
  forest: Forest,
  features: Float32Array,
  effects: Float32Array,
  strong: readonly number[],
  abuse: number,
  { challenge, throttle, deny }: Thresholds,
): NearestChange | undefined {
  const limit = Math.min(challenge, throttle, deny)
  if (abuse < limit) return undefined
  const against = strong.filter((index) => (effects[index] ?? 0) > 0)
  return nearestChange(forest, features, against, limit, (changed) => {
    return likeliestAbuse(probabilities(forest.score(changed))).abuse
  })
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

/** Picked out in one pass: sorting all features costs more than scoring them. Of equal effects the first is the stronger. */
function strongest(effects: Float32Array): readonly number[] {
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
  return picked
}

/** Without words: they are made where somebody reads them (`words.ts`). */
function contributionOf(index: number, features: Float32Array, effects: Float32Array): Contribution {
  const feature = FEATURE_NAMES[index] ?? ''
  return { feature, value: present(features[index]), effect: effects[index] ?? 0 }
}

function present(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value
}
