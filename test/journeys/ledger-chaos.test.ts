/**
 * The ledger's objects fail, hang, die, are evicted, and workerd is killed (SIGKILL), while requests go on. What had to be
 * durable is there, rates lose less than their last second, nothing is counted twice, and nobody waits beyond the budget.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorkers, type Workers } from '../../local/workerd.ts'
import type { Footprint } from '../../src/evidence.ts'
import { hash32 } from '../../src/lib/hash32.ts'
import { askingQuota } from '../../src/observe/quota/borrow.ts'
import { organisationName, shardName } from '../../src/observe/shards.ts'
import type { Fault } from '../fixtures/faults.ts'
import type { Seen } from '../fixtures/ledger-worker.ts'
import { requireReal } from '../real.ts'
import { fixture } from './gate.ts'
import { workerds } from './workerds.ts'

const BUDGET_MS = 200
/** The rest is a machine with other things to do. */
const SLACK_MS = 600
/** Rates are written down within a second; the rest is a machine with other things to do. */
const WRITTEN_MS = 2_500
/** At other moments between two writings each time. */
const KILLS = 4
/** A second, and a machine with other things to do. */
const LOST_MS = 1_000 + 200
/** Accesses a day while the customer is away (RTS Art. 36(5)(b)). */
const LIMIT = 4
const CONSENT_OBJECT = 'organisation-PSDGB-FCA-765432-0-of-2'
const DAY_MS = 86_400_000

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-ledger-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function start(persistTo?: string): Promise<Workers> {
  return startWorkers({
    entry: fixture('ledger-worker.ts'),
    configPath: fixture('ledger-worker.toml'),
    bank: { address: '127.0.0.1:9' },
    quiet: true,
    ...(persistTo === undefined ? {} : { persistTo }),
  })
}

let sequence = 0
/** A third party reads under a consent while the customer is away, and says whose account it is for. */
function footprint(account: string, consent: string): Footprint {
  sequence += 1
  const at = Date.now()
  return {
    ...{
      requestId: `chaos-${sequence}`,
      at,
      route: 'accounts',
      sensitivity: 'account',
      attempt: true,
      page: false,
    },
    ...{ account, client: 'c', resource: sequence, cohort: 'f', cohorts: {}, home: '0', spread: 0 },
    keys: [
      { kind: 'tpp', id: 'PSDGB-FCA-765432', standing: 'proven' },
      { kind: 'consent', id: consent, standing: 'proven' },
      { kind: 'account', id: account, standing: 'claimed' },
    ],
    asks: {
      consent: {
        ...{ kind: 'use', data: true, account: undefined, listing: undefined },
        unattended: {
          ...{ resources: ['balances'], page: false, pages: 200, limit: LIMIT, accepted: 'agreed' },
          ...{ since: at - DAY_MS, endsAt: undefined },
        },
      },
    },
  }
}

async function ask({ gate }: Workers, footprints: readonly Footprint[]): Promise<readonly Seen[]> {
  const url = `http://${gate.host}:${gate.port}/?budget=${BUDGET_MS}`
  const answer = await fetch(url, {
    ...{ method: 'POST', body: JSON.stringify(footprints) },
    signal: AbortSignal.timeout(10_000),
  })
  return (await answer.json()) as readonly Seen[] // the fixture's own answer
}

async function misbehave({ gate }: Workers, object: string, fault: Fault): Promise<void> {
  const query = new URLSearchParams({ object, fault })
  await fetch(`http://${gate.host}:${gate.port}/fault?${query}`, { method: 'POST' })
}

const some = (count: number, account: string, consent = 'k1.consent') =>
  Array.from({ length: count }, () => footprint(account, consent))
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))
const counted = ({ tpp }: Seen) => typeof tpp === 'number'
const granted = ({ used }: Seen) => typeof used === 'number'

async function state(workers: Workers, account: string): Promise<Seen> {
  const [seen] = await ask(workers, [footprint(account, 'k1.other')])
  if (seen === undefined) throw new Error('Cannot ask the ledger')
  return seen
}

describe('while objects fail', () => {
  it('no request waits beyond its budget, nothing is counted twice, and what was durable stays', async () => {
    const workers = await start()
    const account = 'k1.alice'
    const seen: Seen[] = [...(await ask(workers, some(100, account)))]
    await pause(WRITTEN_MS)
    const durable = seen.length
    for (const fault of ['throws', 'slow', 'none', 'hangs', 'nonsense', 'none', 'dies', 'none'] as const) {
      await misbehave(workers, CONSENT_OBJECT, fault)
      seen.push(...(await ask(workers, some(40, account))))
    }
    // What was slow is over by now.
    await pause(2_000)
    expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(BUDGET_MS + SLACK_MS)
    const reasons = new Set(seen.filter((one) => !counted(one)).map(({ tpp }) => tpp))
    expect([...reasons].sort()).toEqual(['ledger_failed', 'ledger_timeout'])

    const after = await state(workers, account)
    // The account lives in another object, which was well all the time.
    expect(after.account).toBe(seen.length)
    expect(after.tpp).toBeGreaterThanOrEqual(durable)
    expect(after.tpp).toBeLessThanOrEqual(seen.length)
    // The fifth access is not granted, whatever failed in between.
    expect(seen.filter(granted).length).toBe(LIMIT)
    expect((await ask(workers, some(3, account))).filter(granted)).toEqual([])
    await workers.close()
  })

  it('an object that is evicted knows everything that it had written', async () => {
    const workers = await start()
    const seen = await ask(workers, some(50, 'k1.bob'))
    await pause(WRITTEN_MS)
    await workers.mf.unsafeEvictDurableObject('ledger', 'Ledger', { name: CONSENT_OBJECT })
    const after = await state(workers, 'k1.bob')
    expect([after.tpp, after.account]).toEqual([seen.length, seen.length])
    await workers.close()
  })
})

describe('while objects are slow that a quota is asked of', () => {
  const QUOTA = 30
  const quotas = [{ organisation: '*', requests: QUOTA, seconds: 86_400 }]
  const HAND_OUT = shardName(hash32('quota PSDGB-FCA-765432').toString(36), 2)
  const OBJECTS = [CONSENT_OBJECT, organisationName('PSDGB-FCA-765432', 1, 2), HAND_OUT]

  const reads = (count: number): readonly Footprint[] =>
    Array.from({ length: count }, (_, spread) =>
      askingQuota({ ...footprint('k1.frank', 'k1.consent'), spread, asks: {} }, quotas),
    )

  // Each call had a budget of its own: whoever looked for tokens waited for nine of them, and whoever waited for that one for seven.
  it('no request waits for more than one budget, no more are granted, and what was found is not lost', async () => {
    const workers = await start()
    const seen: Seen[] = [...(await ask(workers, reads(2)))]
    expect(seen.map(({ quota }) => quota)).toEqual(['granted', 'granted'])
    for (const object of OBJECTS) await misbehave(workers, object, 'tardy')
    for (let round = 0; round < 4; round += 1) {
      seen.push(...(await ask(workers, reads(12))))
      // What went on without its request is over by now.
      await pause(1_500)
    }
    expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(BUDGET_MS + SLACK_MS)
    expect(seen.map(({ quota }) => quota)).toContain('ledger_timeout')

    for (const object of OBJECTS) await misbehave(workers, object, 'none')
    for (let round = 0; round < 40; round += 1) seen.push(...(await ask(workers, reads(2))))
    const of = (what: string) => seen.filter(({ quota }) => quota === what).length
    expect(of('granted')).toBeLessThanOrEqual(QUOTA)
    // Of those of whom nobody knew in time each may have had one.
    expect(of('granted') + of('ledger_timeout')).toBeGreaterThanOrEqual(QUOTA)
    expect(seen.slice(-10).map(({ quota }) => quota)).toEqual(new Array(10).fill('refused'))
    await workers.close()
  })
})

describe('while workerd is killed', () => {
  it.runIf(requireReal('/proc', process.platform === 'linux'))(
    'rates lose at most their last second, and what was granted stays granted',
    async () => {
      const before = new Set(workerds())
      const dying = await start(folder)
      const [pid, ...others] = workerds().filter((one) => !before.has(one))
      expect(others).toEqual([])
      if (pid === undefined) throw new Error('Cannot find workerd')

      /** When each request was answered. */
      const answered: number[] = []
      const until = Date.now() + 5_000
      while (Date.now() < until) {
        await ask(dying, some(10, 'k1.carol'))
        answered.push(...new Array<number>(10).fill(Date.now()))
      }
      const consents = Array.from({ length: 100 }, (_, n) => `k1.consent-${n}`)
      const first = await ask(
        dying,
        consents.flatMap((consent) => some(2, 'k1.dave', consent)),
      )
      process.kill(pid, 'SIGKILL')
      const killedAt = Date.now()
      expect(first.filter(granted)).toHaveLength(200)
      await Promise.race([dying.close().catch(() => undefined), pause(3_000)])

      const again = await start(folder)
      const second = await ask(
        again,
        consents.flatMap((consent) => some(3, 'k1.dave', consent)),
      )
      expect(second.filter(granted).map(({ used }) => used)).toEqual(consents.flatMap(() => [2, 3]))

      const after = await state(again, 'k1.carol')
      const old = answered.filter((at) => at < killedAt - WRITTEN_MS).length
      expect(old).toBeGreaterThan(100)
      expect(after.account).toBeGreaterThanOrEqual(old)
      expect(after.account).toBeLessThanOrEqual(answered.length)
      await again.close()
    },
    60_000,
  )
})

describe('what a killed workerd had not written down', () => {
  it.runIf(requireReal('/proc', process.platform === 'linux'))(
    'is less than a second of requests and of how they ended, measured from their answers',
    async () => {
      const losses: Loss[] = []
      for (let kill = 0; kill < KILLS; kill += 1)
        losses.push(await lossOf(`k1.erin-${kill}`, 1_700 + kill * 250))
      for (const { requests, outcomes } of losses) {
        expect(requests).toBeLessThan(LOST_MS)
        expect(outcomes).toBeLessThan(LOST_MS)
      }
    },
    120_000,
  )
})

/** Milliseconds between the answer to the first request of which nothing is known any more, and the kill. */
interface Loss {
  readonly requests: number
  readonly outcomes: number
}

/** Requests go on until workerd is killed in the middle of them. */
async function lossOf(account: string, runMs: number): Promise<Loss> {
  const before = new Set(workerds())
  const dying = await start(folder)
  const [pid] = workerds().filter((one) => !before.has(one))
  if (pid === undefined) throw new Error('Cannot find workerd')
  const answered: number[] = []
  const until = Date.now() + runMs
  while (Date.now() < until) {
    await ask(dying, some(5, account))
    answered.push(...new Array<number>(5).fill(Date.now()))
  }
  process.kill(pid, 'SIGKILL')
  const killedAt = Date.now()
  await Promise.race([dying.close().catch(() => undefined), pause(3_000)])
  const again = await start(folder)
  const { account: requests, failures } = await state(again, account)
  await again.close()
  const since = (count: number | string) => killedAt - (answered[Number(count)] ?? killedAt)
  return { requests: since(requests), outcomes: since(failures) }
}
