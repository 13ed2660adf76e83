import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { inventoryView } from '../../src/inventory/export/view.ts'
import type { Decision, InventorySnapshot } from '../../src/inventory/learn/types.ts'
import { unavailable, valid } from '../../src/lib/fact.ts'
import { type InventoryRoom, inventoryConsole } from '../../src/operator/inventory.ts'
import { entry, shadow } from '../inventory/risk/landscape.ts'

const AT = Date.UTC(2026, 10, 21, 12)

function snapshot(): InventorySnapshot {
  const nothing = { misses: 0, unsettled: 0, turnedAway: 0, ignored: 0, dropped: 0, suspects: 0, pressure: 0 }
  const entries = [entry({}), shadow({}, { path: '/<script>', key: 'GET api.bank.example/<script>' })]
  return { at: AT, since: AT, entries, decisions: [], overflow: nothing, changes: 0 }
}

function open(changes: Partial<InventoryRoom['inventory']> = {}) {
  const decisions: Decision[] = []
  const withdrawn: string[] = []
  const room: InventoryRoom = {
    inventory: {
      snapshots: async () => valid([snapshot()]),
      async decide(decision) {
        decisions.push(decision)
        return valid(true)
      },
      async withdraw(id) {
        withdrawn.push(id)
        return valid(id === 'd-1')
      },
      ...changes,
    },
    clock: { now: () => AT, id: () => 'd-1' },
    view: inventoryView({ operations: [], documents: [] }, AT),
    assess: async () => valid({ raised: 1 }),
  }
  const app = new Hono().route(
    '/',
    inventoryConsole(() => room),
  )
  const post = (body: string) =>
    app.request('/api/inventory/decisions', {
      ...{ method: 'POST', body },
      headers: { 'content-length': String(body.length) },
    })
  return { app, post, decisions, withdrawn }
}

describe('the inventory on the console', () => {
  it('shows what is served, escaped, what nobody documented first', async () => {
    const answer = await open().app.request('/inventory')
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(text).toContain('GET api.bank.example/&lt;script&gt;')
    expect(text).toContain('path undeclared')
    expect(text).not.toContain('<script>')
  })

  it('is JSON for programs, shard by shard', async () => {
    const answer = await open().app.request('/api/inventory')
    expect(await answer.json()).toMatchObject({
      shards: [{ at: AT }],
      operations: expect.arrayContaining([expect.objectContaining({ status: 'shadow' })]),
    })
  })

  it('is a table for spreadsheets, a document of what was seen, and a comparison with what was published', async () => {
    const { app } = open()
    const csv = await app.request('/api/inventory.csv')
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="inventory.csv"')
    expect(await csv.text()).toContain('GET api.bank.example/<script>')
    const document = await (await app.request('/api/inventory.openapi.json')).json()
    expect(document).toMatchObject({ openapi: '3.1.0', paths: { '/<script>': {} } })
    const { differences } = (await (await app.request('/api/inventory.diff.json')).json()) as {
      readonly differences: readonly { readonly difference: string }[]
    }
    expect(differences.map(({ difference }) => difference)).toContain('operation_unpublished')
  })

  it('says so where a shard does not answer: half an inventory misleads', async () => {
    const { app } = open({ snapshots: async () => unavailable('inventory_timeout') })
    expect((await app.request('/inventory')).status).toBe(503)
    for (const path of ['/api/inventory', '/api/inventory.csv'])
      expect(await (await app.request(path)).json()).toEqual({ error: 'inventory_timeout' })
  })

  it('assesses at once where somebody asks for it', async () => {
    const answer = await open().app.request('/api/assess', { method: 'POST' })
    expect(await answer.json()).toEqual({ raised: 1 })
  })
})

describe('an operator’s word on the inventory', () => {
  const PIN = { kind: 'pin', method: 'GET', path: '/users/me', by: 'Ada Example' }

  it('is taken, with its time and a name of its own', async () => {
    const { post, decisions } = open()
    expect((await post(JSON.stringify(PIN))).status).toBe(201)
    expect(decisions).toEqual([{ ...PIN, id: 'd-1', host: '*', note: '', at: AT }])
  })

  it.each([
    ['no JSON', 'pin'],
    ['another kind', JSON.stringify({ ...PIN, kind: 'delete' })],
    ['nobody’s', JSON.stringify({ ...PIN, by: '' })],
    ['about no path', JSON.stringify({ ...PIN, path: 'users' })],
    ['about no method', JSON.stringify({ ...PIN, method: 'get' })],
  ])('is refused where it is %s', async (_what, body) => {
    const { post, decisions } = open()
    expect((await post(body)).status).toBe(400)
    expect(decisions).toEqual([])
  })

  it('is refused where it is larger than any', async () => {
    expect((await open().post(JSON.stringify({ ...PIN, note: 'x'.repeat(5_000) }))).status).toBe(413)
  })

  it('can be taken back, once', async () => {
    const { app } = open()
    const take = (id: string) => app.request(`/api/inventory/decisions/${id}`, { method: 'DELETE' })
    expect((await take('d-1')).status).toBe(204)
    expect((await take('d-2')).status).toBe(404)
  })
})
