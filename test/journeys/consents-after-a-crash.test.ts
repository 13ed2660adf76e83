/** workerd is killed in the middle of unattended reads (SIGKILL) and started again on the same storage: what was used stays used. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeSecrets } from '../../local/secrets.ts'
import { internetOf } from '../../local/tpp/internet.ts'
import { type Responder, startResponder } from '../../local/tpp/responder.ts'
import { type LocalTpps, localTpps } from '../../local/tpp/store.ts'
import { requireReal } from '../real.ts'
import { type CountingBank, startCountingBank } from './counting-bank.ts'
import { eventually, type Gate, startGate } from './gate.ts'
import { type Client, clientAs, type Reply } from './third-party-client.ts'
import { workerds } from './workerds.ts'

const CONSENTS = 12
/** At once, for each consent: far more than it has. */
const READS = 12

let folder: string
let tpps: LocalTpps
let responder: Responder
let bank: CountingBank
const secrets = makeSecrets()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-consents-'))
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
    vars: { TRUST_ANCHORS: tpps.anchors, REVOCATION_WAIT_MS: 2_000, LEDGER_BUDGET_MS: 2_000 },
  })
}

const failed = (): Reply => ({ status: 0, retryAfter: '', text: '' })

function read(client: Client, consent: string): Promise<Reply> {
  const headers = {
    ...{ 'x-order': consent, 'consent-id': consent, 'x-request-id': crypto.randomUUID() },
    authorization: `Bearer ${'a'.repeat(43)}`,
  }
  return client.get({ path: '/psd2/v1/accounts/1/balances', headers }).catch(failed)
}

it.runIf(requireReal('/proc', process.platform === 'linux'))(
  'of one consent no more than four reads ever reach the bank, however often the gate dies in between',
  async () => {
    const before = new Set(workerds())
    const first = await start()
    const [pid, ...others] = workerds().filter((one) => !before.has(one))
    expect(others).toEqual([])
    const dying = clientAs(first.workers.gate, tpps, 'aisp')
    expect((await read(dying, 'warm-up')).status).toBe(200)
    // The bank answers nobody: all of them are in the middle when it happens.
    bank.workMs = undefined
    const names = Array.from({ length: CONSENTS }, (_, at) => `consent-${at}`)
    const pending = names.flatMap((name) => Array.from({ length: READS }, () => read(dying, name)))
    await eventually('reads at the bank', async () => {
      return names.filter((name) => bank.arrivals.has(name)).length > CONSENTS / 2 ? true : undefined
    })
    if (pid === undefined) throw new Error('Cannot find workerd')
    process.kill(pid, 'SIGKILL')
    const lost = await Promise.all(pending)
    expect(lost.filter(({ status }) => status === 200)).toEqual([])
    dying.close()
    await Promise.race([first.close().catch(() => undefined), new Promise((done) => setTimeout(done, 3_000))])

    bank.workMs = 1
    const second = await start()
    const client = clientAs(second.workers.gate, tpps, 'aisp')
    const reached = new Map(bank.arrivals)
    const replies = await Promise.all(
      names.map((name) => Promise.all(Array.from({ length: READS }, () => read(client, name)))),
    )
    for (const [at, name] of names.entries()) {
      const granted = replies[at]?.filter(({ status }) => status === 200).length ?? 0
      const arrived = bank.arrivals.get(name) ?? 0
      // What was written down and did not arrive any more is lost to the reader, and never more than four pass.
      expect([name, arrived <= 4, arrived - (reached.get(name) ?? 0)]).toEqual([name, true, granted])
      expect([name, new Set(replies[at]?.map(({ status }) => status))]).toEqual([
        name,
        new Set(granted === 0 ? [429] : [200, 429]),
      ])
    }
    expect((await read(client, 'warm-up')).status).toBe(200)
    client.close()
    await second.close()
  },
  120_000,
)
