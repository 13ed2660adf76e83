import { describe, expect, it } from 'vitest'
import type { Contradiction } from '../../src/evidence.ts'
import { fail } from '../../src/lib/outcome.ts'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { loadForest } from '../../src/score/forest.ts'
import { EXPLAIN_FROM, MAX_CONTRIBUTIONS, scorerFrom } from '../../src/score/score.ts'
import { worded } from '../../src/score/words.ts'
import scorer from '../../wasm/build/scorer.wasm'
import { clientOf, evidenceOf } from '../fixtures/facts.ts'
import { leaf, type Tree, writeBlob } from './blob.ts'

const INDICATORS = FEATURE_NAMES.slice(0, 14)

/** One tree that gives a margin to each class, and for stuffing alone one more on each of these features. */
function forestOf(margins: readonly number[], features: readonly string[] = INDICATORS) {
  const flat = margins.map((margin): Tree => leaf(margin, 10))
  const rounds = features.map((name, index) =>
    margins.map(
      (_margin, intent): Tree =>
        intent === INTENTS.indexOf('credential_stuffing')
          ? {
              feature: FEATURE_NAMES.indexOf(name),
              threshold: 0.5,
              missing: 'below',
              below: leaf(0, 90),
              above: leaf(0.1 * (index + 1), 10),
            }
          : leaf(0, 10),
    ),
  )
  const blob = writeBlob({
    features: FEATURE_NAMES,
    classes: INTENTS,
    baseMargins: margins.map(() => 0),
    trees: [flat, ...rounds].flat(),
  })
  return loadForest(scorer, blob, FEATURE_NAMES, INTENTS)
}

const person = evidenceOf()
const HEADERS: readonly Contradiction[] = [
  'client_hints_missing',
  'client_hints_unexpected',
  'client_hints_disagree',
  'fetch_metadata_missing',
  'fetch_metadata_unexpected',
  'fetch_metadata_disagrees',
  'accept_unlike_claim',
  'accept_language_missing',
  'accept_encoding_unlike_claim',
  'user_agent_obsolete',
]
const forger = evidenceOf({ client: clientOf({ contradictions: HEADERS }) })

describe('a score', () => {
  it('names the likeliest intent that is not benign, even of a person', () => {
    const fact = scorerFrom(forestOf([5, 1, 0, 0, 0.5, 0, 0, 0])).score(person)
    if (fact.state !== 'valid') throw new Error(fact.state)
    expect(fact.value.intent).toBe('card_testing')
    expect(fact.value.margin).toBe(0.5)
  })

  it('has probabilities that sum to 1, and calls abuse what the two benign ones leave', () => {
    const fact = scorerFrom(forestOf([2, 1, 1, 0, 0, 0, 0, 0])).score(person)
    if (fact.state !== 'valid') throw new Error(fact.state)
    const { probabilities, abuse } = fact.value
    expect(Object.keys(probabilities)).toEqual([...INTENTS])
    expect(Object.values(probabilities).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6)
    expect(abuse).toBeCloseTo(1 - probabilities.benign_person - probabilities.benign_automation, 6)
  })

  it('explains nothing while nothing is odd, because nobody will ask', () => {
    const fact = scorerFrom(forestOf([9, 0, 0, 0, 0, 0, 0, 0])).score(person)
    if (fact.state !== 'valid') throw new Error(fact.state)
    expect(fact.value.abuse).toBeLessThan(EXPLAIN_FROM)
    expect(fact.value.contributions).toEqual([])
  })

  it('gives the strongest contributions to the named intent first, with the values they came from', () => {
    const fact = scorerFrom(forestOf([0, 0, 0.5, 0, 0, 0, 0, 0])).score(forger)
    if (fact.state !== 'valid') throw new Error(fact.state)
    const { contributions, intent } = fact.value
    expect(intent).toBe('credential_stuffing')
    expect(contributions).toHaveLength(MAX_CONTRIBUTIONS)
    expect(contributions[0]).toMatchObject({ feature: 'userAgentObsolete', value: 1 })
    expect(contributions[0]?.effect).toBeCloseTo(0.1 * 12 * 0.9, 5)
    const sizes = contributions.map(({ effect }) => Math.abs(effect))
    expect(sizes).toEqual(sizes.toSorted((left, right) => right - left))
  })

  it('has words for each contribution when it is read, and keeps what was scored', () => {
    const fact = scorerFrom(forestOf([0, 0, 0.5, 0, 0, 0, 0, 0])).score(forger)
    if (fact.state !== 'valid') throw new Error(fact.state)
    const { contributions, features } = fact.value
    expect(contributions[0]?.words).toBeUndefined()
    expect(worded(contributions, features)[0]?.words).toBe(
      'yes: user agent of a version that is long obsolete',
    )
    expect(fact.value.features).toHaveLength(FEATURE_NAMES.length)
    expect(fact.value.features?.[FEATURE_NAMES.indexOf('userAgentObsolete')]).toBe(1)
  })

  it('names the nearest change with which it would have stopped nothing', () => {
    const fact = scorerFrom(forestOf([0, 0, 1, 0, 0, 0, 0, 0], ['http1', 'headerCount', 'hosting']), {
      ...{ flag: 0.5, challenge: 0.805, throttle: 0.9, deny: 0.97, certain: 0.995 },
    }).score(forger)
    if (fact.state !== 'valid') throw new Error(fact.state)
    expect(fact.value.abuse).toBeGreaterThan(0.805)
    expect(fact.value.nearest?.feature).toBe('headerCount')
    expect(fact.value.nearest?.abuse).toBeLessThan(0.805)
    expect(fact.value.nearest?.words).toMatch(/^0\.5 instead of \d+ headers sent$/)
  })

  it('names no change where it stops nothing, and none where no single one would help', () => {
    const thresholds = { flag: 0.5, challenge: 0.8, throttle: 0.9, deny: 0.97, certain: 0.995 }
    const [low, high] = [
      scorerFrom(forestOf([9, 0, 1, 0, 0, 0, 0, 0]), thresholds).score(forger),
      scorerFrom(forestOf([0, 0, 9, 0, 0, 0, 0, 0]), thresholds).score(forger),
    ]
    if (low?.state !== 'valid' || high?.state !== 'valid') throw new Error('no score')
    expect(low.value.nearest).toBeUndefined()
    expect(high.value.abuse).toBeGreaterThan(0.97)
    expect(high.value.nearest).toBeUndefined()
  })

  it('gives no value where the feature was missing', () => {
    const fact = scorerFrom(forestOf([0, 0, 0, 0, 0, 0, 0, 0], ['addressAttemptsHour'])).score(person)
    if (fact.state !== 'valid') throw new Error(fact.state)
    expect(fact.value.contributions).toMatchObject([{ feature: 'addressAttemptsHour', value: undefined }])
  })

  it('carries the hash of the model that made it', () => {
    const forest = forestOf([1, 0, 0, 0, 0, 0, 0, 0])
    const fact = scorerFrom(forest).score(person)
    expect(fact.state === 'valid' && forest.ok && fact.value.model === forest.value.hash).toBe(true)
  })
})

describe('no score', () => {
  it('says that there is no model', () => {
    expect(scorerFrom(undefined).score(person)).toEqual({ state: 'unavailable', reason: 'model_absent' })
  })

  it('says that the model was refused', () => {
    const scored = scorerFrom(fail('model_hash_wrong')).score(person)
    expect(scored).toEqual({ state: 'unavailable', reason: 'model_refused' })
  })
})
