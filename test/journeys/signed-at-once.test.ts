/** A thousand at once: of copies of one signed request exactly one reaches the bank; of retries under one idempotency key never two are worked on together. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { internetOf } from '../../local/tpp/internet.ts'
import { DIRECTORY, signersOf } from '../../local/tpp/key-directory.ts'
import { type Responder, startResponder } from '../../local/tpp/responder.ts'
import { type LocalTpps, localTpps } from '../../local/tpp/store.ts'
import { type CountingBank, startCountingBank } from './counting-bank.ts'
import { complaints, type Gate, startGate, WATCHED } from './gate.ts'
import { obie, routesThatRequireSignatures } from './signing.ts'
import { type Client, clientAs, type Reply, type Wanted } from './third-party-client.ts'

const PATH = '/open-banking/v4.0/pisp/domestic-payments'
const MANY = 1_000

let folder: string
let tpps: LocalTpps
let responder: Responder
let bank: CountingBank
let gate: Gate
let client: Client

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-at-once-'))
  tpps = await localTpps(folder)
  responder = await startResponder(tpps)
  bank = await startCountingBank()
  gate = await startGate({
    entry: WATCHED,
    bank: { address: bank.address },
    internet: internetOf(responder, tpps),
    vars: {
      TRUST_ANCHORS: tpps.anchors,
      KEY_DIRECTORY: DIRECTORY,
      SIGNERS: signersOf(),
      ROUTES: routesThatRequireSignatures(),
      REVOCATION_WAIT_MS: 2_000,
      // A thousand calls wait for each other on two cores; the promise is about which of them wins.
      LEDGER_BUDGET_MS: 5_000,
    },
  })
  client = clientAs(gate.workers.gate, tpps, 'pisp')
  // The certificate's revocation and the key set are asked about before the crowd comes.
  expect((await client.post(await order('warm-up'))).status).toBe(200)
})
afterAll(async () => {
  client.close()
  await gate.close()
  await bank.close()
  await responder.close()
  rmSync(folder, { recursive: true })
})

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

function crowd(wanted: Wanted): Promise<readonly Reply[]> {
  return Promise.all(Array.from({ length: MANY }, () => client.post(wanted)))
}

function statuses(replies: readonly Reply[]): Readonly<Record<number, number>> {
  return Object.fromEntries(
    [...Map.groupBy(replies, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  )
}

describe('a thousand at once', () => {
  it('copies of one signed request: one reaches the bank, and all others are told that it was used', async () => {
    const replies = await crowd(await order('copies'))
    expect(bank.arrivals.get('copies')).toBe(1)
    expect(statuses(replies)).toEqual({ 200: 1, 400: MANY - 1 })
    expect(replies.filter(({ status, text }) => status === 400 && !text.includes('"U015"'))).toEqual([])
  }, 120_000)

  it('retries under one idempotency key: never two at once, and those that have to wait are told for how long', async () => {
    const replies = await crowd(await order('retries', 'one-key'))
    const counted = statuses(replies)
    expect(bank.atOnce.get('retries')).toBe(1)
    expect((counted[200] ?? 0) + (counted[429] ?? 0)).toBe(MANY)
    expect(counted[200]).toBe(bank.arrivals.get('retries'))
    expect(counted[200]).toBeGreaterThanOrEqual(1)
    expect(replies.filter(({ status, retryAfter }) => status === 429 && retryAfter !== '2')).toEqual([])
  }, 120_000)

  it('retries while the bank takes longer than a hold lasts: still never two at once', async () => {
    bank.workMs = 7_000
    const wanted = await order('slow', 'slow-key')
    const first = client.post(wanted)
    const later: Reply[] = []
    for (let at = 0; at < 6; at += 1) {
      await new Promise((done) => setTimeout(done, 1_000))
      later.push(await client.post(wanted))
    }
    bank.workMs = 5
    expect((await first).status).toBe(200)
    expect(statuses(later)).toEqual({ 429: 6 })
    expect(bank.atOnce.get('slow')).toBe(1)
    expect((await client.post(wanted)).status).toBe(200)
  }, 60_000)

  it('the gate has complained of nothing', () => {
    expect(complaints(gate)).toEqual([])
  })
})
