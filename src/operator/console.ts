/**
 * The operator's console under `/_portcullis/`: pages for people, JSON for programs, all behind the operator's token.
 * It reads records. It cannot change a verdict, and it imports nothing that could.
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { HOUR_MS } from '../lib/durations.ts'
import { equalSecrets } from '../lib/equal.ts'
import { cspHash } from '../lib/html.ts'
import { isCrossSite } from '../lib/same-origin.ts'
import type { Clock, Keys } from '../ports.ts'
import type { Journal } from '../record/journal.ts'
import { decisionPage } from './decision-page.ts'
import { type SignInFailures, WAIT_SECONDS } from './failures.ts'
import { ACTIONS, decisionsPage, notFoundPage, signInPage, unavailablePage } from './pages.ts'
import { COOKIE, closeSession, holdsSession, holdsToken, openSession } from './session.ts'
import { STYLE } from './style.ts'

/** What the console is lent for one request. */
export interface Desk {
  readonly journal: Pick<Journal, 'recent' | 'find' | 'counts'>
  readonly keys: Keys
  readonly clock: Clock
  readonly token: string
  readonly failures: SignInFailures
  /** Leaves a trace of a token that was refused. */
  readonly refused: (reference: string, prefix: string) => void
  /** The network that sent a request, as far as it may be told. */
  readonly prefixOf: (request: Request) => string
  /** The operator's sentence for a reason. */
  readonly explain: (reason: string) => string
}

const PAGE_ENTRIES = 50
const MAX_ENTRIES = 500
/** A sign-in form holds one token. */
const MAX_FORM_BYTES = 4_096
const STYLE_SOURCE = cspHash(STYLE)
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src ${STYLE_SOURCE}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  // `no-referrer` would make the browser hide where the console's own forms come from.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const

type Variables = { desk: Desk }
export type Console = Hono<{ Variables: Variables }>
type Visit = Context<{ Variables: Variables }>

/**
 * Mounted at `/_portcullis`.
 *
 * @param deskOf lends the bindings of the request
 * @param annex adds pages of other rooms behind the same sign-in
 */
export function operatorConsole(
  deskOf: (c: Context) => Desk,
  annex: (app: Console) => void = () => {},
): Console {
  const app: Console = new Hono()
  app.use(async (c, next) => {
    c.set('desk', deskOf(c))
    await next()
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
  })
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.post('*', fromOwnPages)
  app.post('/sign-in', signIn)
  app.post('/sign-out', (c) => {
    c.header('set-cookie', closeSession())
    return c.redirect('/_portcullis/', 303)
  })
  app.use(signedIn)
  app.get('/', overview)
  app.get('/decisions', decision)
  app.get('/api/decisions', listApi)
  app.get('/api/decisions/:reference', decisionApi)
  app.get('/api/counts', countsApi)
  annex(app)
  app.notFound((c) => c.json({ error: 'not_found' }, 404))
  return app
}

/** A page elsewhere could otherwise sign an operator out, or in as somebody else. */
const fromOwnPages: MiddlewareHandler<{ Variables: Variables }> = async (c, next) => {
  if (isCrossSite(c.req.raw.headers, c.req.url)) return c.json({ error: 'cross_site_refused' }, 403)
  await next()
}

async function signIn(c: Visit): Promise<Response> {
  const { token, keys, clock } = c.get('desk')
  if (mustWait(c)) return waitLonger(c)
  const length = Number(c.req.header('content-length') ?? Number.NaN)
  // A form without a length could be of any size; every browser sends one.
  if (!(length <= MAX_FORM_BYTES)) return c.html(signInPage(true), 413)
  // Not `text()`: workerd writes a warning to the log for every body that is not of a text type.
  const form = new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer()))
  if (!equalSecrets(form.get('token') ?? '', token)) {
    noteFailure(c)
    return c.html(signInPage(true), 401)
  }
  c.header('set-cookie', openSession(keys, token, clock.now()))
  return c.redirect('/_portcullis/', 303)
}

const signedIn: MiddlewareHandler<{ Variables: Variables }> = async (c, next) => {
  const { token, keys, clock } = c.get('desk')
  if (holdsSession(keys, token, getCookie(c, COOKIE), clock.now())) return next()
  const authorization = c.req.header('authorization')
  if (authorization !== undefined) {
    if (mustWait(c)) return waitLonger(c)
    if (holdsToken(token, authorization)) return next()
    noteFailure(c)
  }
  const wantsPage = c.req.header('accept')?.includes('text/html') === true
  if (wantsPage) return c.html(signInPage(false), 401)
  return c.json({ error: 'operator_token_required' }, 401, { 'www-authenticate': 'Bearer' })
}

/** Whoever guesses is not told whether the guess was right. Sessions go on: their MAC is beyond guessing. */
function mustWait(c: Visit): boolean {
  const { failures, prefixOf, clock } = c.get('desk')
  return failures.waits(prefixOf(c.req.raw), clock.now())
}

function waitLonger(c: Visit): Response {
  return c.json({ error: 'too_many_failures' }, 429, { 'retry-after': String(WAIT_SECONDS) })
}

function noteFailure(c: Visit): void {
  const { failures, refused, prefixOf, clock } = c.get('desk')
  const prefix = prefixOf(c.req.raw)
  const reference = clock.id()
  failures.failed(prefix, clock.now())
  refused(reference, prefix)
  c.header('portcullis-reference', reference)
}

async function overview(c: Visit): Promise<Response> {
  const { journal, clock } = c.get('desk')
  const query = listQuery(c, PAGE_ENTRIES)
  const [recent, hour] = await Promise.all([journal.recent(query), journal.counts(clock.now() - HOUR_MS)])
  if (recent.state !== 'valid') return c.html(unavailablePage(reasonOf(recent)), 503)
  if (hour.state !== 'valid') return c.html(unavailablePage(reasonOf(hour)), 503)
  return c.html(decisionsPage({ entries: recent.value, hour: hour.value, chosen: query.verdict }))
}

async function decision(c: Visit): Promise<Response> {
  const { journal, explain } = c.get('desk')
  const reference = (c.req.query('reference') ?? '').trim()
  const found = await journal.find(reference)
  if (found.state !== 'valid') return c.html(unavailablePage(reasonOf(found)), 503)
  if (found.value === undefined) return c.html(notFoundPage(reference), 404)
  return c.html(decisionPage(found.value, explain))
}

async function listApi(c: Visit): Promise<Response> {
  const recent = await c.get('desk').journal.recent(listQuery(c, PAGE_ENTRIES))
  if (recent.state !== 'valid') return c.json({ error: reasonOf(recent) }, 503)
  return c.json({ decisions: recent.value })
}

async function decisionApi(c: Visit): Promise<Response> {
  const { journal, explain } = c.get('desk')
  const found = await journal.find(c.req.param('reference') ?? '')
  if (found.state !== 'valid') return c.json({ error: reasonOf(found) }, 503)
  if (found.value === undefined) return c.json({ error: 'not_found' }, 404)
  return c.json({ decision: found.value, explanation: explain(found.value.reason) })
}

async function countsApi(c: Visit): Promise<Response> {
  const { journal, clock } = c.get('desk')
  const minutes = bounded(c.req.query('minutes'), 60, 1, 44_640)
  const counts = await journal.counts(clock.now() - minutes * 60_000)
  if (counts.state !== 'valid') return c.json({ error: reasonOf(counts) }, 503)
  return c.json({ minutes, counts: counts.value })
}

function listQuery(c: Visit, standard: number) {
  const verdict = c.req.query('verdict')
  const before = Number(c.req.query('before') ?? Number.NaN)
  return {
    limit: bounded(c.req.query('limit'), standard, 1, MAX_ENTRIES),
    verdict: verdict !== undefined && ACTIONS.includes(verdict) ? verdict : undefined,
    before: Number.isSafeInteger(before) ? before : undefined,
  }
}

function bounded(text: string | undefined, standard: number, min: number, max: number): number {
  const number = Number(text ?? standard)
  return Number.isInteger(number) ? Math.min(Math.max(number, min), max) : standard
}

function reasonOf(fact: { readonly state: string; readonly reason?: string }): string {
  return fact.reason ?? fact.state
}
