import { describe, expect, it } from 'vitest'
import {
  BLOBS,
  COLUMNS,
  DOUBLES,
  dataPoint,
  MAX_BLOBS,
  MAX_DOUBLES,
  selectList,
} from '../../src/record/columns.ts'
import { NOON } from '../fixtures/facts.ts'
import { entryAt } from '../fixtures/records.ts'

const DOCS = import.meta.glob<string>(['../../docs/*.md', '../../README.md'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

describe('the columns of the dataset', () => {
  it('fit Analytics Engine, with room to append', () => {
    expect(Object.keys(BLOBS).length).toBeLessThan(MAX_BLOBS)
    expect(Object.keys(DOUBLES).length).toBeLessThan(MAX_DOUBLES)
  })

  it('never move: a dashboard that reads blob3 must find the rule there for ever', () => {
    expect(Object.keys(BLOBS).slice(0, 18)).toEqual([
      'action',
      'intended',
      'rule',
      'reason',
      'intent',
      'route',
      'channel',
      'outcome',
      'upstream',
      'prefix',
      'country',
      'ja4',
      'fingerprint',
      'family',
      'organisation',
      'certificate',
      'model',
      'reference',
    ])
    expect(Object.keys(DOUBLES).slice(0, 17)).toEqual([
      'abuse',
      'margin',
      'originStatus',
      'ledgerMs',
      'originMs',
      'asn',
      'major',
      'contradictions',
      'addressAttempts',
      'addressFailures',
      'addressAccounts',
      'accountAttempts',
      'prefixAttempts',
      'cohortAttempts',
      'cohortFailures',
      'routeAttempts',
      'shadowAbuse',
    ])
  })

  it('are written where the SQL names say', () => {
    const { blobs, doubles, indexes } = dataPoint(entryAt('ref-7'))
    const blob = (name: string) => blobs[Number(COLUMNS[name]?.slice('blob'.length)) - 1]
    const double = (name: string) => doubles[Number(COLUMNS[name]?.slice('double'.length)) - 1]
    expect([blob('action'), blob('reference'), blob('prefix')]).toEqual(['deny', 'ref-7', '192.0.2.0/24'])
    expect([double('abuse'), double('asn'), double('originStatus')]).toEqual([0.97, 64_500, -1])
    expect(indexes).toEqual(['login'])
    expect(selectList(['rule', 'ledgerMs'])).toBe('blob3 AS rule, double4 AS ledgerMs')
  })

  it('are where the SQL of our manuals looks: it compares a model in shadow with the one that decides', () => {
    const named = Object.values(DOCS).flatMap((text) => text.match(/\b(?:blob|double)\d+\b/g) ?? [])
    expect(new Set(named)).toEqual(new Set([COLUMNS.abuse, COLUMNS.shadowAbuse]))
    const shadow = { model: 'beef', intent: 'scraping', abuse: 0.4, agrees: false } as const
    const [alone, watched] = [dataPoint(entryAt('ref-7')), dataPoint(entryAt('ref-8', NOON, { shadow }))]
    expect([alone.doubles[0], alone.doubles[16]]).toEqual([0.97, -1])
    expect([watched.doubles[0], watched.doubles[16]]).toEqual([0.97, 0.4])
  })
})
