/**
 * A bank rotated its keys, and an answer was told under a consent's new name before any request was. The consent had two rows
 * then, and four accesses more: those under the old name were read by nobody until they were over.
 */
import { describe, expect, it } from 'vitest'
import { ANNEXES } from '../../../src/observe/annexes.ts'
import { encodeRow, MAX_ROW_BYTES } from '../../../src/observe/consent/codec.ts'
import { merged } from '../../../src/observe/consent/merged.ts'
import { ANOTHER, NEW_ROW } from '../../../src/observe/consent/terms.ts'
import type { Access, ConsentNews, ConsentRow, UseAsk } from '../../../src/observe/consent/types.ts'
import { type Core, newCore } from '../../../src/observe/core.ts'
import type { Settlement } from '../../../src/observe/wire.ts'
import { NOON } from '../../fixtures/facts.ts'

const DAY = 86_400_000
const OLD = 'consent:k1.c'
const NEW = 'consent:k2.c'
const TPP = 'tpp:PSDGB-FCA-1'

const READS: UseAsk = {
  ...{ kind: 'use', data: true, account: undefined, listing: undefined },
  unattended: {
    ...{ resources: ['k2.r', 'k1.r'], page: false, pages: 1, limit: 4, accepted: 'agreed' },
    ...{ since: NOON - DAY, endsAt: undefined },
  },
}

function core(): Core {
  return newCore({
    annexes: ANNEXES,
    report(fault) {
      throw new Error(fault.fault)
    },
  })
}

function reads(core: Core, id: string, name: string, formerly?: string): unknown {
  const { annexes } = core.observe({
    ...{ id, at: NOON, attempt: false, page: false, account: undefined, client: 'c' },
    ...{ keys: [TPP, name], asks: { consent: READS }, asked: { consent: name } },
    ...(formerly === undefined ? {} : { formerly: [[], [formerly]] }),
  })
  return annexes?.consent
}

function told(id: string, name: string, consent: ConsentNews): Settlement {
  return {
    ...{ id, at: NOON, attempt: false, outcome: 'served', keys: [TPP, name], asked: { consent: name } },
    lesson: { news: { consent } },
  }
}

function used(core: Core): void {
  for (const id of ['1', '2', '3', '4']) reads(core, id, OLD)
}

const REFUSED = { quota: { granted: false, used: 4 } }

describe('a consent that has a row under its new name already', () => {
  it('has no four accesses more: those under its old name count', () => {
    const one = core()
    used(one)
    one.settle([told('5', NEW, { until: NOON + DAY })])
    expect(reads(one, '6', NEW, OLD)).toMatchObject({ ...REFUSED, until: NOON + DAY })
    expect(reads(one, '7', OLD, NEW)).toMatchObject({ ...REFUSED, until: NOON + DAY })
  })

  it('gives back once what was used under the old one', () => {
    const one = core()
    used(one)
    one.settle([told('5', NEW, { until: NOON + DAY })])
    reads(one, '6', NEW, OLD)
    const failed = { asks: { consent: READS }, asked: { consent: OLD }, outcome: 'origin_error' as const }
    for (const _twice of [1, 2])
      one.settle([{ id: '2', at: NOON, attempt: false, keys: [TPP, OLD], status: 503, ...failed }])
    expect(reads(one, '7', NEW, OLD)).toMatchObject({ quota: { granted: true, used: 3 } })
    expect(reads(one, '8', NEW, OLD)).toMatchObject(REFUSED)
  })
})

describe('what an answer taught under the new name', () => {
  it('finds the old row, when nobody asked under the new name before: and then the old key may go', () => {
    const one = core()
    used(one)
    one.settle([{ ...told('5', NEW, { until: NOON + DAY }), formerly: [[], [OLD]] }])
    expect(reads(one, '6', NEW)).toMatchObject({ ...REFUSED, until: NOON + DAY })
  })

  it('finds it after another isolate has brought it back, and takes nothing from it', () => {
    const one = core()
    used(one)
    reads(one, '5', NEW, OLD)
    reads(one, '6', OLD, NEW)
    one.settle([{ ...told('5', NEW, { until: NOON + DAY }), formerly: [[], [OLD]] }])
    expect(reads(one, '7', OLD)).toMatchObject({ ...REFUSED, until: NOON + DAY })
  })

  it('comes under it in one delivery with an ending under the old one, which reaches the row as well', () => {
    const one = core()
    used(one)
    const failed = { asks: { consent: READS }, asked: { consent: OLD }, outcome: 'origin_error' as const }
    one.settle([
      { ...told('5', NEW, { until: NOON + DAY }), formerly: [[], [OLD]] },
      { id: '2', at: NOON, attempt: false, keys: [TPP, OLD], status: 503, ...failed },
    ])
    expect(reads(one, '6', NEW)).toMatchObject({ quota: { granted: true, used: 3 } })
  })
})

describe('two rows of one consent made one', () => {
  const row = (change: Partial<ConsentRow>): ConsentRow => ({ ...NEW_ROW, ...change })
  const access = (requestId: string, at: number, pages = 0): Access => ({
    ...{ resource: 'r', requestId, at, pages },
  })
  const list = (change: Partial<ConsentRow['lists'][number]>) => ({
    ...{ collection: 'accounts', keyId: 'k1', accounts: ['k1.a'], at: NOON, pendingUntil: 0 },
    ...change,
  })
  const both = (one: Partial<ConsentRow>, other: Partial<ConsentRow>) => {
    const [here, there] = [merged(row(one), row(other)), merged(row(other), row(one))]
    expect(there).toEqual(here)
    return here
  }

  it('has the accesses of both, each once, in the order of their times', () => {
    const { accesses } = both(
      { accesses: [access('a', 1), access('c', 3, 2)] },
      { accesses: [access('b', 2), access('c', 3, 1)] },
    )
    expect(accesses).toEqual([access('a', 1), access('b', 2), access('c', 3, 2)])
  })

  it('believes of the bank’s words the later ones, and never that what is over is not', () => {
    const earlier = { keepUntil: 1, until: 9, agreed: 4, ended: true, owner: 'PSDGB-FCA-1' }
    const later = { keepUntil: 2, until: 5, asked: 6, owner: 'PSDGB-FCA-2' }
    expect(both(earlier, later)).toMatchObject({
      ...{ keepUntil: 2, until: 5, agreed: 4, asked: 6, ended: true, owner: 'PSDGB-FCA-1' },
    })
    expect(both(earlier, { keepUntil: 2, owner: ANOTHER }).owner).toBe(ANOTHER)
  })

  it('has of each list the newer one, and does not use it while one that was asked for since is on its way', () => {
    const newer = list({ at: NOON + 9, keyId: 'k2', accounts: ['k2.a', 'k2.b'] })
    const waiting = list({ pendingUntil: NOON + 5 + DAY })
    expect(both({ lists: [newer] }, { lists: [waiting] }).lists).toEqual([newer])
    const still = list({ pendingUntil: NOON + 10 + DAY })
    expect(both({ lists: [newer] }, { lists: [still] }).lists).toEqual([
      { ...newer, pendingUntil: NOON + 10 + DAY },
    ])
  })

  it('is no larger than a row may be', () => {
    const full = (key: string): Partial<ConsentRow> => ({
      accesses: Array.from({ length: 1_024 }, (_, at) => ({
        ...{
          resource: `${key}.0123456789a`,
          requestId: `0123456789abcdef${key}${at}`,
          at: NOON + at,
          pages: 9,
        },
      })),
      lists: Array.from({ length: 4 }, (_, at) => ({
        ...{ collection: `accounts-${key}-${at}`, keyId: key, at: NOON + at, pendingUntil: 0 },
        accounts: Array.from({ length: 128 }, (_, account) => `${key}.0123456789abc${account}`),
      })),
    })
    const { accesses, lists } = merged(row(full('k1')), row(full('k2')))
    expect([accesses.length, lists.length]).toEqual([1_024, 4])
    expect(accesses[0]?.at).toBe(NOON + 512)
    expect(encodeRow(row({ accesses, lists })).length).toBeLessThan(MAX_ROW_BYTES)
  })
})
