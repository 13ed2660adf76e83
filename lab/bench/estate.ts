/**
 * What the estate adds to a request in the isolate, and what it takes to merge the parcels of a thousand isolates, in processor
 * time of workerd: whoever else uses the machine adds little to that.
 */
import { fileURLToPath } from 'node:url'
import { startWorkers } from '../../local/workerd.ts'
import { processorMicroseconds, workerdChildren } from './processes.ts'

export interface EstateFigures {
  /** Of one login in six cohorts: reading and counting, before and after the answer. */
  readonly request_us: number
  /** The share of one request in sealing, merging and hearing, at a thousand a second. Off the response path. */
  readonly swap_us: number
  /** One isolate's parcel of a hundred logins, sent, merged, answered and cloned both ways. */
  readonly merge_us: number
  /** A thousand of them, one after the other in one object. */
  readonly merge_1000_ms: number
  readonly names_per_parcel: number
}

const ISOLATES = 1_000
const TIMES = 20_000
/** Other work on the machine only ever adds time: the least of several rounds is nearest to the truth. */
const ROUNDS = 5

export async function benchEstate(rounds = ROUNDS): Promise<EstateFigures> {
  const workers = await startWorkers({
    entry: fileURLToPath(new URL('./estate-worker.ts', import.meta.url)),
    configPath: fileURLToPath(new URL('./estate-worker.toml', import.meta.url)),
    bank: { script: 'export default { fetch: () => new Response() }' },
    quiet: true,
  })
  const { host, port } = workers.gate
  const [workerd] = workerdChildren().slice(-1)
  const ask = async (query: string): Promise<string> => {
    const response = await fetch(`http://${host}:${port}/?${query}`, { method: 'POST' })
    if (!response.ok) throw new Error(`Cannot bench the estate: status ${response.status} for ${query}`)
    return response.text()
  }
  /** Microseconds of processor time, the least of several rounds. */
  const least = async (query: string): Promise<number> => {
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < rounds; round += 1) {
      const before = processorMicroseconds(workerd) ?? Number.NaN
      await ask(query)
      best = Math.min(best, (processorMicroseconds(workerd) ?? Number.NaN) - before)
    }
    return best
  }
  try {
    const request = await least(`loop=request&times=${TIMES}`)
    const swapping = await least(`loop=swap&times=${TIMES}`)
    await ask(`loop=prepare&times=${ISOLATES}`)
    const merge = await least('loop=merge&shards=1')
    return {
      request_us: Number((request / TIMES).toFixed(2)),
      swap_us: Number(((swapping - request) / TIMES).toFixed(2)),
      merge_us: Math.round(merge / ISOLATES),
      merge_1000_ms: Math.round(merge / 1_000),
      names_per_parcel: Number(await ask('loop=names')),
    }
  } finally {
    await workers.close()
  }
}
