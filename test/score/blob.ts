/**
 * A second writer of model blobs, from wasm/FORMAT.md and nothing else, and a plain walk of the same trees: what the
 * scorer answers is compared with code that shares nothing with it.
 */
import { createHash } from 'node:crypto'

export interface Leaf {
  readonly value: number
  readonly cover: number
}
export interface Split {
  readonly feature: number
  readonly threshold: number
  /** Where a missing feature goes. */
  readonly missing: 'below' | 'above'
  readonly below: Tree
  readonly above: Tree
}
export type Tree = Leaf | Split

export interface Model {
  readonly features: readonly string[]
  readonly classes: readonly string[]
  readonly baseMargins: readonly number[]
  /** Tree i belongs to class i mod K. */
  readonly trees: readonly Tree[]
}

const DEPTH = 6
const HEADER_BYTES = 192

export function leaf(value: number, cover = 1): Leaf {
  return { value: Math.fround(value), cover }
}

export function writeBlob(model: Model): Uint8Array<ArrayBuffer> {
  const stride = (model.trees.length + 7) & ~7
  const values = HEADER_BYTES + 8 * 63 * stride
  const blob = new Uint8Array(values + 4 * 127 * stride + 32)
  const view = new DataView(blob.buffer)
  blob.set(new TextEncoder().encode('PCFOREST'))
  const words = [1, blob.length, DEPTH, model.trees.length, model.classes.length, model.features.length]
  words.forEach((word, index) => {
    view.setUint32(8 + 4 * index, word, true)
  })
  blob.set(digest(new TextEncoder().encode(JSON.stringify(model.features))), 32)
  blob.set(digest(new TextEncoder().encode(JSON.stringify(model.classes))), 64)
  model.baseMargins.forEach((margin, index) => {
    view.setFloat32(96 + 4 * index, margin, true)
  })
  model.trees.forEach((tree, index) => {
    const write = (node: Tree, level: number, position: number): void => {
      const word = stride * (2 ** level - 1) + index * 2 ** level + position
      view.setFloat32(values + 4 * word, expected(node), true)
      if (level === DEPTH) return
      if (!('value' in node)) {
        view.setUint32(
          HEADER_BYTES + 8 * word,
          4 * node.feature + (node.missing === 'below' ? 0 : 1024),
          true,
        )
        view.setInt32(HEADER_BYTES + 8 * word + 4, key(node.threshold), true)
      }
      write('value' in node ? node : node.above, level + 1, 2 * position)
      write('value' in node ? node : node.below, level + 1, 2 * position + 1)
    }
    write(tree, 0, 0)
  })
  return seal(blob)
}

/** Writes the hash that belongs to the rest: what anyone who forges a model can do as well. */
export function seal(blob: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  blob.set(digest(blob.subarray(0, -32)), blob.length - 32)
  return blob
}

/** Margins as the sum of leaves in tree order, in f32. */
export function walkMargins(model: Model, row: readonly number[]): readonly number[] {
  const margins = model.baseMargins.map(Math.fround)
  model.trees.forEach((tree, index) => {
    const owner = index % model.classes.length
    const last = path(tree, row).at(-1)
    margins[owner] = Math.fround((margins[owner] ?? 0) + (last && 'value' in last ? last.value : 0))
  })
  return margins
}

/** Contributions along the paths, in doubles; the last one is the bias. */
export function walkContributions(model: Model, row: readonly number[], owner: number): readonly number[] {
  const contributions = new Array<number>(model.features.length + 1).fill(0)
  const add = (index: number, amount: number): void => {
    contributions[index] = (contributions[index] ?? 0) + amount
  }
  add(model.features.length, model.baseMargins[owner] ?? 0)
  for (const tree of model.trees.filter((_, index) => index % model.classes.length === owner)) {
    const nodes = path(tree, row)
    add(model.features.length, expected(tree))
    nodes.forEach((node, depth) => {
      const next = nodes[depth + 1]
      if (next !== undefined && !('value' in node)) add(node.feature, expected(next) - expected(node))
    })
  }
  return contributions
}

function path(tree: Tree, row: readonly number[]): readonly Tree[] {
  if ('value' in tree) return [tree]
  const feature = Math.fround(row[tree.feature] ?? Number.NaN)
  const goesBelow = Number.isNaN(feature) ? tree.missing === 'below' : feature < Math.fround(tree.threshold)
  return [tree, ...path(goesBelow ? tree.below : tree.above, row)]
}

function cover(tree: Tree): number {
  return 'value' in tree ? tree.cover : cover(tree.below) + cover(tree.above)
}

function expected(tree: Tree): number {
  if ('value' in tree) return tree.value
  const { below, above } = tree
  return (expected(below) * cover(below) + expected(above) * cover(above)) / (cover(below) + cover(above))
}

/** The float's bits; those of a negative float, whose magnitude sorts backwards, with the magnitude inverted. */
function key(threshold: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, threshold === 0 ? 0 : threshold)
  const bits = view.getInt32(0)
  return bits < 0 ? bits ^ 0x7fffffff : bits
}

function digest(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
