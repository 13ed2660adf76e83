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
import { entryAt } from '../fixtures/records.ts'

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
    expect(Object.keys(DOUBLES).slice(0, 16)).toEqual([
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
})
