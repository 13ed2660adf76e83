/** What the inventory costs for each exchange in workerd, sending and shards included, and how fast bodies are looked through. */
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { startWorkers } from '../../local/workerd.ts'

export interface ObservationFigures {
  /** An exchange of a published operation. */
  readonly observe_us: number
  /** Of an operation that no specification has, and the inventory knows. */
  readonly observe_shadow_us: number
  /** Of a path that nobody asked for before, answered 200: an attack's; with the shard's work. */
  readonly observe_random_us: number
  /** What the isolate of the request does of it. */
  readonly observe_random_isolate_us: number
  /** Millions of octets a second, of a body in which nothing is sensitive. */
  readonly body_scan_mb_s: number
}

/** Other work on the machine only ever adds time: the least of several rounds is nearest to the truth. */
const ROUNDS = 25
const TIMES = {
  published: 10_000,
  shadow: 10_000,
  random: 5_000,
  made: 5_000,
  isolate: 5_000,
  scan: 100,
} as const
type Loop = keyof typeof TIMES

export async function benchObservation(rounds = ROUNDS): Promise<ObservationFigures> {
  const workers = await startWorkers({
    entry: fileURLToPath(new URL('./observation-worker.js', import.meta.url)),
    bank: { script: '' },
    quiet: true,
  })
  const { host, port } = workers.gate
  try {
    const url = `http://${host}:${port}/`
    const least: Record<Loop | 'none', number> = {
      none: 1e9,
      published: 1e9,
      shadow: 1e9,
      random: 1e9,
      made: 1e9,
      isolate: 1e9,
      scan: 1e9,
    }
    let bytes = 0
    for (let round = 0; round < rounds; round++) {
      least.none = Math.min(least.none, (await time(`${url}?loop=none&times=0`)).took)
      for (const [loop, times] of Object.entries(TIMES) as [Loop, number][]) {
        const one = await time(`${url}?loop=${loop}&times=${times}`)
        least[loop] = Math.min(least[loop], one.took)
        bytes = one.bytes
      }
    }
    const us = (loop: Loop) => (1_000 * (least[loop] - least.none)) / TIMES[loop]
    return {
      observe_us: Number(us('published').toFixed(2)),
      observe_shadow_us: Number(us('shadow').toFixed(2)),
      observe_random_us: Number((us('random') - us('made')).toFixed(2)),
      observe_random_isolate_us: Number((us('isolate') - us('made')).toFixed(2)),
      body_scan_mb_s: Math.round(bytes / us('scan')),
    }
  } finally {
    await workers.close()
  }
}

async function time(url: string): Promise<{ readonly took: number; readonly bytes: number }> {
  const startedAt = performance.now()
  const response = await fetch(url)
  const took = performance.now() - startedAt
  if (!response.ok) throw new Error(`Cannot bench the inventory: status ${response.status} for ${url}`)
  return { took, bytes: Number(response.headers.get('x-body-bytes')) }
}
