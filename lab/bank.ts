/**
 * The laboratory's bank: the demo bank's routes and statuses for half a million customers, without a store. It has no
 * lockout and no rate limit: what stops anybody here is the gate.
 */
import { valid } from '../src/lib/fact.ts'
import type { Upstream } from '../src/ports.ts'
import { siteType } from './traffic/site.ts'
import {
  accountId,
  CUSTOMERS,
  cardOf,
  consentId,
  customerNumber,
  passwordOf,
  payeeId,
  readToken,
  tokenFor,
} from './traffic/visitor.ts'

type Handler = (request: Request, url: URL) => Response | Promise<Response>

const ACCOUNTS_EACH = 2

export function labBank(): Upstream {
  return {
    async forward(request) {
      const url = new URL(request.url)
      const handler = HANDLERS.find(
        ([method, path]) => method === request.method && path.test(url.pathname),
      )?.[2]
      return valid(handler === undefined ? publicSite(request, url) : await handler(request, url))
    },
  }
}

/** What anybody may read; a document's content is nobody's concern here. */
function publicSite({ method }: Request, { pathname }: URL): Response {
  const type = method === 'GET' || method === 'HEAD' ? siteType(pathname) : undefined
  if (type === undefined) return json(404, { error: 'not_found' })
  if (method === 'GET' && type.startsWith('text/html')) return page('Northgate Bank')
  return new Response(null, { headers: { 'content-type': type } })
}

const HANDLERS: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ['GET', /^\/$/, () => page('Northgate Bank')],
  ['GET', /^\/login$/, () => page('Sign in', [['bank_visit', 'visited']])],
  ['GET', /^\/assets\/[a-z]+-\d\.[a-z]+$/, () => new Response(null)],
  ['POST', /^\/login$/, signInByForm],
  ['POST', /^\/api\/login$/, signInByScript],
  ['GET', /^\/account$/, accountPage],
  ['POST', /^\/logout$/, () => redirect('/', [['bank_session', '']])],
  ['POST', /^\/mobile\/v1\/login$/, signInByApp],
  ['GET', /^\/api\/rates$/, () => json(200, { rates: [] })],
  ['GET', /^\/api\/products$/, () => json(200, { products: [] })],
  ['GET', /^\/mobile\/v1\/accounts(?:\/([^/]+)\/transactions)?$/, (request) => owned(request, 'mobile')],
  ['GET', /^\/mobile\/v1\/payees\/[^/]+$/, ownPayee],
  ['POST', /^\/api\/cards\/top-up$/, topUp],
  [
    'POST',
    /^\/oauth2\/token$/,
    () => json(200, { access_token: tokenFor('client', 1), token_type: 'Bearer' }),
  ],
  ['POST', /^\/open-banking\/v4\.0\/aisp\/account-access-consents$/, newConsent],
  ['GET', /^\/open-banking\/v4\.0\/aisp\/account-access-consents\/[^/]+$/, ownConsent],
  [
    'GET',
    /^\/open-banking\/v4\.0\/aisp\/accounts(?:\/([^/]+)(?:\/(?:balances|transactions))?)?$/,
    (request) => owned(request, 'consent'),
  ],
  ['POST', /^\/open-banking\/v4\.0\/pisp\/[a-z-]+$/, (request) => held(request, 'consent', 201)],
  ['POST', /^\/open-banking\/v4\.0\/cbpii\/[a-z-]+$/, (request) => held(request, 'consent', 201)],
]

function customerOf(username: unknown, password: unknown): number | undefined {
  const customer = typeof username === 'string' ? customerNumber(username) : undefined
  return customer !== undefined && password === passwordOf(customer) ? customer : undefined
}

async function signInByForm(request: Request): Promise<Response> {
  const fields = new URLSearchParams(await request.text())
  const customer = customerOf(fields.get('username'), fields.get('password'))
  if (customer === undefined) return page('Sign in', [], 401)
  return redirect('/account', [['bank_session', tokenFor('session', customer)]])
}

async function signInByScript(request: Request): Promise<Response> {
  const customer = await typed(request)
  if (customer === undefined) return json(401, { error: 'invalid_credentials' })
  return json(200, { customerId: customer }, [['bank_session', tokenFor('session', customer)]])
}

async function signInByApp(request: Request): Promise<Response> {
  const customer = await typed(request)
  if (customer === undefined) return json(401, { error: 'invalid_credentials' })
  return json(200, { token: tokenFor('mobile', customer) })
}

async function typed(request: Request): Promise<number | undefined> {
  // Written by the laboratory's own clients.
  const body = (await request.json()) as { username?: unknown; password?: unknown }
  return customerOf(body.username, body.password)
}

function accountPage(request: Request): Response {
  const session = /(?:^|; )bank_session=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
  return readToken(session ?? '')?.kind === 'session' ? page('Your accounts') : redirect('/login', [])
}

function bearer(request: Request): ReturnType<typeof readToken> {
  return readToken(/^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '')
}

function held(request: Request, kind: string, status: number): Response {
  return bearer(request)?.kind === kind ? json(status, { Data: {} }) : json(401, { error: 'unauthorised' })
}

/** Somebody else's account is as unknown as one that never was. */
function owned(request: Request, kind: string): Response {
  const token = bearer(request)
  if (token?.kind !== kind) return json(401, { error: 'unauthorised' })
  const [, wanted, detail] = /\/accounts\/([^/]+)(?:\/([a-z]+))?/.exec(new URL(request.url).pathname) ?? []
  const own = Array.from({ length: ACCOUNTS_EACH }, (_, index) => accountId(token.customer, index))
  if (wanted !== undefined && !own.includes(wanted)) return json(404, { error: 'not_found' })
  return json(200, kind === 'consent' ? openBanking(wanted, detail, own) : { accounts: own })
}

/** OBIE's shapes, as far as a gate may learn from them. */
function openBanking(
  wanted: string | undefined,
  detail: string | undefined,
  own: readonly string[],
): unknown {
  const listed = wanted === undefined ? own : [wanted]
  if (detail === 'balances') {
    return { Data: { Balance: listed.map((AccountId) => ({ AccountId, ...AMOUNT })) } }
  }
  if (detail === 'transactions') {
    const entries = Array.from({ length: 5 }, (_, index) => ({ TransactionId: `${index}`, ...AMOUNT }))
    return { Data: { Transaction: entries.map((entry) => ({ AccountId: wanted, ...entry })) } }
  }
  return { Data: { Account: listed.map((AccountId) => ({ AccountId, Currency: 'GBP' })) } }
}

const AMOUNT = { Amount: { Amount: '12.50', Currency: 'GBP' }, CreditDebitIndicator: 'Debit' } as const

function ownPayee(request: Request, url: URL): Response {
  const token = bearer(request)
  if (token?.kind !== 'mobile') return json(401, { error: 'unauthorised' })
  const id = url.pathname.split('/').at(-1)
  return id === payeeId(token.customer) ? json(200, { payee: id }) : json(404, { error: 'not_found' })
}

function newConsent(request: Request): Response {
  const token = bearer(request)
  if (token?.kind !== 'client') return json(401, { error: 'unauthorised' })
  const ConsentId = consentId(token.customer)
  return json(201, { Data: { ConsentId, Status: 'AwaitingAuthorisation', Permissions: PERMISSIONS } })
}

const PERMISSIONS = ['ReadAccountsDetail', 'ReadBalances', 'ReadTransactionsDetail'] as const

/** A consent is known to whom it was given, and to nobody else. */
function ownConsent(request: Request, url: URL): Response {
  const token = bearer(request)
  if (token?.kind !== 'client') return json(401, { error: 'unauthorised' })
  const ConsentId = url.pathname.split('/').at(-1)
  if (ConsentId !== consentId(token.customer)) return json(403, { error: 'forbidden' })
  return json(200, { Data: { ConsentId, Status: 'Authorised', Permissions: PERMISSIONS } })
}

async function topUp(request: Request): Promise<Response> {
  const { card } = (await request.json()) as { card: { number: string; expiry: string; cvv: string } }
  const customer = Number(card.number.slice(6, 15))
  const real = cardOf(customer)
  const good =
    customer < CUSTOMERS &&
    card.number === real.number &&
    card.expiry === real.expiry &&
    card.cvv === real.cvv
  return good ? json(200, { status: 'accepted' }) : json(402, { status: 'declined' })
}

type Cookies = readonly (readonly [name: string, value: string])[]

function withCookies(headers: Headers, cookies: Cookies): Headers {
  for (const [name, value] of cookies) {
    headers.append('set-cookie', `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`)
  }
  return headers
}

function page(title: string, cookies: Cookies = [], status = 200): Response {
  const headers = withCookies(new Headers({ 'content-type': 'text/html; charset=utf-8' }), cookies)
  return new Response(`<!doctype html><title>${title}</title>`, { status, headers })
}

function json(status: number, body: unknown, cookies: Cookies = []): Response {
  const headers = withCookies(new Headers({ 'content-type': 'application/json' }), cookies)
  return new Response(JSON.stringify(body), { status, headers })
}

function redirect(location: string, cookies: Cookies): Response {
  return new Response(null, { status: 303, headers: withCookies(new Headers({ location }), cookies) })
}
