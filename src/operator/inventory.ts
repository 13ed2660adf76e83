/**
 * The console's part for the inventory: what is served, as traffic shows it, and an operator's word on it. It rules what
 * is counted together; no verdict of the gate rests on it.
 */
import { type Context, Hono } from 'hono'
import type { ExportForm, InventoryView } from '../inventory/export/view.ts'
import type { InventoryDesk } from '../inventory/learn/desk.ts'
import type { Decision } from '../inventory/learn/types.ts'
import type { Fact } from '../lib/fact.ts'
import type { Clock } from '../ports.ts'
import { inventoryPage, noInventoryPage } from './inventory-page.ts'

/** What the console is lent for one request. */
export interface InventoryRoom {
  readonly inventory: Pick<InventoryDesk, 'snapshots' | 'decide' | 'withdraw'>
  readonly clock: Clock
  readonly view: InventoryView
  /** Looks at everything now, instead of at the next round. */
  assess(): Promise<Fact<unknown, never, string>>
}

type Variables = { inventory: InventoryRoom }
type Visit = Context<{ Variables: Variables }>

/** A template, a name and a note. */
const MAX_DECISION_BYTES = 4_096
const KINDS = ['pin', 'merge', 'split', 'ignore'] as const

/** To be mounted behind the console's sign-in and its check for posts from elsewhere. */
export function inventoryConsole(roomOf: (c: Context) => InventoryRoom): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>()
  app.use(async (c, next) => {
    c.set('inventory', roomOf(c))
    await next()
  })
  app.get('/inventory', overview)
  app.get('/api/inventory', listApi)
  app.get('/api/inventory.csv', (c) => exported(c, 'csv'))
  app.get('/api/inventory.openapi.json', (c) => exported(c, 'openapi'))
  app.get('/api/inventory.diff.json', (c) => exported(c, 'diff'))
  app.post('/api/inventory/decisions', decideApi)
  app.delete('/api/inventory/decisions/:id', withdrawApi)
  app.post('/api/assess', assessApi)
  return app
}

async function overview(c: Visit): Promise<Response> {
  const { inventory, view } = c.get('inventory')
  const snapshots = await inventory.snapshots()
  if (snapshots.state !== 'valid') return c.html(noInventoryPage(reasonOf(snapshots)), 503)
  return c.html(inventoryPage(view.rows(snapshots.value)))
}

async function listApi(c: Visit): Promise<Response> {
  const { inventory, view } = c.get('inventory')
  const snapshots = await inventory.snapshots()
  if (snapshots.state !== 'valid') return c.json({ error: reasonOf(snapshots) }, 503)
  return c.json({ operations: view.rows(snapshots.value), shards: snapshots.value })
}

const FILES = {
  csv: ['inventory.csv', 'text/csv; charset=utf-8'],
  openapi: ['inventory.openapi.json', 'application/json'],
  diff: ['inventory.diff.json', 'application/json'],
} as const satisfies Record<ExportForm, readonly [file: string, type: string]>

async function exported(c: Visit, form: ExportForm): Promise<Response> {
  const { inventory, view } = c.get('inventory')
  const snapshots = await inventory.snapshots()
  if (snapshots.state !== 'valid') return c.json({ error: reasonOf(snapshots) }, 503)
  const [file, type] = FILES[form]
  return c.body(view.written(form, snapshots.value), 200, {
    'content-type': type,
    'content-disposition': `attachment; filename="${file}"`,
  })
}

async function decideApi(c: Visit): Promise<Response> {
  const { inventory, clock } = c.get('inventory')
  const length = Number(c.req.header('content-length') ?? Number.NaN)
  if (!(length <= MAX_DECISION_BYTES)) return c.json({ error: 'decision_too_large' }, 413)
  const decision = readDecision(parse(new TextDecoder().decode(await c.req.arrayBuffer())), clock)
  if (decision === undefined) return c.json({ error: 'decision_malformed' }, 400)
  const taken = await inventory.decide(decision)
  if (taken.state !== 'valid') return c.json({ error: reasonOf(taken) }, 503)
  return taken.value ? c.json({ decision }, 201) : c.json({ error: 'no_room' }, 507)
}

async function withdrawApi(c: Visit): Promise<Response> {
  const withdrawn = await c.get('inventory').inventory.withdraw(c.req.param('id') ?? '')
  if (withdrawn.state !== 'valid') return c.json({ error: reasonOf(withdrawn) }, 503)
  return withdrawn.value ? c.body(null, 204) : c.json({ error: 'not_found' }, 404)
}

async function assessApi(c: Visit): Promise<Response> {
  const recorded = await c.get('inventory').assess()
  return recorded.state === 'valid' ? c.json(recorded.value) : c.json({ error: reasonOf(recorded) }, 503)
}

function readDecision(value: unknown, clock: Clock): Decision | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  // Whatever it is, its members may be looked at.
  const said = value as Readonly<Record<string, unknown>>
  const kind = KINDS.find((one) => one === said.kind)
  const { method = '*', host = '*', path, note = '', by } = said
  const texts = [method, host, path, note, by]
  if (kind === undefined || !texts.every((text) => typeof text === 'string' && text.length <= 512))
    return undefined
  if (!/^(?:\*|[A-Z]{3,10})$/.test(String(method)) || !String(path).startsWith('/') || by === '')
    return undefined
  return {
    id: clock.id(),
    kind,
    method: String(method),
    host: String(host),
    path: String(path),
    note: String(note),
    by: String(by),
    at: clock.now(),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(fact: { readonly state: string; readonly reason?: string }): string {
  return fact.reason ?? fact.state
}
