/**
 * What a call to a Ledger object costs, over one object, a thousand and twenty thousand, and over a million keys in the
 * shards of a gate: from outside, against the same request without the call.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { type Address, startWorkers, type Workers } from '../../local/workerd.ts'

export interface HopFigures {
  readonly objects: number
  readonly keys: number
  readonly p50_us: number
  readonly p99_us: number
}

export interface LedgerFigures {
  readonly hops: readonly HopFigures[]
}

interface Setting {
  readonly objects: number
  readonly keys: number
}

/** The last one: a million keys in as many objects as `LEDGER_SHARDS` says. */
const SETTINGS: readonly Setting[] = [
  { objects: 1, keys: 1_000 },
  { objects: 1_000, keys: 20_000 },
  { objects: 20_000, keys: 20_000 },
  { objects: 64, keys: 1_000_000 },
]
const MEASURED = 1_000
/** Of one request: `ledger-worker.ts`. */
const KEYS_PER_CALL = 7
/** At once, while objects and keys are made: the objects of a gate are called by many requests. */
const FILLING = 8
const FILL_HOPS = 250

/** @param share of the objects and keys: a quick look makes fewer */
export async function benchLedger(share = 1): Promise<LedgerFigures> {
  const hops: HopFigures[] = []
  for (const { objects, keys } of SETTINGS) {
    const setting = { objects: Math.ceil(objects * share), keys: Math.ceil(keys * share) }
    hops.push(await benchHop(setting))
  }
  return { hops }
}

async function benchHop(setting: Setting): Promise<HopFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-ledger-'))
  const workers = await startWorkers({
    entry: fileURLToPath(new URL('./ledger-worker.ts', import.meta.url)),
    configPath: fileURLToPath(new URL('./ledger-worker.toml', import.meta.url)),
    bank: { script: 'export default { fetch: () => new Response() }' },
    persistTo: folder,
    quiet: true,
  })
  const agent = new Agent({ keepAlive: true })
  try {
    const made = await fill(workers, agent, setting)
    // Both in turn: the machine is the same for both at any time.
    const without: number[] = []
    const withHop: number[] = []
    for (let n = 0; n < MEASURED; n += 1) {
      without.push(await time(workers.gate, agent, setting, made + n, 0))
      withHop.push(await time(workers.gate, agent, setting, made + n, 1))
    }
    const base = quantile(without, 0.5)
    return {
      ...setting,
      p50_us: Math.round(1_000 * (quantile(withHop, 0.5) - base)),
      p99_us: Math.round(1_000 * (quantile(withHop, 0.99) - base)),
    }
  } finally {
    agent.destroy()
    await workers.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Every object and every key is called once before. Returns how many calls that took. */
async function fill({ gate }: Workers, agent: Agent, setting: Setting): Promise<number> {
  const calls = Math.max(setting.objects, Math.ceil(setting.keys / KEYS_PER_CALL))
  let next = 0
  const one = async (): Promise<void> => {
    while (next < calls) {
      const from = next
      next += FILL_HOPS
      await time(gate, agent, setting, from, Math.min(FILL_HOPS, calls - from))
    }
  }
  await Promise.all(Array.from({ length: FILLING }, one))
  return calls
}

/** Milliseconds for one request that makes so many calls. */
function time(
  { host, port }: Address,
  agent: Agent,
  { objects, keys }: Setting,
  from: number,
  hops: number,
): Promise<number> {
  const path = `/?objects=${objects}&keys=${keys}&from=${from}&hops=${hops}`
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const sent = request({ host, port, path, method: 'POST', agent }, (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - startedAt)
        else reject(new Error(`Cannot time the ledger: status ${response.statusCode}`))
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}
