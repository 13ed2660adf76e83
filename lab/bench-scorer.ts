/**
 * The scorer in workerd, against the same trees in C on this machine in this run, alternating: the machine's moods
 * then meet both. Margins are compared with the C program's and with XGBoost's own, to the bit.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startWorkers } from '../local/workerd.ts'
import { type BenchModel, benchModel, benchRows } from './bench/scorer-model.ts'

export interface ScorerFigures {
  /** One request: features in, the margins of all classes out, in workerd. */
  readonly ns: number
  /** The same, and the explanation of one class. */
  readonly explain_ns: number
  /** The same trees in C; null without gcc. */
  readonly native_ns: number | null
  /** Null: onnxruntime is not among this project's packages. */
  readonly onnxruntime_ns: number | null
  /** Largest difference of a margin from C's and XGBoost's; null when neither is there. */
  readonly max_margin_difference: number | null
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const ROUNDS = 41
const CALLS = 4_000
/** Until V8 has compiled the scorer with its optimizing compiler. */
const WARM_UP_CALLS = 40_000

export async function benchScorer(): Promise<ScorerFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-scorer-'))
  try {
    const model = benchModel()
    const rows = benchRows(model)
    writeFileSync(join(folder, 'model.bin'), model.blob)
    writeFileSync(join(folder, 'rows.f32'), new Uint8Array(rows.buffer))
    const native = startNative(folder)
    const workerd = await startScorer(model, rows)
    try {
      const timings = await alternate(workerd, native)
      const margins = await workerd.margins()
      const peers = [native?.margins(), xgboostMargins(folder, model)].filter((peer) => peer !== undefined)
      const differences = peers.map((peer) => largestDifference(margins, peer))
      return {
        ...timings,
        onnxruntime_ns: null,
        max_margin_difference: differences.length === 0 ? null : Math.max(...differences),
      }
    } finally {
      native?.stop()
      await workerd.stop()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Scorer {
  /** Nanoseconds a call, a request's own cost taken off. */
  time(path: '/score' | '/explain', calls: number): Promise<number>
  margins(): Promise<Float32Array>
  stop(): Promise<void>
}

async function startScorer(model: BenchModel, rows: Float32Array<ArrayBuffer>): Promise<Scorer> {
  const workers = await startWorkers({
    entry: file('./bench/scorer-worker.js'),
    bank: { script: '' },
    quiet: true,
  })
  const ask = async (
    path: string,
    body?: string | Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
  ): Promise<ArrayBuffer> => {
    const url = `http://${workers.gate.host}:${workers.gate.port}${path}`
    const response = await fetch(url, body === undefined ? {} : { method: 'POST', body })
    if (!response.ok) throw new Error(`Cannot bench the scorer: ${path} answered ${response.status}`)
    return response.arrayBuffer()
  }
  const elapsed = async (path: string, calls: number): Promise<number> => {
    const start = performance.now()
    await ask(`${path}?calls=${calls}`)
    return performance.now() - start
  }
  await ask('/names', JSON.stringify({ features: model.features, classes: model.classes }))
  await ask('/rows', rows)
  await ask('/model', model.blob)
  return {
    time: async (path, calls) => ((await elapsed(path, calls)) - (await elapsed(path, 0))) * (1e6 / calls),
    margins: async () => new Float32Array(await ask('/margins')),
    stop: () => workers.close(),
  }
}

interface Native {
  time(calls: number): Promise<number>
  margins(): Float32Array
  stop(): void
}

/** Undefined where there is no gcc. */
function startNative(folder: string): Native | undefined {
  const program = join(folder, 'forest')
  try {
    execFileSync('gcc', ['-O3', '-march=native', '-o', program, file('./native/forest.c')], {
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  const margins = join(folder, 'native.f32')
  const child: ChildProcess = spawn(program, [join(folder, 'model.bin'), join(folder, 'rows.f32'), margins], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('Cannot bench: no pipes to the native forest')
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
  return {
    time: async (calls) => {
      stdin.write(`${calls}\n`)
      return Number((await answers.next()).value)
    },
    margins: () => new Float32Array(new Uint8Array(readFileSync(margins)).buffer),
    stop: () => {
      stdin.end()
    },
  }
}

async function alternate(
  scorer: Scorer,
  native: Native | undefined,
): Promise<Pick<ScorerFigures, 'ns' | 'explain_ns' | 'native_ns'>> {
  await scorer.time('/score', WARM_UP_CALLS)
  await scorer.time('/explain', WARM_UP_CALLS)
  const taken: Record<'ns' | 'explain_ns' | 'native_ns', number[]> = { ns: [], explain_ns: [], native_ns: [] }
  for (let round = 0; round < ROUNDS; round++) {
    taken.ns.push(await scorer.time('/score', CALLS))
    if (native !== undefined) taken.native_ns.push(await native.time(CALLS))
    taken.explain_ns.push(await scorer.time('/explain', CALLS))
  }
  return {
    ns: lowerQuartile(taken.ns),
    explain_ns: lowerQuartile(taken.explain_ns),
    native_ns: native === undefined ? null : lowerQuartile(taken.native_ns),
  }
}

/** XGBoost's margins of the same rows; undefined without the model's JSON or Debian's python3-xgboost. */
function xgboostMargins(folder: string, { json }: BenchModel): Float32Array | undefined {
  if (json === undefined) return undefined
  writeFileSync(join(folder, 'model.json'), json)
  const options = ['--model', 'model.json', '--rows', 'rows.f32', '--out', '.']
  try {
    execFileSync('/usr/bin/python3', [file('../wasm/reference.py'), ...options], {
      cwd: folder,
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  return new Float32Array(new Uint8Array(readFileSync(join(folder, 'margins.f32'))).buffer)
}

function largestDifference(ours: Float32Array, theirs: Float32Array): number {
  if (ours.length !== theirs.length)
    throw new Error(`Cannot compare ${ours.length} margins with ${theirs.length}`)
  const largest = ours.reduce((most, our, index) => Math.max(most, Math.abs(our - (theirs[index] ?? 0))), 0)
  // JSON would make null of NaN, and null says that there was nobody to compare with.
  if (Number.isNaN(largest)) throw new Error('Cannot compare margins: not all are numbers')
  return largest
}

/** Not the median: on a busy machine half of the batches were pushed aside, whichever program they timed. */
function lowerQuartile(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[values.length >> 2] ?? Number.NaN)
}
