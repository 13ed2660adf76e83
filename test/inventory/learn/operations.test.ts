import { describe, expect, it } from 'vitest'
import { memoryInventory } from '../../../src/inventory/learn/memory-inventory.ts'
import { operationsOf } from '../../../src/inventory/learn/operations.ts'
import { matcherFor } from '../../../src/inventory/specs/match.ts'
import { answer, exchange, operation, START, specification } from './scene.ts'

const DAY = 86_400_000
const PUBLISHED = specification([
  operation('GET /v2/used'),
  operation('GET /v2/unused'),
  operation('GET /v2/quiet'),
  operation('GET /v2/deprecated', { deprecated: true }),
  operation('GET /v2/deprecated-and-gone', { deprecated: true }),
  operation('GET /v2/sunset', { sunset: '2026-11-01' }),
  operation('GET /v2/sunset-next-year', { sunset: '2027-11-01' }),
  operation('GET /v1/used', { standing: 'older' }),
  operation('GET /v1/unused', { standing: 'older' }),
])

/** After `days` of traffic; `quiet` was used on the first day alone. */
function statuses(days: number) {
  const match = matcherFor(PUBLISHED)
  const inventory = memoryInventory(PUBLISHED)
  const see = (path: string, day: number, status = 200, caller = 1) => {
    const facts = exchange({
      at: START + day * DAY,
      path,
      caller: `10.${caller}.0.0/24`,
      asn: 64_500 + caller,
    })
    inventory.observe({ ...facts, match: match('GET', path) }, answer(status))
  }
  see('/v2/quiet', 0)
  for (let day = 0; day <= days; day++) {
    for (const path of ['/v2/used', '/v2/deprecated', '/v2/sunset', '/v2/sunset-next-year', '/v1/used'])
      see(path, day)
    see('/v2/deprecated-and-gone', day, 410)
    for (let caller = 0; caller < 3; caller++) see('/v2/internal', day, 200, caller)
  }
  const at = START + days * DAY
  const operations = operationsOf(PUBLISHED, inventory.snapshots(at), { at })
  return Object.fromEntries(operations.map(({ key, status, reason }) => [key, `${status}: ${reason}`]))
}

describe('the status of an operation', () => {
  it('is what its specification and its traffic say together', () => {
    expect(statuses(40)).toEqual({
      'GET /v2/used': 'published: in_specification',
      'GET /v2/unused': 'orphan: never_seen',
      'GET /v2/quiet': 'dormant: not_seen_lately',
      'GET /v2/deprecated': 'zombie: deprecated',
      'GET /v2/deprecated-and-gone': 'published: in_specification',
      'GET /v2/sunset': 'zombie: sunset_passed',
      'GET /v2/sunset-next-year': 'published: in_specification',
      'GET /v1/used': 'zombie: older_version_only',
      'GET /v1/unused': 'dormant: never_seen',
      'GET api.bank.example/v2/internal': 'shadow: path_undeclared',
    })
  })

  it('is no orphan before anybody has looked for long enough', () => {
    expect(statuses(5)).toMatchObject({
      'GET /v2/unused': 'published: in_specification',
      'GET /v2/quiet': 'published: in_specification',
    })
  })

  it('stays a shadow, and is called weak, while a handful of requests is all there is', () => {
    const inventory = memoryInventory(PUBLISHED)
    const ask = (path: string, times: number) => {
      for (let at = 0; at < times; at++)
        inventory.observe(
          exchange({ at: START + at, path, caller: `10.${at % 5}.0.0/24`, asn: 64_500 + (at % 5) }),
          answer(),
        )
    }
    ask('/v2/rumour', 5)
    ask('/v2/real', 50)
    const operations = operationsOf(PUBLISHED, inventory.snapshots(START), { at: START })
    const found = operations.filter(({ status }) => status === 'shadow')
    expect(found.map(({ path, weak }) => [path, weak])).toEqual([
      ['/v2/real', false],
      ['/v2/rumour', true],
    ])
  })

  it('can be ignored by an operator, published or not', () => {
    const inventory = memoryInventory(PUBLISHED)
    const decision = {
      kind: 'ignore',
      method: '*',
      host: '*',
      path: '/v1/{*}',
      note: '',
      by: 'ops',
      at: START,
    } as const
    inventory.decide({ id: 'd', ...decision })
    const operations = operationsOf(PUBLISHED, inventory.snapshots(START), { at: START })
    expect(operations.filter(({ ignored }) => ignored).map(({ key }) => key)).toEqual([
      'GET /v1/unused',
      'GET /v1/used',
    ])
  })
})
