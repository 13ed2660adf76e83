/** The gate as a journey meets it: workerd behind the real edge, the demo bank behind it, and the operator's view of both. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EdgeOptions, startEdge } from '../../local/edge/edge.ts'
import { localIdentity } from '../../local/edge/identity.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { type LogLine, startWorkers, type WorkersOptions } from '../../local/workerd.ts'
import type { JournalEntry } from '../../src/record/entry.ts'
import type { Stack } from '../local/edge/harness.ts'

export interface Gate extends Stack {
  /** The operator's. */
  readonly token: string
  /** What workerd has written so far. */
  readonly log: readonly LogLine[]
  /** What an operator reads under this path of the console, as a program does. */
  operator(path: string): Promise<{ readonly status: number; readonly json: unknown }>
  /** The decision that a client was given this reference for. */
  decision(reference: string): Promise<JournalEntry>
  /** The newest decision like this: records come after the answers. */
  newest(like: (entry: JournalEntry) => boolean): Promise<JournalEntry>
}

/** Gates to start: as deployed and listened to, and one whose neighbours fail on demand. */
export const WATCHED = fixture('watched-gate.ts')
export const FAULTY = fixture('faulty-gate.ts')
const TOKEN = 'operator-token-of-the-journeys'
/** The journal collects half a second's decisions; the rest is for a busy machine. */
const PATIENCE_MS = 20_000
const PAUSE_MS = 100

export interface GateOptions extends WorkersOptions {
  readonly edge?: Partial<EdgeOptions>
}

export async function startGate({ edge, ...options }: GateOptions = {}): Promise<Gate> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-journey-'))
  const identity = await localIdentity(folder)
  const log: LogLine[] = []
  const workers = await startWorkers({
    quiet: true,
    log: (line) => log.push(line),
    ...options,
    secrets: { ...makeSecrets(), OPERATOR_TOKEN: TOKEN, ...options.secrets },
    // workerd has no jurisdictions: asking for one throws.
    vars: { JURISDICTION: 'none', ...options.vars },
  })
  const edges: Awaited<ReturnType<typeof startEdge>>[] = []
  const another = async (more: Partial<EdgeOptions>) => {
    const opened = await startEdge({ identity, gate: workers.front, port: 0, ...more })
    edges.push(opened)
    return opened
  }
  const operator: Gate['operator'] = async (path) => {
    const answer = await fetch(`http://${workers.gate.host}:${workers.gate.port}/_portcullis${path}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    return { status: answer.status, json: await answer.json() }
  }
  return {
    edge: await another(edge ?? {}),
    workers,
    identity,
    another,
    token: TOKEN,
    log,
    operator,
    decision: (reference) => eventually(`the decision ${reference}`, () => find(operator, reference)),
    newest: (like) =>
      eventually('such a decision', async () => (await recent(operator)).find((entry) => like(entry))),
    async close() {
      await Promise.all(edges.map((one) => one.close()))
      await workers.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function find(operator: Gate['operator'], reference: string): Promise<JournalEntry | undefined> {
  const { status, json } = await operator(`/api/decisions/${encodeURIComponent(reference)}`)
  // The console's own format, read where it enters the journeys.
  return status === 200 ? (json as { readonly decision: JournalEntry }).decision : undefined
}

async function recent(operator: Gate['operator']): Promise<readonly JournalEntry[]> {
  const { status, json } = await operator('/api/decisions?limit=200')
  // As above.
  return status === 200 ? (json as { readonly decisions: readonly JournalEntry[] }).decisions : []
}

/** Asks until there is an answer, for so long and no longer. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    if (Date.now() > until) throw new Error(`Cannot find ${what}: not there after ${PATIENCE_MS} ms`)
    await new Promise((done) => setTimeout(done, PAUSE_MS))
  }
}

/** What no journey may leave in the log: something that the gate dropped, a bug of its own, trouble in workerd. */
export function complaints({ log }: Pick<Gate, 'log'>): readonly string[] {
  return log
    .map(({ message }) => message)
    .filter((message) =>
      /unhandled_rejection|work_after_the_answer_failed|"event":"bug"|Uncaught/.test(message),
    )
}

/** The reference of a refusal: a header in every dialect, because some have no body. */
export function referenceIn(answer: string): string | undefined {
  return /^portcullis-reference: ([\w-]+)\r$/im.exec(answer)?.[1]
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
}
