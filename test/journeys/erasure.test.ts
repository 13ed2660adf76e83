/** A person asks to be forgotten, and the gate's operator does it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send, somebody } from './client.ts'
import { type Gate, startGate } from './gate.ts'

let gate: Gate
beforeAll(async () => {
  gate = await startGate({ vars: { LEDGER_SHARDS: 4 } })
})
afterAll(() => gate.close())

const APP = ['Content-Type', 'application/json', 'User-Agent', 'DemoBank/5.1 (Android 16) okhttp/5.3.0']

/** The decision on whoever came from this network last. */
function decisionOf(from: string) {
  const prefix = from.replace(/\d+$/, '0/24')
  return gate.newest((entry) => entry.prefix === prefix)
}

/** What the gate remembered of the account when somebody typed a wrong password for it. */
async function remembered(username: string, from: string): Promise<unknown> {
  const body = JSON.stringify({ username, password: 'wrong' })
  await send(gate, { method: 'POST', path: '/mobile/v1/login', headers: APP, body, from })
  return (await decisionOf(from)).conduct.account
}

async function erase(subject: unknown, token = gate.token) {
  const { host, port } = gate.workers.gate
  const answer = await fetch(`http://${host}:${port}/_portcullis/api/erase`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(subject),
  })
  return { status: answer.status, json: await answer.json() }
}

it('forgets one person and nobody beside', async () => {
  const [one, other] = ['person-190', 'person-191']
  for (const username of [one, other]) await remembered(username, somebody())
  expect(await remembered(one, somebody())).toMatchObject({ attempts: 1 })
  const { status, json } = await erase({ user: one })
  expect(status).toBe(200)
  expect(json).toMatchObject({ erased: { ledger: expect.any(Number), journal: 'not kept there' } })
  expect(await remembered(one, somebody())).toMatchObject({ attempts: 0 })
  expect(await remembered(other, somebody())).toMatchObject({ attempts: 1 })
})

it('forgets one decision', async () => {
  const from = somebody()
  await send(gate, { path: '/nowhere', from })
  const { reference } = await decisionOf(from)
  expect((await erase({ reference })).json).toMatchObject({ erased: { journal: 1 } })
  expect((await gate.operator(`/api/decisions/${reference}`)).status).toBe(404)
})

it.each([
  ['nothing', {}],
  ['two subjects', { user: 'a', card: 'b' }],
  ['an unknown kind', { soul: 'a' }],
  ['what is no text', { user: 7 }],
  ['what is no address', { address: 'not-an-address' }],
  ['a consent of nobody', { consent: 'c' }],
  ['a list', ['user']],
])('says clearly that %s is no subject', async (_what, subject) => {
  expect((await erase(subject)).status).toBe(400)
})

it('forgets nothing for a stranger', async () => {
  expect((await erase({ user: 'person-191' }, 'somebody else')).status).toBe(401)
  expect(await remembered('person-191', somebody())).not.toMatchObject({ attempts: 0 })
})
