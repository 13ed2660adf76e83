import { describe, expect, it } from 'vitest'
import { bodyFactsOf } from '../../../src/inventory/learn/conformance.ts'
import { countingOf } from '../../../src/inventory/learn/facts.ts'
import { isName, queryNames } from '../../../src/inventory/learn/names.ts'
import { baselineOf, newObjectCounter } from '../../../src/inventory/learn/objects.ts'
import { estimate, mark, newSketch } from '../../../src/inventory/learn/sketch.ts'
import { newSponsors } from '../../../src/inventory/learn/sponsors.ts'
import { count, countData, countDeparture, mergeTally, newTally } from '../../../src/inventory/learn/tally.ts'
import { templateOf } from '../../../src/inventory/learn/template.ts'
import { addTo, listOf, newTop } from '../../../src/inventory/learn/top.ts'
import { MAX_USAGE_BYTES, tallyFrom, usageOf } from '../../../src/inventory/learn/usage.ts'
import type { ConformanceFinding, ConformanceReport } from '../../../src/inventory/types.ts'
import { hash32 } from '../../../src/lib/hash32.ts'
import { answer, exchange, numbers, operation, START } from './scene.ts'

describe('the template of a path', () => {
  const LITERALS = new Set(['2fa-20260101', 'v4.0'])
  const CASES: readonly (readonly [path: string, template: string])[] = [
    ['/', '/'],
    ['/v1/accounts/', '/v1/accounts'],
    ['/open-banking/v4.0/aisp/accounts', '/open-banking/v4.0/aisp/accounts'],
    ['/oauth2/token', '/oauth2/token'],
    ['/.well-known/openid-configuration', '/.well-known/openid-configuration'],
    ['/v1/domestic-standing-order-consents/7', '/v1/domestic-standing-order-consents/{id}'],
    ['/accounts/22289/balances', '/accounts/{id}/balances'],
    ['/a/6fa459ea-ee8a-3ca4-894e-db77e160355e', '/a/{id}'],
    ['/a/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/a/{id}'],
    ['/a/2026-11-21', '/a/{id}'],
    ['/a/GB82WEST12345698765432', '/a/{id}'],
    ['/a/0123456789abcdef', '/a/{id}'],
    ['/a/ACC-1234', '/a/{id}'],
    ['/a/alice@bank.example', '/a/{id}'],
    ['/a/caf%C3%A9', '/a/{id}'],
    ['/a/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '/a/{id}'],
    [`/a/${'x'.repeat(65)}`, '/a/{id}'],
    ['/a/2fa-20260101', '/a/2fa-20260101'],
    [
      `/${Array.from({ length: 20 }, (_, at) => `s${at}`).join('/')}`,
      `/${Array.from({ length: 12 }, (_, at) => `s${at}`).join('/')}/{*}`,
    ],
  ]
  it.each(CASES)('of %s is %s', (path, template) => {
    expect(templateOf(path, LITERALS)).toBe(template)
  })
})

describe('names that nobody declared', () => {
  it.each([
    ['debug', true],
    ['filter[status]', true],
    ['x-request-id', true],
    ['$top', true],
    ['4111111111111111', false],
    ['alice@bank.example', false],
    ['user12345', false],
    ['<script>', false],
    ['', false],
  ])('%s is a name: %s', (name, expected) => {
    expect(isName({ place: 'query', name })).toBe(expected)
  })

  it('are read from a query without its values, and only so many', () => {
    expect(queryNames('a=1&b&a=2&=3&c=4=5')).toEqual(['a', 'b', 'c'])
    expect(queryNames(Array.from({ length: 99 }, (_, at) => `n${at}=1`).join('&'))).toHaveLength(16)
  })

  it('come from a report, and leave departures behind that no caller can multiply', () => {
    const finding = (rule: ConformanceFinding['rule'], field: string): ConformanceFinding => ({
      ...{ rule, strength: 'undeclared', place: 'query', pointer: field, field, operation: 'GET /' },
    })
    const report: ConformanceReport = {
      match: { kind: 'operation', operation: operation('GET /'), values: [] },
      findings: [
        finding('query_undeclared', 'debug'),
        finding('query_undeclared', '*'),
        finding('enum', 'status'),
      ],
      unchecked: [],
    }
    expect(bodyFactsOf(report, undefined, [])).toEqual({
      names: [{ place: 'query', name: 'debug' }],
      departures: ['*', '*', 'status'].map((field, at) => ({
        ...{ side: 'request', rule: at === 2 ? 'enum' : 'query_undeclared', place: 'query', field },
      })),
      data: [],
    })
  })
})

describe('counters', () => {
  it('keep whatever makes up more than one part in their size, whatever else comes', () => {
    const top = newTop(16)
    const random = numbers(1)
    for (let at = 0; at < 20_000; at++) addTo(top, at % 10 === 0 ? 'frequent' : `rare ${random()}`)
    const [first] = listOf(top)
    expect(first?.name).toBe('frequent')
    expect((first?.count ?? 0) - (first?.over ?? 0)).toBeLessThanOrEqual(2_000)
    expect(listOf(top)).toHaveLength(16)
  })

  it.each([1, 2, 3, 10, 100, 3_000, 100_000])('tell about %i callers apart', (callers) => {
    const sketch = newSketch()
    for (let at = 0; at < callers; at++) mark(sketch, hash32(`10.${at}.0.0/24`))
    expect(estimate(sketch)).toBeGreaterThanOrEqual(Math.floor(callers * 0.6))
    expect(estimate(sketch)).toBeLessThanOrEqual(Math.ceil(callers * 1.4))
  })

  it('are the same however observations were spread over isolates', () => {
    const random = numbers(6)
    const whole = newTally(START)
    const parts = Array.from({ length: 4 }, () => newTally(START))
    for (let at = 0; at < 3_000; at++) {
      const scene = { at: START + at * 1_000, caller: `10.${at % 9}.0.0/24`, asn: 64_500 + (at % 5) }
      const seen = countingOf(exchange(scene), answer(at % 7 === 0 ? 404 : 200, { latencyMs: at % 300 }))
      count(whole, seen)
      const part = parts[Math.floor(random() * parts.length)]
      if (part !== undefined) count(part, seen)
    }
    const merged = newTally(START)
    // As they travel.
    for (const part of parts) mergeTally(merged, tallyFrom(JSON.parse(JSON.stringify(usageOf(part)))))
    expect(usageOf(merged)).toEqual(usageOf(whole))
  })

  it('stay within their bound with every list full and every name at its longest', () => {
    const tally = newTally(START)
    const long = (name: string, at: number) => `${at} ${name} ${'\u20ac'.repeat(200)}`
    for (let at = 0; at < 400; at++) {
      const facts = exchange({ at: START + at * 86_400_000, host: long('host', at), asn: 4_000_000_000 + at })
      const seen = countingOf(facts, answer(100 + at, { mediaType: long('media', at) }))
      count(tally, {
        ...seen,
        tls: long('tls', at),
        requestMediaType: long('media', at),
        organisation: long('o', at),
      })
      count(tally, {
        ...seen,
        status: 200,
        authentication: long('auth', at),
        requestMediaType: long('media', at),
      })
      countDeparture(tally, long('departure', at))
      const place = {
        place: 'response_body',
        pointer: `/${'n'.repeat(150)}/${at}`,
        standing: 'unexpected',
      } as const
      countData(tally, { class: 'it_codice_fiscale', ...place, plaintext: true, count: 1, near: 0 }, START)
    }
    expect(new TextEncoder().encode(JSON.stringify(usageOf(tally))).length).toBeLessThan(MAX_USAGE_BYTES)
  })
})

describe('who pays for a promotion', () => {
  it('is every network that asked for it, each until its purse is empty, and again the next day', () => {
    const sponsors = newSponsors()
    const alone = Array.from({ length: 40 }, () => sponsors.charge([1], START)).filter(Boolean).length
    expect(alone).toBe(16)
    const shared = Array.from({ length: 100 }, () => sponsors.charge([2, 3, 4, 5], START)).filter(
      Boolean,
    ).length
    expect(shared).toBe(64)
    expect(sponsors.charge([1], START + 86_400_000)).toBe(true)
  })

  it('is not a stranger beside one whose purse is empty', () => {
    const sponsors = newSponsors()
    for (let at = 0; at < 16; at++) sponsors.charge([1], START)
    expect(sponsors.charge([1, 2], START)).toBe(true)
    expect(sponsors.charge([1], START)).toBe(false)
  })
})

describe('objects of a caller', () => {
  it('are counted apart by operation and caller, in rounds, each of which ends in the histogram', () => {
    const closed: number[] = []
    const counter = newObjectCounter((_operation, objects) => closed.push(objects))
    const accounts = operation('GET /v1/accounts/{AccountId}')
    for (let at = 0; at < 40; at++) counter.add(accounts, 1, [`${at}`], START)
    for (let at = 0; at < 40; at++) counter.add(accounts, 2, ['22289'], START)
    expect(counter.count(accounts.id, 1)).toBeGreaterThan(30)
    expect(counter.count(accounts.id, 1)).toBeLessThan(55)
    expect(counter.count(accounts.id, 2)).toBe(1)
    counter.add(accounts, 2, ['22289'], START + 600_000)
    expect(closed).toHaveLength(2)
    expect(counter.count(accounts.id, 1)).toBe(0)
  })

  it('are usual up to what ninety-nine callers in a hundred stay below', () => {
    expect(baselineOf([0, 10, 5])).toBeUndefined()
    expect(baselineOf([0, 900, 95, 0, 0, 5])).toBe(4)
  })
})
