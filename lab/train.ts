/**
 * `npm run train [-- --seed N] [--journal FILE --labels FILE [--alone]] [--out DIR] [--check] [--quick]`: learns from
 * generated campaigns, or from an operator's own labelled decisions with them, and writes model.bin with its card.
 * Features come from the gate's own scorer port, so that no second implementation of one exists. The same seed gives
 * the same bytes; `--check` learns again, compares with the committed model and writes nothing.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FEATURE_NAMES, INTENTS } from '../src/score/features.ts'
import { loadForest } from '../src/score/forest.ts'
import { scorerFrom } from '../src/score/score.ts'
import { scorerModule } from '../wasm/module.ts'
import { packForest } from '../wasm/pack.ts'
import { captureTable, judgeCaptures } from './capture/judge.ts'
import { type Metrics, modelCard } from './train/card.ts'
import { type Collected, collect, counted } from './train/collect.ts'
import { type Equality, equality } from './train/equality.ts'
import { ownRows } from './train/journal.ts'
import { type Row, writeRows } from './train/rows.ts'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
/** Debian's own, which has python3-xgboost; another Python on the PATH seldom has it. */
const PYTHON = '/usr/bin/python3'

/** 80 rounds of 8 classes: 640 trees, 650 kB. */
const OPTIONS = {
  rounds: 80,
  depth: 6,
  'learning-rate': 0.22,
  'min-child-weight': 4,
  subsample: 0.8,
  'column-sample': 0.5,
  l2: 2,
  // Shares of one in so many say how small a crowd is, or that there is none yet, and the age of a picture how quiet an hour: in a
  // small world they tell the world, and in a large one they mislead.
  ignore: 'cohortTopAccount,cohortTopClient,routeTopAccount,cohortStaleness',
} as const

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    journal: { type: 'string' },
    labels: { type: 'string' },
    alone: { type: 'boolean', default: false },
    out: { type: 'string' },
    check: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
})
const say = (text: string): void => void process.stderr.write(`train: ${text}\n`)
const fromHere = (path: string): string => resolve(process.env.INIT_CWD ?? '.', path)

interface Learnt {
  readonly blob: Uint8Array<ArrayBuffer>
  readonly metrics: Metrics
  readonly equality: Equality
}

async function main(): Promise<void> {
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Error('--seed is a whole number')
  const own = ownTraffic()
  if (own !== undefined && values.out === undefined) throw new Error('--journal wants --out DIR')
  const { rows, counts } = await traffic(seed, own)
  const { blob, ...facts } = learn(rows, seed)
  if (values.check) return compare(blob)
  const out = values.out === undefined ? join(PROJECT, 'wasm') : fromHere(values.out)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'model.bin'), blob)
  const forest = loadForest(scorerModule(), blob, FEATURE_NAMES, INTENTS)
  const clients = captureTable(await judgeCaptures(scorerFrom(forest)))
  const unasked = unaskedBy(forest)
  const told = own && { decisions: own.length, alone: values.alone }
  const card = modelCard({ seed, counts, blob, own: told, clients, unasked, ...facts })
  writeFileSync(join(out, 'README.md'), card)
  process.stdout.write(card)
}

function unaskedBy(forest: ReturnType<typeof loadForest>): readonly string[] {
  return FEATURE_NAMES.filter((_name, at) => forest.ok && forest.value.thresholds(at).length === 0)
}

function ownTraffic(): readonly Row[] | undefined {
  if (values.journal === undefined && values.labels === undefined) return undefined
  if (values.journal === undefined || values.labels === undefined) {
    throw new Error('--journal and --labels go together')
  }
  const { rows, unmatched } = ownRows(fromHere(values.journal), fromHere(values.labels))
  say(`${rows.length} labelled decisions, ${unmatched} labels without one`)
  return rows
}

/** Beside an operator's rows the laboratory's only teach: what is tuned and reported is the operator's traffic alone. */
async function traffic(seed: number, own: readonly Row[] | undefined): Promise<Collected> {
  if (own !== undefined && values.alone) {
    return { rows: own, counts: { byIntent: counted(own), novelSoftware: [], withoutBotManagement: 0 } }
  }
  const collected = await collect(seed, say)
  if (own === undefined) return collected
  const rows = [...collected.rows.filter(({ part }) => part === 'learn'), ...own]
  return { rows, counts: { ...collected.counts, byIntent: counted(rows) } }
}

function learn(rows: readonly Row[], seed: number): Learnt {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-train-'))
  try {
    writeRows(folder, seed, rows)
    const flags = Object.entries(OPTIONS).flatMap(([name, value]) => [`--${name}`, String(value)])
    const args = ['--data', folder, '--out', folder, '--seed', String(seed), ...flags]
    if (!(values.quick || values.check)) args.push('--ablations')
    say('learning')
    execFileSync(PYTHON, [join(PROJECT, 'wasm/train.py'), ...args], { stdio: 'inherit' })
    const path = join(folder, 'model.json')
    // The trainer's own output, read back where it enters.
    const model: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const blob = packForest(model, FEATURE_NAMES, INTENTS)
    const loaded = loadForest(scorerModule(), blob, FEATURE_NAMES, INTENTS)
    if (!loaded.ok) throw new Error(`the scorer refuses the model: ${loaded.reason}`)
    say('comparing with XGBoost')
    const reported = rows.filter(({ part }) => part === 'report').map(({ features }) => features)
    const same = equality(loaded.value, reported, { model: path, python: PYTHON, folder })
    // Written by wasm/train.py.
    const metrics = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as Metrics
    return { blob, metrics, equality: same }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compare(blob: Uint8Array): void {
  const same = Buffer.from(blob).equals(readFileSync(join(PROJECT, 'wasm/model.bin')))
  process.stdout.write(same ? 'The same bytes as wasm/model.bin.\n' : 'Other bytes than wasm/model.bin.\n')
  process.exitCode = same ? 0 : 1
}

try {
  await main()
} catch (error) {
  process.stderr.write(`Cannot train: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
