/** The gate's own neighbours fail, one after another. The bank stays open, and the operator reads what was missing. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Customer, customers } from '../../local/bank/customers.ts'
import type { Fault } from '../fixtures/faults.ts'
import { type Reply, send, somebody } from './client.ts'
import { complaints, eventually, FAULTY, type Gate, startGate } from './gate.ts'

/** What a request waits for its memory; the faulty object's "slow" is ten times as long. */
const BUDGET_MS = 150

let gate: Gate
beforeAll(async () => {
  gate = await startGate({ entry: FAULTY, vars: { LEDGER_SHARDS: 1, LEDGER_BUDGET_MS: BUDGET_MS } })
})
afterEach(() => Promise.all(['ledger', 'journal', 'analytics'].map((of) => misbehave(gate, of, 'none'))))
afterAll(() => gate.close())

async function misbehave({ workers }: Gate, of: string, fault: Fault): Promise<void> {
  const { host, port } = workers.gate
  await fetch(`http://${host}:${port}/_test/fault?of=${of}&fault=${fault}`, { method: 'POST' })
}

function logged({ log }: Gate, pattern: RegExp): Promise<string> {
  return eventually(`${pattern} in the log`, async () =>
    log.map(({ message }) => message).find((message) => pattern.test(message)),
  )
}

function person(at: number): Customer {
  const found = customers[at]
  if (found === undefined) throw new Error(`Cannot find customer ${at}`)
  return found
}

const APP = ['Content-Type', 'application/json', 'User-Agent', 'DemoBank/5.1 (Android 16) okhttp/5.3.0']

async function logIn({
  username,
  password,
}: Customer): Promise<{ reply: Reply; prefix: string; ms: number }> {
  const from = somebody()
  const body = JSON.stringify({ username, password })
  const began = Date.now()
  const reply = await send(gate, { method: 'POST', path: '/mobile/v1/login', headers: APP, body, from })
  return { reply, prefix: from.replace(/\d+$/, '0/24'), ms: Date.now() - began }
}

it('a gate that dropped something would be heard', async () => {
  const other = await startGate({ entry: FAULTY })
  await fetch(`http://${other.workers.gate.host}:${other.workers.gate.port}/_test/drop`)
  const heard = await eventually('two complaints', async () =>
    complaints(other).length === 2 ? complaints(other).join() : undefined,
  )
  expect(heard).toMatch(/unhandled_rejection/)
  expect(heard).toMatch(/work_after_the_answer_failed/)
  await other.close()
})

describe('a memory of behaviour', () => {
  it.each<[Fault, string]>([
    ['throws', 'ledger_failed'],
    ['nonsense', 'ledger_failed'],
    ['hangs', 'ledger_timeout'],
    ['slow', 'ledger_timeout'],
  ])('that %s costs no customer the login, and no more time than its budget', async (fault, reason) => {
    await misbehave(gate, 'ledger', fault)
    const { reply, prefix, ms } = await logIn(person(0))
    expect(reply.status).toBe(200)
    // The rest is TLS, the bank's own password hash, and a busy machine.
    expect(ms).toBeLessThan(BUDGET_MS + 900)
    const decision = await gate.newest((entry) => entry.prefix === prefix)
    expect(decision).toMatchObject({ action: 'flag', rule: 'ledger_unavailable_login', reason })
    expect(decision.conduct).toMatchObject({
      client: `unavailable:${reason}`,
      account: `unavailable:${reason}`,
    })
    expect(decision.ledgerMs).toBeLessThan(BUDGET_MS + 400)
  })

  it('that dies is found again, with what it knew', async () => {
    const before = await logIn(person(1))
    await gate.newest((entry) => entry.prefix === before.prefix)
    // Rates are written down within a second.
    await new Promise((later) => setTimeout(later, 1_300))
    await misbehave(gate, 'ledger', 'dies')
    const during = await logIn(person(1))
    expect(during.reply.status).toBe(200)
    expect(await gate.newest((entry) => entry.prefix === during.prefix)).toMatchObject({
      reason: 'ledger_failed',
    })
    const after = await logIn(person(1))
    const { conduct } = await gate.newest((entry) => entry.prefix === after.prefix)
    expect(conduct.account).toMatchObject({ attempts: 1, clients: 1 })
  })

  it('that is well again is used again', async () => {
    const { reply, prefix } = await logIn(person(2))
    expect(reply.status).toBe(200)
    const decision = await gate.newest((entry) => entry.prefix === prefix)
    expect(decision.reason).not.toMatch(/ledger/)
    expect(decision.conduct.client).toMatchObject({ requests: 0 })
  })
})

describe('a journal', () => {
  it.each<Fault>(['throws', 'nonsense', 'slow'])(
    'that %s costs nobody anything, and gets its records when it is well',
    async (fault) => {
      await misbehave(gate, 'journal', fault)
      const { reply, prefix, ms } = await logIn(person(3))
      expect(reply.status).toBe(200)
      expect(ms).toBeLessThan(1_000)
      // Its first batch goes now, and fails.
      await new Promise((later) => setTimeout(later, 700))
      await misbehave(gate, 'journal', 'none')
      await send(gate, { path: '/login', from: somebody() })
      expect(await gate.newest((entry) => entry.prefix === prefix)).toMatchObject({ outcome: 'success' })
    },
  )

  it('that hangs holds nobody up, and what it was given is given to it again', async () => {
    await misbehave(gate, 'journal', 'hangs')
    const { reply, prefix, ms } = await logIn(person(4))
    expect(reply.status).toBe(200)
    expect(ms).toBeLessThan(1_000)
    // It is waited for, but not by anybody who is waiting.
    await new Promise((later) => setTimeout(later, 5_800))
    await misbehave(gate, 'journal', 'none')
    await send(gate, { path: '/login', from: somebody() })
    expect(await gate.newest((entry) => entry.prefix === prefix)).toMatchObject({ outcome: 'success' })
  })

  it('that stays away costs records in the end, and the log says how many', async () => {
    await misbehave(gate, 'journal', 'throws')
    for (const _try of ['first', 'second']) {
      expect((await send(gate, { path: '/login', from: somebody() })).status).toBe(200)
      // Longer than a batch collects.
      await new Promise((later) => setTimeout(later, 700))
    }
    const line = await logged(gate, /records_lost.*decisions/)
    expect(JSON.parse(line)).toMatchObject({
      event: 'records_lost',
      what: 'decisions',
      count: expect.any(Number),
    })
  })

  it('that cannot be read is a clear answer to the operator', async () => {
    await misbehave(gate, 'journal', 'throws')
    expect(await gate.operator('/api/decisions')).toEqual({ status: 503, json: { error: 'journal_failed' } })
  })
})

describe('analytics', () => {
  it('that throw cost nobody anything, and are in the log', async () => {
    await misbehave(gate, 'analytics', 'throws')
    const { reply, prefix } = await logIn(person(5))
    expect(reply.status).toBe(200)
    const { reference } = await gate.newest((entry) => entry.prefix === prefix)
    expect(complaints(gate).filter((line) => line.includes(reference))).toHaveLength(1)
  })
})

describe('the list of networks', () => {
  it.each(['throws', 'hangs'])('that %s keeps nobody waiting', async (fault) => {
    const blind = await startGate({ entry: FAULTY, vars: { LISTS_FAULT: fault } })
    const began = Date.now()
    expect((await send(blind, { path: '/login', from: somebody() })).status).toBe(200)
    expect(Date.now() - began).toBeLessThan(2_000)
    if (fault === 'throws') await logged(blind, /lists_unreachable/)
    expect(complaints(blind)).toEqual([])
    await blind.close()
  })

  it('that cannot be understood is left alone, and the log says which line and why', async () => {
    const other = await startGate({ entry: FAULTY })
    const lists = await other.workers.mf.getKVNamespace('LISTS', 'portcullis')
    await lists.put('networks', 'not an address\n127.0.0.0/8 everybody\n')
    expect((await send(other, { path: '/login', from: somebody() })).status).toBe(200)
    expect(JSON.parse(await logged(other, /lists_refused/))).toMatchObject({ mistakes: expect.any(Array) })
    expect(complaints(other)).toEqual([])
    await other.close()
  })
})

describe('after all this', () => {
  it('nothing was dropped, and the one bug is the one that was made', () => {
    expect(
      complaints(gate).filter((line) => !line.includes('no analytics') && !line.includes('"bug"')),
    ).toEqual([])
  })
})
