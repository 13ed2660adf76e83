/**
 * The gate against a bare pass-through Worker, on this machine, in this run, alternating.
 *
 * Three processes: the bank (workerd), the Worker under test (workerd, one thread, which is what is short), and this
 * one. Ratios are of requests a second; the processor time of workerd itself is printed beside them, because a
 * load generator that becomes the bottleneck would flatter the gate.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Bank, startWorkers, type Workers } from '../../local/workerd.ts'
import { type LoadResult, load } from './load.ts'
import { CONFORMING, GATE, logins, visit } from './login.ts'
import { processorMicroseconds, workerdChildren } from './processes.ts'

export interface GateFigures {
  /** Requests a second of the gate (ledger, score and outcome included) over those of the pass-through. */
  readonly ratio: number
  readonly ratio_without_hop: number
  readonly gate_rps: number
  readonly gate_without_hop_rps: number
  /** Requests a second with conformance observed on the login, over those with it off. */
  readonly ratio_conformance: number
  readonly passthrough_rps: number
  readonly p50_ms: number
  readonly p99_ms: number
  /** First request of each person: nothing is warm. */
  readonly cold_p50_ms: number
  readonly cold_p99_ms: number
  /** Processor time of workerd for each request, microseconds; null where there is no /proc. */
  readonly gate_cpu_us: number | null
  readonly gate_without_hop_cpu_us: number | null
  readonly passthrough_cpu_us: number | null
}

interface Subject {
  readonly workers: Workers
  /** Process id of its workerd. */
  readonly process: number | undefined
}

interface Run extends LoadResult {
  readonly processorUs: number | undefined
}

export interface GateBenchOptions {
  readonly seconds: number
  readonly rounds: number
  readonly progress: (line: string) => void
}

/** Few enough that each comes again within the second in which the ledger writes down what changed. */
const PEOPLE = 500
/** More than one second of first requests. */
const COLD_PEOPLE = 50_000
const COLD_SECONDS = 1
const WARM_UP_SECONDS = 2
const CONNECTIONS = 16
const text = (name: string) => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')

export async function benchGate({ seconds, rounds, progress }: GateBenchOptions): Promise<GateFigures> {
  const origin = await startWorkers({ script: text('origin.js'), quiet: true })
  const bank: Bank = { address: `${origin.gate.host}:${origin.gate.port}` }
  const subjects = {
    passthrough: await subject(startWorkers({ script: text('pass-through.js'), bank, quiet: true })),
    gate: await subject(startGate(bank)),
    without_hop: await subject(startGate(bank, fileURLToPath(new URL('./no-hop.ts', import.meta.url)))),
    conformance: await subject(startWorkers({ ...CONFORMING, bank, quiet: true })),
  }
  try {
    const cold = await run(subjects.gate, logins({ count: COLD_PEOPLE, first: PEOPLE }), COLD_SECONDS)
    // The passes of one gate are good at the other: they have the same keys.
    const warm = logins({ count: PEOPLE }, await visit(subjects.gate.workers.gate, { count: PEOPLE }))
    for (const subject of Object.values(subjects)) await run(subject, warm, WARM_UP_SECONDS)
    const results: Record<keyof typeof subjects, Run[]> = {
      passthrough: [],
      gate: [],
      without_hop: [],
      conformance: [],
    }
    for (let round = 1; round <= rounds; round++) {
      for (const name of ['passthrough', 'gate', 'without_hop', 'conformance'] as const) {
        const result = await run(subjects[name], warm, seconds)
        results[name].push(result)
        progress(
          `round ${round} of ${rounds}, ${name}: ${Math.round(result.perSecond)} requests a second, ${Math.round(result.processorUs ?? Number.NaN)} us of processor each`,
        )
      }
    }
    return figures(results, cold)
  } finally {
    await Promise.all(
      [...Object.values(subjects).map(({ workers }) => workers), origin].map((workers) => workers.close()),
    )
  }
}

function startGate(bank: Bank, entry?: string): Promise<Workers> {
  return startWorkers({ ...GATE, bank, quiet: true, ...(entry === undefined ? {} : { entry }) })
}

async function subject(starting: Promise<Workers>): Promise<Subject> {
  const before = new Set(workerdChildren())
  const workers = await starting
  return { workers, process: workerdChildren().find((id) => !before.has(id)) }
}

async function run(
  { workers: { gate }, process }: Subject,
  messages: readonly Buffer[],
  seconds: number,
): Promise<Run> {
  let sent = 0
  const next = () => messages[sent++ % messages.length] ?? Buffer.alloc(0)
  const before = processorMicroseconds(process)
  const result = await load({ ...gate, connections: CONNECTIONS, seconds, next })
  const after = processorMicroseconds(process)
  const others = Object.keys(result.statuses).filter((status) => status !== '303')
  if (others.length > 0)
    throw new Error(`Cannot compare: answers other than 303 (${JSON.stringify(result.statuses)})`)
  const used = after === undefined || before === undefined ? undefined : (after - before) / result.requests
  return { ...result, processorUs: used }
}

function figures(
  results: Readonly<Record<'passthrough' | 'gate' | 'without_hop' | 'conformance', readonly Run[]>>,
  cold: LoadResult,
): GateFigures {
  const cost = (name: keyof typeof results) => {
    const costs = results[name].flatMap(({ processorUs }) => processorUs ?? [])
    return costs.length === 0 ? null : Math.round(Math.min(...costs))
  }
  // Other work on the machine only ever takes away: the best round of each is nearest to the truth.
  const rate = (name: keyof typeof results) => Math.max(...results[name].map(({ perSecond }) => perSecond))
  return {
    ratio: round(rate('gate') / rate('passthrough'), 3),
    ratio_without_hop: round(rate('without_hop') / rate('passthrough'), 3),
    gate_rps: Math.round(rate('gate')),
    gate_without_hop_rps: Math.round(rate('without_hop')),
    ratio_conformance: round(rate('conformance') / rate('gate'), 3),
    passthrough_rps: Math.round(rate('passthrough')),
    p50_ms: round(median(results.gate.map(({ p50Ms }) => p50Ms)), 3),
    p99_ms: round(median(results.gate.map(({ p99Ms }) => p99Ms)), 3),
    cold_p50_ms: round(cold.p50Ms, 3),
    cold_p99_ms: round(cold.p99Ms, 3),
    gate_cpu_us: cost('gate'),
    gate_without_hop_cpu_us: cost('without_hop'),
    passthrough_cpu_us: cost('passthrough'),
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
