/**
 * `npm run train [-- --seed N]`: learns from generated campaigns and writes wasm/model.bin with its card. Features come
 * from the gate's own scorer port, so that no second implementation of one exists. The same seed gives the same bytes.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FEATURE_NAMES, INTENTS } from '../src/score/features.ts'
import { packForest } from '../wasm/pack.ts'
import { type Metrics, modelCard } from './card.ts'
import { collect } from './collect.ts'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
/** Debian's own, which has python3-xgboost; another Python on the PATH seldom has it. */
const PYTHON = '/usr/bin/python3'

/** 37 rounds of 8 classes: 296 trees, 300 kB. */
const OPTIONS = {
  rounds: 37,
  depth: 6,
  'learning-rate': 0.25,
  'min-child-weight': 20,
  subsample: 0.8,
  'column-sample': 0.8,
  l2: 4,
  'hold-out': 0.25,
} as const

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
  const seed = Number(values.seed)
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-train-'))
  try {
    const counts = await collect(seed, folder, (text) => process.stderr.write(`train: ${text}\n`))
    const metrics = learn(folder, seed)
    // The trainer's own output, read back where it enters.
    const model: unknown = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'))
    const blob = packForest(model, FEATURE_NAMES, INTENTS)
    writeFileSync(join(PROJECT, 'wasm/model.bin'), blob)
    writeFileSync(join(PROJECT, 'wasm/README.md'), modelCard({ seed, counts, metrics, blob }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function learn(folder: string, seed: number): Metrics {
  const flags = Object.entries(OPTIONS).flatMap(([name, value]) => [`--${name}`, String(value)])
  const args = ['--data', folder, '--out', folder, '--seed', String(seed), ...flags]
  execFileSync(PYTHON, [join(PROJECT, 'wasm/train.py'), ...args], { stdio: 'inherit' })
  // Written by wasm/train.py.
  return JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as Metrics
}

await main()
