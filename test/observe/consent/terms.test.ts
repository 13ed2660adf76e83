import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../src/lib/durations.ts'
import { decodeRow, encodeRow, MAX_ROW_BYTES } from '../../../src/observe/consent/codec.ts'
import { MAX_ACCESSES } from '../../../src/observe/consent/quota.ts'
import { ANOTHER, awaitList, NEW_ROW, problemIn, withNews } from '../../../src/observe/consent/terms.ts'
import type { ConsentNews, ConsentRow, UseAsk } from '../../../src/observe/consent/types.ts'

const NOW = Date.UTC(2026, 10, 21, 12)

function use(changes: Partial<UseAsk> = {}): UseAsk {
  return {
    kind: 'use',
    data: true,
    account: undefined,
    listing: undefined,
    unattended: undefined,
    ...changes,
  }
}

function row(...news: readonly ConsentNews[]): ConsentRow {
  return news.reduce((known, one) => withNews(known, one, NOW), NEW_ROW)
}

function list(...accounts: readonly string[]): ConsentNews {
  return { list: { collection: 'accounts', keyId: 'k1', accounts: accounts.map((name) => `k1.${name}`) } }
}

const account = (name: string, collection = 'accounts') =>
  use({ account: { collection, names: [`k1.${name}`] } })

describe('what was learnt of a consent', () => {
  it('accuses nobody while it is nothing', () => {
    expect(problemIn(undefined, account('1'), NOW)).toBeUndefined()
    expect(problemIn(NEW_ROW, account('1'), NOW)).toBeUndefined()
    expect(problemIn(row({}), account('1'), NOW)).toBeUndefined()
  })

  const PROBLEMS: readonly (readonly [
    what: string,
    row: ConsentRow,
    ask: UseAsk,
    problem: string | undefined,
  ])[] = [
    ['it is over', row({ ended: true }), use(), 'consent_ended'],
    ['it is over, and its state is read', row({ ended: true }), use({ data: false }), undefined],
    ['it holds until now', row({ until: NOW }), use(), undefined],
    ['it held until a moment ago', row({ until: NOW - 1 }), use(), 'consent_expired'],
    ['the bank prolonged it', row({ until: NOW - 1 }, { until: NOW + 1 }), use(), undefined],
    ['it is another’s', row({ owner: ANOTHER }), use(), 'consent_of_another'],
    [
      'it is another’s, and its state is read',
      row({ owner: ANOTHER }),
      use({ data: false }),
      'consent_of_another',
    ],
    ['the account is listed', row(list('1', '2')), account('2'), undefined],
    ['the account is not listed', row(list('1', '2')), account('3'), 'consent_account_outside'],
    ['a card is not in a list of accounts', row(list('1')), account('9', 'card-accounts'), undefined],
    ['no account is named', row(list('1')), use(), undefined],
  ]
  it.each(PROBLEMS)('%s', (_what, known, ask, problem) => {
    expect(problemIn(known, ask, NOW)).toBe(problem)
  })

  it('says nothing of an account under a key that is gone, and still knows it under one that is former', () => {
    const known = row(list('1'))
    const rotated = (names: readonly string[]) => use({ account: { collection: 'accounts', names } })
    expect(problemIn(known, rotated(['k2.x']), NOW)).toBeUndefined()
    expect(problemIn(known, rotated(['k2.x', 'k1.1']), NOW)).toBeUndefined()
    expect(problemIn(known, rotated(['k2.x', 'k1.3']), NOW)).toBe('consent_account_outside')
  })

  it('is out of date a day later: the customer may have opened an account', () => {
    expect(problemIn(row(list('1')), account('2'), NOW + DAY_MS)).toBe('consent_account_outside')
    expect(problemIn(row(list('1')), account('2'), NOW + DAY_MS + 1)).toBeUndefined()
  })

  it('is not relied on from when a list is asked for until it has come', () => {
    const waiting = awaitList(row(list('1')), use({ listing: 'accounts' }), NOW + 10)
    expect(waiting && problemIn(waiting, account('2'), NOW + 20)).toBeUndefined()
    // One that was asked for before that does not end the wait.
    const old = waiting && withNews(waiting, list('1'), NOW + 5)
    expect(old && problemIn(old, account('2'), NOW + 20)).toBeUndefined()
    const come = waiting && withNews(waiting, list('1', '2'), NOW + 10)
    expect(come && problemIn(come, account('3'), NOW + 20)).toBe('consent_account_outside')
    // And one that is lost on its way accuses nobody, ever.
    expect(waiting && problemIn(waiting, account('2'), NOW + DAY_MS)).toBeUndefined()
  })

  it('forgets a list when the next one is not whole, and keeps a newer one from an older', () => {
    const none: ConsentNews = { list: { collection: 'accounts', keyId: '', accounts: undefined } }
    expect(row(list('1'), none).lists).toEqual([])
    const newer = withNews(row(), list('1', '2'), NOW + 10)
    expect(withNews(newer, list('1'), NOW).lists).toEqual(newer.lists)
  })

  it('keeps the first owner: a bank gives a consent once', () => {
    expect(row({ owner: 'PSDGB-FCA-1' }, { owner: 'PSDGB-FCA-2' }).owner).toBe('PSDGB-FCA-1')
  })

  it('takes more lists than it may hold for none', () => {
    const huge = Array.from({ length: 513 }, (_, at) => `${at}`)
    expect(row(list(...huge)).lists).toEqual([])
    const collections = ['a', 'b', 'c', 'd', 'e'].map((collection): ConsentNews => {
      return { list: { collection, keyId: 'k1', accounts: ['k1.1'] } }
    })
    expect(row(...collections).lists).toHaveLength(4)
  })
})

describe('a consent’s row', () => {
  it('comes back as it was written', () => {
    const known = {
      ...row({ until: NOW, agreed: 4, asked: 5, owner: 'PSDGB-FCA-1', ended: true }, list('1', '2')),
      accesses: [
        { resource: 'k1.r', requestId: 'one', at: NOW, pages: 0 },
        { resource: 'k1.s', requestId: 'two', at: NOW, pages: 7 },
      ],
      ...{ lookedAt: NOW - 5, looks: 3 },
    }
    expect(decodeRow(encodeRow(known))).toEqual(known)
    expect(decodeRow(encodeRow(NEW_ROW))).toEqual(NEW_ROW)
  })

  it('is bounded when it is as full as it may be', () => {
    const accesses = Array.from({ length: MAX_ACCESSES }, (_, at) => ({
      resource: 'a-key-with-a-name.AAAAAAAAAAA',
      requestId: crypto.randomUUID(),
      at: NOW + at,
      pages: 100_000,
    }))
    const accounts = Array.from({ length: 512 }, (_, at) => `${at}`.padStart(16, '0'))
    const bytes = encodeRow({ ...row(list(...accounts)), accesses })
    expect(bytes.length).toBeLessThan(MAX_ROW_BYTES)
    expect(decodeRow(bytes)?.accesses).toHaveLength(MAX_ACCESSES)
  })

  const BROKEN = ['', '[]', '[[],[]]', '{}', '[[],[],', '[1,2,3]', 'null']
  it.each(BROKEN)('reads as none where it is broken or of another version: %s', (text) => {
    expect(decodeRow(new Uint8Array([1, ...new TextEncoder().encode(text)]))).toBeUndefined()
    expect(decodeRow(new Uint8Array([2, ...encodeRow(NEW_ROW).subarray(1)]))).toBeUndefined()
  })
})
