import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { known } from '../../src/lib/fact.ts'
import { newSchema } from '../../src/lib/schema.ts'
import { packVector } from '../../src/lib/vector.ts'
import type { JournalEntry } from '../../src/record/entry.ts'
import {
  type Journal,
  type JournalEntries,
  type JournalNamespace,
  type JournalOptions,
  journalFrom,
  newJournalEntries,
} from '../../src/record/journal.ts'
import type { JournalRow } from '../../src/record/journal-page.ts'
import { recent, rowOf } from '../../src/record/journal-reading.ts'
import { type JournalLimits, newJournalStore } from '../../src/record/journal-store.ts'
import { NOON } from '../fixtures/facts.ts'
import { entryAt } from '../fixtures/records.ts'

const LIMITS: JournalLimits = { maxEntries: 1_000, retentionHours: { decision: 24 } }

interface Stage {
  readonly journal: Journal
  readonly entries: JournalEntries
  readonly faults: string[]
  written(): Promise<void>
}

/** Stands for the score's words: what counts here is what they are made from. */
const worded: NonNullable<JournalOptions['worded']> = (contributions, vector) =>
  contributions.map((one) => ({
    words: `${one.feature} of ${vector?.slice(0, 2).join()}`,
    ...one,
  }))

/** A journal of its own for each test: one name in production, another here. */
function stage(
  name: string,
  limits: JournalLimits = LIMITS,
  namespace?: JournalNamespace,
  more: Partial<JournalOptions> = {},
): Stage {
  const outlived: Promise<unknown>[] = []
  const faults: string[] = []
  const entries = newJournalEntries({ shards: 1, isolate: 0 })
  const own: JournalNamespace = { getByName: () => env.JOURNAL.getByName(name) }
  const journal = journalFrom(namespace ?? own, {
    limits,
    shardsBefore: [],
    entries,
    waitUntil: (work) => outlived.push(work),
    report: (fault) => faults.push(fault),
    ...more,
  })
  return {
    journal,
    entries,
    faults,
    async written() {
      await Promise.all(outlived.splice(0))
    },
  }
}

const references = (entries: readonly JournalEntry[] | undefined) =>
  entries?.map(({ reference }) => reference)

afterEach(() => {
  vi.useRealTimers()
})

describe('the journal', () => {
  it('gives back what was written, newest first, whole', async () => {
    const { journal, written } = stage('whole')
    for (let n = 0; n < 5; n += 1) journal.write(entryAt(`ref-${n}`, NOON + n))
    await written()
    const entries = known(await journal.recent({ limit: 3 }))
    expect(references(entries)).toEqual(['ref-4', 'ref-3', 'ref-2'])
    expect(entries?.[0]).toEqual(JSON.parse(JSON.stringify(entryAt('ref-4', NOON + 4))))
    expect(references(known(await journal.recent({ limit: 3, before: NOON + 2 })))).toEqual([
      'ref-1',
      'ref-0',
    ])
  })

  it('says contributions in words when it is read, with the value that was scored', async () => {
    const { journal, written } = stage('words', LIMITS, undefined, { worded })
    const vector = packVector(Float32Array.of(0.12345, Number.NaN))
    const contributions = [{ feature: 'http1', value: 0.123, effect: 2 }]
    journal.write(entryAt('ref-1', NOON, { contributions, vector }))
    journal.write(entryAt('ref-2', NOON, { contributions: [], vector }))
    await written()
    expect(known(await journal.find('ref-1'))?.contributions).toEqual([
      { ...contributions[0], words: `http1 of ${Float32Array.of(0.12345, Number.NaN).join()}` },
    ])
    expect(known(await journal.find('ref-2'))?.contributions).toEqual([])
  })

  it('finds the reference that a caller was given, and says so when there is none', async () => {
    const { journal, written } = stage('find')
    journal.write(entryAt('ref-a', NOON))
    journal.write(entryAt('ref-b', NOON + 1, { action: 'allow' }))
    await written()
    expect(known(await journal.find('ref-a'))?.action).toBe('deny')
    expect(await journal.find('ref-unknown')).toEqual({ state: 'valid', value: undefined })
    expect(references(known(await journal.recent({ limit: 9, verdict: 'allow' })))).toEqual(['ref-b'])
  })

  it('counts by action, rule and intent since a time', async () => {
    const { journal, written } = stage('counts')
    journal.write(entryAt('old', NOON - 60_000))
    journal.write(entryAt('a', NOON, { rule: 'velocity' }))
    journal.write(entryAt('b', NOON + 1, { rule: 'velocity', action: 'throttle' }))
    journal.write(entryAt('c', NOON + 2, { action: 'allow', rule: 'default', intent: '' }))
    await written()
    expect(known(await journal.counts(NOON))).toEqual({
      total: 3,
      action: { deny: 1, throttle: 1, allow: 1 },
      rule: { velocity: 2, default: 1 },
      intent: { credential_stuffing: 2, '': 1 },
    })
  })

  it('answers an empty journal before anything was written, without making tables', async () => {
    const { journal } = stage('empty')
    expect(known(await journal.recent({ limit: 10 }))).toEqual([])
    expect(known(await journal.counts(0))).toEqual({ total: 0, action: {}, rule: {}, intent: {} })
    expect(known(await journal.erase({ reference: 'x' }))).toBe(0)
  })

  it('keeps its entries through an eviction', async () => {
    const { journal, written } = stage('evicted')
    journal.write(entryAt('ref-1'))
    await written()
    await evictDurableObject(env.JOURNAL.getByName('evicted'))
    expect(references(known(await journal.recent({ limit: 10 })))).toEqual(['ref-1'])
  })

  it('stores a batch once that was sent twice because its acknowledgement was lost', async () => {
    const rows: JournalRow[][] = []
    const forgetful: JournalNamespace = {
      getByName: () => {
        const stub = env.JOURNAL.getByName('twice')
        return {
          append: async (batch, limits) => {
            rows.push([...batch])
            await stub.append(batch, limits)
            return rows.length === 1 ? undefined : batch.length
          },
          recent: (query) => stub.recent(query),
          counts: (since) => stub.counts(since),
          erase: (erasure) => stub.erase(erasure),
        }
      },
    }
    const { journal, written, entries } = stage('twice', LIMITS, forgetful)
    journal.write(entryAt('ref-1'))
    await written()
    journal.write(entryAt('ref-2', NOON + 1))
    await written()
    expect(rows.map((batch) => batch.length)).toEqual([1, 2])
    expect(known(await journal.counts(0))?.total).toBe(2)
    expect([entries.held, entries.lost]).toEqual([0, 0])
  })

  it('keeps the newest entries and no more than it may', async () => {
    const { journal, written } = stage('bounded', { ...LIMITS, maxEntries: 100 })
    for (let n = 0; n < 300; n += 1) journal.write(entryAt(`ref-${n}`, NOON + n))
    await written()
    const left = references(known(await journal.recent({ limit: 500 })))
    expect(left).toEqual(Array.from({ length: 44 }, (_, n) => `ref-${299 - n}`))
    expect(known(await journal.find('ref-0'))).toBeUndefined()
  })

  it('deletes entries whose retention is over, and forgets a network or a decision on request', async () => {
    const { journal, written } = stage('retention')
    const now = Date.now()
    journal.write(entryAt('old', now - 25 * 3_600_000))
    journal.write(entryAt('new', now - 23 * 3_600_000))
    journal.write(entryAt('other', now, { prefix: '198.51.100.0/24' }))
    journal.write(entryAt('third', now))
    await written()
    expect(await runDurableObjectAlarm(env.JOURNAL.getByName('retention'))).toBe(true)
    expect(references(known(await journal.recent({ limit: 9 })))).toEqual(['third', 'other', 'new'])
    expect(known(await journal.erase({ prefix: '198.51.100.0/24' }))).toBe(1)
    expect(known(await journal.erase({ reference: 'third' }))).toBe(1)
    expect(references(known(await journal.recent({ limit: 9 })))).toEqual(['new'])
  })

  it('writes one row per batch, however many entries that brings', async () => {
    const { journal, written } = stage('pages')
    for (let n = 0; n < 300; n += 1) journal.write(entryAt(`ref-${n}`, NOON + n))
    await written()
    for (let n = 300; n < 303; n += 1) {
      journal.write(entryAt(`ref-${n}`, NOON + n))
      await written()
    }
    await runInDurableObject(env.JOURNAL.getByName('pages'), (_instance, state) => {
      const pages = state.storage.sql.exec(
        'SELECT json_array_length(body) AS entries FROM pages ORDER BY number',
      )
      expect(pages.toArray().map(({ entries }) => entries)).toEqual([256, 47])
    })
    expect(known(await journal.counts(NOON + 301))?.total).toBe(2)
    expect(known(await journal.find('ref-17'))?.at).toBe(NOON + 17)
  })

  it('goes on with the page that was open before an eviction, and closes it after an hour', async () => {
    const { journal, written } = stage('reopened')
    journal.write(entryAt('ref-1', NOON))
    await written()
    await evictDurableObject(env.JOURNAL.getByName('reopened'))
    journal.write(entryAt('ref-2', NOON + 1_000))
    journal.write(entryAt('ref-3', NOON + 2 * 3_600_000))
    await written()
    await runInDurableObject(env.JOURNAL.getByName('reopened'), (_instance, state) => {
      const pages = state.storage.sql.exec(
        'SELECT json_array_length(body) AS entries FROM pages ORDER BY number',
      )
      expect(pages.toArray().map(({ entries }) => entries)).toEqual([2, 1])
    })
  })

  it('stores everything on the second try when storage failed on the first', async () => {
    const stub = env.JOURNAL.getByName('rolled-back')
    await runInDurableObject(stub, (_instance, state) => {
      let broken = true
      const storage = new Proxy(state.storage, {
        get(target, name) {
          if (name === 'transactionSync' && broken) {
            return (work: () => void) =>
              target.transactionSync(() => {
                work()
                if (broken) throw new Error('disk full')
              })
          }
          const value = Reflect.get(target, name, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
      newSchema(state.storage, []).prepare()
      const store = newJournalStore(storage)
      const rows = [rowOf(entryAt('ref-1')), rowOf(entryAt('ref-2'))]
      expect(() => store.append(rows, LIMITS)).toThrow('disk full')
      broken = false
      store.append(rows, LIMITS)
      expect(references(recent(store, { limit: 9 }))).toEqual(['ref-2', 'ref-1'])
    })
  })
})

describe('a journal that cannot be reached', () => {
  const broken = (
    append: () => Promise<unknown>,
    recent: () => Promise<unknown> = append,
  ): JournalNamespace => ({
    getByName: () => ({ append, recent, counts: recent, erase: recent }),
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['answers nothing', async () => undefined],
    ['answers what is no list', async () => '[]'],
  ])('is an outage with a reason where it %s', async (_how, recent) => {
    const { journal } = stage('-', LIMITS, broken(recent))
    expect(await journal.recent({ limit: 1 })).toEqual({ state: 'unavailable', reason: 'journal_failed' })
    expect(await journal.find('ref')).toEqual({ state: 'unavailable', reason: 'journal_failed' })
  })

  it('is an outage with a reason where it hangs', async () => {
    vi.useFakeTimers()
    const { journal } = stage(
      '-',
      LIMITS,
      broken(() => new Promise(() => {})),
    )
    const answer = journal.counts(0)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await answer).toEqual({ state: 'unavailable', reason: 'journal_timeout' })
  })

  it('reports a bug inside the object', async () => {
    const { journal, faults } = stage(
      '-',
      LIMITS,
      broken(async () => ({ fault: 'TypeError at x.ts:1' })),
    )
    await journal.counts(0)
    expect(faults).toEqual(['TypeError at x.ts:1'])
  })

  it('holds a bounded number of entries, drops the oldest and counts them', async () => {
    vi.useFakeTimers()
    const { journal, entries } = stage(
      '-',
      LIMITS,
      broken(() => new Promise(() => {})),
    )
    for (let n = 0; n < 5_000; n += 1) journal.write(entryAt(`ref-${n}`, NOON + n))
    expect(entries.held).toBeLessThanOrEqual(2_048)
    expect(entries.lost + entries.held).toBe(5_000)
  })
})

describe('a journal of several objects', () => {
  const SHARDS = 3

  /** Isolates with numbers of their own, before the same objects. */
  function isolates(name: string) {
    const asked = new Set<string>()
    const namespace: JournalNamespace = {
      getByName(object) {
        asked.add(object)
        return env.JOURNAL.getByName(`${name} ${object}`)
      },
    }
    const outlived: Promise<unknown>[] = []
    const isolate = (number: number, shards = SHARDS, shardsBefore: readonly number[] = []): Journal =>
      journalFrom(namespace, {
        limits: { ...LIMITS, maxEntries: 300 },
        shardsBefore,
        entries: newJournalEntries({ shards, isolate: number }),
        waitUntil: (work) => outlived.push(work),
        report: () => {},
      })
    return { isolate, asked, written: () => Promise.all(outlived.splice(0)) }
  }

  it('is read as one, whichever isolate wrote', async () => {
    const { isolate, asked, written } = isolates('several')
    for (let n = 0; n < 7; n += 1) isolate(n).write(entryAt(`ref-${n}`, NOON + n))
    await written()
    expect(asked).toEqual(new Set(['journal-0-of-3', 'journal-1-of-3', 'journal-2-of-3']))
    const reader = isolate(99)
    expect(references(known(await reader.recent({ limit: 4 })))).toEqual(['ref-6', 'ref-5', 'ref-4', 'ref-3'])
    expect(known(await reader.find('ref-2'))?.reference).toBe('ref-2')
    expect(known(await reader.find('nobody'))).toBeUndefined()
    expect(known(await reader.counts(0))?.total).toBe(7)
    expect(known(await reader.erase({ reference: 'ref-2' }))).toBe(1)
    expect(known(await reader.counts(0))?.total).toBe(6)
  })

  it('is read and erased where it was kept before their number was changed', async () => {
    const { isolate, asked, written } = isolates('fewer')
    for (let n = 0; n < 3; n += 1) isolate(n).write(entryAt(`ref-${n}`, NOON + n))
    await written()
    isolate(0, 1, [SHARDS]).write(entryAt('ref-3', NOON + 3))
    await written()
    const reader = isolate(0, 1, [SHARDS, 1])
    expect(references(known(await reader.recent({ limit: 3 })))).toEqual(['ref-3', 'ref-2', 'ref-1'])
    expect(known(await reader.counts(0))?.total).toBe(4)
    expect(known(await reader.erase({ reference: 'ref-1' }))).toBe(1)
    expect(known(await isolate(0).find('ref-1'))).toBeUndefined()
    expect(known(await isolate(0, 1).counts(0))?.total).toBe(1)
    expect(asked).toContain('journal')
  })

  it('is not half a journal where one of its objects does not answer', async () => {
    const namespace: JournalNamespace = {
      getByName: (object) =>
        object === 'journal-1-of-3'
          ? { ...env.JOURNAL.getByName(object), recent: () => Promise.reject(new Error('gone')) }
          : env.JOURNAL.getByName(object),
    }
    const journal = journalFrom(namespace, {
      limits: LIMITS,
      shardsBefore: [],
      entries: newJournalEntries({ shards: SHARDS, isolate: 0 }),
      waitUntil: () => {},
      report: () => {},
    })
    expect(await journal.recent({ limit: 4 })).toEqual({ state: 'unavailable', reason: 'journal_failed' })
  })
})
