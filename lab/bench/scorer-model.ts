/** What the scorer's bench runs: the committed model where there is one, otherwise a forest of the size we expect. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FEATURE_NAMES, INTENTS } from '../../src/score/features.ts'
import { HEADER, HEADER_BYTES, NODE_BYTES, valuesOffset } from '../../src/score/format.ts'
import { packForest } from '../../wasm/pack.ts'
import type { XgboostTree } from '../../wasm/xgboost.ts'
import { type Random, random } from '../traffic/random.ts'
import { flattened, floatOf, serialised, type TreeNode, unpacked, xgboostJson } from './xgboost-json.ts'

export interface BenchModel {
  readonly features: readonly string[]
  readonly classes: readonly string[]
  readonly blob: Uint8Array<ArrayBuffer>
  /** XGBoost's own form. */
  readonly json: string
}

const TREES = 304
const FEATURE_COUNT = 64
const CLASS_COUNT = 8
const ROWS = 10_000

export function benchModel(): BenchModel {
  const file = (name: string) => fileURLToPath(new URL(`../../wasm/${name}`, import.meta.url))
  if (!existsSync(file('model.bin'))) return generatedModel()
  const blob = new Uint8Array(readFileSync(file('model.bin')))
  return { features: FEATURE_NAMES, classes: INTENTS, blob, json: serialised(unpacked(blob)) }
}

function generatedModel(): BenchModel {
  const features = Array.from({ length: FEATURE_COUNT }, (_, index) => `f${index}`)
  const classes = Array.from({ length: CLASS_COUNT }, (_, index) => `c${index}`)
  const trees = Array.from({ length: TREES }, (_, index) => randomTree(random(`tree/${index}`)))
  const model = xgboostJson(trees, FEATURE_COUNT, CLASS_COUNT)
  return { features, classes, blob: packForest(model, features, classes), json: serialised(model) }
}

/** Nearly complete trees, as boosting grows them on data with more rows than leaves. */
function randomTree(draw: Random): XgboostTree {
  const grow = (depth: number): TreeNode => {
    if (depth === 6 || (depth > 2 && draw.chance(0.05))) {
      return { value: Math.fround(draw.between(-0.3, 0.3)), cover: 1 + draw.below(50) }
    }
    const split = {
      feature: draw.below(FEATURE_COUNT),
      missingBelow: draw.chance(0.5),
      below: grow(depth + 1),
      above: grow(depth + 1),
    }
    return { value: Math.fround(draw.between(-2, 2)), cover: split.below.cover + split.above.cover, split }
  }
  return flattened(grow(0))
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
    found[(view.getUint32(at, true) % 1024) / 4]?.add(floatOf(key))
  }
  return found.map((set) => [...set])
}
