import { describe, expect, it } from 'vitest'
import { memoryInventory } from '../../../src/inventory/learn/memory-inventory.ts'
import type { BodyFacts, Change, Decision, InventoryEntry } from '../../../src/inventory/learn/types.ts'
import type { DataFinding } from '../../../src/inventory/sensitive/types.ts'
import { answer, BANK, exchange, HOST, type Scene, START } from './scene.ts'

const NOTHING: BodyFacts = { departures: [], names: [], data: [] }

function bank() {
  const inventory = memoryInventory(BANK, { every: 1 })
  let turn = 0
  const see = (path: string, scene: Scene = {}, status = 200) => {
    turn++
    inventory.observe(exchange({ at: START + turn * 1_000, path, ...scene }), answer(status))
  }
  const entries = (): readonly InventoryEntry[] => inventory.snapshots(START)[0]?.entries ?? []
  return {
    inventory,
    see,
    /** Asked for often enough, by enough callers of different networks. */
    use(path: string, scene: Scene = {}, times = 6) {
      for (let at = 0; at < times; at++)
        see(path, { caller: `10.${at % 3}.0.0/24`, asn: 64_500 + (at % 3), ...scene })
    },
    entries,
    paths: () => entries().map(({ method, path }) => `${method} ${path}`),
    changes: (): readonly Change[] => inventory.books[0]?.parts.changes.after(0, 1_000) ?? [],
    decide(kind: Decision['kind'], path: string, id = path) {
      inventory.decide({ id, kind, method: '*', host: HOST, path, note: '', by: 'ops', at: START })
    },
  }
}

describe('what becomes an operation', () => {
  it('a published one with its first request, under its own name', () => {
    const { see, entries } = bank()
    see('/v1/accounts/22289')
    see('/v1/accounts/31820')
    expect(entries().map(({ key, origin, usage }) => [key, origin, usage.requests])).toEqual([
      ['GET /v1/accounts/{AccountId}', 'published', 2],
    ])
  })

  it('an undocumented one once several callers had it answered, with what was counted since', () => {
    const { see, use, paths } = bank()
    see('/v1/reports/2026')
    expect(paths()).toEqual([])
    use('/v1/reports/2026')
    use('/v1/reports/31820')
    expect(paths()).toEqual(['GET /v1/reports/{id}'])
  })

  it('a method that nobody published, under the published template', () => {
    const { use, entries } = bank()
    use('/v1/accounts/22289', { method: 'DELETE' })
    expect(entries().map(({ method, path, methodUndeclared }) => [method, path, methodUndeclared])).toEqual([
      ['DELETE', '/v1/accounts/{AccountId}', true],
    ])
  })

  it.each([400, 404, 405, 410, 429, 503])('nothing that the bank answers with %i', (status) => {
    const { see, paths } = bank()
    for (let at = 0; at < 40; at++)
      see('/v1/reports', { caller: `10.${at}.0.0/24`, asn: 64_500 + at }, status)
    expect(paths()).toEqual([])
  })

  it.each([200, 301, 401, 403, 409, 500])('what the bank answers with %i, because it is there', (status) => {
    const { see, paths } = bank()
    for (let at = 0; at < 6; at++) see('/v1/reports', { caller: `10.${at}.0.0/24`, asn: 64_500 + at }, status)
    expect(paths()).toEqual(['GET /v1/reports'])
  })

  it('nothing that the gate itself refused, and no preflight', () => {
    const { inventory, use, paths } = bank()
    use('/v1/reports', { method: 'OPTIONS' })
    for (let at = 0; at < 20; at++)
      inventory.observe(
        exchange({ path: '/v1/admin', caller: `10.${at}.0.0/24` }),
        answer(200, { refused: true }),
      )
    expect(paths()).toEqual([])
  })

  it('what a single proven third party uses, because it can be asked', () => {
    const { see, paths } = bank()
    for (let at = 0; at < 12; at++) see('/v1/partner/feed', { caller: 'PSDGB-LAB-1', proven: true })
    for (let at = 0; at < 30; at++) see('/v1/nobody/feed', { caller: '192.0.2.0/24' })
    expect(paths()).toEqual(['GET /v1/partner/feed'])
  })

  it('nothing of an origin that gives strangers a login page for whatever they ask', () => {
    const { inventory, paths } = bank()
    const login = answer(302, { mediaType: 'text/html', responseBytes: 512 })
    const ask = (path: string, at: number) =>
      inventory.observe(
        exchange({ at: START + at, path, caller: `10.${at % 9}.0.0/24`, asn: 64_500 + (at % 9) }),
        login,
      )
    for (let at = 0; at < 200; at++) ask(`/x${at.toString(36)}-y`, at)
    for (let at = 0; at < 60; at++) ask('/wp-login', 1_000 + at)
    expect(paths()).toEqual([])
  })

  it('one template for the names of people, each asked for by its own', () => {
    const { see, use, paths, decide } = bank()
    use('/v1/users/export')
    const name = (at: number) =>
      `user-${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + (at % 7))}`
    const visit = (at: number) =>
      see(`/v1/users/${name(at)}/profile`, {
        at: START + at * 120_000,
        caller: `10.9.${at}.0/24`,
        asn: 64_500 + (at % 5),
      })
    for (let at = 0; at < 60; at++) visit(at)
    expect(paths()).toEqual(['GET /v1/users/export', 'GET /v1/users/{id}/profile'])
    // An operator who knows better is not overruled by the next thousand requests (akto PR #2675).
    decide('split', '/v1/users/{id}/profile')
    for (let at = 60; at < 400; at++) visit(at)
    expect(paths()).not.toContain('GET /v1/users/{id}/profile')
  })
})

describe('what an operator decides', () => {
  it('pins a template: what fits it is one operation from the first request on', () => {
    const { see, paths, decide } = bank()
    decide('pin', '/v1/reports/{year}/summary')
    see('/v1/reports/2026/summary')
    see('/v1/reports/latest/summary')
    expect(paths()).toEqual(['GET /v1/reports/{year}/summary'])
  })

  it('merges what was learnt, with its counts, and what comes later', () => {
    const { use, entries, decide } = bank()
    use('/v1/shops/north')
    use('/v1/shops/south')
    const before = entries().reduce((sum, { usage }) => sum + usage.requests, 0)
    decide('merge', '/v1/shops/{shop}')
    use('/v1/shops/west')
    expect(entries().map(({ path, origin, usage }) => [path, origin, usage.requests])).toEqual([
      ['/v1/shops/{shop}', 'merged', before + 6],
    ])
  })

  it('lets a pin stand inside a merge', () => {
    const { use, paths, decide } = bank()
    decide('merge', '/v1/shops/{shop}')
    decide('pin', '/v1/shops/search')
    use('/v1/shops/north')
    use('/v1/shops/search')
    expect(paths()).toEqual(['GET /v1/shops/{shop}', 'GET /v1/shops/search'])
  })

  it('ignores what fits, whatever was learnt or pinned', () => {
    const { inventory, use, paths, decide } = bank()
    use('/health/live')
    decide('ignore', '/health/{*}')
    use('/health/live')
    use('/health/ready/deep')
    expect(paths()).toEqual([])
    expect(inventory.snapshots(START)[0]?.overflow.ignored).toBe(12)
  })

  it('withdraws a merge: what it held together is learnt anew', () => {
    const { inventory, use, paths, decide } = bank()
    decide('merge', '/v1/shops/{shop}', 'm')
    use('/v1/shops/north')
    inventory.withdraw('m')
    use('/v1/shops/north')
    expect(paths()).toEqual(['GET /v1/shops/north'])
  })
})

describe('what is kept of an operation', () => {
  it('who, how, how much and how well it was protected', () => {
    const { inventory, entries } = bank()
    const scene = { path: '/v1/accounts', caller: 'PSDGB-LAB-1', proven: true, asn: 64_496 }
    inventory.observe(exchange(scene), answer(200, { latencyMs: 70, weaknesses: ['hsts_missing'] }))
    inventory.observe(exchange({ ...scene, at: START + 3_600_000 }), answer(500))
    const [entry] = entries()
    const told = (list: readonly { readonly name: string; readonly count: number }[] = []) =>
      list.map(({ name, count }) => `${name} ${count}`)
    expect(entry?.usage).toMatchObject({ requests: 2, statuses: [0, 0, 1, 0, 0, 1], sessions: 1 })
    expect(told(entry?.usage.organisations)).toEqual(['PSDGB-LAB-1 2'])
    expect(told(entry?.usage.networks)).toEqual(['AS64496 2'])
    expect(told(entry?.usage.authentication)).toEqual(['client_certificate+bearer 2'])
    expect(told(entry?.usage.authenticationAccepted)).toEqual(['client_certificate+bearer 1'])
    expect(told(entry?.usage.weaknesses)).toEqual(['hsts_missing 1'])
    // 64 to 127 milliseconds.
    expect(entry?.usage.latencyMs[7]).toBe(1)
    expect(entry?.usage.hours).toEqual([
      [START / 3_600_000, 1],
      [START / 3_600_000 + 1, 1],
    ])
  })

  it('names that several callers had accepted, and no value that somebody typed as a name', () => {
    const { inventory, entries, changes } = bank()
    for (let at = 0; at < 8; at++) {
      const scene = { caller: `10.${at}.0.0/24`, asn: 64_500 + at }
      const names = ['debug', `${at}1234567`, 'alice@bank.example'].map(
        (name) => ({ place: 'query', name }) as const,
      )
      inventory.remark(exchange(scene), answer(), { ...NOTHING, names })
      inventory.remark(exchange(scene), answer(400), {
        ...NOTHING,
        names: [{ place: 'query', name: 'refused' }],
      })
    }
    expect(entries()[0]?.hidden.map(({ place, name }) => `${place} ${name}`)).toEqual(['query debug'])
    expect(
      changes()
        .filter(({ what }) => what === 'name_found')
        .map(({ detail }) => detail),
    ).toEqual(['query debug'])
  })

  it('data by class and place, told once, and not where chance is likelier', () => {
    const { inventory, entries, changes } = bank()
    const data = (pointer: string, count: number, near: number): DataFinding => ({
      ...{ class: 'pan', place: 'response_body', pointer, standing: 'unexpected', plaintext: false },
      ...{ count, near },
    })
    for (let at = 0; at < 5; at++)
      inventory.remark(exchange(), answer(), {
        ...NOTHING,
        data: [data('/Data/Leak', 1, 0), data('/Data/Id', 1, 9)],
      })
    expect(
      entries()[0]?.usage.data.map(({ pointer, exchanges, values, near }) => [
        pointer,
        exchanges,
        values,
        near,
      ]),
    ).toEqual([
      ['/Data/Leak', 5, 5, 0],
      ['/Data/Id', 5, 5, 45],
    ])
    expect(
      changes()
        .filter(({ what }) => what === 'data_found')
        .map(({ detail }) => detail),
    ).toEqual(['pan response_body unexpected /Data/Leak'])
  })

  it('departures, each told once, and a host where the operation had not been before', () => {
    const { inventory, see, changes } = bank()
    const departure = { side: 'response', rule: 'status_undeclared', place: 'status', field: '418' } as const
    for (let at = 0; at < 3; at++)
      inventory.remark(exchange(), answer(), { ...NOTHING, departures: [departure] })
    see('/v1/accounts')
    see('/v1/accounts', { host: 'dev.bank.example' })
    see('/v1/accounts', { host: 'dev.bank.example' })
    expect(changes().map(({ what, detail }) => [what, detail])).toEqual([
      ['operation_first_used', ''],
      ['departure_found', 'response status_undeclared status 418'],
      ['host_found', 'dev.bank.example'],
    ])
  })
})
