import { describe, expect, it } from 'vitest'
import type { Evidence, Verdict } from '../../src/evidence.ts'
import { known } from '../../src/lib/fact.ts'
import { EXPLAIN_FROM, MAX_CONTRIBUTIONS } from '../../src/score/explain.ts'
import { FEATURE_NAMES } from '../../src/score/features.ts'
import { scorerFrom, scorerOf } from '../../src/score/score.ts'
import { worded } from '../../src/score/words.ts'
import { evidenceOf } from '../fixtures/facts.ts'
import { DENIED } from '../fixtures/records.ts'
import { forestOf, forger, person } from './invented-forest.ts'

const THRESHOLDS = { flag: 0.5, challenge: 0.805, throttle: 0.9, deny: 0.97, certain: 0.995 }
const ALLOWED: Verdict = { ...DENIED, action: 'allow', intended: 'allow', rule: 'default', limit: undefined }

function judged(
  margins: readonly number[],
  of: Evidence,
  { verdict = DENIED, features, thresholds = THRESHOLDS }: Told = {},
) {
  const scorer = scorerFrom(forestOf(margins, features), thresholds)
  const score = known(scorer.score(of))
  if (score === undefined) throw new Error('Cannot score')
  return { score, explanation: scorer.explain(score, verdict) }
}

interface Told {
  readonly verdict?: Verdict
  readonly features?: readonly string[]
  readonly thresholds?: typeof THRESHOLDS
}

describe('an explanation', () => {
  it('is not made of who was let pass while nothing is odd, because nobody will ask', () => {
    const { score, explanation } = judged([9, 0, 0, 0, 0, 0, 0, 0], person, { verdict: ALLOWED })
    expect(score.abuse).toBeLessThan(EXPLAIN_FROM)
    expect(explanation).toBeUndefined()
    const flagged: Verdict = { ...ALLOWED, action: 'flag', intended: 'flag' }
    expect(judged([9, 0, 0, 0, 0, 0, 0, 0], person, { verdict: flagged }).explanation).toBeUndefined()
  })

  it('is made of who was let pass where the score is odd', () => {
    const { explanation } = judged([0, 0, 0.5, 0, 0, 0, 0, 0], forger, { verdict: ALLOWED })
    expect(explanation?.contributions).toHaveLength(MAX_CONTRIBUTIONS)
  })

  it.each([
    ['stopped', { ...DENIED, limit: undefined }],
    ['stopped where a posture only observes', { ...DENIED, action: 'flag', posture: 'observe' } as const],
    ['slowed', { ...DENIED, action: 'throttle', intended: 'throttle' } as const],
  ])('is made of who was %s, however little the score says', (_what, verdict) => {
    const { score, explanation } = judged([20, 0, 0, 0, 0, 0, 0, 0], forger, { verdict })
    expect(score.abuse).toBeLessThan(EXPLAIN_FROM)
    expect(explanation?.contributions).toHaveLength(MAX_CONTRIBUTIONS)
    expect(explanation?.nearest).toBeUndefined()
  })

  it('has the strongest contributions to the named intent first, with the values they came from', () => {
    const { score, explanation } = judged([0, 0, 0.5, 0, 0, 0, 0, 0], forger)
    const { contributions = [] } = explanation ?? {}
    expect(score.intent).toBe('credential_stuffing')
    expect(contributions).toHaveLength(MAX_CONTRIBUTIONS)
    expect(contributions[0]).toMatchObject({ feature: 'userAgentObsolete', value: 1 })
    expect(contributions[0]?.effect).toBeCloseTo(0.1 * 12 * 0.9, 5)
    const sizes = contributions.map(({ effect }) => Math.abs(effect))
    expect(sizes).toEqual(sizes.toSorted((left, right) => right - left))
  })

  it.each([
    ['a person', person],
    ['a forger', forger],
  ])('sums to the margin with what it does not name, of %s', (_who, evidence) => {
    const { score, explanation } = judged([0.25, 1, 0.5, 0, 0, 0, 0, 0], evidence)
    const named = explanation?.contributions.reduce((sum, { effect }) => sum + effect, 0)
    expect((named ?? 0) + (explanation?.rest ?? 0)).toBeCloseTo(score.margin, 10)
    expect(explanation?.rest).not.toBe(0)
  })

  it('is of its own request, whatever the model has scored since', () => {
    const scorer = scorerFrom(forestOf([0, 0, 0.5, 0, 0, 0, 0, 0]), THRESHOLDS)
    const score = known(scorer.score(forger))
    if (score === undefined) throw new Error('Cannot score')
    const atOnce = scorer.explain(score, DENIED)
    scorer.score(person)
    expect(scorer.explain(score, DENIED)).toEqual(atOnce)
  })

  it('is by the model that scored: that of a route where it has its own, and none once that is gone', () => {
    const [main, own] = [forestOf([0, 0, 0.5, 0, 0, 0, 0, 0]), forestOf([0, 0, 0.25, 0, 0, 0, 0, 0])]
    if (!own.ok) throw new Error('Cannot load')
    const routes = new Map([[evidenceOf().match.route.id, own.value]])
    let models = { main, routes, shadow: undefined }
    const scorer = scorerOf(() => models, THRESHOLDS)
    const score = known(scorer.score(forger))
    if (score === undefined) throw new Error('Cannot score')
    expect(score.model).toBe(own.value.hash)
    expect(scorer.explain(score, DENIED)?.contributions).toHaveLength(MAX_CONTRIBUTIONS)
    models = { ...models, routes: new Map() }
    expect(scorer.explain(score, DENIED)).toBeUndefined()
  })

  it('has words for each contribution when it is read', () => {
    const { score, explanation } = judged([0, 0, 0.5, 0, 0, 0, 0, 0], forger)
    const { contributions = [] } = explanation ?? {}
    expect(contributions[0]?.words).toBeUndefined()
    expect(worded(contributions, score.features)[0]?.words).toBe(
      'yes: user agent of a version that is long obsolete',
    )
    expect(score.features).toHaveLength(FEATURE_NAMES.length)
    expect(score.features?.[FEATURE_NAMES.indexOf('userAgentObsolete')]).toBe(1)
  })

  it('gives no value where the feature was missing', () => {
    const features = ['addressAttemptsHour']
    const { explanation } = judged([0, 0, 0, 0, 0, 0, 0, 0], person, { features })
    expect(explanation?.contributions).toMatchObject([{ feature: 'addressAttemptsHour', value: undefined }])
  })
})

describe('the nearest change', () => {
  const features = ['http1', 'headerCount', 'hosting']

  it('is one with which the score would have stopped nothing', () => {
    const { score, explanation } = judged([0, 0, 1, 0, 0, 0, 0, 0], forger, { features })
    expect(score.abuse).toBeGreaterThan(0.805)
    expect(explanation?.nearest?.feature).toBe('headerCount')
    expect(explanation?.nearest?.abuse).toBeLessThan(0.805)
    expect(explanation?.nearest?.words).toMatch(/^0\.5 instead of \d+ headers sent$/)
  })

  it('is found below every threshold for a rule that stops with less', () => {
    const thresholds = { ...THRESHOLDS, challenge: 0.9 }
    const [own, other] = [0.805, undefined].map((limit) => {
      const verdict = { ...DENIED, limit }
      return judged([0, 0, 1, 0, 0, 0, 0, 0], forger, { features, thresholds, verdict })
    })
    expect(own?.score.abuse).toBeLessThan(0.9)
    expect(own?.explanation?.nearest?.abuse).toBeLessThan(0.805)
    expect(other?.explanation?.nearest).toBeUndefined()
  })

  it('is not named where the score stops nothing, nor where no single one would help', () => {
    const low = judged([9, 0, 1, 0, 0, 0, 0, 0], forger, { verdict: { ...DENIED, limit: undefined } })
    const high = judged([0, 0, 9, 0, 0, 0, 0, 0], forger)
    expect(low.explanation?.nearest).toBeUndefined()
    expect(high.score.abuse).toBeGreaterThan(0.97)
    expect(high.explanation?.nearest).toBeUndefined()
  })

  it('is not named of a rule that only notes', () => {
    const verdict: Verdict = { ...DENIED, action: 'flag', intended: 'flag', rule: 'score_flag', limit: 0.3 }
    const thresholds = { ...THRESHOLDS, challenge: 0.9 }
    const { explanation } = judged([0, 0, 1, 0, 0, 0, 0, 0], forger, { features, thresholds, verdict })
    expect(explanation?.contributions.length).toBeGreaterThan(0)
    expect(explanation?.nearest).toBeUndefined()
  })
})
