import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Forest, loadForest, probabilities } from '../../src/score/forest.ts'
import { MAX_CLASSES, MAX_FEATURES, MAX_MODEL_BYTES, MAX_TREES } from '../../src/score/format.ts'
import scorer from '../../wasm/build/scorer.wasm'
import { leaf, type Model, walkContributions, walkMargins, writeBlob } from './blob.ts'
import { anyModel, anyNumber, TINY } from './models.ts'

function load(model: Model): Forest {
  const loaded = loadForest(scorer, writeBlob(model), model.features, model.classes)
  if (!loaded.ok) throw new Error(loaded.reason)
  return loaded.value
}

function score(forest: Forest, row: readonly number[]): readonly number[] {
  return Array.from(forest.score(Float32Array.from(row)))
}

describe('a forest scores', () => {
  const forest = load(TINY)

  // By hand: base margin, first tree, third tree; base margin, second tree, chain.
  const ROWS: readonly (readonly [what: string, row: readonly number[], margins: readonly number[]])[] = [
    ['below a threshold', [1, 0, 0], [1.325, 0.4]],
    ['exactly on a threshold, which is not below it', [1.5, -2, 0], [-0.275, -0.575]],
    ['below the second threshold', [2, -3, 0], [0.725, -0.575]],
    ['with everything missing', [Number.NaN, Number.NaN, Number.NaN], [1.325, -1.7]],
    ['with infinity, above everything', [Infinity, Infinity, Infinity], [-0.275, -1.325]],
    ['with minus infinity, below everything', [-Infinity, -Infinity, -Infinity], [1.325, -3.1]],
  ]
  it.each(ROWS)('a row %s', (_what, row, margins) => {
    const walked = walkMargins(TINY, row)
    expect(score(forest, row)).toEqual(walked)
    walked.forEach((margin, index) => {
      expect(margin).toBeCloseTo(margins[index] ?? Number.NaN, 6)
    })
  })

  it('minus zero like zero, on either side of the comparison', () => {
    const stump = (threshold: number): Model => ({
      ...TINY,
      classes: ['only'],
      baseMargins: [0],
      trees: [{ feature: 0, threshold, missing: 'below', below: leaf(1), above: leaf(2) }],
    })
    for (const threshold of [0, -0]) {
      expect(score(load(stump(threshold)), [0, 0, 0])).toEqual([2])
      expect(score(load(stump(threshold)), [-0, 0, 0])).toEqual([2])
      expect(score(load(stump(threshold)), [-1e-45, 0, 0])).toEqual([1])
    }
  })

  it('any forest and any row as a plain walk of its trees does, to the bit', () => {
    fc.assert(
      fc.property(
        anyModel,
        fc.array(fc.array(anyNumber, { minLength: 9, maxLength: 9 }), { minLength: 5, maxLength: 5 }),
        (model, rows) => {
          const loaded = load(model)
          for (const row of rows.map((whole) => whole.slice(0, model.features.length))) {
            expect(score(loaded, row)).toEqual(walkMargins(model, row))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('as many trees, classes and features as its memory holds', () => {
    const model: Model = {
      features: Array.from({ length: MAX_FEATURES }, (_, index) => `f${index}`),
      classes: ['a', 'b'],
      baseMargins: [0, 0],
      trees: Array.from({ length: MAX_TREES }, (_, index) => ({
        feature: index % MAX_FEATURES,
        threshold: index / MAX_TREES,
        missing: index % 3 === 0 ? 'below' : 'above',
        below: leaf(0.001 * index),
        above: leaf(-0.001 * index),
      })),
    }
    const row = model.features.map((_, index) => (index % 5 === 0 ? Number.NaN : index / MAX_FEATURES))
    expect(writeBlob(model).length).toBe(MAX_MODEL_BYTES)
    expect(score(load(model), row)).toEqual(walkMargins(model, row))
    const many = {
      ...model,
      classes: Array.from({ length: MAX_CLASSES }, (_, index) => `c${index}`),
      baseMargins: Array.from({ length: MAX_CLASSES }, (_, index) => index),
      trees: model.trees.slice(0, 10 * MAX_CLASSES),
    }
    expect(score(load(many), row)).toEqual(walkMargins(many, row))
  })

  it('into an array that the next request does not change', () => {
    const first = forest.score(Float32Array.of(1, 0, 0))
    const kept = [...first]
    forest.score(Float32Array.of(2, -3, 0))
    expect([...first]).toEqual(kept)
  })

  it('beside a second forest: the current one and its shadow share nothing', () => {
    const shadow = load({ ...TINY, baseMargins: [10, 20] })
    const row = [1, 0, 0]
    const alone = score(forest, row)
    expect(score(shadow, row)[0]).toBeGreaterThan(10)
    expect(score(forest, row)).toEqual(alone)
    forest.score(Float32Array.from(row))
    shadow.score(Float32Array.of(2, 2, 2))
    expect(forest.explain(0).bias).toBeCloseTo(walkContributions(TINY, row, 0)[3] ?? 0, 5)
  })

  it('nothing but a whole vector: another length is our own bug', () => {
    expect(() => forest.score(new Float32Array(2))).toThrow('2 features, the model takes 3')
    expect(() => forest.explain(2)).toThrow('class 2')
  })
})

describe('a forest explains', () => {
  it('by crediting each feature with what its splits changed, the bias with the rest', () => {
    const forest = load(TINY)
    forest.score(Float32Array.of(2, -3, 0))
    const { bias, contributions } = forest.explain(0)
    // First tree: expected (0.7 * 30 + (0.1 * 5 - 0.9 * 65)) / 100 = -0.37; above: -58 / 70; below: 0.1.
    expect(bias).toBeCloseTo(0.5 - 0.37 + 0.125, 6)
    expect(contributions[0]).toBeCloseTo(-58 / 70 + 0.37, 6)
    expect(contributions[1]).toBeCloseTo(0.1 + 58 / 70, 6)
    expect(contributions[2]).toBe(0)
  })

  it('any forest and any row with contributions that sum to the margin', () => {
    fc.assert(
      fc.property(anyModel, fc.array(anyNumber, { minLength: 9, maxLength: 9 }), (model, whole) => {
        const forest = load(model)
        const row = whole.slice(0, model.features.length)
        const margins = score(forest, row)
        margins.forEach((margin, owner) => {
          const { bias, contributions } = forest.explain(owner)
          const walked = walkContributions(model, row, owner)
          ;[...contributions, bias].forEach((contribution, index) => {
            expect(contribution).toBeCloseTo(walked[index] ?? Number.NaN, 4)
          })
          expect(contributions.reduce((sum, one) => sum + one, bias)).toBeCloseTo(margin, 4)
        })
      }),
      { numRuns: 60 },
    )
  })
})

describe('probabilities', () => {
  it('sum to 1 and keep the order of the margins, however far apart these are', () => {
    const [low = 1, mid = 1, high = 1] = probabilities(Float32Array.of(-800, 0, 800))
    expect(low + mid + high).toBe(1)
    expect([low < mid || low === 0, mid < high]).toEqual([true, true])
    expect([...probabilities(Float32Array.of(1, 1))]).toEqual([0.5, 0.5])
  })

  it('of one margin are the logistic of it', () => {
    expect([...probabilities(Float32Array.of(0))]).toEqual([0.5])
    expect(probabilities(Float32Array.of(2))[0]).toBeCloseTo(0.880797, 6)
  })
})
