/** workerd is killed in the middle of it (SIGKILL) and started again on the same storage: what was reserved stays reserved. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeSecrets } from '../../local/secrets.ts'
import { internetOf } from '../../local/tpp/internet.ts'
import { DIRECTORY, signersOf } from '../../local/tpp/key-directory.ts'
import { type Responder, startResponder } from '../../local/tpp/responder.ts'
import { type LocalTpps, localTpps } from '../../local/tpp/store.ts'
import { requireReal } from '../real.ts'
import { type CountingBank, startCountingBank } from './counting-bank.ts'
import { eventually, type Gate, startGate } from './gate.ts'
import { obie, routesThatRequireSignatures } from './signing.ts'
import { clientAs, type Reply, type Wanted } from './third-party-client.ts'
import { workerds } from './workerds.ts'

const PATH = '/open-banking/v4.0/pisp/domestic-payments'
const COPIES = 120
const RETRIES = 40
/** How long a hold outlives the gate that died with it (`verify/replay/replay.ts`), and a little. */
const LEASE_MS = 5_500

let folder: string
let tpps: LocalTpps
let responder: Responder
let bank: CountingBank
const secrets = makeSecrets()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-crash-'))
  tpps = await localTpps(join(folder, 'tpp'))
  responder = await startResponder(tpps)
  bank = await startCountingBank()
})
afterAll(async () => {
  await bank.close()
  await responder.close()
  rmSync(folder, { recursive: true })
})

function start(): Promise<Gate> {
  return startGate({
    bank: { address: bank.address },
    internet: internetOf(responder, tpps),
    secrets,
    persistTo: join(folder, 'state'),
    vars: {
      TRUST_ANCHORS: tpps.anchors,
      KEY_DIRECTORY: DIRECTORY,
      SIGNERS: signersOf(),
      ROUTES: routesThatRequireSignatures(),
      REVOCATION_WAIT_MS: 2_000,
      LEDGER_BUDGET_MS: 5_000,
    },
  })
}

async function order(name: string, key?: string): Promise<Wanted> {
  const body = JSON.stringify({ Data: { ConsentId: name }, Risk: {} })
  return {
    path: PATH,
    body,
    headers: {
      'x-order': name,
      'x-jws-signature': await obie(tpps, 'pisp', body),
      ...(key === undefined ? {} : { 'x-idempotency-key': key }),
    },
  }
}

const failed = (): Reply => ({ status: 0, retryAfter: '', text: '' })

it.runIf(requireReal('/proc', process.platform === 'linux'))(
  'no copy of a request that was reserved reaches the bank again, and a retry under its idempotency key passes',
  async () => {
    const before = new Set(workerds())
    const first = await start()
    const [pid, ...others] = workerds().filter((one) => !before.has(one))
    expect(others).toEqual([])
    const dying = clientAs(first.workers.gate, tpps, 'pisp')
    expect((await dying.post(await order('warm-up'))).status).toBe(200)

    const copies = await Promise.all(Array.from({ length: COPIES }, (_, at) => order(`copy-${at}`)))
    const retries = await Promise.all(
      Array.from({ length: RETRIES }, (_, at) => order(`retry-${at}`, `key-${at}`)),
    )
    // The bank answers nobody: all of them are in the middle when it happens.
    bank.workMs = undefined
    const pending = [...copies, ...retries].map((wanted) => dying.post(wanted).catch(failed))
    const arrived = (prefix: string): number =>
      [...bank.arrivals.keys()].filter((name) => name.startsWith(prefix)).length
    await eventually('orders at the bank', async () =>
      arrived('copy') > COPIES / 3 && arrived('retry') > RETRIES / 3 ? true : undefined,
    )
    if (pid === undefined) throw new Error('Cannot find workerd')
    process.kill(pid, 'SIGKILL')
    const lost = await Promise.all(pending)
    expect(lost.filter(({ status }) => status === 200)).toEqual([])
    dying.close()
    const killedAt = Date.now()
    const reached = new Set(bank.arrivals.keys())
    await Promise.race([first.close().catch(() => undefined), new Promise((done) => setTimeout(done, 3_000))])

    bank.workMs = 5
    const second = await start()
    const client = clientAs(second.workers.gate, tpps, 'pisp')
    const replies = await Promise.all(copies.map((wanted) => client.post(wanted)))
    for (const [at, { status }] of replies.entries()) {
      const name = `copy-${at}`
      // What had not reached the bank may have been reserved and may not; what had, must have been.
      if (reached.has(name)) expect([name, status]).toEqual([name, 400])
      expect([name, bank.arrivals.get(name) ?? 0]).toEqual([
        name,
        status === 200 || reached.has(name) ? 1 : 0,
      ])
    }

    await new Promise((done) => setTimeout(done, Math.max(0, LEASE_MS - (Date.now() - killedAt))))
    const again = await Promise.all(retries.map((wanted) => client.post(wanted)))
    expect(again.filter(({ status }) => status !== 200)).toEqual([])
    for (const name of reached) {
      if (name.startsWith('retry')) expect([name, bank.arrivals.get(name)]).toEqual([name, 2])
    }
    client.close()
    await second.close()
  },
  120_000,
)
