/** The gate and the demo bank in workerd, visited at a steady rate: what a request of each kind makes Cloudflare count. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeSecrets } from '../../local/secrets.ts'
import { internetOf } from '../../local/tpp/internet.ts'
import { DIRECTORY, signersOf } from '../../local/tpp/key-directory.ts'
import { startResponder } from '../../local/tpp/responder.ts'
import { routesWithSignatures } from '../../local/tpp/routes.ts'
import { localTpps } from '../../local/tpp/store.ts'
import { startWorkers, type Workers } from '../../local/workerd.ts'
import { processorMicroseconds, workerdChildren } from '../bench/processes.ts'
import { type Count, KINDS, type Kind } from './bill.ts'
import { type Client, clientOf, type Message } from './client.ts'
import { type Plan, visitsFrom } from './visits.ts'

export interface Pace {
  /** Requests a second. */
  readonly rate: number
  readonly seconds: number
}

/** Longer than anything waits before it is sent or written. */
const SETTLING_MS = 3_000

export async function measure(
  pace: Pace,
  progress: (line: string) => void,
): Promise<Readonly<Record<Kind, Count>>> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-cost-'))
  const tpps = await localTpps(folder)
  const responder = await startResponder(tpps)
  const workers = await startWorkers({
    entry: fileURLToPath(new URL('./counting-gate.ts', import.meta.url)),
    quiet: true,
    secrets: makeSecrets(),
    internet: internetOf(responder, tpps),
    persistTo: join(folder, 'state'),
    vars: {
      JURISDICTION: 'none',
      TRUST_ANCHORS: tpps.anchors,
      ROUTES: routesWithSignatures(),
      KEY_DIRECTORY: DIRECTORY,
      SIGNERS: signersOf(),
      REVOCATION_WAIT_MS: 2_000,
    },
  })
  const client = clientOf(workers.front)
  const visits = visitsFrom({ client, tpps, bank: (path, init) => askBank(workers, path, init) })
  const counts: Partial<Record<Kind, Count>> = {}
  try {
    for (const kind of KINDS) {
      progress(`${kind}: ${pace.rate} requests a second for ${pace.seconds} seconds`)
      counts[kind] = await count(workers, client, await visits(kind, pace.rate * pace.seconds), pace)
    }
  } finally {
    client.close()
    await workers.close()
    await responder.close()
    rmSync(folder, { recursive: true })
  }
  return counts as Record<Kind, Count>
}

async function askBank(
  { mf }: Workers,
  path: string,
  init: { readonly headers: Record<string, string>; readonly body: string },
): Promise<unknown> {
  const bank = await mf.getWorker('bank')
  const answer = await bank.fetch(`https://localhost:8443${path}`, { method: 'POST', ...init })
  return answer.json()
}

async function count(
  workers: Workers,
  client: Client,
  { before: warm, counted }: Plan,
  { rate }: Pace,
): Promise<Count> {
  await steadily(client, warm, rate)
  await told(workers)
  const [process] = workerdChildren()
  const before = processorMicroseconds(process)
  await steadily(client, counted, rate)
  const after = processorMicroseconds(process)
  const cpu = before === undefined || after === undefined ? null : (after - before) / counted.length
  return { requests: counted.length, ...(await told(workers)), cpu_us: cpu }
}

/** What was counted since the last time, once nothing is on its way any more. */
async function told({ gate: { host, port } }: Workers): Promise<Omit<Count, 'requests' | 'cpu_us'>> {
  await new Promise((done) => setTimeout(done, SETTLING_MS))
  // Written by counting-gate.ts.
  return (await (await fetch(`http://${host}:${port}/_cost`)).json()) as Omit<Count, 'requests' | 'cpu_us'>
}

/** Sends each at its time, whether or not the one before it has been answered. */
async function steadily(client: Client, messages: readonly Message[], rate: number): Promise<void> {
  const started = performance.now()
  const answers = await Promise.all(
    messages.map(async (message, at) => {
      const due = started + (1_000 * at) / rate - performance.now()
      await new Promise((done) => setTimeout(done, due))
      return client.send(message)
    }),
  )
  const refused = answers.find(({ status }) => status >= 400)
  if (refused !== undefined)
    throw new Error(`Cannot count: the gate answered ${refused.status} (${refused.text.slice(0, 300)})`)
}
