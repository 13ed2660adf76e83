/** What the bank's own mobile application uses. */
import { type Context, Hono } from 'hono'
import { accountOf, balanceMinor, entriesOf, signed } from '../accounts.ts'
import type { Bank } from '../bank.ts'
import { BODY_STATUS, LoginAttempt, readJson } from '../body.ts'
import { type Customer, customerById } from '../customers.ts'
import { bearerToken, issue, LIFETIME_SECONDS, redeem } from '../grants.ts'

async function signedIn(bank: Bank, c: Context): Promise<Customer | undefined> {
  const grant = await redeem(bank, bearerToken(c.req.header('authorization')))
  return grant?.kind === 'mobile' ? customerById(grant.customerId) : undefined
}

function unauthorised(c: Context) {
  return c.json({ error: 'unauthorised' }, 401, { 'WWW-Authenticate': 'Bearer' })
}

export function mobile(bank: Bank): Hono {
  const app = new Hono()

  app.post('/v1/login', async (c) => {
    const body = await readJson(c.req.raw, LoginAttempt)
    if (!body.ok) return c.json({ error: body.reason }, BODY_STATUS[body.reason])
    const customer = await bank.credentials.check(body.value.username, body.value.password)
    if (customer === undefined) return c.json({ error: 'invalid_credentials' }, 401)
    const token = await issue(bank, { kind: 'mobile', customerId: customer.customerId })
    return c.json({ token, expiresIn: LIFETIME_SECONDS.mobile })
  })

  app.get('/v1/accounts', async (c) => {
    const customer = await signedIn(bank, c)
    if (customer === undefined) return unauthorised(c)
    const accounts = customer.accounts.map((account) => ({
      accountId: account.accountId,
      nickname: account.nickname,
      currency: account.currency,
      balance: signed(balanceMinor(bank, account)),
    }))
    return c.json({ accounts })
  })

  app.get('/v1/accounts/:accountId/transactions', async (c) => {
    // On purpose: no document declares this status (README.md).
    if (c.req.header('accept') === 'application/xml') return c.json({ error: 'json_only' }, 406)
    const customer = await signedIn(bank, c)
    if (customer === undefined) return unauthorised(c)
    const account = accountOf(customer, c.req.param('accountId'))
    // Somebody else's account is as unknown as one that never was.
    if (account === undefined) return c.json({ error: 'not_found' }, 404)
    const transactions = entriesOf(bank, account).map((entry) => ({
      id: entry.id,
      bookedAt: new Date(entry.bookedAt).toISOString(),
      amount: signed(entry.minor),
      counterparty: entry.counterparty,
    }))
    return c.json({ transactions })
  })

  return app
}
