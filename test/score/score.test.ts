import { describe, expect, it } from 'vitest'
import { fail } from '../../src/lib/outcome.ts'
import { INTENTS } from '../../src/score/features.ts'
import { scorerFrom } from '../../src/score/score.ts'
import { forestOf, person } from './invented-forest.ts'

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
