/**
 * The host of the scorer. A model blob is data that somebody sent to KV: it is checked whole, in its sizes, its hash,
 * its names and every word, before a single request meets it. `wasm/FORMAT.md` describes it.
 */
import { fail, type Outcome, pass } from '../lib/outcome.ts'
import {
  blobBytes,
  DEPTH,
  HASH_BYTES,
  HEADER,
  HEADER_BYTES,
  MAGIC,
  MAX_CLASSES,
  MAX_FEATURES,
  MAX_MODEL_BYTES,
  MAX_TREES,
  NODE_BYTES,
  namesHash,
  paddedTrees,
  RIGHT_SLOTS,
  sha256,
  VALUE_BYTES,
  VERSION,
  valuesOffset,
  wordsBefore,
} from './format.ts'

export type ModelReason =
  | 'model_too_small'
  | 'model_too_large'
  | 'model_not_a_forest'
  | 'model_version_unknown'
  | 'model_counts_out_of_range'
  | 'model_length_wrong'
  | 'model_hash_wrong'
  | 'model_features_differ'
  | 'model_classes_differ'
  | 'model_node_invalid'
  | 'model_value_invalid'

export interface Explanation {
  readonly bias: number
  /** One for each feature, in vector order. With the bias they sum to the margin, to within rounding. */
  readonly contributions: Float32Array
}

/** One model in one WebAssembly instance. Two forests share nothing: the current one and its shadow live side by side. */
export interface Forest {
  /** SHA-256 of the model, hexadecimal. */
  readonly hash: string
  readonly classes: readonly string[]
  /**
   * Margins by class, as XGBoost computes them to the bit; NaN is a missing feature. The array is the caller's to keep.
   */
  score(features: Float32Array): Float32Array
  /** Explains the last `score`: another request's, if there was an `await` between the two. */
  explain(classIndex: number): Explanation
  /** Where the trees ask for a feature, rising: between two of them no value of it makes a difference. */
  thresholds(feature: number): readonly number[]
}

/** What `wasm/assembly/scorer.ts` exports. */
interface Scorer {
  readonly memory: WebAssembly.Memory
  readonly INPUT: WebAssembly.Global
  readonly MARGINS: WebAssembly.Global
  readonly BASE_MARGINS: WebAssembly.Global
  readonly CONTRIBUTIONS: WebAssembly.Global
  readonly NODES: WebAssembly.Global
  readonly VALUES: WebAssembly.Global
  admit(trees: number, classes: number, features: number): number
  score(): void
  explain(classIndex: number): number
}

interface Counts {
  readonly trees: number
  readonly classes: number
  readonly features: number
}

/** Checks a blob whole and activates it in an instance of its own. Never throws for what is in the blob. */
export function loadForest(
  module: WebAssembly.Module,
  blob: Uint8Array,
  featureNames: readonly string[],
  classNames: readonly string[],
): Outcome<Forest, ModelReason> {
  const counts = readCounts(blob)
  if (!counts.ok) return counts
  const hash = blob.subarray(-HASH_BYTES)
  if (!sameBytes(hash, sha256(blob.subarray(0, -HASH_BYTES)))) return fail('model_hash_wrong')
  if (!isNamed(blob, HEADER.featureNames, counts.value.features, featureNames))
    return fail('model_features_differ')
  if (!isNamed(blob, HEADER.classNames, counts.value.classes, classNames)) return fail('model_classes_differ')

  // Our own module, built from wasm/assembly/scorer.ts: its exports are as declared there.
  const scorer = new WebAssembly.Instance(module).exports as unknown as Scorer
  place(scorer, blob, counts.value.trees)
  const { trees, classes, features } = counts.value
  const refused = scorer.admit(trees, classes, features)
  if (refused !== 0) return fail(refused === 1 ? 'model_node_invalid' : 'model_value_invalid')
  return pass(forestOf(scorer, counts.value, classNames, hexadecimal(hash)))
}

/** Softmax: probabilities by class, summing to 1. A forest of one class holds the margin of that class alone. */
export function probabilities(margins: Float32Array): Float64Array {
  if (margins.length === 1) return Float64Array.of(1 / (1 + Math.exp(-(margins[0] ?? 0))))
  let highest = Number.NEGATIVE_INFINITY
  for (const margin of margins) highest = Math.max(highest, margin)
  const shares = new Float64Array(margins.length)
  let sum = 0
  for (const [index, margin] of margins.entries()) {
    const power = Math.exp(margin - highest)
    shares[index] = power
    sum += power
  }
  return shares.map((power) => power / sum)
}

function readCounts(blob: Uint8Array): Outcome<Counts, ModelReason> {
  if (blob.length > MAX_MODEL_BYTES) return fail('model_too_large')
  if (blob.length < blobBytes(1)) return fail('model_too_small')
  const header = new DataView(blob.buffer, blob.byteOffset, HEADER_BYTES)
  const word = (offset: number): number => header.getUint32(offset, true)
  for (let index = 0; index < MAGIC.length; index++) {
    if (blob[HEADER.magic + index] !== MAGIC.charCodeAt(index)) return fail('model_not_a_forest')
  }
  if (word(HEADER.version) !== VERSION || word(HEADER.depth) !== DEPTH) return fail('model_version_unknown')
  const counts = {
    trees: word(HEADER.trees),
    classes: word(HEADER.classes),
    features: word(HEADER.features),
  }
  if (!areInRange(counts)) return fail('model_counts_out_of_range')
  const bytes = blobBytes(counts.trees)
  if (blob.length !== bytes || word(HEADER.bytes) !== bytes) return fail('model_length_wrong')
  return pass(counts)
}

/** Whole rounds only: tree i belongs to class i mod K. */
function areInRange({ trees, classes, features }: Counts): boolean {
  const within = (count: number, most: number): boolean => count >= 1 && count <= most
  return (
    within(trees, MAX_TREES) &&
    within(classes, MAX_CLASSES) &&
    within(features, MAX_FEATURES) &&
    trees % classes === 0
  )
}

function isNamed(blob: Uint8Array, offset: number, count: number, names: readonly string[]): boolean {
  return count === names.length && sameBytes(blob.subarray(offset, offset + 32), namesHash(names))
}

/** Copies each level to its fixed address: in the blob levels are as long as the forest, in memory as long as any. */
function place(scorer: Scorer, blob: Uint8Array, trees: number): void {
  const memory = new Uint8Array(scorer.memory.buffer)
  const stride = paddedTrees(trees)
  const copy = (from: number, to: number, wordBytes: number, levels: number): void => {
    for (let level = 0; level < levels; level++) {
      const start = from + wordBytes * wordsBefore(level, stride)
      const words = blob.subarray(start, start + wordBytes * stride * 2 ** level)
      memory.set(words, to + wordBytes * wordsBefore(level, MAX_TREES))
    }
  }
  memory.set(blob.subarray(HEADER.baseMargins, HEADER_BYTES), scorer.BASE_MARGINS.value)
  copy(HEADER_BYTES, scorer.NODES.value, NODE_BYTES, DEPTH)
  copy(valuesOffset(trees), scorer.VALUES.value, VALUE_BYTES, DEPTH + 1)
}

/** The memory never grows, so these views stay whole for the life of the instance. */
function forestOf(scorer: Scorer, counts: Counts, classes: readonly string[], hash: string): Forest {
  const { buffer } = scorer.memory
  const input = new Float32Array(buffer, scorer.INPUT.value, counts.features)
  const margins = new Float32Array(buffer, scorer.MARGINS.value, counts.classes)
  const contributions = new Float32Array(buffer, scorer.CONTRIBUTIONS.value, counts.features)
  let asked: readonly (readonly number[])[] | undefined
  return {
    hash,
    classes,
    score(features) {
      if (features.length !== input.length) {
        throw new RangeError(`Cannot score: ${features.length} features, the model takes ${input.length}`)
      }
      input.set(features)
      scorer.score()
      return margins.slice()
    },
    explain(classIndex) {
      if (!(Number.isInteger(classIndex) && classIndex >= 0 && classIndex < counts.classes)) {
        throw new RangeError(`Cannot explain class ${classIndex}: the model has ${counts.classes}`)
      }
      const bias = scorer.explain(classIndex)
      return { bias, contributions: contributions.slice() }
    },
    thresholds(feature) {
      // When somebody first wants to know: it would be most of the time that loading takes.
      asked ??= readThresholds(scorer, counts)
      return asked[feature] ?? []
    },
  }
}

/** From the nodes in memory. Those that ask for nothing, below a leaf, have slot 0 and threshold 0. */
function readThresholds(scorer: Scorer, { trees, features }: Counts): readonly (readonly number[])[] {
  const nodes = new Int32Array(scorer.memory.buffer, scorer.NODES.value)
  const found = Array.from({ length: features }, () => new Set<number>())
  const float = new Float32Array(1)
  const bits = new Int32Array(float.buffer)
  for (let level = 0; level < DEPTH; level++) {
    const start = wordsBefore(level, MAX_TREES)
    for (let word = start; word < start + trees * 2 ** level; word++) {
      const [slot = 0, key = 0] = [nodes[2 * word], nodes[2 * word + 1]]
      bits[0] = key ^ ((key >> 31) >>> 1)
      if (slot !== 0 || key !== 0) found[(slot % RIGHT_SLOTS) / 4]?.add(float[0] ?? 0)
    }
  }
  return found.map((thresholds) => [...thresholds].sort((left, right) => left - right))
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
