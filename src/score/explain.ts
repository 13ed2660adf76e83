/** Why a score is what it is: what moved it, and what would have had to be otherwise. Made once it is known who was stopped. */
import type { Contribution, Explanation, NearestChange, Score, Verdict } from '../evidence.ts'
import { likeliestAbuse, type Thresholds } from './abuse.ts'
import { FEATURE_NAMES, INTENTS } from './features.ts'
import { type Forest, probabilities } from './forest.ts'
import { nearestChange } from './nearest.ts'

/** Who is let pass with less was not odd enough for an operator to ask why, and the explanation costs more than the score. */
export const EXPLAIN_FROM = 0.1
/** More than an operator reads. */
export const MAX_CONTRIBUTIONS = 8

/** Whoever is stopped may ask, whatever stopped them. */
export function isAskedFor({ abuse }: Score, verdict: Verdict): boolean {
  return abuse >= EXPLAIN_FROM || isStopped(verdict)
}

/** Or would have been, where a posture only observes. */
export function isStopped({ intended }: Verdict): boolean {
  return intended !== 'allow' && intended !== 'flag'
}

/** Where the score would have stopped nobody. */
export interface Limits {
  /** Undefined: nobody is told what would have had to be otherwise. */
  readonly thresholds: Thresholds | undefined
  /** That of the rule that decided, where it asks for a score. */
  readonly limit: number | undefined
}

/** @returns undefined where what was scored is not known any more */
export function explanationOf(forest: Forest, score: Score, limits: Limits): Explanation | undefined {
  const { features, intent, margin } = score
  if (features === undefined) return undefined
  // The instance explains what it scored last, which may have been another request's.
  forest.score(features)
  const { contributions: effects } = forest.explain(INTENTS.indexOf(intent))
  const strong = strongest(effects)
  const nearest = nearestOf(forest, score, { effects, strong, limits })
  const contributions = strong.map((index) => contributionOf(index, features, effects))
  const shown = contributions.reduce((sum, { effect }) => sum + effect, 0)
  return { contributions, rest: margin - shown, ...(nearest === undefined ? {} : { nearest }) }
}

interface Tried {
  readonly effects: Float32Array
  readonly strong: readonly number[]
  readonly limits: Limits
}

/** For whom the score stops: what speaks for the abuse is tried first, strongest first. */
function nearestOf(
  forest: Forest,
  { features, abuse }: Score,
  { effects, strong, limits: { thresholds, limit: own = 1 } }: Tried,
): NearestChange | undefined {
  if (features === undefined || thresholds === undefined) return undefined
  const { challenge, throttle, deny } = thresholds
  const limit = Math.min(challenge, throttle, deny, own)
  if (abuse < limit) return undefined
  const against = strong.filter((index) => (effects[index] ?? 0) > 0)
  return nearestChange(forest, features, against, limit, (changed) => {
    return likeliestAbuse(probabilities(forest.score(changed))).abuse
  })
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
