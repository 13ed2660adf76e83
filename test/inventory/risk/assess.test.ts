import { describe, expect, it } from 'vitest'
import { strengthDeclared, strengthSeen } from '../../../src/inventory/risk/access.ts'
import { assess, MAX_SIGHTINGS } from '../../../src/inventory/risk/assess.ts'
import { blindnessOf, CHECKS } from '../../../src/inventory/risk/checks.ts'
import { findingId } from '../../../src/inventory/risk/finding-id.ts'
import type { Finding } from '../../../src/inventory/risk/finding-types.ts'
import { MAX_PLACES } from '../../../src/inventory/risk/places.ts'
import { scoresOf } from '../../../src/inventory/risk/score.ts'
import { DEFAULT_SETTINGS } from '../../../src/inventory/risk/settings.ts'
import type { Severity } from '../../../src/inventory/risk/types.ts'
import type { SecurityNeed } from '../../../src/inventory/types.ts'
import {
  API_KEY,
  AT,
  DAY,
  data,
  document,
  entry,
  found,
  KEY,
  landscape,
  names,
  OAUTH,
  operation,
  shadow,
} from './landscape.ts'

describe('what is said of a sighting', () => {
  it('where it is mended in the specification, by whom, and under which policy', () => {
    const settings = { checks: { zombie_operation: { policies: ['API-07 end of life'] } } }
    const [zombie] = found({ operations: [operation({ deprecated: true })] }, settings)
    expect(zombie).toMatchObject({
      id: findingId('zombie_operation', KEY, ''),
      specification: 'accounts.yaml#/paths/~1accounts~1{AccountId}/get/deprecated',
      owner: 'accounts-team',
      tags: ['Accounts'],
      policies: ['API-07 end of life'],
      owasp: ['API9'],
      api: 'accounts',
      evidence: [{ what: 'PSDGB-FCA-100001', count: 10_000 }],
    })
  })

  it.each<[Severity, Parameters<typeof operation>[0]]>([
    ['low', { carries: [] }],
    ['medium', { carries: ['email'] }],
    ['medium', { carries: ['iban'] }],
    ['high', { carries: ['iban', 'pan'] }],
  ])('%s: the worst that an operation carries makes the same sighting graver', (severity, changes) => {
    const [zombie] = found({ operations: [operation({ deprecated: true, ...changes })] })
    expect(zombie?.severity).toBe(severity)
  })

  it('what was found in answers counts as much as what the document promises', () => {
    const seen = { data: [data({ standing: 'unknown' })] }
    const shadows = (use: Parameters<typeof shadow>[0]) =>
      found({ entries: [shadow(use)], operations: [] }).find(({ check }) => check === 'shadow_operation')
    expect(shadows({})?.severity).toBe('medium')
    expect(shadows(seen)?.severity).toBe('critical')
  })

  it('the organisation has the last word on severities, thresholds, and what is checked at all', () => {
    const scene = { operations: [operation({ deprecated: true })] }
    const severity = (setting: object) => found(scene, { checks: { zombie_operation: setting } })[0]?.severity
    expect(severity({ severity: 'critical' })).toBe('critical')
    expect(severity({ off: true })).toBeUndefined()
    const departures = names({ 'request pattern body /Data/Amount': 15 })
    const checks = { request_nonconforming: { thresholds: { requests: 10, share: 0.001 } } }
    expect(found({ entries: [entry({ departures })] })).toEqual([])
    expect(found({ entries: [entry({ departures })] }, { checks })).toHaveLength(1)
  })
})

describe('an assessment is bounded', () => {
  it('in the places of one check in one operation, with one sighting more for all the rest', () => {
    const hidden = Array.from({ length: 40 }, (_, index) => ({
      place: 'query' as const,
      name: `filter${index}`,
      foundAt: AT,
      lastAt: AT,
      accepted: 2,
    }))
    const sightings = found({ entries: [entry({}, { hidden })] })
    expect(sightings).toHaveLength(MAX_PLACES + 1)
    expect(sightings.find(({ pointer }) => pointer === '*')).toMatchObject({
      count: 2 * (40 - MAX_PLACES),
      evidence: [{ what: 'places', count: 40 - MAX_PLACES }],
    })
  })

  it('in all, and says how many were left out: the least grave', () => {
    const entries = Array.from({ length: MAX_SIGHTINGS }, (_, index) => shadow({}, { key: `GET /${index}` }))
    const grave = shadow({ data: [data({ standing: 'unknown' })] })
    const { sightings, problems } = assess(
      landscape({ entries: [...entries, grave], operations: [] }),
      DEFAULT_SETTINGS,
    )
    expect(sightings).toHaveLength(MAX_SIGHTINGS)
    expect(sightings[0]?.severity).toBe('critical')
    expect(problems).toEqual([expect.stringMatching(/^sightings_left_out \d+$/)])
  })

  it('in what is said of a document: what is wrong in most of it is one finding', () => {
    const operations = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        operation({ id: `GET /${index}`, path: `/${index}`, security: index < 2 ? [[API_KEY]] : [] }),
      )
    const one = (count: number) =>
      found({ operations: operations(count), entries: [], landscape: { since: AT - DAY } })
    expect(one(3).map(({ operation }) => operation)).toEqual(['GET /0', 'GET /1', 'GET /2'])
    expect(one(40)).toMatchObject([
      {
        check: 'authentication_declared_weak',
        operation: '',
        pointer: 'accounts.yaml',
        specification: 'accounts.yaml#',
        evidence: [
          { what: 'operations', count: 40 },
          { what: 'shared_secret', count: 2 },
          { what: 'none', count: 38 },
        ],
      },
    ])
  })

  it('and no two sightings share an id', () => {
    const ids = new Set(
      [
        ['a', 'b', ''],
        ['a', '', 'b'],
        ['', 'a', 'b'],
        ['ab', '', ''],
        ['a', 'b', '0:'],
      ].map((parts) => findingId(parts[0] ?? '', parts[1] ?? '', parts[2] ?? '')),
    )
    expect(ids.size).toBe(5)
  })
})

describe('checks that cannot see', () => {
  it('are named, with what they lack, and with whether they have anything else to go by', () => {
    const blind = blindnessOf(CHECKS, landscape())
    expect(blind.filter(({ wholly }) => wholly)).toEqual([])
    expect(blind.find(({ check }) => check === 'specification_without_limit')).toEqual({
      check: 'specification_without_limit',
      lacks: ['openness'],
      wholly: false,
    })
  })

  it('are most of them while nothing was observed and nothing is published', () => {
    const { since: _since, ...rest } = landscape({ operations: [] })
    const blind = blindnessOf(CHECKS, { ...rest, since: undefined })
    expect(blind.filter(({ wholly }) => wholly)).toHaveLength(CHECKS.length)
  })
})

describe('strength of authentication', () => {
  it.each([
    ['none', 'none'],
    ['api_key', 'shared_secret'],
    ['basic', 'shared_secret'],
    ['bearer', 'token'],
    ['cookie', 'token'],
    ['api_key+bearer', 'token'],
    ['bearer+client_certificate', 'bound'],
    ['bound_token', 'bound'],
    ['client_certificate', 'bound'],
    ['message_signature', 'bound'],
    ['bearer+client_certificate+message_signature', 'signed'],
  ])('of %s is %s', (combination, strength) => {
    expect(strengthSeen(combination)).toBe(strength)
  })

  it('of a document is that of its weakest alternative', () => {
    const MUTUAL = { ...OAUTH, type: 'mutualTLS' } as const
    const declared = (...security: readonly (readonly SecurityNeed[])[]) =>
      strengthDeclared(operation({ security }))
    expect(declared([OAUTH])).toBe('token')
    expect(declared([OAUTH], [API_KEY])).toBe('shared_secret')
    expect(declared([OAUTH, MUTUAL])).toBe('bound')
    expect(declared([OAUTH], [])).toBe('none')
    expect(declared()).toBe('none')
  })
})

describe('the score', () => {
  const finding = (name: string, severity: Severity, state: Finding['state'] = 'open'): Finding => {
    const [first] = found({ entries: [shadow()] })
    if (first === undefined) throw new Error('nothing was found')
    return {
      ...first,
      id: `${name} ${severity}`,
      operation: name,
      api: 'accounts',
      severity,
      state,
      firstSeenAt: AT,
      lastSeenAt: AT,
      acceptance: undefined,
      fixed: undefined,
      reopened: 0,
      mark: { count: 1, requests: 0, at: AT, seenAt: AT },
    }
  }

  it('is 100 where nothing is open', () => {
    expect(scoresOf([finding('a', 'critical', 'fixed')], { accounts: 10 })).toMatchObject([
      { api: '', score: 100 },
      { api: 'accounts', score: 100, operations: 10 },
    ])
  })

  it('is not saved by a hundred sound operations beside one that gives everything away', () => {
    const [whole] = scoresOf([finding('a', 'critical')], { accounts: 101 })
    expect(whole?.score).toBeLessThan(61)
  })

  it('falls with each finding, and the graver the more', () => {
    const score = (...severities: readonly Severity[]) =>
      scoresOf(
        severities.map((severity, index) => finding(`${index}`, severity)),
        { accounts: 10 },
      )[0]?.score ?? 0
    expect(score('low')).toBeGreaterThan(score('medium'))
    expect(score('medium')).toBeGreaterThan(score('high'))
    expect(score('high')).toBeGreaterThan(score('critical'))
    expect(score('high')).toBeGreaterThan(score('high', 'high'))
  })

  it('says what it would be without the risks that were accepted', () => {
    const [whole] = scoresOf([finding('a', 'high', 'accepted')], { accounts: 10 })
    expect(whole).toMatchObject({ score: 100, accepted: 1 })
    expect(whole?.unaccepted).toBeLessThan(85)
  })
})

it('an operation at the root of its server and one below a base are found in their documents', () => {
  const at = (path: string, bases: readonly string[]) =>
    found({
      operations: [operation({ id: `GET ${path}`, path, deprecated: true })],
      documents: [document({ bases })],
      entries: [entry({}, { key: `GET ${path}` })],
    })[0]?.specification
  expect(at('/accounts', [''])).toBe('accounts.yaml#/paths/~1accounts/get/deprecated')
  expect(at('/v1/accounts', ['/v1'])).toBe('accounts.yaml#/paths/~1accounts/get/deprecated')
})
