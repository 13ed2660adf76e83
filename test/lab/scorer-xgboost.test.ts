/**
 * The scorer against XGBoost itself, on a model trained here and now: the same margins to the bit, for rows with
 * missing values and infinities, and the same contributions.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Random, random } from '../../lab/traffic/random.ts'
import type { Metrics } from '../../lab/train/metrics.ts'
import { type Forest, loadForest } from '../../src/score/forest.ts'
import { scorerModule } from '../../wasm/module.ts'
import { packForest } from '../../wasm/pack.ts'
import { requireReal } from '../real.ts'

const PYTHON = '/usr/bin/python3'
const FEATURES = Array.from({ length: 20 }, (_, index) => `f${index}`)
const CLASSES = ['person', 'automation', 'stuffing', 'scraping', 'enumeration']
const TRAINING_ROWS = 6_000
const TEST_ROWS = 5_000

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'scorer-xgboost-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function hasXgboost(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import xgboost'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function feature(draw: Random, label: number, index: number): number {
  if (draw.chance(0.15)) return Number.NaN
  const value = draw.between(-2, 2) + (index % CLASSES.length === label ? 1 : 0)
  // Whole numbers and zeros, because counts and flags look like that: rows that lie on thresholds.
  return index % 3 === 0 ? Math.round(value) : value
}

function writeTrainingData(): void {
  const draw = random('training')
  const labels = Uint8Array.from({ length: TRAINING_ROWS }, () => draw.below(CLASSES.length))
  const features = new Float32Array(TRAINING_ROWS * FEATURES.length)
  features.forEach((_, at) => {
    features[at] = feature(draw, labels[Math.floor(at / FEATURES.length)] ?? 0, at % FEATURES.length)
  })
  const groups = Uint32Array.from(labels, (label) => label * 8 + draw.below(8))
  const weights = Float32Array.from(labels, (label) => (label === 0 ? 2 : 1))
  const columns = {
    'features.f32': features,
    'labels.u8': labels,
    'groups.u32': groups,
    'weights.f32': weights,
    // Whole groups: five of each class to learn from, one to tune with, two to report on.
    'parts.u8': Uint8Array.from(groups, (group) => [0, 0, 0, 0, 0, 1, 2, 2][group % 8] ?? 3),
    'seen.u16': Uint16Array.from(groups, () => 1 + draw.below(12)),
    'novel.u8': Uint8Array.from(groups, (group) => Number(group % 8 === 7)),
  }
  for (const [name, column] of Object.entries(columns)) {
    writeFileSync(join(folder, name), new Uint8Array(column.buffer))
  }
  const meta = {
    ...{ features: FEATURES, classes: CLASSES, benign: ['person', 'automation'], seed: 11 },
    ablations: { 'the first half': FEATURES.slice(0, 10) },
  }
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(meta))
}

function writeTestRows(): Float32Array<ArrayBuffer> {
  const draw = random('test')
  const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-45, -1e-45, 3e38, -3e38]
  const rows = Float32Array.from({ length: TEST_ROWS * FEATURES.length }, (_, at) =>
    draw.chance(0.05) ? draw.pick(odd) : feature(draw, at % 7, at % FEATURES.length),
  )
  writeFileSync(join(folder, 'rows.f32'), new Uint8Array(rows.buffer))
  return rows
}

function train(out: string, ...options: readonly string[]): void {
  const fixed = ['--data', folder, '--out', join(folder, out), '--reference', join(folder, 'rows.f32')]
  execFileSync(PYTHON, [file('../../wasm/train.py'), ...fixed, ...options])
}

function floats(path: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(join(folder, path))).buffer)
}

function pack(out: string): Uint8Array<ArrayBuffer> {
  return packForest(JSON.parse(readFileSync(join(folder, out, 'model.json'), 'utf8')), FEATURES, CLASSES)
}

function metricsOf(out: string): Metrics {
  // Written by wasm/train.py.
  return JSON.parse(readFileSync(join(folder, out, 'metrics.json'), 'utf8')) as Metrics
}

function load(out: string): Forest {
  const loaded = loadForest(scorerModule(), pack(out), FEATURES, CLASSES)
  if (!loaded.ok) throw new Error(loaded.reason)
  return loaded.value
}

describe.runIf(requireReal('python3-xgboost', hasXgboost()))('the scorer and XGBoost', () => {
  let rows: Float32Array
  const row = (index: number) => rows.subarray(index * FEATURES.length, (index + 1) * FEATURES.length)

  beforeAll(() => {
    writeTrainingData()
    rows = writeTestRows()
    train('deep', '--rounds', '20', '--subsample', '0.8', '--column-sample', '0.8', '--ablations')
    train('again', '--rounds', '20', '--subsample', '0.8', '--column-sample', '0.8', '--ablations')
    train('shallow', '--rounds', '7', '--depth', '3', '--seed', '12')
  })

  it.each(['deep', 'shallow'])('agree on every margin of a %s model to the bit', (model) => {
    const forest = load(model)
    const theirs = floats(`${model}/margins.f32`)
    const ours = new Float32Array(theirs.length)
    for (let index = 0; index < TEST_ROWS; index++) {
      ours.set(forest.score(row(index)), index * CLASSES.length)
    }
    expect(theirs).toHaveLength(TEST_ROWS * CLASSES.length)
    expect(Buffer.from(ours.buffer).equals(Buffer.from(theirs.buffer))).toBe(true)
  })

  it.each(['deep', 'shallow'])('agree on every contribution in a %s model within 1e-5', (model) => {
    const forest = load(model)
    const theirs = floats(`${model}/contributions.f32`)
    const width = FEATURES.length + 1
    let largest = 0
    for (let index = 0; index < TEST_ROWS; index++) {
      forest.score(row(index))
      for (const [owner] of CLASSES.entries()) {
        const { bias, contributions } = forest.explain(owner)
        const start = (index * CLASSES.length + owner) * width
        for (const [at, ours] of [...contributions, bias].entries()) {
          largest = Math.max(largest, Math.abs(ours - (theirs[start + at] ?? Number.NaN)))
        }
      }
    }
    expect(theirs).toHaveLength(TEST_ROWS * CLASSES.length * width)
    expect(largest).toBeLessThan(1e-5)
  })

  it('make the same model of the same data and seed, to the byte', () => {
    expect(Buffer.from(pack('again')).equals(pack('deep'))).toBe(true)
    expect(readFileSync(join(folder, 'again/metrics.json'))).toEqual(
      readFileSync(join(folder, 'deep/metrics.json')),
    )
  })

  it('report on campaigns that were neither learnt from nor tuned with', () => {
    const { counts, report } = metricsOf('deep')
    expect(counts).toMatchObject({ learn: { groups: 25 }, tune: { groups: 5 }, report: { groups: 10 } })
    expect(counts.learn.rows + counts.tune.rows + counts.report.rows).toBe(TRAINING_ROWS)
    const some = { 'recall_at_0.01': expect.any(Number), 'recall_at_0.001': expect.any(Number) }
    expect(report).toMatchObject({ classes: { stuffing: some }, abuse: some, novel: { abuse: some } })
    expect(Object.keys(report?.by_seen ?? {})).toEqual(['1', '2', '3', '10'])
  })

  it('give probabilities that are: of rows with such a one, about as many were abuse', () => {
    const { calibration, report } = metricsOf('deep')
    expect(calibration?.factors).toHaveLength(CLASSES.length)
    expect(report?.reliability?.expected_error).toBeLessThan(0.05)
  })

  it('are worse without features that matter', () => {
    const { ablations = {} } = metricsOf('deep')
    const [whole, half] = [ablations.nothing, ablations['the first half']]
    expect(half?.log_loss).toBeGreaterThan(whole?.log_loss ?? Number.NaN)
  })
})
