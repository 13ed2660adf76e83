/** The packer on models written by hand: what it refuses, and what it makes of an objective's base score. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { type Forest, loadForest } from '../../src/score/forest.ts'
import { scorerModule } from '../../wasm/module.ts'
import { packForest } from '../../wasm/pack.ts'

const FEATURES = ['rate', 'failures']
const CLASSES = ['person', 'stuffing']

/** One split: rate below 2 gives -1, else +1; a missing rate counts as below. */
const STUMP = {
  left_children: [1, -1, -1],
  right_children: [2, -1, -1],
  split_indices: [0, 0, 0],
  split_conditions: [2, -1, 1],
  split_type: [0, 0, 0],
  default_left: [1, 0, 0],
  sum_hessian: [40, 30, 10],
}
type Tree = typeof STUMP

/** A path of splits, so many deep. */
function deep(depth: number): Tree {
  const nodes = Array.from({ length: 2 * depth + 1 }, (_, node) => node)
  const inner = (node: number) => node % 2 === 0 && node < 2 * depth
  return {
    left_children: nodes.map((node) => (inner(node) ? node + 1 : -1)),
    right_children: nodes.map((node) => (inner(node) ? node + 2 : -1)),
    split_indices: nodes.map(() => 0),
    split_conditions: nodes,
    split_type: nodes.map(() => 0),
    default_left: nodes.map(() => 0),
    sum_hessian: nodes.map(() => 1),
  }
}

interface Parts {
  readonly version?: readonly number[]
  readonly objective?: string
  readonly booster?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly parallel?: string
  readonly treeInfo?: readonly number[]
  readonly trees?: readonly Tree[]
  readonly names?: readonly string[]
}

function model(parts: Parts = {}): object {
  const trees = parts.trees ?? [STUMP, STUMP]
  return {
    version: parts.version ?? [1, 7, 4],
    learner: {
      feature_names: parts.names ?? FEATURES,
      learner_model_param: { base_score: '5E-1', num_class: '2', num_feature: '2', ...parts.parameters },
      objective: { name: parts.objective ?? 'multi:softprob' },
      gradient_booster: {
        name: parts.booster ?? 'gbtree',
        model: {
          gbtree_model_param: { num_parallel_tree: parts.parallel ?? '1' },
          tree_info: parts.treeInfo ?? trees.map((_, index) => index % 2),
          trees,
        },
      },
    },
  }
}

function load(blob: Uint8Array, classes: readonly string[]): Forest {
  const loaded = loadForest(scorerModule(), blob, FEATURES, classes)
  if (!loaded.ok) throw new Error(loaded.reason)
  return loaded.value
}

describe('packForest refuses', () => {
  const REFUSED: readonly (readonly [what: string, parts: Parts, message: string])[] = [
    ['another version of XGBoost', { version: [2, 1, 0] }, 'written by XGBoost 2.1.0'],
    ['an objective that it does not know', { objective: 'rank:pairwise' }, 'objective rank:pairwise'],
    ['a booster that weights its trees', { booster: 'dart' }, 'gbtree'],
    ['more than one target', { parameters: { num_target: '2' } }, 'more than one target'],
    ['a base score that is no number', { parameters: { base_score: '[5E-1,5E-1]' } }, 'base_score'],
    ['parallel trees', { parallel: '2' }, 'parallel trees'],
    ['no trees', { trees: [] }, '0 trees'],
    ['an unfinished round', { trees: [STUMP, STUMP, STUMP] }, 'unfinished round'],
    ['trees out of the order of their classes', { treeInfo: [1, 0] }, 'out of the order'],
    ['a tree that is 7 deep', { trees: [STUMP, deep(7)] }, 'tree 1 is more than 6 deep'],
    ['a categorical split', { trees: [STUMP, { ...STUMP, split_type: [1, 0, 0] }] }, 'categorical'],
    ['a node beyond the tree', { trees: [{ ...STUMP, left_children: [9, -1, -1] }, STUMP] }, 'no node 9'],
    ['a tree that is a circle', { trees: [{ ...STUMP, left_children: [0, -1, -1] }, STUMP] }, '6 deep'],
    ['a feature beyond the vector', { trees: [{ ...STUMP, split_indices: [2, 0, 0] }, STUMP] }, 'feature 2'],
    [
      'a leaf too large for f32',
      { trees: [{ ...STUMP, split_conditions: [2, 1e39, 1] }, STUMP] },
      'value of Infinity',
    ],
    [
      'a threshold too large for f32',
      { trees: [{ ...STUMP, split_conditions: [1e39, 1, 1] }, STUMP] },
      'threshold of 1e+39',
    ],
    ['a node without cover', { trees: [{ ...STUMP, sum_hessian: [0, 0, 0] }, STUMP] }, 'value of NaN'],
    ['features in another order', { names: ['failures', 'rate'] }, 'other features'],
    ['another number of features', { parameters: { num_feature: '3' }, names: [] }, '3 features, 2 names'],
    ['another number of classes', { objective: 'binary:logistic', treeInfo: [0, 0] }, '1 classes, 2 names'],
    [
      'a base score without a margin',
      { objective: 'binary:logistic', parameters: { base_score: '0' }, treeInfo: [0, 0] },
      'base margin of -Infinity',
    ],
    ['a thousand classes', { parameters: { num_class: '1000' } }, '1000 classes'],
  ]
  it.each(REFUSED)('%s', (_what, parts, message) => {
    expect(() => packForest(model(parts), FEATURES, CLASSES)).toThrow(message)
  })

  it('what is no model at all', () => {
    expect(() => packForest({ trees: [] }, FEATURES, CLASSES)).toThrow('Cannot pack model')
  })
})

describe('packForest', () => {
  it('takes the base score of a softmax as the margin that it is', () => {
    const forest = load(packForest(model(), FEATURES, CLASSES), CLASSES)
    expect([...forest.score(Float32Array.of(1, 0))]).toEqual([-0.5, -0.5])
    expect([...forest.score(Float32Array.of(2, 0))]).toEqual([1.5, 1.5])
    expect([...forest.score(Float32Array.of(Number.NaN, 0))]).toEqual([-0.5, -0.5])
  })

  it('takes the base score of a logistic as the probability that it is', () => {
    const logistic = (base: string): Forest => {
      const parameters = { base_score: base, num_class: '0' }
      const binary = model({ objective: 'binary:logistic', parameters, trees: [STUMP], treeInfo: [0] })
      return load(packForest(binary, FEATURES, ['stuffing']), ['stuffing'])
    }
    expect([...logistic('5E-1').score(Float32Array.of(1, 0))]).toEqual([-1])
    expect(logistic('1E-1').score(Float32Array.of(1, 0))[0]).toBeCloseTo(-1 - Math.log(9), 6)
  })

  it('weights the mean of a node by the cover of its children', () => {
    const forest = load(packForest(model(), FEATURES, CLASSES), CLASSES)
    forest.score(Float32Array.of(3, 0))
    const { bias, contributions } = forest.explain(1)
    // (-1 * 30 + 1 * 10) / 40 = -0.5 at the root, and the base score.
    expect([bias, ...contributions]).toEqual([0, 1.5, 0])
  })

  it('takes trees of every depth up to six', () => {
    for (const depth of [1, 2, 3, 4, 5, 6]) {
      const forest = load(
        packForest(model({ trees: [deep(depth), deep(depth)] }), FEATURES, CLASSES),
        CLASSES,
      )
      // Thresholds are 0, 2, 4 ...; the leaf left of node n is n + 1, the last one is 2 * depth.
      expect([...forest.score(Float32Array.of(-1, 0))]).toEqual([1.5, 1.5])
      expect([...forest.score(Float32Array.of(99, 0))]).toEqual([2 * depth + 0.5, 2 * depth + 0.5])
    }
  })
})

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('writes the blob that packForest makes', () => {
    const [modelFile, metaFile, out] = ['model.json', 'meta.json', 'model.bin'].map((name) =>
      join(folder, name),
    )
    if (modelFile === undefined || metaFile === undefined || out === undefined) throw new Error('unreachable')
    writeFileSync(modelFile, JSON.stringify(model()))
    writeFileSync(metaFile, JSON.stringify({ features: FEATURES, classes: CLASSES }))
    const script = fileURLToPath(new URL('../../wasm/pack.ts', import.meta.url))
    execFileSync(process.execPath, [script, modelFile, metaFile, out])
    expect(readFileSync(out).equals(packForest(model(), FEATURES, CLASSES))).toBe(true)
  })
})
