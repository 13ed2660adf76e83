/** What a client certificate costs in workerd: a chain of three examined from its bytes, and the same one seen before. */
import { request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { certificatePem, type Issued, issueCertificate, type KeyAlgorithm } from '../../local/edge/issue.ts'
import { qualifiedExtensions } from '../../local/tpp/qualified.ts'
import { startWorkers } from '../../local/workerd.ts'
import { GATE } from './login.ts'

export interface CertificateFigures {
  /** Leaf and intermediate from the wire, root configured, all P-256: reading, two signatures, listing, profile. */
  readonly cold_us: number
  /** The same with RSA of 2,048 bits throughout. */
  readonly cold_rsa_us: number
  /** Seen before by this isolate. */
  readonly warm_us: number
}

interface Chains {
  readonly anchors: string
  readonly certificates: readonly { readonly der: string; readonly chain: readonly string[] }[]
}

/** Different leaves, so that nothing which remembers one of them makes the next one cheap. */
const CHAINS = 24
const TIMES = { cold: 240, warm: 4_800 } as const
/** Other work on the machine only ever adds time: the least of several runs is nearest to the truth. */
const RUNS = 12
const LIFETIME_MS = 86_400_000

export async function benchCertificates(): Promise<CertificateFigures> {
  const ecdsa = await chains('P-256')
  const rsa = await chains('RSA-2048')
  return {
    cold_us: await measure(ecdsa, false),
    cold_rsa_us: await measure(rsa, false),
    warm_us: await measure(ecdsa, true),
  }
}

async function measure(work: Chains, warm: boolean): Promise<number> {
  const workers = await startWorkers({
    ...GATE,
    entry: fileURLToPath(new URL('./certificates-worker.ts', import.meta.url)),
    bank: { script: 'export default { fetch: () => new Response() }' },
    quiet: true,
  })
  const times = warm ? TIMES.warm : TIMES.cold
  try {
    let least = Number.POSITIVE_INFINITY
    let idle = Number.POSITIVE_INFINITY
    for (let run = 0; run < RUNS; run++) {
      idle = Math.min(idle, await time(workers.gate, { ...work, times: 0, warm }))
      least = Math.min(least, await time(workers.gate, { ...work, times, warm }))
    }
    return Number(((1000 * (least - idle)) / times).toFixed(1))
  } finally {
    await workers.close()
  }
}

async function chains(algorithm: KeyAlgorithm): Promise<Chains> {
  const notAfter = new Date(Date.now() + LIFETIME_MS)
  const authority = (name: string, issuer?: Issued) =>
    issueCertificate({
      ...{ subject: `CN=Bench ${name},O=Bench`, use: 'authority', algorithm, notAfter },
      ...(issuer === undefined ? {} : { issuer }),
    })
  const root = await authority('root')
  const issuing = await authority('issuing', root)
  const extensions = qualifiedExtensions({
    type: 'web',
    roles: ['PSP_AI', 'PSP_PI'],
    authority: { name: 'Bench authority', id: 'GB-LAB' },
    disclosure: 'https://bench.example/disclosure_en.pdf',
  })
  const leaves = await Promise.all(
    Array.from({ length: CHAINS }, (_, at) =>
      issueCertificate({
        ...{ subject: `2.5.4.97=PSDGB-LAB-${at},CN=tpp-${at}.example,O=Bench ${at},C=GB`, use: 'website' },
        ...{ issuer: issuing, algorithm, notAfter, extensions },
      }),
    ),
  )
  const der = ({ certificate }: Issued) => Buffer.from(certificate.rawData).toString('base64')
  const certificates = leaves.map((leaf) => ({ der: der(leaf), chain: [der(issuing)] }))
  return { anchors: certificatePem(root), certificates }
}

/** Milliseconds for one call that does the work. */
function time(
  { host, port }: { readonly host: string; readonly port: number },
  work: object,
): Promise<number> {
  const body = JSON.stringify(work)
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const sent = request({ host, port, path: '/', method: 'POST' }, (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - startedAt)
        else reject(new Error(`Cannot time the certificates: status ${response.statusCode}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
