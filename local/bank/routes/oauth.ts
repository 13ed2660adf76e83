/**
 * Tokens for third parties. A third party says who it is and nothing more (RFC 8705 section 2: its certificate is its
 * proof, and that is checked by the gate). How a customer authorises a consent is cut short for the demo: one request.
 */
import { Hono } from 'hono'
import * as v from 'valibot'
import type { Bank } from '../bank.ts'
import { BODY_STATUS, LoginAttempt, readForm, readJson } from '../body.ts'
import { authorise, load } from '../consents.ts'
import { issue, LIFETIME_SECONDS } from '../grants.ts'

/** Invented third parties. */
export const clients = ['budget-lark', 'ledger-wren', 'pay-heron', 'tally-finch'] as const

const TokenRequest = v.object({
  grant_type: v.pipe(v.string(), v.maxLength(64)),
  client_id: v.pipe(v.string(), v.maxLength(64)),
  scope: v.exactOptional(v.pipe(v.string(), v.maxLength(128)), ''),
})
/** RFC 6749 section 3.3, the scopes of the three OBIE interfaces. */
const SCOPES: ReadonlySet<string> = new Set(['accounts', 'payments', 'fundsconfirmations'])
const registered: ReadonlySet<string> = new Set(clients)

export function oauth(bank: Bank): Hono {
  const app = new Hono()
  app.post('/token', async (c) => {
    const body = await readForm(c.req.raw, TokenRequest)
    if (!body.ok) return c.json({ error: 'invalid_request' }, BODY_STATUS[body.reason])
    const { grant_type, client_id, scope } = body.value
    if (grant_type !== 'client_credentials') return c.json({ error: 'unsupported_grant_type' }, 400)
    if (!registered.has(client_id)) return c.json({ error: 'invalid_client' }, 401)
    if (scope.split(' ').some((word) => word !== '' && !SCOPES.has(word))) {
      return c.json({ error: 'invalid_scope' }, 400)
    }
    const access_token = await issue(bank, { kind: 'client', clientId: client_id })
    return c.json({ access_token, token_type: 'Bearer', expires_in: LIFETIME_SECONDS.client })
  })
  return app
}

/** Stands for the whole dance of redirection and strong authentication. */
export function authorisation(bank: Bank): Hono {
  const app = new Hono()
  app.post('/:ConsentId/authorise', async (c) => {
    const body = await readJson(c.req.raw, LoginAttempt)
    if (!body.ok) return c.json({ error: body.reason }, BODY_STATUS[body.reason])
    const customer = await bank.credentials.check(body.value.username, body.value.password)
    if (customer === undefined) return c.json({ error: 'invalid_credentials' }, 401)
    const consent = load(bank, c.req.param('ConsentId'))
    if (consent === undefined) return c.json({ error: 'not_found' }, 404)
    const authorised = authorise(bank, consent, customer)
    if (authorised === undefined) return c.json({ error: 'consent_not_awaiting' }, 409)
    const { consentId, clientId } = authorised
    const { customerId } = customer
    const access_token = await issue(bank, { kind: 'consent', clientId, customerId, consentId })
    return c.json({ access_token, token_type: 'Bearer', expires_in: LIFETIME_SECONDS.consent, consentId })
  })
  return app
}
