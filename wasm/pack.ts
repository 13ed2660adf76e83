/**
 * Packs an XGBoost model into the blob that the scorer runs (FORMAT.md).
 * `node wasm/pack.ts MODEL.json META.json OUT.bin`: META holds `features` and `classes`, the names in order.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import {
  blobBytes,
  DEPTH,
  HASH_BYTES,
  HEADER,
  HEADER_BYTES,
  MAGIC,
  MAX_VALUE,
  NODE_BYTES,
  namesHash,
  paddedTrees,
  RIGHT_SLOTS,
  sha256,
  VALUE_BYTES,
  VERSION,
  valuesOffset,
  wordsBefore,
} from '../src/score/format.ts'
import { demand, readXgboost, type XgboostForest, type XgboostTree } from './xgboost.ts'

const Meta = v.object({ features: v.array(v.string()), classes: v.array(v.string()) })

/** Throws when the model is one that the scorer cannot run, or is not about these features and classes. */
export function packForest(
  model: unknown,
  featureNames: readonly string[],
  classNames: readonly string[],
): Uint8Array<ArrayBuffer> {
  const forest = readXgboost(model)
  demand(forest.features === featureNames.length, `${forest.features} features, ${featureNames.length} names`)
  demand(forest.classes === classNames.length, `${forest.classes} classes, ${classNames.length} names`)
  demand(
    forest.featureNames.length === 0 ||
      forest.featureNames.every((name, index) => name === featureNames[index]),
    'trained on other features, or in another order',
  )
  const blob = new Uint8Array(blobBytes(forest.trees.length))
  writeHeader(blob, forest, featureNames, classNames)
  forest.trees.forEach((tree, index) => {
    writeTree(new DataView(blob.buffer), forest, tree, index)
  })
  blob.set(sha256(blob.subarray(0, -HASH_BYTES)), blob.length - HASH_BYTES)
  return blob
}

function writeHeader(
  blob: Uint8Array<ArrayBuffer>,
  forest: XgboostForest,
  featureNames: readonly string[],
  classNames: readonly string[],
): void {
  const view = new DataView(blob.buffer)
  blob.set(new TextEncoder().encode(MAGIC), HEADER.magic)
  view.setUint32(HEADER.version, VERSION, true)
  view.setUint32(HEADER.bytes, blob.length, true)
  view.setUint32(HEADER.depth, DEPTH, true)
  view.setUint32(HEADER.trees, forest.trees.length, true)
  view.setUint32(HEADER.classes, forest.classes, true)
  view.setUint32(HEADER.features, forest.features, true)
  blob.set(namesHash(featureNames), HEADER.featureNames)
  blob.set(namesHash(classNames), HEADER.classNames)
  for (let index = 0; index < forest.classes; index++) {
    view.setFloat32(HEADER.baseMargins + 4 * index, forest.baseMargin, true)
  }
}

/** Writes one tree into all levels. A leaf above the last level is repeated below itself, so that every walk is as long. */
function writeTree(blob: DataView, forest: XgboostForest, tree: XgboostTree, index: number): void {
  const stride = paddedTrees(forest.trees.length)
  const expected = expectedValues(tree, index)
  const values = valuesOffset(forest.trees.length)
  const place = (node: number, level: number, position: number): void => {
    const word = wordsBefore(level, stride) + index * 2 ** level + position
    blob.setFloat32(values + VALUE_BYTES * word, at(expected, node), true)
    if (level === DEPTH) return
    const at8 = HEADER_BYTES + NODE_BYTES * word
    if (isLeaf(tree, node)) {
      // Slot 0 and threshold 0: whichever way the feature goes, the same leaf lies there.
      place(node, level + 1, 2 * position)
      place(node, level + 1, 2 * position + 1)
      return
    }
    blob.setUint32(at8, slotOf(tree, node, forest.features), true)
    blob.setInt32(at8 + 4, thresholdKey(at(tree.split_conditions, node)), true)
    // The comparison yields 1 for "below the threshold", which is XGBoost's left.
    place(at(tree.right_children, node), level + 1, 2 * position)
    place(at(tree.left_children, node), level + 1, 2 * position + 1)
  }
  place(0, 0, 0)
}

/**
 * Cover-weighted mean of the leaves below each node, in XGBoost's order and in f32 (`RegTree::FillNodeMeanValue`).
 * Refuses a tree that is deeper than the scorer, or not a tree at all.
 */
function expectedValues(tree: XgboostTree, index: number): readonly number[] {
  const means = new Array<number>(tree.left_children.length).fill(0)
  const f32 = Math.fround
  const visit = (node: number, depth: number): number => {
    demand(depth <= DEPTH, `tree ${index} is more than ${DEPTH} deep`)
    demand(at(tree.split_type, node) === 0, `tree ${index} has a categorical split`)
    const value = isLeaf(tree, node) ? f32(at(tree.split_conditions, node)) : meanOf(node, depth)
    demand(Math.abs(value) <= MAX_VALUE, `tree ${index} has a value of ${value}`)
    means[node] = value
    return value
  }
  const meanOf = (node: number, depth: number): number => {
    const [left, right] = [at(tree.left_children, node), at(tree.right_children, node)]
    const sum = f32(f32(visit(left, depth + 1)) * f32(at(tree.sum_hessian, left)))
    const both = f32(sum + f32(f32(visit(right, depth + 1)) * f32(at(tree.sum_hessian, right))))
    return f32(both / f32(at(tree.sum_hessian, node)))
  }
  visit(0, 0)
  return means
}

function slotOf(tree: XgboostTree, node: number, features: number): number {
  const feature = at(tree.split_indices, node)
  demand(feature < features, `a node asks for feature ${feature}`)
  return 4 * feature + (tree.default_left[node] ? 0 : RIGHT_SLOTS)
}

/** The f32 threshold as an integer that sorts like it: negative floats sort backwards by their bits. */
export function thresholdKey(threshold: number): number {
  // Adding zero makes +0 of -0: equal as floats, so they must be equal as keys.
  const float = Float32Array.of(threshold + 0)
  demand(float.every(Number.isFinite), `a threshold of ${threshold}`)
  const [bits = 0] = new Int32Array(float.buffer)
  return bits ^ ((bits >> 31) >>> 1)
}

function isLeaf(tree: XgboostTree, node: number): boolean {
  return at(tree.left_children, node) === -1
}

function at(list: readonly number[], index: number): number {
  const value = list[index]
  if (value === undefined) throw new Error(`Cannot pack model: no node ${index}`)
  return value
}

if (import.meta.main) {
  const [model, meta, out] = process.argv.slice(2)
  if (model === undefined || meta === undefined || out === undefined) {
    process.stderr.write('Usage: node wasm/pack.ts MODEL.json META.json OUT.bin\n')
    process.exit(2)
  }
  const { features, classes } = v.parse(Meta, JSON.parse(readFileSync(meta, 'utf8')))
  writeFileSync(out, packForest(JSON.parse(readFileSync(model, 'utf8')), features, classes))
}
