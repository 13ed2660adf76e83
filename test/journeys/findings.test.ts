/**
 * Somebody publishes an operation that nobody has written down. The bank's security team has a webhook on this machine:
 * it is told once, signed, by a gate in workerd; when it is away it is told when it is back; and what it decides holds.
 */
import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Response as MiniflareResponse, fetch as miniflareFetch } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LogLine, startWorkers, type Workers } from '../../local/workerd.ts'
import type { InventoryEntry } from '../../src/inventory/learn/types.ts'
import type { Target } from '../../src/inventory/notify/types.ts'
import type { Finding } from '../../src/inventory/risk/finding-types.ts'
import { entry, shadow } from '../inventory/risk/landscape.ts'
import { complaints, eventually, fixture } from './gate.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const HOST = 'hooks.example'
const PATH = '/services/T000/B000/abcdefghijklmnop'
const KEY = randomBytes(32)
const TOKEN = 'operator-token-of-the-findings'
const TARGET: Target = { name: 'security', host: HOST, format: 'json', rules: [{}] }

interface Received {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Receiver {
  readonly received: Received[]
  readonly redirected: string[]
  status: number
  readonly port: number
  close(): Promise<void>
}

/** The team's receiver, over plain HTTP on loopback: the Internet below stands between, and is TLS to the gate. */
async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const redirected: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url !== PATH) redirected.push(request.url ?? '')
      const body = Buffer.concat(chunks).toString('utf8')
      received.push({ id: String(request.headers['webhook-id']), headers: request.headers, body })
      response.writeHead(receiver.status, { location: 'https://hooks.example/elsewhere' }).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const receiver: Receiver = {
    received,
    redirected,
    status: 204,
    // A server that listens on TCP has one.
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((done) => server.close(() => done())),
  }
  return receiver
}

interface Place {
  readonly receiver: Receiver
  readonly log: readonly LogLine[]
  readonly origin: string
  assess(entries: readonly InventoryEntry[], targets?: readonly Target[]): Promise<unknown>
  findings(query?: string): Promise<readonly Finding[]>
  decide(id: string, command: object): Promise<number>
  restart(): Promise<void>
  close(): Promise<void>
}

async function open(): Promise<Place> {
  const receiver = await startReceiver()
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-findings-'))
  const log: LogLine[] = []
  const start = () =>
    startWorkers({
      entry: fixture('findings-worker.ts'),
      quiet: true,
      log: (line) => log.push(line),
      persistTo: folder,
      secrets: {
        OPERATOR_TOKEN: TOKEN,
        NOTIFY_SECRETS: JSON.stringify({
          security: { url: `https://${HOST}${PATH}`, keys: [`whsec_${KEY.toString('base64')}`] },
        }),
      },
      internet: async (request) => {
        const { protocol, hostname, pathname } = new URL(request.url)
        if (protocol !== 'https:' || hostname !== HOST) return new MiniflareResponse(null, { status: 523 })
        return miniflareFetch(`http://127.0.0.1:${receiver.port}${pathname}`, {
          method: request.method,
          headers: request.headers,
          body: await request.text(),
          redirect: 'manual',
        })
      },
    })
  let workers: Workers = await start()
  const origin = () => `http://${workers.gate.host}:${workers.gate.port}`
  const operator = { authorization: `Bearer ${TOKEN}` }
  return {
    receiver,
    log,
    get origin() {
      return origin()
    },
    async assess(entries, targets = [TARGET]) {
      const overflow = {
        misses: 0,
        unsettled: 0,
        turnedAway: 0,
        ignored: 0,
        dropped: 0,
        suspects: 0,
        pressure: 0,
      }
      const now = Date.now()
      const snapshots = [{ at: now, since: now - 86_400_000, entries, decisions: [], overflow, changes: 0 }]
      const body = JSON.stringify({ snapshots, targets })
      return (await fetch(`${origin()}/assess`, { method: 'POST', body })).json()
    },
    async findings(query = 'state=open&state=accepted&state=fixed') {
      const answer = await fetch(`${origin()}/_portcullis/api/findings?${query}`, { headers: operator })
      // The console's own format.
      return ((await answer.json()) as { readonly findings: readonly Finding[] }).findings
    },
    async decide(id, command) {
      const url = `${origin()}/_portcullis/api/findings/${id}`
      return (await fetch(url, { method: 'POST', body: JSON.stringify(command), headers: operator })).status
    },
    async restart() {
      await workers.close()
      workers = await start()
    },
    async close() {
      await workers.close()
      await receiver.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function isSigned({ id, headers, body }: Received): boolean {
  const timestamp = String(headers['webhook-timestamp'])
  const mac = createHmac('sha256', KEY).update(`${id}.${timestamp}.${body}`).digest('base64')
  const fresh = Math.abs(Date.now() / 1_000 - Number(timestamp)) < 300
  return fresh && headers['webhook-signature'] === `v1,${mac}`
}

/** Seen just now, however long the tests take: else all of them are dormant. */
function fresh(entries: readonly InventoryEntry[]): readonly InventoryEntry[] {
  const now = Date.now()
  return entries.map((one) => ({ ...one, usage: { ...one.usage, lastSeenAt: now, lastServedAt: now } }))
}

const sound = () => fresh([entry({ data: [] })]).map((one) => ({ ...one, origin: 'learnt' as const }))
const export1 = (served = 40) => fresh([shadow({ statuses: [0, 0, served, 0, 0, 0], requests: served })])
const export2 = () => fresh([shadow({}, { key: 'GET api.bank.example/debug', path: '/debug' })])

describe('the security team', () => {
  let place: Place
  beforeAll(async () => {
    place = await open()
  })
  afterAll(() => place.close())

  it('is told once of a new operation, in a message that proves whose it is', async () => {
    for (let round = 0; round < 4; round++) await place.assess(export1(40 + round))
    const notice = await eventually('a notice', async () => place.receiver.received[0])
    expect(isSigned(notice)).toBe(true)
    expect(JSON.parse(notice.body)).toMatchObject({
      type: 'finding.raised',
      id: notice.id,
      data: { finding: { check: 'shadow_operation', severity: 'medium' } },
    })
    await place.assess(export1(90))
    await new Promise((done) => setTimeout(done, 500))
    expect(place.receiver.received).toHaveLength(1)
  })

  it('is told again what it could not hear, under the same id and in order', async () => {
    const before = place.receiver.received.length
    place.receiver.status = 503
    await place.assess([...export1(90), ...export2()])
    const first = await eventually('an attempt', async () => place.receiver.received[before])
    const [found] = (await place.findings()).filter(({ operation }) => operation.endsWith('/debug'))
    expect(await place.decide(found?.id ?? '', { kind: 'fix', by: 'Ada Example', why: 'taken down' })).toBe(
      200,
    )
    await place.assess([
      ...export1(90),
      ...fresh([
        shadow({ statuses: [0, 0, 99_999, 0, 0, 0] }, { key: 'GET api.bank.example/debug', path: '/debug' }),
      ]),
    ])
    place.receiver.status = 204
    const told = await eventually('the news after it', async () => {
      const ours = place.receiver.received.slice(before).filter(({ id }) => id.startsWith(found?.id ?? '-'))
      return ours.some(({ body }) => body.includes('finding.reopened')) ? ours : undefined
    })
    const kinds = told.map(({ body }) => String(JSON.parse(body).type))
    expect(kinds.at(-1)).toBe('finding.reopened')
    expect(kinds.slice(0, -1).every((kind) => kind === 'finding.raised')).toBe(true)
    expect(new Set(told.filter(({ body }) => body.includes('raised')).map(({ id }) => id))).toEqual(
      new Set([first.id]),
    )
    expect(told.every(isSigned)).toBe(true)
  })

  it('is not followed where a redirect would lead', async () => {
    place.receiver.status = 307
    const before = place.receiver.received.length
    await place.assess([
      ...export1(90),
      ...export2(),
      ...fresh([shadow({}, { key: 'GET api.bank.example/third' })]),
    ])
    await eventually('an attempt', async () => place.receiver.received[before])
    await new Promise((done) => setTimeout(done, 300))
    expect(place.receiver.redirected).toEqual([])
    place.receiver.status = 204
  })

  it('accepts a risk, and the gate remembers who, why and until when, also after a restart', async () => {
    const [finding] = (await place.findings('state=open')).filter(({ operation }) =>
      operation.includes('export'),
    )
    const until = Date.now() + 86_400_000
    const command = { kind: 'accept', by: 'Ada Example', why: 'until the migration', until }
    expect(await place.decide(finding?.id ?? '', command)).toBe(200)
    await place.restart()
    await place.assess(export1(500))
    const kept = (await place.findings()).find(({ id }) => id === finding?.id)
    expect(kept).toMatchObject({ state: 'accepted', acceptance: { by: 'Ada Example', until } })
  })

  it('finds neither the address nor the key of its webhook in the log', () => {
    const text = JSON.stringify(place.log)
    expect(text).not.toContain(PATH)
    expect(text).not.toContain(KEY.toString('base64'))
    expect(complaints(place)).toEqual([])
  })
})

describe('npm run findings', () => {
  let place: Place
  beforeAll(async () => {
    place = await open()
    await place.assess(sound(), [])
  })
  afterAll(() => place.close())

  /** Not spawnSync: the receiver and the Internet live in this process. */
  function run(
    ...args: readonly string[]
  ): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, ['lab/findings.ts', ...args], {
      cwd: PROJECT,
      env: { ...process.env, PORTCULLIS_OPERATOR_TOKEN: TOKEN },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8')
    })
    return new Promise((done) => child.on('close', (status) => done({ status, stdout, stderr })))
  }

  it('lists what the running gate knows, and exits with 1 while something is open', async () => {
    await place.assess(export1(), [])
    const text = await run('--gate', place.origin, '--check', 'shadow_operation')
    expect(text.status).toBe(1)
    expect(text.stdout).toContain('[medium] An operation is served that no specification has')
    const json = JSON.parse((await run('--gate', place.origin, '--json')).stdout)
    expect(json.findings.length).toBeGreaterThan(0)
    expect(json.blind.length).toBeGreaterThan(0)
  })

  it('exits with 0 when nothing that was asked for is open', async () => {
    for (const { id } of await place.findings('state=open')) {
      await place.decide(id, { kind: 'fix', by: 'Ada Example', why: 'taken down' })
    }
    expect((await run('--gate', place.origin)).status).toBe(0)
    const fixed = await run('--gate', place.origin, '--state', 'fixed', '--csv')
    expect(fixed.stdout).toContain('taken down')
  })

  it('exits with 2 when it cannot say', async () => {
    const refused = await run('--gate', 'http://127.0.0.1:9')
    expect(refused).toMatchObject({ status: 2, stdout: '' })
    expect(refused.stderr).toContain('Cannot ask http://127.0.0.1:9')
    expect((await run('--json', '--csv')).status).toBe(2)
  })
})
