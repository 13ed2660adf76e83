/** What each stage of the pipeline adds to a login, in microseconds, measured in workerd by difference. */
import { request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { startWorkers } from '../../local/workerd.ts'
import { GATE, logins } from './login.ts'

const STAGES = [
  'receive',
  'identify',
  'match',
  'content',
  'claims',
  'verify',
  'observe_in_memory',
  'score',
  'decide',
  'explain',
  'respond_without_bank',
  'settle_in_memory',
  'record',
] as const

export type StageFigures = Readonly<Record<(typeof STAGES)[number], number>>

const TIMES = 400
/** Other work on the machine only ever adds time: the least of several runs is nearest to the truth. */
const RUNS = 15

export async function benchStages(): Promise<StageFigures> {
  const workers = await startWorkers({
    ...GATE,
    entry: fileURLToPath(new URL('./stages-worker.ts', import.meta.url)),
    bank: { script: 'export default { fetch: () => new Response() }' },
    quiet: true,
  })
  try {
    const least = Array.from({ length: STAGES.length + 1 }, () => Number.POSITIVE_INFINITY)
    for (let run = 0; run < RUNS; run++) {
      for (const steps of least.keys()) {
        const took = await time(workers.gate, steps, TIMES)
        least[steps] = Math.min(least[steps] ?? Number.POSITIVE_INFINITY, took)
      }
    }
    const added = STAGES.map((stage, at) => {
      const microseconds = (1000 * ((least[at + 1] ?? 0) - (least[at] ?? 0))) / TIMES
      return [stage, Number(Math.max(0, microseconds).toFixed(1))] as const
    })
    // One entry for each stage, in order: what `Object.fromEntries` cannot tell the compiler.
    return Object.fromEntries(added) as StageFigures
  } finally {
    await workers.close()
  }
}

/** Milliseconds for one call that runs the first `steps` stages `times` times. */
function time({ host, port }: { host: string; port: number }, steps: number, times: number): Promise<number> {
  const [message] = logins({ count: 1 })
  const [head = '', body = ''] = (message ?? Buffer.alloc(0)).toString().split('\r\n\r\n')
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line: string) => line.split(/: (.*)/s).slice(0, 2)),
  )
  const path = `/?steps=${steps}&times=${times}`
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const sent = request({ host, port, path, method: 'POST', headers }, (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - startedAt)
        else reject(new Error(`Cannot time the stages: status ${response.statusCode}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
