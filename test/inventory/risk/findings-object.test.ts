import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { newOutboxStore } from '../../../src/inventory/notify/outbox-store.ts'
import type { Target } from '../../../src/inventory/notify/types.ts'
import { assess } from '../../../src/inventory/risk/assess.ts'
import { assessNow, findingsFrom } from '../../../src/inventory/risk/client.ts'
import type { Assessment } from '../../../src/inventory/risk/finding-types.ts'
import { STEPS } from '../../../src/inventory/risk/findings-schema.ts'
import { baselinesOf } from '../../../src/inventory/risk/landscape.ts'
import type { FindingQuery } from '../../../src/inventory/risk/listing.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import { newSchema } from '../../../src/lib/schema.ts'
import { AT, DAY, entry, landscape, type Scene, shadow, signal } from './landscape.ts'

const { endings } = DEFAULT_SETTINGS
const ALL: FindingQuery = {
  states: ['open', 'accepted', 'fixed'],
  atLeast: 'low',
  api: undefined,
  check: undefined,
  limit: 100,
  offset: 0,
}
const TARGET: Target = { name: 'security', host: 'hooks.example', format: 'json', rules: [{}] }

/** Storage lasts for the whole file: every test has an object of its own. */
function object(name: string) {
  return env.FINDINGS.getByName(name)
}

function port(name: string) {
  return findingsFrom(
    { getByName: () => object(name) },
    { budgetMs: 5_000, waitUntil: () => {}, report: (fault) => expect(fault).toBe('') },
  )
}

function seen(scene: Scene = {}, at = AT): Assessment {
  return assess({ ...landscape(scene), at }, DEFAULT_SETTINGS)
}

function plan(targets: readonly Target[] = []) {
  return { endings, targets, baselines: [] }
}

const SHADOW: Scene = { entries: [entry(), shadow()] }

describe('the Findings object', () => {
  it('raises what is new once, however often the same is assessed', async () => {
    const stub = object('once')
    expect(await stub.record(seen(SHADOW), plan())).toEqual({
      findings: 1,
      raised: 1,
      reopened: 0,
      fixed: 0,
      refused: 0,
    })
    for (let again = 1; again <= 3; again++) {
      const answer = await stub.record(seen(SHADOW, AT + again * 60_000), plan())
      expect(answer).toMatchObject({ findings: 1, raised: 0 })
    }
  })

  it('remembers through an eviction what was found, accepted, and why', async () => {
    const stub = object('evicted')
    await stub.record(seen(SHADOW), plan())
    const page = await stub.list(ALL)
    const id = 'findings' in page ? (page.findings[0]?.id ?? '') : ''
    const until = Date.now() + 30 * DAY
    const command = { kind: 'accept', by: 'Ada Example', why: 'until the migration', until } as const
    expect(await stub.command(id, command)).toMatchObject({ ok: true, value: { state: 'accepted' } })
    await evictDurableObject(stub)
    expect(await stub.find(id)).toMatchObject({
      finding: { state: 'accepted', acceptance: { by: 'Ada Example', why: 'until the migration', until } },
      history: [
        { sequence: 1, kind: 'raised', by: 'gate' },
        { sequence: 2, kind: 'accepted', by: 'Ada Example', why: 'until the migration' },
      ],
    })
  })

  it('knows nobody’s finding', async () => {
    const stub = object('unknown')
    expect(await stub.find('nothing')).toBeUndefined()
    const command = { kind: 'fix', by: 'Ada Example', why: 'done' } as const
    expect(await stub.command('nothing', command)).toEqual({ ok: false, reason: 'finding_unknown' })
  })

  it('touches no storage until there is something to remember', async () => {
    const stub = object('untouched')
    await stub.list(ALL)
    await stub.standing()
    await stub.scores(30)
    await stub.evidence()
    const tables = await runInDurableObject(stub, (_instance, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'findings'").toArray(),
    )
    expect(tables).toEqual([])
  })

  it('says what the last assessment could not see, and how the score went', async () => {
    const stub = object('standing')
    await stub.record(seen(SHADOW, Date.now() - DAY), plan())
    await stub.record(seen({}, Date.now()), plan([TARGET]))
    const standing = await stub.standing()
    expect(standing).toMatchObject({ problems: [], targets: [{ name: 'security', queued: 0 }] })
    expect(JSON.stringify(standing)).toContain('openness')
    const days = await stub.scores(7)
    expect(days).toMatchObject([
      { scores: [{ api: '' }, { api: 'accounts' }, { api: 'undocumented' }] },
      { scores: [{ api: '' }, { api: 'accounts' }, { api: 'undocumented' }] },
    ])
  })

  it('adds up what isolates have counted, for the next assessment', async () => {
    const stub = object('signals')
    await stub.count([signal('role_missing', { requests: 2, accepted: 1 })])
    await stub.count([signal('role_missing', { requests: 3, accepted: 0 }), signal('caller_listed')])
    expect(await stub.evidence()).toMatchObject({
      signals: [
        { signal: 'caller_listed', requests: 1 },
        { signal: 'role_missing', requests: 5, accepted: 1 },
      ],
    })
  })

  it('keeps what an operation was like a day ago, and moves on once a day', async () => {
    const stub = object('baselines')
    const record = (at: number, requests: number) => {
      const scene = landscape({ entries: [entry({ requests })] })
      return stub.record(seen({}, at), { ...plan(), baselines: baselinesOf({ ...scene, at }) })
    }
    const older = async () => {
      const evidence = await port('baselines').evidence()
      return evidence.state === 'valid'
        ? evidence.value.baselines.map(([, { requests }]) => requests)
        : evidence
    }
    await record(AT, 100)
    expect(await older()).toEqual([])
    await record(AT + DAY, 200)
    expect(await older()).toEqual([100])
    await record(AT + DAY + 60_000, 250)
    expect(await older()).toEqual([100])
    await record(AT + 2 * DAY, 300)
    expect(await older()).toEqual([200])
  })
})

describe('a round of assessment', () => {
  it('reads what was before, looks, and has it written down', async () => {
    const findings = port('round')
    await findings.count([signal('role_missing')])
    const { specification, overflow: _none, entries } = landscape(SHADOW)
    const overflow = {
      misses: 0,
      unsettled: 0,
      turnedAway: 0,
      ignored: 0,
      dropped: 0,
      suspects: 0,
      pressure: 0,
    }
    const snapshots = [{ at: AT, since: AT - DAY, entries, decisions: [], overflow, changes: 0 }]
    const round = { snapshots, specification, settings: DEFAULT_SETTINGS, targets: [], at: AT }
    expect(await assessNow(findings, round)).toEqual({
      state: 'valid',
      value: { findings: 2, raised: 2, reopened: 0, fixed: 0, refused: 0 },
    })
    const page = await findings.list(ALL)
    expect(page.state === 'valid' && page.value.findings.map(({ check }) => check)).toEqual([
      'role_mismatch',
      'shadow_operation',
    ])
  })

  it('assesses nothing where nobody knows what was before', async () => {
    const findings = findingsFrom(
      {
        getByName: () => {
          throw new Error('no such object')
        },
      },
      { budgetMs: 50, waitUntil: () => {}, report: () => {} },
    )
    const round = {
      snapshots: [],
      specification: undefined,
      settings: DEFAULT_SETTINGS,
      targets: [],
      at: AT,
    }
    expect(await assessNow(findings, round)).toEqual({ state: 'unavailable', reason: 'findings_failed' })
  })
})

describe('what is to be told', () => {
  const queue = (name: string) =>
    runInDurableObject(object(name), (_instance, { storage }) =>
      newOutboxStore(storage, newSchema(storage, STEPS))
        .due(Number.MAX_SAFE_INTEGER, 100)
        .map(({ notice }) => notice),
    )

  it('is one notice for a finding, and none for its growth', async () => {
    const stub = object('notices')
    await stub.record(seen(SHADOW), plan([TARGET]))
    await stub.record(
      seen({ entries: [entry(), shadow({ statuses: [0, 0, 19_900, 0, 0, 0] })] }),
      plan([TARGET]),
    )
    expect(await queue('notices')).toMatchObject([{ kind: 'raised', finding: { check: 'shadow_operation' } }])
  })

  it('is one notice for a thousand findings at once', async () => {
    const stub = object('burst')
    const entries = Array.from({ length: 1_000 }, (_, index) => shadow({}, { key: `GET /leak/${index}` }))
    await stub.record(seen({ entries }), plan([TARGET]))
    expect(await queue('burst')).toMatchObject([
      { kind: 'burst', total: 1_001, checks: [{ what: 'shadow_operation', count: 1_000 }, {}] },
    ])
  })

  it('is a digest, once in its period', async () => {
    const stub = object('digest')
    const target = { ...TARGET, rules: [], digestHours: 24 }
    await stub.record(seen(SHADOW), plan([target]))
    await stub.record(seen(SHADOW, AT + DAY - 1), plan([target]))
    expect(await queue('digest')).toEqual([])
    await stub.record(seen(SHADOW, AT + DAY), plan([target]))
    await stub.record(seen(SHADOW, AT + DAY + 60_000), plan([target]))
    expect(await queue('digest')).toMatchObject([
      { kind: 'digest', since: AT, at: AT + DAY, raised: 1, findings: [{ check: 'shadow_operation' }] },
    ])
  })

  it('waits for a target without a secret, and is forgotten with the target', async () => {
    const stub = object('secretless')
    await stub.record(seen(SHADOW), plan([TARGET]))
    await runDurableObjectAlarm(stub)
    expect(await stub.standing()).toMatchObject({ targets: [{ queued: 1, lastFault: 'secret_missing' }] })
    await stub.record(seen(SHADOW), plan([]))
    expect(await queue('secretless')).toEqual([])
  })
})

it('an assessment of five thousand operations fits into the object’s time and size', async () => {
  const entries = Array.from({ length: 5_000 }, (_, index) => shadow({}, { key: `GET /wide/${index}` }))
  const assessment = seen({ entries })
  const started = performance.now()
  const stub = object('wide')
  expect(await stub.record(assessment, plan())).toMatchObject({ findings: 5_001 })
  expect(await stub.record({ ...assessment, at: AT + 60_000 }, plan())).toMatchObject({ raised: 0 })
  expect(performance.now() - started).toBeLessThan(20_000)
})
