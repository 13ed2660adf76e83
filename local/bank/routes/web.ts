/** What a person's browser uses: pages, a form, a cookie. */
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { balanceMinor, money } from '../accounts.ts'
import type { Bank } from '../bank.ts'
import { BODY_STATUS, LoginAttempt, readForm, readJson } from '../body.ts'
import { type Customer, customerById } from '../customers.ts'
import { issue, LIFETIME_SECONDS, redeem, revoke } from '../grants.ts'
import { accountPage, CONTENT_SECURITY_POLICY, landingPage, loginPage } from '../pages.ts'

const SESSION = 'bank_session'
const VISIT = 'bank_visit'
const VISIT_SECONDS = 24 * 60 * 60
const COOKIE = { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' } as const

type Page = ReturnType<typeof landingPage>

function show(c: Context, page: Page, status: 200 | 400 | 401 | 413 | 415 = 200) {
  c.header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
  c.header('Referrer-Policy', 'same-origin')
  return c.html(page, status)
}

async function openSession(bank: Bank, c: Context, customer: Customer): Promise<void> {
  const token = await issue(bank, { kind: 'session', customerId: customer.customerId })
  setCookie(c, SESSION, token, { ...COOKIE, maxAge: LIFETIME_SECONDS.session })
}

async function signedIn(bank: Bank, c: Context): Promise<Customer | undefined> {
  const grant = await redeem(bank, getCookie(c, SESSION))
  return grant?.kind === 'session' ? customerById(grant.customerId) : undefined
}

function loginForm(bank: Bank, app: Hono): void {
  app.get('/login', (c) => {
    setCookie(c, VISIT, crypto.randomUUID(), { ...COOKIE, maxAge: VISIT_SECONDS })
    return show(c, loginPage())
  })

  app.post('/login', async (c) => {
    const body = await readForm(c.req.raw, LoginAttempt)
    if (!body.ok) return show(c, loginPage('Please fill in both fields.'), BODY_STATUS[body.reason])
    const customer = await bank.credentials.check(body.value.username, body.value.password)
    if (customer === undefined) {
      return show(c, loginPage('User name and password do not belong together.'), 401)
    }
    await openSession(bank, c, customer)
    return c.redirect('/account', 303)
  })
}

function jsonLogin(bank: Bank, app: Hono): void {
  app.post('/api/login', async (c) => {
    const body = await readJson(c.req.raw, LoginAttempt)
    if (!body.ok) return c.json({ error: body.reason }, BODY_STATUS[body.reason])
    const customer = await bank.credentials.check(body.value.username, body.value.password)
    if (customer === undefined) return c.json({ error: 'invalid_credentials' }, 401)
    await openSession(bank, c, customer)
    const { customerId, name } = customer
    return c.json({ customerId, name, expiresIn: LIFETIME_SECONDS.session })
  })
}

export function web(bank: Bank): Hono {
  const app = new Hono()
  app.get('/', (c) => show(c, landingPage()))
  loginForm(bank, app)
  jsonLogin(bank, app)

  app.get('/account', async (c) => {
    const customer = await signedIn(bank, c)
    if (customer === undefined) return c.redirect('/login', 303)
    const lines = customer.accounts.map((account) => ({
      nickname: account.nickname,
      number: account.currency === 'GBP' ? account.sortCodeAccountNumber : account.iban,
      balance: money(balanceMinor(bank, account), account.currency),
    }))
    return show(c, accountPage(customer.name, lines))
  })

  app.post('/logout', async (c) => {
    await revoke(bank, getCookie(c, SESSION))
    deleteCookie(c, SESSION, COOKIE)
    return c.redirect('/', 303)
  })

  return app
}
