/**
 * The model blob: sizes and places, for the reader (`forest.ts`) and the writer (`wasm/pack.ts`). The words are
 * described in `wasm/FORMAT.md`.
 */
import { createHash } from 'node:crypto'

export const MAGIC = 'PCFOREST'
export const VERSION = 1
/** Every tree is stored six levels deep: a shallower one repeats its leaves. */
export const DEPTH = 6

/** What fits into the scorer's fixed memory (`wasm/assembly/layout.ts`). */
export const MAX_TREES = 2048
export const MAX_FEATURES = 256
export const MAX_CLASSES = 24
/** Bound on base margins, means and leaves: sums of them stay finite (`wasm/assembly/scorer.ts`). */
export const MAX_VALUE = 2 ** 20

/** Byte offsets in the header; integers are unsigned, 32 bits, little-endian. */
export const HEADER = {
  magic: 0,
  version: 8,
  bytes: 12,
  depth: 16,
  trees: 20,
  classes: 24,
  features: 28,
  featureNames: 32,
  classNames: 64,
  baseMargins: 96,
} as const

export const HEADER_BYTES = HEADER.baseMargins + 4 * MAX_CLASSES
/** SHA-256 of everything before it, the last thing in the blob. */
export const HASH_BYTES = 32
export const NODE_BYTES = 8
export const VALUE_BYTES = 4

/** Distance between the slots that a missing feature reaches as "left" and as "right". */
export const RIGHT_SLOTS = 4 * MAX_FEATURES

/** Trees with the padding up to whole groups of eight, which is how many the scorer walks at a time. */
export function paddedTrees(trees: number): number {
  return Math.ceil(trees / 8) * 8
}

/** Words before a level, where `stride` trees lie side by side in each. */
export function wordsBefore(level: number, stride: number): number {
  return stride * (2 ** level - 1)
}

export function valuesOffset(trees: number): number {
  return HEADER_BYTES + NODE_BYTES * wordsBefore(DEPTH, paddedTrees(trees))
}

export function blobBytes(trees: number): number {
  return valuesOffset(trees) + VALUE_BYTES * wordsBefore(DEPTH + 1, paddedTrees(trees)) + HASH_BYTES
}

export const MAX_MODEL_BYTES = blobBytes(MAX_TREES)

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

/** Names in order, as JSON: no two lists of names share an encoding. */
export function namesHash(names: readonly string[]): Uint8Array {
  return sha256(new TextEncoder().encode(JSON.stringify(names)))
}
