/** What verifying a signed request costs in workerd, against WebCrypto's verification of the same signature alone. */
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { startWorkers } from '../../local/workerd.ts'

const ALGORITHMS = ['PS256', 'ES256'] as const
const BODIES = [
  ['1k', 1_024],
  ['64k', 65_536],
] as const
/** RFC 7515 appendix F signs the body's base64url, RFC 7797 the body itself. */
const FORMS = [
  ['', true],
  ['_unencoded', false],
] as const

/** Engine over bare WebCrypto, by algorithm, size of the body and form: `ps256_1k`, `ps256_1k_unencoded` and so on. */
export type SignatureFigures = Readonly<Record<string, number>>

/** Other work on the machine only ever adds time: the least of many rounds is nearest to the truth. */
const ROUNDS = 40
const MILLISECONDS_A_ROUND = 15

export async function benchSignatures(rounds = ROUNDS): Promise<SignatureFigures> {
  const workers = await startWorkers({
    entry: fileURLToPath(new URL('./signatures-worker.js', import.meta.url)),
    bank: { script: '' },
    quiet: true,
  })
  const { host, port } = workers.gate
  try {
    const figures: Record<string, number> = {}
    for (const algorithm of ALGORITHMS) {
      for (const [size, bytes] of BODIES) {
        for (const [suffix, encoded] of FORMS) {
          const url = `http://${host}:${port}/?algorithm=${algorithm}&bytes=${bytes}&encoded=${encoded}`
          figures[`${algorithm.toLowerCase()}_${size}${suffix}`] = await ratio(url, rounds)
        }
      }
    }
    return figures
  } finally {
    await workers.close()
  }
}

/** Both sides by turns, so that the machine's moods meet both; what a request without a call costs is taken off. */
async function ratio(url: string, rounds: number): Promise<number> {
  const calls = await callsFor(url)
  const least = {
    none: Number.POSITIVE_INFINITY,
    webcrypto: Number.POSITIVE_INFINITY,
    engine: Number.POSITIVE_INFINITY,
  }
  for (let round = 0; round < rounds; round++) {
    least.none = Math.min(least.none, await time(`${url}&by=webcrypto&calls=0`))
    least.webcrypto = Math.min(least.webcrypto, await time(`${url}&by=webcrypto&calls=${calls}`))
    least.engine = Math.min(least.engine, await time(`${url}&by=engine&calls=${calls}`))
  }
  return Number(((least.engine - least.none) / (least.webcrypto - least.none)).toFixed(3))
}

/** Warms both sides up, and says how many calls fill a round. */
async function callsFor(url: string): Promise<number> {
  await time(`${url}&by=engine&calls=5000`)
  const took = await time(`${url}&by=webcrypto&calls=500`)
  return Math.max(100, Math.round((500 * MILLISECONDS_A_ROUND) / took))
}

async function time(url: string): Promise<number> {
  const startedAt = performance.now()
  const response = await fetch(url)
  const took = performance.now() - startedAt
  if (!response.ok) throw new Error(`Cannot bench signatures: status ${response.status}`)
  return took
}
