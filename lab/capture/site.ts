/** A small bank to visit: a page with what belongs to a page, a form, an account, and a call from a script. */
import type { IncomingMessage, ServerResponse } from 'node:http'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

const PIXEL = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64')

function page(title: string, body: string, status = 200): Answer {
  const head = `<title>${title}</title><link rel="stylesheet" href="/style.css"><script src="/script.js" defer></script>`
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="en"><head>${head}</head><body><img src="/logo.gif" alt="">${body}</body></html>`,
  }
}

function other(type: string, body: string | Buffer, status = 200): Answer {
  return { status, headers: { 'content-type': type }, body }
}

const FORM =
  '<form method="post" action="/login"><input name="username"><input name="password" type="password"><button>Sign in</button></form>'
const ACCOUNT = '<main id="accounts"></main><a href="/account/statements">Statements</a>'
const SCRIPT = `if (location.pathname === '/account') fetch('/api/accounts').then((answer) => answer.json())`

const ANSWERS: Readonly<Record<string, () => Answer>> = {
  'GET /': () => page('Northgate Bank', '<a href="/login">Sign in</a>'),
  'GET /login': () => page('Sign in', FORM),
  'POST /login': () => ({ status: 303, headers: { location: '/account', 'set-cookie': COOKIE }, body: '' }),
  'POST /api/login': () => other('application/json', '{"customerId":1}'),
  'GET /account': () => page('Your accounts', ACCOUNT),
  'GET /account/statements': () => page('Statements', ''),
  'GET /api/accounts': () => other('application/json', '{"accounts":[]}'),
  'GET /style.css': () => other('text/css', 'body { margin: 2em }'),
  'GET /script.js': () => other('text/javascript', SCRIPT),
  'GET /logo.gif': () => other('image/gif', PIXEL),
}

const COOKIE = 'bank_session=invented; Path=/; Secure; HttpOnly; SameSite=Lax'

/** Whether it is one of the site's own, which the laboratory's bank does not have. */
export function isServed(method: string, path: string): boolean {
  return `${method === 'HEAD' ? 'GET' : method} ${path}` in ANSWERS
}

export function answer(request: IncomingMessage, response: ServerResponse, path: string): void {
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const known = ANSWERS[`${method} ${path.split('?', 1)[0]}`]
  const { status, headers, body } = known?.() ?? page('Not found', '', 404)
  // Not kept: a cache would make the second visit another one than the first.
  response.writeHead(status, { 'cache-control': 'no-store', ...headers })
  response.end(request.method === 'HEAD' ? undefined : body)
}
