/** Consents for account information, and who may use them. */
import { type Context, Hono } from 'hono'
import { fail, type Outcome, pass } from '../../../../src/lib/outcome.ts'
import type { Bank } from '../../bank.ts'
import { readJson } from '../../body.ts'
import { type Consent, type ConsentStatus, find, propose } from '../../consents.ts'
import { type Customer, customerById } from '../../customers.ts'
import { bearerToken, redeem } from '../../grants.ts'
import { type Refusal, refuse } from './respond.ts'
import { ConsentRequest, type Psd2Terms } from './schemas.ts'

const STATUS = {
  awaiting: 'received',
  authorised: 'valid',
  consumed: 'expired',
  revoked: 'terminatedByTpp',
  expired: 'expired',
} as const satisfies Record<ConsentStatus, string>

export type Psd2Consent = Extract<Consent, { family: 'psd2' }>

/** The third party itself, by its own token or by one that a customer's consent gave it. */
export async function thirdParty(bank: Bank, c: Context): Promise<string | undefined> {
  const grant = await redeem(bank, bearerToken(c.req.header('authorization')))
  return grant?.kind === 'client' || grant?.kind === 'consent' ? grant.clientId : undefined
}

/** Token and `Consent-ID` must name one consent: a token for one customer must not open another's accounts. */
export async function access(
  bank: Bank,
  c: Context,
): Promise<Outcome<{ readonly customer: Customer; readonly terms: Psd2Terms }, Refusal>> {
  const grant = await redeem(bank, bearerToken(c.req.header('authorization')))
  if (grant?.kind !== 'consent') return fail('token_invalid')
  const consent = find(bank, 'psd2', grant.consentId, grant.clientId)
  const customer = customerById(grant.customerId)
  if (consent === undefined || customer === undefined || c.req.header('consent-id') !== consent.consentId) {
    return fail('consent_unknown')
  }
  if (consent.status === 'expired') return fail('consent_expired')
  if (consent.status !== 'authorised') return fail('consent_invalid')
  return pass({ customer, terms: consent.terms })
}

export function consents(bank: Bank): Hono {
  const app = new Hono()

  app.post('/', async (c) => {
    const clientId = await thirdParty(bank, c)
    if (clientId === undefined) return refuse(c, 'token_invalid')
    const body = await readJson(c.req.raw, ConsentRequest)
    if (!body.ok) return refuse(c, body.reason, body.path)
    const proposed = propose(bank, clientId, { family: 'psd2', terms: body.value })
    if (!proposed.ok) return refuse(c, proposed.reason, 'validUntil')
    const { consentId, status } = proposed.value
    const self = `/psd2/v1/consents/${consentId}`
    const links = { self: { href: self }, status: { href: `${self}/status` } }
    const answer = { consentStatus: STATUS[status], consentId, _links: links }
    return c.json(answer, 201, { Location: self, 'ASPSP-SCA-Approach': 'DECOUPLED' })
  })

  app.get('/:consentId', async (c) => {
    const consent = await own(bank, c, c.req.param('consentId'))
    if (!consent.ok) return refuse(c, consent.reason)
    const { terms, status, changedAt } = consent.value
    const { access, recurringIndicator, validUntil, frequencyPerDay } = terms
    const lastActionDate = new Date(changedAt).toISOString().slice(0, 10)
    return c.json({
      access,
      recurringIndicator,
      validUntil,
      frequencyPerDay,
      lastActionDate,
      consentStatus: STATUS[status],
    })
  })

  app.get('/:consentId/status', async (c) => {
    const consent = await own(bank, c, c.req.param('consentId'))
    if (!consent.ok) return refuse(c, consent.reason)
    return c.json({ consentStatus: STATUS[consent.value.status] })
  })

  return app
}

async function own(bank: Bank, c: Context, consentId: string): Promise<Outcome<Psd2Consent, Refusal>> {
  const clientId = await thirdParty(bank, c)
  if (clientId === undefined) return fail('token_invalid')
  const consent = find(bank, 'psd2', consentId, clientId)
  return consent === undefined ? fail('consent_unknown') : pass(consent)
}
