/** Forests for the tests: a small one that a person can follow, and any at all. */
import fc from 'fast-check'
import { leaf, type Model, type Tree } from './blob.ts'

/** Two classes, three features, both ways of missing, a bare leaf, and a tree of full depth. */
export const TINY: Model = {
  features: ['requestRate', 'failures', 'pages'],
  classes: ['person', 'stuffing'],
  baseMargins: [0.5, -0.25],
  trees: [
    {
      feature: 0,
      threshold: 1.5,
      missing: 'below',
      below: leaf(0.7, 30),
      above: { feature: 1, threshold: -2, missing: 'above', below: leaf(0.1, 5), above: leaf(-0.9, 65) },
    },
    { feature: 0, threshold: 1.5, missing: 'above', below: leaf(-0.6, 40), above: leaf(0.8, 60) },
    leaf(0.125, 100),
    chain([0, 1, 2, 0, 1, 2]),
  ],
}

/** A tree that is one long path: each node leaves on the one side and goes on on the other. */
function chain(features: readonly number[]): Tree {
  const [feature, ...rest] = features
  if (feature === undefined) return leaf(1.25, 3)
  const on = chain(rest)
  const off = leaf(-0.375 * features.length, features.length)
  return features.length % 2 === 0
    ? { feature, threshold: -0.5 * features.length, missing: 'below', below: off, above: on }
    : { feature, threshold: 0.5 * features.length, missing: 'above', below: on, above: off }
}

/** Values that rows and thresholds like to take. */
export const anyNumber = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1.5, -2, -1, 0.5),
  fc.float({ noDefaultInfinity: true, noNaN: true }),
  fc.float({ min: -4, max: 4, noNaN: true }),
)

/** Forests as random as their rows. */
export const anyModel = fc
  .record({ features: fc.integer({ min: 1, max: 9 }), classes: fc.integer({ min: 1, max: 9 }) })
  .chain(({ features, classes }) => {
    const threshold = anyNumber.map((value) => (Number.isFinite(value) ? value : 0))
    const end = fc.tuple(fc.float({ min: -8, max: 8, noNaN: true }), fc.integer({ min: 1, max: 99 }))
    const tree = (depth: number): fc.Arbitrary<Tree> => {
      const stop = end.map(([value, cover]) => leaf(value, cover))
      if (depth === 0) return stop
      const split = fc.record({
        feature: fc.nat(features - 1),
        threshold,
        missing: fc.constantFrom('below' as const, 'above' as const),
        below: tree(depth - 1),
        above: tree(depth - 1),
      })
      return fc.oneof({ weight: 1, arbitrary: stop }, { weight: 3, arbitrary: split })
    }
    return fc.record({
      features: fc.constant(Array.from({ length: features }, (_, index) => `f${index}`)),
      classes: fc.constant(Array.from({ length: classes }, (_, index) => `c${index}`)),
      baseMargins: fc.array(fc.float({ min: -2, max: 2, noNaN: true }), {
        minLength: classes,
        maxLength: classes,
      }),
      trees: fc
        .integer({ min: 1, max: 3 })
        .chain((rounds) => fc.array(tree(6), { minLength: rounds * classes, maxLength: rounds * classes })),
    })
  })
