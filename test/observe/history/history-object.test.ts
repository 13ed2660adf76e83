// What an account knows outlives the object that it lives in.
import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { OutcomeKind } from '../../../src/evidence.ts'
import { hash32 } from '../../../src/lib/hash32.ts'
import type { HistoryAsk } from '../../../src/observe/history/ask.ts'
import { HISTORY } from '../../../src/observe/history/history.ts'
import type { AccountHistory } from '../../../src/observe/history/types.ts'
import type { Ledger } from '../../../src/observe/ledger-object.ts'
import { sent } from '../../../src/observe/wire.ts'

type Stub = DurableObjectStub<Ledger>

const NAME = 'account:k1.bbbbbbbbbbbbbbbb'
const OWNER: HistoryAsk = {
  ...{ subject: 'account', attempt: true },
  traits: { software: hash32('safari'), network: hash32('AS64500') },
}
let requests = 0

async function visit(
  stub: Stub,
  ask: HistoryAsk,
  outcome?: OutcomeKind,
): Promise<AccountHistory | undefined> {
  requests += 1
  const request = { id: `h${requests}`, at: Date.now(), attempt: true, page: false, keys: [NAME] }
  const asked = { asks: { history: ask }, asked: { history: NAME } }
  const answer = await stub.observe(sent({ ...request, account: undefined, client: 'fp', ...asked }))
  if (outcome !== undefined) await stub.settle([{ ...request, outcome, status: 200, ...asked }])
  if (!('annexes' in answer)) throw new Error('Cannot read the answer: no annex was asked')
  // As the annex told it; that it comes over unharmed is what is tested.
  const { history } = JSON.parse(String(answer.annexes)) as { readonly history: unknown }
  const fact = HISTORY.read([history], ask)
  return fact?.state === 'valid' ? fact.value : undefined
}

describe('the history of an account in its Ledger object', () => {
  it('is there after an eviction, and was never made by those who only tried', async () => {
    const stub = env.LEDGER.getByName('history')
    for (let guess = 0; guess < 3; guess += 1) await visit(stub, OWNER, 'failure')
    expect(await visit(stub, OWNER, 'success')).toBeUndefined()
    expect(await visit(stub, OWNER)).toMatchObject({ familiar: true, successes: 1 })
    // What may lose a second is written within one.
    await new Promise((resolve) => setTimeout(resolve, 1_300))
    await evictDurableObject(stub)
    const stranger = { ...OWNER, traits: { software: hash32('curl'), network: hash32('AS64541') } }
    expect(await visit(stub, OWNER)).toMatchObject({ familiar: true, days: 1 })
    expect(await visit(stub, stranger)).toMatchObject({ familiar: false })
  })

  it('is gone once its subject is erased', async () => {
    const stub = env.LEDGER.getByName('history erased')
    await visit(stub, OWNER, 'success')
    expect(await visit(stub, OWNER)).toMatchObject({ familiar: true })
    await stub.erase([NAME])
    expect(await visit(stub, OWNER)).toBeUndefined()
  })
})
