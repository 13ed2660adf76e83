/** Everything of the bank that remembers. Runs inside the Durable Object; in tests, over a store in memory. */
import { Hono } from 'hono'
import type { Bank } from './bank.ts'
import { customers } from './customers.ts'
import openapi from './openapi.json' with { type: 'json' }
import { cards } from './routes/cards.ts'
import { mobile } from './routes/mobile.ts'
import { authorisation, oauth } from './routes/oauth.ts'
import { openBanking } from './routes/obie/app.ts'
import { psd2 } from './routes/psd2/app.ts'
import { web } from './routes/web.ts'

export function createApp(bank: Bank): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-store')
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Strict-Transport-Security', 'max-age=31536000')
  })
  app.route('/', web(bank))
  app.route('/mobile', mobile(bank))
  app.route('/api/cards', cards(bank))
  app.route('/oauth2', oauth(bank))
  app.route('/demo/consents', authorisation(bank))
  app.route('/open-banking', openBanking(bank))
  app.route('/psd2', psd2(bank))
  app.get('/openapi.json', (c) => c.json(openapi))

  // On purpose: no document declares this, and it asks nobody who they are (README.md).
  app.get('/api/internal/export', (c) =>
    c.json({
      generatedAt: new Date(bank.now()).toISOString(),
      customers: customers.length,
      accounts: customers.reduce((sum, customer) => sum + customer.accounts.length, 0),
      consents: bank.store.count('consent'),
      payments: bank.store.count('payment'),
    }),
  )

  // RFC 9457, for paths that belong to no dialect.
  app.notFound(() => problem('Not Found', 404))
  app.onError(() => problem('Internal Server Error', 500))
  return app
}

function problem(title: string, status: number): Response {
  return Response.json(
    { type: 'about:blank', title, status },
    { status, headers: { 'content-type': 'application/problem+json' } },
  )
}
