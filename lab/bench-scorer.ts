/**
 * The scorer in workerd, against the same trees in C on this machine in this run, alternating: the machine's moods
 * then meet both. Margins are compared with the C program's and with XGBoost's own, to the bit.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startWorkers } from '../local/workerd.ts'
import { type OnnxPeer, startOnnx } from './bench/onnx-peer.ts'
import { type BenchModel, benchModel, benchRows } from './bench/scorer-model.ts'
import { type Native, type Reference, startNative, xgboostReference } from './bench/scorer-peers.ts'
import { largestDifference } from './train/equality.ts'

export interface ScorerFigures {
  /** One request: features in, the margins of all classes out, in workerd. */
  readonly ns: number
  /** The same, and the explanation of one class. */
  readonly explain_ns: number
  /** The same trees in C; null without gcc. */
  readonly native_ns: number | null
  /** The same trees in onnxruntime-web, one thread, in Node; null where it is not installed. */
  readonly onnxruntime_ns: number | null
  /** At most 1.9. */
  readonly ratio_to_native: number | null
  /** At least 5. */
  readonly times_onnxruntime: number | null
  /** Below 2. */
  readonly ratio_explain: number
  /** Largest difference of a margin from C's and XGBoost's; null when neither is there. */
  readonly max_margin_difference: number | null
  /** Largest difference of a contribution from XGBoost's `approx_contribs`, below 1e-5; null without XGBoost. */
  readonly max_contribution_difference: number | null
  /** Milliseconds until an isolate that has just begun has checked and activated the model; below 5. */
  readonly cold_start_ms: number
  /** Below 20,000. */
  readonly module_bytes: number
  readonly model_bytes: number
  readonly classes: number
  readonly trees: number
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const ROUNDS = 41
const CALLS = 4_000
/** Of an engine that is many times slower. */
const ONNX_CALLS = 200
/** Until V8 has compiled the scorer with its optimizing compiler. */
const WARM_UP_CALLS = 40_000
/** Contributions of all rows would be hundreds of megabytes; `npm run train` compares every row of its report. */
const COMPARED_ROWS = 1_000
const COLD_STARTS = 3
const EMPTY_REQUESTS = 4

export async function benchScorer(): Promise<ScorerFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-scorer-'))
  try {
    const model = benchModel()
    const rows = benchRows(model)
    const width = model.features.length
    writeFileSync(join(folder, 'model.bin'), model.blob)
    writeFileSync(join(folder, 'rows.f32'), new Uint8Array(rows.buffer))
    const cold = await coldStart(model, rows)
    const native = startNative(folder)
    const onnx = await startOnnx(model.blob, rows, width)
    const workerd = await startScorer(model, rows)
    try {
      const timings = await alternate(workerd, native, onnx)
      const reference = xgboostReference(folder, model, rows.subarray(0, COMPARED_ROWS * width))
      return {
        ...timings,
        ...ratios(timings),
        ...(await differences(workerd, native, reference)),
        cold_start_ms: cold,
        module_bytes: statSync(file('../wasm/build/scorer.wasm')).size,
        model_bytes: model.blob.length,
        classes: model.classes.length,
        trees: new DataView(model.blob.buffer).getUint32(20, true),
      }
    } finally {
      native?.stop()
      await onnx?.stop()
      await workerd.stop()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Scorer {
  /** Nanoseconds a call, a request's own cost taken off. */
  time(path: '/score' | '/explain' | '/load', calls: number): Promise<number>
  margins(): Promise<Float32Array>
  contributions(): Promise<Float32Array>
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
  let active = false
  const activate = async (): Promise<void> => {
    if (!active) await ask('/model')
    active = true
  }
  await ask('/names', JSON.stringify({ features: model.features, classes: model.classes }))
  await ask('/rows', rows)
  await ask('/blob', model.blob)
  return {
    time: async (path, calls) => {
      if (path !== '/load') await activate()
      // Requests without a call first: what is taken off must not be the dearer of the two.
      let empty = Number.POSITIVE_INFINITY
      for (let time = 0; time < EMPTY_REQUESTS; time++) empty = Math.min(empty, await elapsed(path, 0))
      return ((await elapsed(path, calls)) - empty) * (1e6 / calls)
    },
    margins: async () => new Float32Array(await ask('/margins')),
    contributions: async () => new Float32Array(await ask(`/contributions?calls=${COMPARED_ROWS}`)),
    stop: () => workers.close(),
  }
}

/** In milliseconds. The least of a few: other work on the machine only ever adds to it. */
async function coldStart(model: BenchModel, rows: Float32Array<ArrayBuffer>): Promise<number> {
  const taken: number[] = []
  for (let start = 0; start < COLD_STARTS; start++) {
    const scorer = await startScorer(model, rows)
    taken.push((await scorer.time('/load', 1)) / 1e6)
    await scorer.stop()
  }
  return Number(Math.max(0, Math.min(...taken)).toFixed(2))
}

type Timings = Pick<ScorerFigures, 'ns' | 'explain_ns' | 'native_ns' | 'onnxruntime_ns'>

async function alternate(
  scorer: Scorer,
  native: Native | undefined,
  onnx: OnnxPeer | undefined,
): Promise<Timings> {
  await scorer.time('/score', WARM_UP_CALLS)
  await scorer.time('/explain', WARM_UP_CALLS)
  await onnx?.time(ONNX_CALLS)
  const taken: Record<keyof Timings, number[]> = { ns: [], explain_ns: [], native_ns: [], onnxruntime_ns: [] }
  for (let round = 0; round < ROUNDS; round++) {
    taken.ns.push(await scorer.time('/score', CALLS))
    if (native !== undefined) taken.native_ns.push(await native.time(CALLS))
    taken.explain_ns.push(await scorer.time('/explain', CALLS))
    if (onnx !== undefined) taken.onnxruntime_ns.push(await onnx.time(ONNX_CALLS))
  }
  return {
    ns: lowerQuartile(taken.ns),
    explain_ns: lowerQuartile(taken.explain_ns),
    native_ns: native === undefined ? null : lowerQuartile(taken.native_ns),
    onnxruntime_ns: onnx === undefined ? null : lowerQuartile(taken.onnxruntime_ns),
  }
}

type Ratios = Pick<ScorerFigures, 'ratio_to_native' | 'times_onnxruntime' | 'ratio_explain'>

function ratios({ ns, explain_ns, native_ns, onnxruntime_ns }: Timings): Ratios {
  const of = (part: number, whole: number): number => Number((part / whole).toFixed(2))
  return {
    ratio_to_native: native_ns === null ? null : of(ns, native_ns),
    times_onnxruntime: onnxruntime_ns === null ? null : of(onnxruntime_ns, ns),
    ratio_explain: of(explain_ns, ns),
  }
}

async function differences(
  scorer: Scorer,
  native: Native | undefined,
  reference: Reference | undefined,
): Promise<Pick<ScorerFigures, 'max_margin_difference' | 'max_contribution_difference'>> {
  const margins = await scorer.margins()
  const found: number[] = []
  if (native !== undefined) found.push(largestDifference(margins, native.margins()))
  if (reference !== undefined) {
    found.push(largestDifference(margins.subarray(0, reference.margins.length), reference.margins))
  }
  return {
    max_margin_difference: found.length === 0 ? null : finite(Math.max(...found)),
    max_contribution_difference:
      reference === undefined
        ? null
        : finite(largestDifference(await scorer.contributions(), reference.contributions)),
  }
}

/** JSON would make null of infinity, and null says that there was nobody to compare with. */
function finite(difference: number): number {
  if (!Number.isFinite(difference)) throw new Error('Cannot compare: not all are numbers, or not as many')
  return difference
}

/** Not the median: on a busy machine half of the batches were pushed aside, whichever program they timed. */
function lowerQuartile(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[values.length >> 2] ?? Number.NaN)
}
