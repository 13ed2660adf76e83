/**
 * The console's part for findings: what is at risk, and what people decide about it. It changes findings, which are
 * records; no verdict of the gate rests on them.
 */
import { type Context, Hono } from 'hono'
import type { FindingsPort } from '../inventory/risk/client.ts'
import type { Command, CommandRefusal, Finding } from '../inventory/risk/finding-types.ts'
import type { FindingQuery } from '../inventory/risk/listing.ts'
import type { FindingState, Severity } from '../inventory/risk/types.ts'
import { readCommand } from './finding-command.ts'
import { findingPage, findingsPage, noFindingPage, noFindingsPage } from './findings-pages.ts'

/** What the console is lent for one request. */
export interface FindingsDesk {
  readonly findings: Pick<FindingsPort, 'list' | 'find' | 'command' | 'standing' | 'scores'>
  /** SARIF 2.1.0, as JSON text. */
  readonly sarif: (findings: readonly Finding[]) => string
  readonly csv: (findings: readonly Finding[]) => string
}

type Variables = { findings: FindingsDesk }
type Visit = Context<{ Variables: Variables }>

const STATES: readonly FindingState[] = ['open', 'accepted', 'fixed']
const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical']
const PAGE = 100
const MAX_PAGE = 1_000
/** A name, a reason and a date. */
const MAX_COMMAND_BYTES = 8_192

const STATUS = {
  finding_unknown: 404,
  state_unsuitable: 409,
  reason_missing: 422,
  reason_too_long: 422,
  name_unsuitable: 422,
  expiry_past: 422,
  expiry_too_far: 422,
} as const satisfies Record<CommandRefusal, number>

/** To be mounted behind the console's sign-in and its check for posts from elsewhere. */
export function findingsConsole(deskOf: (c: Context) => FindingsDesk): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>()
  app.use(async (c, next) => {
    c.set('findings', deskOf(c))
    await next()
  })
  app.get('/findings', overview)
  app.get('/findings/:id', onePage)
  app.post('/findings/:id', decide)
  app.get('/api/findings', listApi)
  app.get('/api/findings.sarif', (c) => exported(c, 'sarif', 'application/sarif+json'))
  app.get('/api/findings.csv', (c) => exported(c, 'csv', 'text/csv; charset=utf-8'))
  app.get('/api/findings/:id', oneApi)
  app.post('/api/findings/:id', decideApi)
  app.get('/api/scores', scoresApi)
  return app
}

async function overview(c: Visit): Promise<Response> {
  const { findings } = c.get('findings')
  const query = queryOf(c)
  const [page, standing] = await Promise.all([findings.list(query), findings.standing()])
  if (page.state !== 'valid') return c.html(noFindingsPage(reasonOf(page)), 503)
  if (standing.state !== 'valid') return c.html(noFindingsPage(reasonOf(standing)), 503)
  return c.html(findingsPage({ ...page.value, standing: standing.value, query }))
}

async function onePage(c: Visit): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const found = await c.get('findings').findings.find(id)
  if (found.state !== 'valid') return c.html(noFindingsPage(reasonOf(found)), 503)
  if (found.value === undefined) return c.html(noFindingPage(id), 404)
  // A link from elsewhere may say anything here.
  const refused = c.req.query('refused')
  return c.html(findingPage(found.value, /^[a-z_]{1,40}$/.test(refused ?? '') ? refused : undefined))
}

async function decide(c: Visit): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const body = await bodyOf(c)
  if (body === undefined) return c.html(noFindingsPage('the form is too large'), 413)
  const command = readCommand(Object.fromEntries(new URLSearchParams(body)))
  const refused = command === undefined ? 'command_malformed' : await refusal(c, id, command)
  if (refused === 'unavailable') return c.html(noFindingsPage(refused), 503)
  const suffix = refused === undefined ? '' : `?refused=${refused}`
  return c.redirect(`/_portcullis/findings/${encodeURIComponent(id)}${suffix}`, 303)
}

async function refusal(c: Visit, id: string, command: Command): Promise<string | undefined> {
  const answer = await c.get('findings').findings.command(id, command)
  if (answer.state !== 'valid') return 'unavailable'
  return answer.value.ok ? undefined : answer.value.reason
}

async function listApi(c: Visit): Promise<Response> {
  const { findings } = c.get('findings')
  const [page, standing] = await Promise.all([findings.list(queryOf(c)), findings.standing()])
  if (page.state !== 'valid') return c.json({ error: reasonOf(page) }, 503)
  if (standing.state !== 'valid') return c.json({ error: reasonOf(standing) }, 503)
  const never = { at: undefined, scores: [], blind: [], problems: [], targets: [] }
  return c.json({ ...page.value, ...(standing.value ?? never) })
}

async function exported(c: Visit, form: 'sarif' | 'csv', type: string): Promise<Response> {
  const desk = c.get('findings')
  const page = await desk.findings.list({ ...queryOf(c), limit: MAX_PAGE })
  if (page.state !== 'valid') return c.json({ error: reasonOf(page) }, 503)
  return c.body(desk[form](page.value.findings), 200, {
    'content-type': type,
    'content-disposition': `attachment; filename="findings.${form}"`,
  })
}

async function oneApi(c: Visit): Promise<Response> {
  const found = await c.get('findings').findings.find(c.req.param('id') ?? '')
  if (found.state !== 'valid') return c.json({ error: reasonOf(found) }, 503)
  return found.value === undefined ? c.json({ error: 'not_found' }, 404) : c.json(found.value)
}

async function decideApi(c: Visit): Promise<Response> {
  const body = await bodyOf(c)
  if (body === undefined) return c.json({ error: 'command_too_large' }, 413)
  const command = readCommand(parse(body))
  if (command === undefined) return c.json({ error: 'command_malformed' }, 400)
  const answer = await c.get('findings').findings.command(c.req.param('id') ?? '', command)
  if (answer.state !== 'valid') return c.json({ error: reasonOf(answer) }, 503)
  const { value } = answer
  return value.ok ? c.json({ finding: value.value }) : c.json({ error: value.reason }, STATUS[value.reason])
}

async function scoresApi(c: Visit): Promise<Response> {
  const days = bounded(c.req.query('days'), 90, 1, 400)
  const scores = await c.get('findings').findings.scores(days)
  return scores.state === 'valid' ? c.json({ days: scores.value }) : c.json({ error: reasonOf(scores) }, 503)
}

/** Undefined where it is larger than any command, or does not say how large it is. */
async function bodyOf(c: Visit): Promise<string | undefined> {
  const length = Number(c.req.header('content-length') ?? Number.NaN)
  if (!(length <= MAX_COMMAND_BYTES)) return undefined
  // Not `text()`: workerd writes a warning to the log for every body that is not of a text type.
  return new TextDecoder().decode(await c.req.arrayBuffer())
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function queryOf(c: Visit): FindingQuery {
  const states = STATES.filter((state) => c.req.queries('state')?.includes(state))
  return {
    states: states.length === 0 ? ['open'] : states,
    atLeast: SEVERITIES.find((one) => one === c.req.query('at-least')) ?? 'low',
    api: c.req.query('api'),
    check: c.req.query('check'),
    limit: bounded(c.req.query('limit'), PAGE, 1, MAX_PAGE),
    offset: bounded(c.req.query('offset'), 0, 0, 1_000_000),
  }
}

function bounded(text: string | undefined, standard: number, min: number, max: number): number {
  const number = Number(text ?? standard)
  return Number.isInteger(number) ? Math.min(Math.max(number, min), max) : standard
}

function reasonOf(fact: { readonly state: string; readonly reason?: string }): string {
  return fact.reason ?? fact.state
}
