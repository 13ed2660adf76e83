/** What the scorer's bench runs: the committed model where there is one, otherwise a forest of the size we expect. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { HEADER, HEADER_BYTES, NODE_BYTES, valuesOffset } from '../../src/score/format.ts'
import { packForest } from '../../wasm/pack.ts'
import type { XgboostTree } from '../../wasm/xgboost.ts'
import { type Random, random } from '../traffic/random.ts'

export interface BenchModel {
  readonly features: readonly string[]
  readonly classes: readonly string[]
  readonly blob: Uint8Array<ArrayBuffer>
  /** XGBoost's own form; undefined when only the blob was kept. */
  readonly json: string | undefined
}

const TREES = 304
const FEATURE_COUNT = 64
const CLASS_COUNT = 8
const ROWS = 10_000

export function benchModel(): BenchModel {
  const file = (name: string) => fileURLToPath(new URL(`../../wasm/${name}`, import.meta.url))
  if (!existsSync(file('model.bin'))) return generatedModel()
  return {
    features: FEATURE_NAMES,
    classes: INTENTS,
    blob: new Uint8Array(readFileSync(file('model.bin'))),
    json: existsSync(file('model.json')) ? readFileSync(file('model.json'), 'utf8') : undefined,
  }
}

function generatedModel(): BenchModel {
  const features = Array.from({ length: FEATURE_COUNT }, (_, index) => `f${index}`)
  const classes = Array.from({ length: CLASS_COUNT }, (_, index) => `c${index}`)
  const model = xgboostJson(Array.from({ length: TREES }, (_, index) => randomTree(random(`tree/${index}`))))
  return { features, classes, blob: packForest(model, features, classes), json: JSON.stringify(model) }
}

/** Nearly complete trees, as boosting grows them on data with more rows than leaves. */
function randomTree(draw: Random): XgboostTree {
  const tree = {
    left_children: [] as number[],
    right_children: [] as number[],
    split_indices: [] as number[],
    split_conditions: [] as number[],
    split_type: [] as number[],
    default_left: [] as number[],
    sum_hessian: [] as number[],
  }
  const grow = (depth: number): number => {
    const node = tree.left_children.length
    const isLeaf = depth === 6 || (depth > 2 && draw.chance(0.05))
    tree.left_children.push(-1)
    tree.right_children.push(-1)
    tree.split_indices.push(isLeaf ? 0 : draw.below(FEATURE_COUNT))
    tree.split_conditions.push(Math.fround(isLeaf ? draw.between(-0.3, 0.3) : draw.between(-2, 2)))
    tree.split_type.push(0)
    tree.default_left.push(isLeaf ? 0 : draw.below(2))
    tree.sum_hessian.push(1 + draw.below(50))
    if (isLeaf) return node
    const left = grow(depth + 1)
    const right = grow(depth + 1)
    tree.left_children[node] = left
    tree.right_children[node] = right
    tree.sum_hessian[node] = (tree.sum_hessian[left] ?? 0) + (tree.sum_hessian[right] ?? 0)
    return node
  }
  grow(0)
  return tree
}

/** What XGBoost 1.7 asks for when it reads a model, beyond what the packer reads. */
function xgboostJson(trees: readonly XgboostTree[]): object {
  const count = String(trees.length)
  return {
    version: [1, 7, 4],
    learner: {
      attributes: {},
      feature_names: [],
      feature_types: [],
      learner_model_param: {
        base_score: '5E-1',
        boost_from_average: '1',
        num_class: String(CLASS_COUNT),
        num_feature: String(FEATURE_COUNT),
        num_target: '1',
      },
      objective: {
        name: 'multi:softprob',
        softmax_multiclass_param: { num_class: String(CLASS_COUNT) },
      },
      gradient_booster: {
        name: 'gbtree',
        model: {
          gbtree_model_param: { num_parallel_tree: '1', num_trees: count, size_leaf_vector: '0' },
          tree_info: trees.map((_, index) => index % CLASS_COUNT),
          trees: trees.map(wholeTree),
        },
      },
    },
  }
}

function wholeTree(tree: XgboostTree, id: number): object {
  const nodes = tree.left_children.length
  const parents = new Array<number>(nodes).fill(2 ** 31 - 1)
  for (const children of [tree.left_children, tree.right_children]) {
    children.forEach((child, node) => {
      if (child >= 0) parents[child] = node
    })
  }
  const zeros = new Array<number>(nodes).fill(0)
  const param = { num_deleted: '0', num_feature: String(FEATURE_COUNT), num_nodes: String(nodes) }
  return {
    ...tree,
    id,
    parents,
    base_weights: zeros,
    loss_changes: zeros,
    categories: [],
    categories_nodes: [],
    categories_segments: [],
    categories_sizes: [],
    tree_param: { ...param, size_leaf_vector: '0' },
  }
}

/** Rows that meet the model's thresholds: on them, around them, missing, and now and then infinite. */
export function benchRows({ blob, features }: BenchModel): Float32Array<ArrayBuffer> {
  const thresholds = thresholdsOf(blob, features.length)
  const draw = random('rows')
  const value = (feature: number): number => {
    const chance = draw.next()
    if (chance < 0.1) return Number.NaN
    if (chance < 0.101) return draw.chance(0.5) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    const near = draw.pick(thresholds[feature] ?? [0])
    return chance < 0.3 ? near : near + draw.between(-1, 1) * (0.01 + 0.2 * Math.abs(near))
  }
  return Float32Array.from({ length: ROWS * features.length }, (_, index) => value(index % features.length))
}

function thresholdsOf(blob: Uint8Array<ArrayBuffer>, features: number): readonly (readonly number[])[] {
  const view = new DataView(blob.buffer)
  const found: Set<number>[] = Array.from({ length: features }, () => new Set([0]))
  const end = valuesOffset(view.getUint32(HEADER.trees, true))
  for (let at = HEADER_BYTES; at < end; at += NODE_BYTES) {
    const key = view.getInt32(at + 4, true)
    const [threshold = 0] = new Float32Array(Int32Array.of(key ^ ((key >> 31) >>> 1)).buffer)
    found[(view.getUint32(at, true) % 1024) / 4]?.add(threshold)
  }
  return found.map((set) => [...set])
}
