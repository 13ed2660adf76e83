/** Account access consents: asked for with the third party's own token. */
import { Hono } from 'hono'
import type { Bank } from '../../bank.ts'
import { readJson } from '../../body.ts'
import { type Consent, type ConsentStatus, change, find, propose } from '../../consents.ts'
import { dateTime, holder, refuse, resource } from './respond.ts'
import { AccountAccessConsent } from './schemas.ts'

/** OBIE 4.0 consent status codes. */
export const STATUS = {
  awaiting: 'AWAU',
  authorised: 'AUTH',
  consumed: 'COND',
  revoked: 'CANC',
  expired: 'EXPD',
} as const satisfies Record<ConsentStatus, string>

export function consentHead(consent: Consent) {
  return {
    ConsentId: consent.consentId,
    CreationDateTime: dateTime(consent.createdAt),
    Status: STATUS[consent.status],
    StatusUpdateDateTime: dateTime(consent.changedAt),
  }
}

export function accountAccessConsents(bank: Bank): Hono {
  const app = new Hono()

  app.post('/', async (c) => {
    const client = await holder(bank, c, 'client')
    if (!client.ok) return refuse(c, client.reason)
    const body = await readJson(c.req.raw, AccountAccessConsent)
    if (!body.ok) return refuse(c, body.reason, body.path)
    const terms = body.value.Data
    const consent = propose(bank, client.value.clientId, { family: 'account_access', terms })
    if (!consent.ok) return refuse(c, consent.reason, 'Data.ExpirationDateTime')
    return resource(c, 201, { ...consentHead(consent.value), ...terms }, {})
  })

  app.get('/:ConsentId', async (c) => {
    const client = await holder(bank, c, 'client')
    if (!client.ok) return refuse(c, client.reason)
    const consent = find(bank, 'account_access', c.req.param('ConsentId'), client.value.clientId)
    if (consent === undefined) return refuse(c, 'not_found')
    return resource(c, 200, { ...consentHead(consent), ...consent.terms }, {})
  })

  app.delete('/:ConsentId', async (c) => {
    const client = await holder(bank, c, 'client')
    if (!client.ok) return refuse(c, client.reason)
    const consent = find(bank, 'account_access', c.req.param('ConsentId'), client.value.clientId)
    if (consent === undefined) return refuse(c, 'not_found')
    change(bank, consent, { status: 'revoked' })
    return c.body(null, 204)
  })

  return app
}
