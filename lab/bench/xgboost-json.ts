/** Forests in XGBoost's own JSON, whole enough for XGBoost 1.7 to read: generated ones, and a packed one taken apart. */
import {
  DEPTH,
  HEADER,
  HEADER_BYTES,
  NODE_BYTES,
  paddedTrees,
  RIGHT_SLOTS,
  VALUE_BYTES,
  valuesOffset,
  wordsBefore,
} from '../../src/score/format.ts'
import type { XgboostTree } from '../../wasm/xgboost.ts'

/** A leaf with its value, or a split with its threshold. */
export interface TreeNode {
  readonly value: number
  readonly cover: number
  readonly split?: {
    readonly feature: number
    /** A missing feature counts as below. */
    readonly missingBelow: boolean
    readonly below: TreeNode
    readonly above: TreeNode
  }
}

/** Level by level: XGBoost takes for granted that the right child comes after the left one. */
export function flattened(root: TreeNode): XgboostTree {
  const nodes: TreeNode[] = [root]
  const children: number[] = []
  for (const node of nodes) {
    children.push(node.split === undefined ? -1 : nodes.length)
    if (node.split !== undefined) nodes.push(node.split.below, node.split.above)
  }
  return {
    left_children: children,
    right_children: children.map((left) => (left === -1 ? -1 : left + 1)),
    split_indices: nodes.map(({ split }) => split?.feature ?? 0),
    split_conditions: nodes.map(({ value }) => value),
    split_type: nodes.map(() => 0),
    default_left: nodes.map(({ split }) => Number(split?.missingBelow === true)),
    sum_hessian: nodes.map(({ cover }) => cover),
  }
}

export function xgboostJson(trees: readonly XgboostTree[], features: number, classes: number): object {
  return {
    version: [1, 7, 4],
    learner: {
      attributes: {},
      feature_names: [],
      feature_types: [],
      learner_model_param: {
        base_score: '5E-1',
        boost_from_average: '1',
        num_class: String(classes),
        num_feature: String(features),
        num_target: '1',
      },
      objective: { name: 'multi:softprob', softmax_multiclass_param: { num_class: String(classes) } },
      gradient_booster: {
        name: 'gbtree',
        model: {
          gbtree_model_param: {
            ...{ num_parallel_tree: '1', num_trees: String(trees.length), size_leaf_vector: '0' },
          },
          tree_info: trees.map((_, index) => index % classes),
          trees: trees.map((tree, id) => wholeTree(tree, id, features)),
        },
      },
    },
  }
}

const FLOATS: ReadonlySet<string> = new Set([
  'split_conditions',
  'sum_hessian',
  'base_weights',
  'loss_changes',
])

/** As text: XGBoost does not take `1` for a float. */
export function serialised(model: object): string {
  const marked = JSON.stringify(model, (name, value: unknown) =>
    FLOATS.has(name) && Array.isArray(value) ? value.map((one) => `float ${decimal(Number(one))}`) : value,
  )
  return marked.replaceAll(/"float ([^"]*)"/g, '$1')
}

function decimal(value: number): string {
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}

/** What XGBoost 1.7 asks for when it reads a tree, beyond what the packer reads. */
function wholeTree(tree: XgboostTree, id: number, features: number): object {
  const nodes = tree.left_children.length
  const parents = new Array<number>(nodes).fill(2 ** 31 - 1)
  for (const children of [tree.left_children, tree.right_children]) {
    children.forEach((child, node) => {
      if (child >= 0) parents[child] = node
    })
  }
  const zeros = new Array<number>(nodes).fill(0)
  const param = { num_deleted: '0', num_feature: String(features), num_nodes: String(nodes) }
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

/** The forest of a blob, in XGBoost's JSON. Base margins are those of 0.5, which is what the trainer begins with. */
export function unpacked(blob: Uint8Array): object {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const count = (at: number): number => view.getUint32(at, true)
  const trees = Array.from({ length: count(HEADER.trees) }, (_, tree) => unpackedTree(view, tree))
  return xgboostJson(trees, count(HEADER.features), count(HEADER.classes))
}

function unpackedTree(view: DataView, index: number): XgboostTree {
  const trees = view.getUint32(HEADER.trees, true)
  const wordOf = (level: number, position: number): number =>
    wordsBefore(level, paddedTrees(trees)) + index * 2 ** level + position
  const valueAt = (level: number, position: number): number =>
    view.getFloat32(valuesOffset(trees) + VALUE_BYTES * wordOf(level, position), true)
  const grow = (level: number, position: number, cover: number): TreeNode => {
    const at = HEADER_BYTES + NODE_BYTES * wordOf(level, position)
    const [slot, key] = level === DEPTH ? [0, 0] : [view.getUint32(at, true), view.getInt32(at + 4, true)]
    const value = valueAt(level, position)
    if (slot === 0 && key === 0) return { value, cover }
    const [right, left] = [valueAt(level + 1, 2 * position), valueAt(level + 1, 2 * position + 1)]
    // A blob keeps means and no covers: any that give these means serve.
    const share = left === right ? 0.5 : Math.min(1, Math.max(0, (value - right) / (left - right)))
    return {
      value: floatOf(key),
      cover,
      split: {
        feature: (slot % RIGHT_SLOTS) / 4,
        missingBelow: slot < RIGHT_SLOTS,
        below: grow(level + 1, 2 * position + 1, cover * share),
        above: grow(level + 1, 2 * position, cover * (1 - share)),
      },
    }
  }
  return flattened(grow(0, 0, 1e6))
}

/** The float that a threshold's key was made of (wasm/FORMAT.md). */
export function floatOf(key: number): number {
  return new Float32Array(Int32Array.of(key ^ ((key >> 31) >>> 1)).buffer)[0] ?? 0
}
