/**
 * What would have had to be otherwise for the score to stop nothing: one feature at a time, from the one that weighed
 * most, to values just beyond the model's own thresholds, because between them nothing changes.
 */
import type { NearestChange } from '../evidence.ts'
import { FEATURE_NAMES } from './features.ts'
import type { Forest } from './forest.ts'
import type { Unit } from './words/description.ts'
import { changeInWords, unitOf } from './words.ts'

/** Each trial costs a score: under attack every refused request is explained. */
const MAX_FEATURES = 3
/** Steps over thresholds: the nearest first, and far ones to find out whether it helps at all. */
const STEPS = [1, 6, 36] as const

/**
 * @param strongest indexes of features, the one that weighed most first
 * @param abuseOf scores a vector; the forest's last score is then that one
 * @returns undefined where no single change brings the probability below `limit`
 */
export function nearestChange(
  forest: Forest,
  features: Float32Array,
  strongest: readonly number[],
  limit: number,
  abuseOf: (features: Float32Array) => number,
): NearestChange | undefined {
  for (const index of strongest.slice(0, MAX_FEATURES)) {
    const feature = FEATURE_NAMES[index] ?? ''
    const value = features[index] ?? Number.NaN
    const changed = features.slice()
    for (const candidate of candidates(forest, index, value, unitOf(feature))) {
      changed[index] = candidate
      const abuse = abuseOf(changed)
      if (abuse < limit) return { feature, abuse, words: changeInWords(feature, value, candidate) }
    }
  }
  return undefined
}

/** Both ways by turns: too few headers may be as odd as too many requests. */
function candidates(forest: Forest, index: number, value: number, unit: Unit): readonly number[] {
  if (unit === 'flag') return Number.isNaN(value) ? [0, 1] : [1 - value]
  const thresholds = forest.thresholds(index)
  const above = thresholds.findIndex((threshold) => threshold > value)
  const next = above < 0 ? thresholds.length : above
  return STEPS.flatMap((step) => [
    below(thresholds[next - step], unit),
    atLeast(thresholds[next + step - 1], unit),
  ]).filter(
    (candidate): candidate is number => candidate !== undefined && candidate !== value && candidate >= 0,
  )
}

/** The next value below a threshold; of counts, the next whole one. */
function below(threshold: number | undefined, unit: Unit): number | undefined {
  if (threshold === undefined) return undefined
  if (unit === 'count') return Math.fround(Math.log1p(Math.ceil(Math.expm1(threshold) - 1e-6) - 1))
  return Math.fround(threshold - Math.max(1e-3, Math.abs(threshold) * 1e-3))
}

/** `x < t` goes one way: the threshold itself goes the other. */
function atLeast(threshold: number | undefined, unit: Unit): number | undefined {
  if (threshold === undefined || unit !== 'count') return threshold
  return Math.fround(Math.log1p(Math.ceil(Math.expm1(threshold) - 1e-6)))
}
