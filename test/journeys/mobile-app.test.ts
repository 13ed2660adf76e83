/** The bank's app on an invented device: it takes a challenge, leaves its key, and signs what it sends, through real TLS. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { customers } from '../../local/bank/customers.ts'
import { makeSecrets } from '../../local/secrets.ts'
import type { Json } from '../../local/workerd.ts'
import { toBase64, toBase64url } from '../../src/lib/base64.ts'
import { clientData } from '../../src/verify/attestation/client-data.ts'
import { requireReal } from '../real.ts'
import { APP, type Device, newDevice, ROOT_PEM, text } from '../verify/attestation/apple.ts'
import { type Echo, type Reply, type Sent, send, somebody } from './client.ts'
import { complaints, type Gate, startGate } from './gate.ts'
import { openRoutes } from './routes.ts'
import { workerds } from './workerds.ts'

const LOGIN = '/mobile/v1/login'
const ECHO = '/demo/echo'
const CFNETWORK = 'InventedBank/5.1 CFNetwork/3860.200.71 Darwin/25.1.0'
/** The same before and after: challenges and what is kept are under it. */
const { GATE_KEYS } = makeSecrets()

let folder: string
let gate: Gate
let others: ReadonlySet<number>
beforeAll(async () => {
  others = new Set(workerds())
  folder = mkdtempSync(join(tmpdir(), 'portcullis-app-'))
  gate = await start()
})
afterAll(async () => {
  await gate.close()
  rmSync(folder, { recursive: true })
})

function start(): Promise<Gate> {
  return startGate({
    secrets: { GATE_KEYS },
    persistTo: join(folder, 'state'),
    vars: {
      APPS: { apple: { apps: [APP] } },
      APPLE_APP_ATTEST_ROOT: ROOT_PEM,
      ROUTES: routesOfApps(),
      LEDGER_BUDGET_MS: 5_000,
    },
  })
}

/** The project's own, whose login for apps wants them proven, and an echo that does. */
function routesOfApps(): Json[] {
  const echo = { id: 'echo', methods: ['POST'], pattern: ECHO, dialect: 'problem', channel: 'mobile' }
  return [...openRoutes().map(proven), { ...echo, app: 'required' }]
}

function proven(route: Json): Json {
  const isLogin = typeof route === 'object' && route !== null && 'id' in route && route.id === 'mobile-login'
  return isLogin ? { ...route, app: 'required' } : route
}

type Asked = Pick<Sent, 'path'> & { readonly body: string; readonly headers?: readonly string[] }

function post({ path, body, headers = [] }: Asked): Promise<Reply> {
  const own = ['Content-Type', 'application/json', 'User-Agent', CFNETWORK, 'Accept', 'application/json']
  return send(gate, { method: 'POST', path, body, headers: [...own, ...headers], from: somebody() })
}

async function newChallenge(): Promise<string> {
  const { text: answer } = await post({ path: '/_portcullis/attestation/challenge', body: '' })
  // The gate's own answer.
  return (JSON.parse(answer) as { readonly challenge: string }).challenge
}

async function enrolment(device: Device): Promise<string> {
  const challenge = await newChallenge()
  const attestation = toBase64(await device.attest({ challenge }))
  return JSON.stringify({ keyId: device.keyIdText, challenge, attestation })
}

const enrol = (body: string): Promise<Reply> => post({ path: '/_portcullis/attestation/keys', body })

/** As the app would: over the method, the target and the body that it is about to send. */
async function asserted(
  device: Device,
  counter: number,
  { path, body }: Pick<Asked, 'path' | 'body'>,
  challenge?: string,
): Promise<Asked> {
  const time = String(Date.now())
  const said = { kind: challenge === undefined ? 'time' : 'challenge', text: challenge ?? time } as const
  const data = clientData(
    { method: 'POST', target: path, body: text(body) },
    { ...said, madeAt: 0, until: 0 },
  )
  const assertion = toBase64(await device.assert(data, { counter }))
  const freshness = challenge === undefined ? ['App-Time', time] : ['App-Challenge', challenge]
  return {
    path,
    body,
    headers: ['App-Key-Id', device.keyIdText, 'App-Assertion', assertion, ...freshness],
  }
}

function credentials(at: number): string {
  const customer = customers[at]
  if (customer === undefined) throw new Error(`Cannot find customer ${at}`)
  const { username, password } = customer
  return JSON.stringify({ username, password })
}

/** Why, as the operator reads it. */
async function reasonOf(reply: Reply): Promise<string> {
  return (await gate.decision(reply.header('portcullis-reference'))).reason
}

describe('a customer with the bank’s app', () => {
  it('leaves a key, signs in with it, and the operator reads what it was', async () => {
    const device = await newDevice()
    const body = await enrolment(device)
    expect((await enrol(body)).status).toBe(201)
    expect((await enrol(body)).status).toBe(201)
    const reply = await post(await asserted(device, 1, { path: LOGIN, body: credentials(0) }))
    expect(reply.status).toBe(200)
    expect(JSON.parse(reply.text)).toHaveProperty('token')
    const decision = await gate.newest(
      ({ route, outcome }) => route === 'mobile-login' && outcome === 'success',
    )
    expect(decision.proof.app).toBe('valid')
    expect(decision.app).toMatchObject({ platform: 'apple', app: APP, counted: 1 })
    expect(JSON.stringify(decision)).not.toContain(toBase64url(device.keyId))
  })

  it('may bind what it sends to a challenge in place of a clock', async () => {
    const device = await newDevice()
    await enrol(await enrolment(device))
    const sent = await asserted(device, 1, { path: LOGIN, body: credentials(1) }, await newChallenge())
    expect((await post(sent)).status).toBe(200)
  })

  it('is told to the bank, byte for byte what it sent, and without what it proved itself with', async () => {
    const device = await newDevice()
    await enrol(await enrolment(device))
    const body = ' {"z" : 1,\t"a":"\u00e9\u{1f600}"}\r\n'
    const sent = await asserted(device, 1, { path: `${ECHO}?lang=en&b=%7e`, body })
    const headers = [...(sent.headers ?? []), 'Portcullis-App', 'platform=apple, id="another"']
    const reply = await post({ ...sent, headers })
    expect(reply.status).toBe(200)
    // The demo bank's own format.
    const seen = JSON.parse(reply.text) as Echo
    const named = new Map(seen.headers)
    expect(Buffer.from(seen.body, 'base64').toString()).toBe(body)
    expect(named.get('portcullis-app')).toContain(`platform=apple, id="${APP}"`)
    expect([...named.keys()].filter((name) => name.startsWith('app-'))).toEqual([])
  })
})

describe('whoever is not', () => {
  it('sends nothing, and is told what is missing', async () => {
    const reply = await post({ path: LOGIN, body: credentials(2) })
    expect([reply.status, reply.header('portcullis-app-proof')]).toEqual([403, 'missing'])
    expect(await reasonOf(reply)).toBe('app_missing')
  })

  it('sends a copy of what the app sent, and is refused', async () => {
    const device = await newDevice()
    await enrol(await enrolment(device))
    const sent = await asserted(device, 1, { path: LOGIN, body: credentials(2) })
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(sent)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    const [refused] = replies.filter(({ status }) => status === 403)
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(19)
    expect(refused && (await reasonOf(refused))).toBe('assertion_replayed')
  })

  it('changes the body, and is refused; the app’s own still passes', async () => {
    const device = await newDevice()
    await enrol(await enrolment(device))
    const sent = await asserted(device, 1, { path: LOGIN, body: credentials(3) })
    const changed = await post({ ...sent, body: sent.body.replace('{', '{ ') })
    expect([changed.status, changed.header('portcullis-app-proof')]).toEqual([403, 'refused'])
    expect(await reasonOf(changed)).toBe('assertion_signature_wrong')
    expect((await post(sent)).status).toBe(200)
  })

  it('has a key that nobody attested, and is told to attest one', async () => {
    const device = await newDevice()
    const reply = await post(await asserted(device, 1, { path: LOGIN, body: credentials(4) }))
    expect([reply.status, reply.header('portcullis-app-proof')]).toEqual([403, 'key_unknown'])
    expect((await enrol(await enrolment(device))).status).toBe(201)
    expect((await post(await asserted(device, 1, { path: LOGIN, body: credentials(4) }))).status).toBe(200)
  })

  it('brings an attestation of another authority, and leaves no key', async () => {
    const device = await newDevice()
    const challenge = await newChallenge()
    const attestation = toBase64(await device.attest({ challenge, issuer: 'stranger' }))
    expect((await enrol(JSON.stringify({ keyId: device.keyIdText, challenge, attestation }))).status).toBe(
      403,
    )
    const reply = await post(await asserted(device, 1, { path: LOGIN, body: credentials(5) }))
    expect(reply.header('portcullis-app-proof')).toBe('key_unknown')
  })
})

describe('after all this', () => {
  it('the gate has complained of nothing', () => {
    expect(complaints(gate)).toEqual([])
  })
})

/** How many answers there have to be before it happens. */
const ENOUGH = 12

it.runIf(requireReal('/proc', process.platform === 'linux'))(
  'a count that was taken stays taken when workerd is killed in the middle (SIGKILL) and started on the same storage',
  async () => {
    const device = await newDevice()
    await enrol(await enrolment(device))
    const challenge = await newChallenge()
    const [pid, ...more] = workerds().filter((one) => !others.has(one))
    expect(more).toEqual([])
    if (pid === undefined) throw new Error('Cannot find workerd')

    const taken: Asked[] = []
    const unanswered: Asked[] = []
    for (let counter = 1; unanswered.length === 0; counter += 1) {
      const sent = await asserted(device, counter, { path: ECHO, body: `{"n":${counter}}` })
      const asked = post(sent).then(
        ({ status }) => status,
        () => 0,
      )
      // While this one is on its way.
      if (taken.length >= ENOUGH) process.kill(pid, 'SIGKILL')
      if ((await asked) === 200) taken.push(sent)
      else unanswered.push(sent)
      expect(counter).toBeLessThan(ENOUGH + 5)
    }
    expect(taken.length).toBeGreaterThanOrEqual(ENOUGH)
    await Promise.race([gate.close().catch(() => undefined), new Promise((done) => setTimeout(done, 3_000))])

    gate = await start()
    const again = await Promise.all(taken.map(post))
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([403]))
    const [first] = again
    expect(first && (await reasonOf(first))).toBe('assertion_replayed')
    const next = taken.length + unanswered.length + 1
    const login = { path: LOGIN, body: credentials(6) }
    expect((await post(await asserted(device, next, login, challenge))).status).toBe(200)
    expect(complaints(gate)).toEqual([])
  },
  120_000,
)
